import type { DatasetClasses } from '../classes/datasetClasses';
import type { ConversionReport } from './conversionReport';
import type { LabelClass, LabeledImage } from '../model';
import type { Split } from './splits';

/** One file of a dataset, as a path in it (with `/`, never leaving its folder) and what it holds. */
export type DatasetFile =
	/** A text in chunks, made while it is read. */
	| { readonly path: string; readonly text: Iterable<string> }
	| { readonly path: string; readonly bytes: Uint8Array }
	/** The image's own file, to be fetched. */
	| { readonly path: string; readonly image: LabeledImage };

export interface DatasetWriting {
	readonly classes: DatasetClasses;
	/** All classes of the label configuration, questions too. */
	readonly labelClasses: readonly LabelClass[];
	readonly report: ConversionReport;
	readonly splitOf: (image: LabeledImage) => Split;
	/** Safe, and different for each image. */
	readonly fileNameOf: (image: LabeledImage) => string;
	readonly includesImages: boolean;
	/** YOLO classification: the global classification that gives the class. */
	readonly classificationKey: string;
	/** YOLO pose: classes of the keypoints in their order. */
	readonly keypoints: readonly string[];
}

/** Writes a dataset: which files there are, and what is in them. Gives them out one by one; texts are made when they are read. */
export type DatasetLayout = (images: readonly LabeledImage[], writing: DatasetWriting) => Iterable<DatasetFile>;
