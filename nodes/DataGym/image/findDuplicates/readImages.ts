import { allOf, type Image, type ListedImage as KnownImage } from '@datagym/client';
import { sorted } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { bytesHash, hashedFile, type HashedFile } from '@datagym/shared/imageHashes';
import { openImage } from '@datagym/shared/imageFile';
import { LongMap } from '@datagym/shared/longMap';
import { finish, paced } from '@datagym/shared/turns';
import { imageBytes } from '../../imageBytes';
import { findOrigin } from '../../imageOrigins';
import { getTasks, statusOf } from '../../projectTasks';
import { byImage } from '../../records';
import { manyAtOnce } from '../../runner/manyAtOnce';
import { withProgress } from '../../runner/progress';
import type { Run } from '../../runner/runContext';
import type { Parameters } from './fields';

/** An image of one of the datasets. */
interface ListedImage extends Pick<Image, 'imageId' | 'imageName' | 'source'> {
	readonly datasetId: string;
	readonly datasetName: string;
	/** Whether its dataset is one of those whose images are kept first. */
	readonly isOther: boolean;
	/** Of its task, if a project is searched. */
	readonly status?: string | undefined;
}

export type HashedImage = ListedImage & HashedFile;

/** An image whose file cannot be had, and why, as a sentence. */
export interface UnreadImage extends ListedImage {
	readonly problem: string;
}

export interface ReadImages {
	/** Those to keep first. */
	readonly hashed: readonly HashedImage[];
	readonly unread: readonly UnreadImage[];
}

/**
 * Reads each image once, as many at a time as requests are allowed. Nothing is kept of a file but its hashes.
 *
 * @throws DataGymError if the other images would fail in the same way.
 */
export async function readImages(run: Run, parameters: Parameters): Promise<ReadImages> {
	const images = await listImages(run, parameters);
	const hash = parameters.sensitivity === undefined ? bytesHash : hashedFile;
	const hashed: HashedImage[] = [];
	const unread: UnreadImage[] = [];
	const readOne = async (image: ListedImage) => {
		const count = hashed.length + unread.length;
		if (run.isCanceled)
			throw new InputError(
				'The execution was canceled',
				`${count} of ${images.length} images had been read. Run the workflow again.`,
			);
		const open = async () => await openImage(run.api, image.imageId, await findOrigin(run, image.imageId, image));
		const file = await imageBytes({ open }, image.imageId);
		if ('problem' in file) unread.push({ ...image, problem: file.problem });
		else hashed.push({ ...image, ...(await hash(file.bytes)) });
	};
	const work = manyAtOnce(images, async (begin) => await run.limit(begin), readOne);
	await withProgress(run.n8n, () => `read ${hashed.length + unread.length} of ${images.length} images`, work);
	return { hashed: await finish(sorted(hashed, byWorth)), unread: await finish(sorted(unread, byImage)) };
}

async function listImages(run: Run, { projectId, datasetId, others }: Parameters): Promise<readonly ListedImage[]> {
	const own =
		projectId === undefined ? [] : (await run.api.projects.get(projectId)).datasets.map((each) => each.datasetId);
	const ids = new Set([...others, ...own, ...(datasetId === undefined ? [] : [datasetId])]);
	const statuses = projectId === undefined ? new LongMap<string>() : await statusesOf(run, projectId);
	const datasets = await Promise.all(
		[...ids].map(async (id) => await run.limit(async () => await run.api.datasets.foldOne(id, allOf<KnownImage>))),
	);
	const isOther = (id: string) => others.includes(id) && id !== datasetId && !own.includes(id);
	const listed: ListedImage[] = [];
	for (const dataset of datasets)
		for await (const { imageId, imageName, source } of paced(dataset.kept))
			listed.push({
				imageId,
				imageName,
				source,
				datasetId: dataset.datasetId,
				datasetName: dataset.name,
				isOther: isOther(dataset.datasetId),
				status: statuses.get(imageId),
			});
	return listed;
}

/** Of an image with several tasks, the one with the most work. */
async function statusesOf(run: Run, projectId: string): Promise<LongMap<string>> {
	const statuses = new LongMap<string>();
	if (!(await run.api.has('tasks'))) return statuses;
	const tasks = await getTasks(run, projectId, [...WORTH].reverse());
	for await (const { imageId, state } of paced(tasks)) statuses.set(imageId, statusOf(state));
	return statuses;
}

/** The states in which a task holds work that would be lost with its image, the most of it first. */
const WORTH = ['REVIEWED', 'COMPLETED', 'WAITING_CHANGED', 'IN_PROGRESS'] as const;

/** Those with the most work first, then the largest: what is better to be kept. */
function byWorth(a: HashedImage, b: HashedImage): number {
	return (
		Number(b.isOther) - Number(a.isOther) ||
		workOf(a) - workOf(b) ||
		pixelsOf(b) - pixelsOf(a) ||
		b.byteCount - a.byteCount ||
		byImage(a, b)
	);
}

function workOf({ status }: HashedImage): number {
	const place = WORTH.findIndex((state) => statusOf(state) === status);
	return place < 0 ? WORTH.length : place;
}

function pixelsOf({ width = 0, height = 0 }: HashedImage): number {
	return width * height;
}
