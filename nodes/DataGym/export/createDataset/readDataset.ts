import {
	briefsOf,
	type BriefImage,
	hasImageEnding,
	type ImageList,
	ImageStore,
	type LabeledImage,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { finish, giveWay } from '@datagym/shared/turns';
import { type FinishedLabels, readFinished } from '../../finishedLabels';
import { ProjectImageFiles } from '../../imageOrigins';
import { manyAtOnce } from '../../runner/manyAtOnce';
import type { Run } from '../../runner/runContext';
import { readFacts } from './imageHeader';
import { LaterImages, type SkippedImage } from './laterImages';
import { type DatasetParameters, imageClassKey } from './parameters';

export interface ProjectLabels extends Omit<FinishedLabels, 'images'> {
	readonly images: ImageList;
	/** Numbers of images that the options exclude. */
	readonly excluded: { readonly skipped: number; readonly withoutLabels: number };
}

/** Labels of a project whose images are in a store, which can be told more of them. */
export interface StoredLabels extends ProjectLabels {
	readonly store: ImageStore;
}

/** Reads the finished images that belong into the dataset, with their labels. */
export async function readProjectLabels(run: Run, parameters: DatasetParameters): Promise<StoredLabels> {
	const store = new ImageStore();
	const excluded = { skipped: 0, withoutLabels: 0 };
	const holdsEmpty = parameters.includesEmpty || imageClassKey(parameters.formatParameters) !== '';
	const keep = (image: LabeledImage) => {
		if (!parameters.includesSkipped && image.status === 'skipped') excluded.skipped++;
		else if (!holdsEmpty && image.objects.length === 0) excluded.withoutLabels++;
		else store.append(image);
	};
	const choice = {
		projectId: parameters.projectId,
		isExact: parameters.isExact,
		includesSkipped: parameters.includesSkipped,
		purpose: 'A training dataset cannot be created from a video project',
	};
	const { classes, problems } = await readFinished(run, choice, keep);
	// The server gives images in no order; a dataset that is made again shall be the same.
	return { images: await finish(store.imagesByName()), store, classes, problems, excluded };
}

export interface Sized {
	/** Without those that are skipped. */
	readonly images: ImageList;
	/** More are added while the dataset is written. */
	readonly skipped: readonly SkippedImage[];
	/** Images whose files are opened when they are written. */
	readonly later?: LaterImages | undefined;
}

/**
 * Reads size, EXIF orientation and type from the first bytes of each image's file, for formats that need them, for labels that
 * are moved or cut, for photographs that are made upright, and for images that are to be included under a name that no trainer takes for an image. What the manifest knows
 * of a file is not read again, but for linked images that may have to be fetched again.
 *
 * Where the file is sure to be written, its first bytes are read then, so that it is asked for once. Two requests remain where the
 * dataset depends on them before: for tiles, crops and files that hold images, and for names that no trainer takes for an image.
 */
export async function withSizes(
	run: Run,
	{ images, store }: StoredLabels,
	parameters: DatasetParameters,
): Promise<Sized> {
	const needsHeaders = needsAllHeaders(parameters);
	const { includesImages, earlier, projectId } = parameters;
	if (!needsHeaders && !includesImages) return { images, skipped: [] };
	const files = await ProjectImageFiles.of(run, projectId);
	const skipped: SkippedImage[] = [];
	const count = images.length;
	const skip = (image: SkippedImage) => {
		skipped.push(image);
		if (skipped.length === count && earlier === undefined) throw nothingReadable(count, skipped[0] ?? image);
	};
	const later = new LaterImages(files, store, skip, () => run.isCanceled);
	const now: BriefImage[] = [];
	for (const image of briefsOf(images)) {
		await giveWay();
		const { imageId } = image;
		const known = earlier?.images.get(imageId)?.file;
		if (known !== undefined && !(mayBeReadAgain(parameters) && (await files.isLinked(imageId))))
			store.learn(imageId, known);
		// A link may be dead.
		else if (needsHeaders || !hasImageEnding(image.imageName) || (await files.isLinked(imageId))) {
			if (isReadLater(image, parameters)) later.add(imageId);
			else now.push(image);
		}
	}
	await readNow(run, files, now, { store, skip });
	return { images, skipped, later };
}

function needsAllHeaders({ format: { writes }, frame, turnsPixels, tiling }: DatasetParameters): boolean {
	const isMoved = frame === 'stored' && writes.orientation !== 'none';
	return writes.needsSizes || isMoved || turnsPixels || tiling !== undefined;
}

/** A file that holds several images, and crops whose boxes change, need images again that an earlier run has written. */
function mayBeReadAgain({ format: { writes } }: DatasetParameters): boolean {
	return writes.packsImages === true || writes.cutsImages === true;
}

/** Whether the file is sure to be written, and nothing is planned by what it tells. */
function isReadLater({ imageId, imageName }: BriefImage, parameters: DatasetParameters): boolean {
	const { includesImages, tiling, earlier, changed } = parameters;
	const isPlannedBy = mayBeReadAgain(parameters) || tiling !== undefined || !hasImageEnding(imageName);
	const isWritten = earlier === undefined || changed.length > 0 || !earlier.images.has(imageId);
	return includesImages && isWritten && !isPlannedBy;
}

interface Reading {
	readonly store: ImageStore;
	readonly skip: (image: SkippedImage) => void;
}

/** Several at a time. */
async function readNow(
	run: Run,
	files: ProjectImageFiles,
	images: readonly BriefImage[],
	reading: Reading,
): Promise<void> {
	const readOne = async ({ imageId, imageName }: BriefImage) => {
		if (run.isCanceled)
			throw new InputError('The execution was canceled', 'Nothing was written. Run the workflow again.');
		const facts = await readFacts(files, imageId);
		if (typeof facts !== 'string') return reading.store.learn(imageId, facts);
		reading.store.leaveOut(imageId);
		reading.skip({ imageId, imageName, reason: facts });
	};
	await manyAtOnce(images, async (work) => await run.limit(work), readOne);
}

function nothingReadable(count: number, { imageName, reason }: SkippedImage): InputError {
	return new InputError(
		`None of the ${count} images could be read, so no dataset was created: ${reason}`,
		`This is the reason for the image "${imageName}". Check that its file can be opened in DataGym.`,
	);
}
