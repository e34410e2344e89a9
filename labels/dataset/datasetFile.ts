import type { DatasetClasses } from '../classes/datasetClasses';
import type { LabelClass, LabeledImage } from '../model';
import type { ConversionReport } from './conversionReport';
import { SPLITS, type Split } from './splits';

/** One file of a dataset, as a path in it (with `/`, never leaving its folder) and its content. */
export type DatasetFile =
	/** A text in chunks, made while it is read. */
	| { readonly path: string; readonly text: Iterable<string>; readonly labelsOf?: undefined }
	/** The labels of one image. */
	| { readonly path: string; readonly text: readonly string[]; readonly labelsOf: LabeledImage }
	/** `bytes` can be made when they are read; `madeOf` is all that they depend on, to see without them whether they are the same. */
	| {
			readonly path: string;
			readonly bytes: Uint8Array;
			readonly madeOf?: readonly Uint8Array[];
			readonly labelsOf?: LabeledImage;
	  }
	/** The image's own file, to be fetched. */
	| { readonly path: string; readonly image: LabeledImage }
	/** A file that holds the files of several images, made while it is read. */
	| DatasetContainer;

/** The file of an image, which is to be fetched. */
type DatasetImage = Extract<DatasetFile, { readonly image: LabeledImage }>;

export interface DatasetContainer {
	readonly path: string;
	readonly parts: readonly DatasetPart[];
	/** The file in chunks. `pictures` are the whole files of the parts, in their order, each read once and then given up. */
	readonly pack: (pictures: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
}

/** What a container holds of one image. */
interface DatasetPart {
	/** The image's file, under its path in the container. */
	readonly file: DatasetImage;
	/** All that the container depends on besides that file, to see without packing it whether it is the same. */
	readonly madeOf: readonly string[];
}

/** What every format gets to write a dataset. */
export interface DatasetWriting {
	readonly classes: DatasetClasses;
	/** All classes of the label configuration, classifications too. */
	readonly labelClasses: readonly LabelClass[];
	readonly report: ConversionReport;
	readonly splitOf: (image: LabeledImage) => Split;
	/** A safe name, different for each image. */
	readonly fileNameOf: (image: LabeledImage) => string;
	readonly includesImages: boolean;
	/** The paths of the files that an earlier run wrote of the image, where this one continues it. */
	readonly earlierPathsOf?: ((image: LabeledImage) => readonly string[]) | undefined;
}

/** The images of each split that has any, in their order. */
export function bySplit(
	images: readonly LabeledImage[],
	{ splitOf }: Pick<DatasetWriting, 'splitOf'>,
): readonly (readonly [Split, readonly LabeledImage[]])[] {
	const splits = new Map<Split, LabeledImage[]>(SPLITS.map((split) => [split, []]));
	for (const image of images) splits.get(splitOf(image))?.push(image);
	return [...splits].filter(([, members]) => members.length > 0);
}

/** The images' own files, if they are included, in the folder of their split. */
export function* imageFiles(
	images: readonly LabeledImage[],
	{ includesImages, fileNameOf, splitOf }: DatasetWriting,
	folderOf: (split: Split) => string,
): Generator<DatasetFile> {
	if (!includesImages) return;
	for (const image of images) yield { path: `${folderOf(splitOf(image))}/${fileNameOf(image)}`, image };
}
