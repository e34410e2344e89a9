import type { DatasetClasses } from '../classes/datasetClasses';
import type { LabelClass } from '../model';
import type { Steps } from '../steps/steps';
import { type BriefImage, briefsOf, type ImageList, taken } from '../store/imageList';
import type { ConversionReport } from './conversionReport';
import { SPLITS, type Split } from './splits';

/** One file of a dataset, as a path in it (with `/`, never leaving its folder) and its content. */
export type DatasetFile =
	/** A text in chunks, made while it is read. */
	| { readonly path: string; readonly text: Iterable<string>; readonly labelsOf?: undefined }
	/** The labels of one image. */
	| { readonly path: string; readonly text: readonly string[]; readonly labelsOf: BriefImage }
	/** `bytes` can be made when they are read; `madeOf` is all that they depend on, to see without them whether they are the same. */
	| {
			readonly path: string;
			readonly bytes: Uint8Array;
			readonly madeOf?: readonly Uint8Array[];
			readonly labelsOf?: BriefImage;
	  }
	/** The image's own file, to be fetched. */
	| { readonly path: string; readonly image: BriefImage }
	/** A file that holds the files of several images, made while it is read. */
	| DatasetContainer;

/** The file of an image, which is to be fetched. */
type DatasetImage = Extract<DatasetFile, { readonly image: BriefImage }>;

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
	readonly splitOf: (image: BriefImage) => Split;
	/** A safe name, different for each image. */
	readonly fileNameOf: (image: BriefImage) => string;
	readonly includesImages: boolean;
	/** Whether images may get their sizes when their own files are written. */
	readonly learnsSizes?: boolean;
	/** The paths of the files that an earlier run wrote of the image, where this one continues it. */
	readonly earlierPathsOf?: ((image: BriefImage) => readonly string[]) | undefined;
}

/** The files of a dataset one by one. Between long work there is `undefined`, where others can have their turn (`Steps`). */
export type FileSteps = Iterable<DatasetFile | undefined>;

/** The images of each split that has any, in their order. */
export function* bySplit(
	images: ImageList,
	{ splitOf }: Pick<DatasetWriting, 'splitOf'>,
): Steps<readonly (readonly [Split, ImageList])[]> {
	const splits = new Map<Split, BriefImage[]>(SPLITS.map((split) => [split, []]));
	let count = 0;
	for (const image of briefsOf(images)) {
		splits.get(splitOf(image))?.push(image);
		if (++count % BRIEFS_IN_STEP === 0) yield;
	}
	const members: [Split, ImageList][] = [];
	for (const [split, briefs] of splits) {
		if (briefs.length > 0) members.push([split, taken(images, briefs)]);
		yield;
	}
	return members;
}

/** Images that are looked at in one step, where little is done with each. */
const BRIEFS_IN_STEP = 256;

/** The images' own files, if they are included, in the folder of their split. */
export function* imageFiles(
	images: ImageList,
	{ includesImages, fileNameOf, splitOf }: DatasetWriting,
	folderOf: (split: Split) => string,
): Generator<DatasetFile> {
	if (!includesImages) return;
	for (const image of briefsOf(images)) yield { path: `${folderOf(splitOf(image))}/${fileNameOf(image)}`, image };
}
