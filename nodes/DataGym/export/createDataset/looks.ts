import { type BriefImage, briefsOf, duplicateGroups, type ImageHashes } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { hashedFile } from '@datagym/shared/imageHashes';
import { finish } from '@datagym/shared/turns';
import { imageBytes } from '../../imageBytes';
import { ProjectImageFiles } from '../../imageOrigins';
import { withProgress } from '../../runner/progress';
import type { Run } from '../../runner/runContext';
import type { LaterImages } from './laterImages';
import type { DatasetParameters } from './parameters';
import type { Sized } from './readDataset';

/** What the images show. */
export interface Looks {
	/** By image ID; an image whose file cannot be had is missing. */
	readonly hashes: ReadonlyMap<string, ImageHashes>;
	/** The ID of the first image of its group, by the ID of each image that has near-duplicates. */
	readonly groups: ReadonlyMap<string, string>;
}

/**
 * Reads the file of each image, but for those whose hashes the manifest knows, and groups near-duplicates. Images of the earlier
 * run come first, so that a group stays as it is when images are added.
 *
 * @returns undefined if nobody asks for it.
 */
export async function readLooks(
	run: Run,
	parameters: DatasetParameters,
	{ images: list, later }: Pick<Sized, 'images' | 'later'>,
): Promise<Looks | undefined> {
	const { together, includesHashes, earlier } = parameters;
	if (!together.byLook && !includesHashes) return undefined;
	const images = [...briefsOf(list)];
	const hashes = new Map(
		images.flatMap(({ imageId }) => {
			const known = earlier?.images.get(imageId)?.hashes;
			return known === undefined ? [] : [[imageId, known] as const];
		}),
	);
	const toRead = images.filter(({ imageId }) => !hashes.has(imageId));
	await readHashes(run, parameters.projectId, toRead, { hashes, later });
	const ordered = [
		...images.filter(({ imageId }) => earlier?.images.has(imageId)),
		...images.filter(({ imageId }) => earlier?.images.has(imageId) !== true),
	];
	const hashed = ordered.flatMap(({ imageId }) => {
		const known = hashes.get(imageId);
		return known === undefined ? [] : [{ imageId, ...known }];
	});
	const groups = await finish(duplicateGroups(hashed, 'normal'));
	return {
		hashes,
		groups: new Map(
			groups.flatMap(({ first, duplicates }) =>
				[first, ...duplicates.map(({ image }) => image)].map(({ imageId }) => [imageId, first.imageId] as const),
			),
		),
	};
}

async function readHashes(
	run: Run,
	projectId: string,
	images: readonly BriefImage[],
	{ hashes, later }: { readonly hashes: Map<string, ImageHashes>; readonly later: LaterImages | undefined },
): Promise<void> {
	const files = await ProjectImageFiles.of(run, projectId);
	let count = 0;
	let isFailed = false;
	const readOne = async (image: BriefImage) => {
		const { imageId } = image;
		// Nobody waits for the rest any more.
		if (isFailed) return;
		if (run.isCanceled)
			throw new InputError('The execution was canceled', 'Nothing was written. Run the workflow again.');
		const file = await imageBytes(files, imageId).catch((error: unknown) => {
			isFailed = true;
			throw error;
		});
		count++;
		if ('problem' in file) return later?.giveUp(image, file.problem);
		const { sha256, perceptualHash } = await hashedFile(file.bytes);
		hashes.set(imageId, { sha256, ...(perceptualHash !== undefined && { perceptualHash }) });
	};
	const work = Promise.all(images.map((image) => run.limit(readOne, image)));
	await withProgress(run.n8n, () => `read ${count} of ${images.length} images`, work);
}
