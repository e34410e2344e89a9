import { hasKey, isDataGymError, nameKey, numberedName } from '@datagym/client';
import { nameOf, ZipError } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { BinaryFile } from '../../binaryFile';
import { KnownNames } from '../../image/knownNames';
import { uploadFile } from '../../image/upload';
import type { Run } from '../../runner/runContext';
import { damaged } from './archiveSource';
import { otherImage } from './existingImage';
import { type DatasetImage, type FileSource, wholeOf } from './fileSource';

/** Bytes of images that are held at once; a larger image is alone. */
const MOST_BYTES = 32 * 2 ** 20;
/** Images that are held for each that is uploaded, so that no upload waits for the archive. */
const AHEAD = 2;
const LARGEST_IMAGE = 512 * 2 ** 20;
/** Refusals one after the other, from which on it is not the images that are at fault. */
const MOST_REFUSALS = 10;

/** What became of an image's file. */
export type ImageUpload = UploadedImage | { readonly status: 'failed'; readonly error: unknown };

/** An image that is in DataGym. */
export interface UploadedImage {
	readonly status: 'uploaded' | 'skipped';
	readonly imageId: string;
	readonly imageName: string;
}

/**
 * The names that images get in DataGym, by their paths: that of the file, or the path if several files have the name. The same for
 * each run, so that a second one finds the images of the first.
 */
export function imageNames(paths: Iterable<string>, nameFor: (fileName: string) => string): Map<string, string> {
	const sorted = [...paths].sort();
	const counts = new Map<string, number>();
	for (const path of sorted) {
		const key = nameKey(nameFor(nameOf(path)));
		counts.set(key, (counts.get(key) ?? 0) + 1);
	}
	const taken = new Set<string>();
	return new Map(
		sorted.map((path) => {
			const own = nameFor(nameOf(path));
			const wanted = counts.get(nameKey(own)) === 1 ? own : nameFor(path.replaceAll('/', '_'));
			let name = wanted;
			for (let number = 2; taken.has(nameKey(name)); number++) name = numberedName(wanted, number);
			taken.add(nameKey(name));
			return [path, name] as const;
		}),
	);
}

export interface UploadTarget {
	readonly datasetId: string;
	/** Of the images in DataGym, by path. */
	readonly names: ReadonlyMap<string, string>;
	/** Of the item that the files come from, for messages. */
	readonly field: string;
	/** Called after each image that is in DataGym; what it throws stops the others. All wait for the first one. */
	readonly onDone: (path: string, image: UploadedImage) => Promise<void>;
}

/**
 * Uploads the images that the dataset does not have, several at once. An image that cannot be uploaded does not stop the others.
 *
 * @throws what stops all of them, such as a server that is not there.
 */
export async function uploadImages(
	run: Run,
	source: FileSource,
	images: ReadonlyMap<string, DatasetImage>,
	{ datasetId, names, field, onDone }: UploadTarget,
): Promise<ReadonlyMap<string, ImageUpload>> {
	const keys = new Set([...names.values()].map(nameKey));
	const known = await KnownNames.listed(run.api, datasetId, (key) => keys.has(key));
	const uploads = new Map<string, ImageUpload>();
	const missing: DatasetImage[] = [];
	for (const image of images.values()) {
		const existing = known.find(names.get(image.path) ?? '');
		if (existing === undefined) {
			missing.push(image);
			continue;
		}
		const conflict = otherImage(image, existing);
		if (conflict !== undefined) {
			uploads.set(image.path, { status: 'failed', error: conflict });
			continue;
		}
		const { imageId, imageName } = existing;
		const upload = { status: 'skipped', imageId, imageName } as const;
		uploads.set(image.path, upload);
		await onDone(image.path, upload);
	}
	let isFirstDone = [...uploads.values()].some(({ status }) => status === 'skipped');
	const space = new Space(MOST_BYTES, run.limit.concurrency * AHEAD);
	const failures: unknown[] = [];
	let refusals = 0;
	const upload = async (path: string, bytes: Buffer): Promise<UploadedImage> => {
		const requestedName = names.get(path) ?? nameOf(path);
		const file = heldFile(bytes, path, field);
		const wanted = { dataset: datasetId, file, policy: 'skip', requestedName, name: requestedName } as const;
		const { json } = await run.limit(async () => await uploadFile(run.api, wanted, known));
		const status = json.status === 'skipped' ? 'skipped' : 'uploaded';
		refusals = 0;
		return { status, imageId: String(json.imageId), imageName: String(json.imageName) };
	};
	const fail = (path: string, thrown: unknown): undefined => {
		const error = thrown instanceof ZipError ? damaged(source, thrown) : thrown;
		if (isRefusal(error)) refusals++;
		if (!isOfOneImage(thrown) || refusals >= MOST_REFUSALS) failures.push(error);
		uploads.set(path, { status: 'failed', error });
	};
	const bring = async (path: string, bytes: Buffer) => {
		const image = await upload(path, bytes).catch((error: unknown) => fail(path, error));
		if (image === undefined) return;
		uploads.set(path, image);
		await onDone(path, image).catch((error: unknown) => failures.push(error));
		isFirstDone = true;
	};
	await source
		.visit(missing, async ({ path }, content) => {
			if (failures.length > 0) throw failures[0];
			try {
				const bytes = await wholeOf(content, LARGEST_IMAGE);
				if (bytes === undefined) throw tooLarge(path);
				await space.take(bytes.length, async () => await bring(path, bytes));
				if (!isFirstDone) await space.empty();
			} catch (error) {
				fail(path, error);
			}
		})
		.finally(async () => await space.empty());
	if (failures.length > 0) throw failures[0];
	return uploads;
}

/** Bounds what is held at once. */
class Space {
	private held = 0;
	private readonly underWay = new Set<Promise<void>>();

	constructor(
		private readonly mostBytes: number,
		private readonly mostImages: number,
	) {}

	/** Begins the work once there is space for it. */
	async take(bytes: number, work: () => Promise<void>): Promise<void> {
		const isFull = () => this.held + bytes > this.mostBytes || this.underWay.size >= this.mostImages;
		while (this.underWay.size > 0 && isFull()) await Promise.race(this.underWay);
		this.held += bytes;
		const mine = work().finally(() => {
			this.held -= bytes;
			this.underWay.delete(mine);
		});
		this.underWay.add(mine);
	}

	async empty(): Promise<void> {
		await Promise.all(this.underWay);
	}
}

function heldFile(bytes: Buffer, path: string, field: string): BinaryFile {
	return {
		field,
		fileName: path,
		toldSize: bytes.length,
		size: async () => await Promise.resolve(bytes.length),
		open: async () => await Promise.resolve(bytes),
		read: async () => await Promise.resolve(bytes),
	};
}

function tooLarge(path: string): InputError {
	return new InputError(
		`The image "${path}" is larger than ${LARGEST_IMAGE / 2 ** 20} MB`,
		'Make it smaller, or upload it with Image: Upload.',
	);
}

function isRefusal(error: unknown): boolean {
	return isDataGymError(error) && error.failure.kind === 'refused';
}

function isOfOneImage(error: unknown): boolean {
	if (error instanceof InputError || (error instanceof ZipError && error.isOfOneFile)) return true;
	return isRefusal(error) && !hasKey(error, 'ex_notfound');
}
