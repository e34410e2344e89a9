import { isPositive, isRecord, type LabeledImage, type LabelProblem, type PredictedImage } from '@datagym/labels';
import type { ItemInput } from '../runner/itemInput';
import type { Run } from '../runner/run';
import type { ProjectImages } from './projectImages';

/** The labels of one image as a format gives them, before the image is looked for in DataGym. */
export interface ReadImage {
	/** With the format's own size, if it tells one. */
	readonly image: LabeledImage;
	/** What is wrong with this image's labels; an error refuses them. */
	readonly problems: readonly LabelProblem[];
}

export interface Reading {
	readonly images: readonly ReadImage[];
	/** What could not be read. */
	readonly problems: readonly LabelProblem[];
}

/** What a reader may need besides the predictions. */
export interface ReadingContext {
	readonly run: Run;
	readonly item: ItemInput;
	readonly images: ProjectImages;
}

interface FormatBase {
	readonly isText?: boolean;
	/** Whether its tools show or read images turned upright, as their EXIF orientation says. */
	readonly isDisplayed?: boolean;
}

/** A format that names its images itself. */
export interface FileFormat extends FormatBase {
	readonly kind: 'file';
	/** Whether labels that cannot be read refuse the whole image: people write these, and models the others. */
	readonly isStrict?: boolean;
	readonly read: (value: unknown, context: ReadingContext) => Reading | Promise<Reading>;
}

/** A format that is about one image, which a field of the node names. */
export interface ImageFormat extends FormatBase {
	readonly kind: 'image';
	readonly read: (value: unknown, image: PredictedImage, context: ReadingContext) => Reading;
}

export type PredictionFormat = FileFormat | ImageFormat;

export function oneImage({
	image,
	problems,
}: {
	readonly image: LabeledImage;
	readonly problems: readonly LabelProblem[];
}): Reading {
	return { images: [{ image, problems: [] }], problems };
}

export function severalImages({
	images,
	problems,
}: {
	readonly images: readonly LabeledImage[];
	readonly problems: readonly LabelProblem[];
}): Reading {
	return { images: images.map((image) => ({ image, problems: [] })), problems };
}

/** Whether what is wrong is about one label (`[3]`, `line 3`, `shapes[3]`), which alone is lost. */
export function isAboutOneLabel({ reason, path }: LabelProblem): boolean {
	return (reason === 'unreadable' || reason === 'coordinates') && /\d/.test(path);
}

/** Of a record with width and height, or imageWidth and imageHeight. */
export function sizeIn(value: unknown): { width: number; height: number } | undefined {
	if (!isRecord(value)) return undefined;
	const width = Number(value.imageWidth ?? value.width);
	const height = Number(value.imageHeight ?? value.height);
	return isPositive(width) && isPositive(height) ? { width, height } : undefined;
}

export function describeProblem({ path, message }: LabelProblem): string {
	return path === '' ? message : `${path}: ${message}`;
}
