import type { DatasetFile, DatasetWriting } from '../dataset/datasetFile';
import { displayedImage } from '../geometry/orientation';
import type { LabeledImage } from '../model';
import type { Format, ReadableFormat, WritableFormat, WritingParameters } from './format';
import * as index from './index';

/** All formats in the order of their names, as drop-down lists show them. */
export const FORMATS: readonly Format[] = Object.values<Format>(index).sort((a, b) =>
	a.name.localeCompare(b.name, 'en'),
);

/** The formats that Prediction: Import reads. */
export const READABLE_FORMATS: readonly ReadableFormat[] = FORMATS.filter(isReadable);

/** The formats that Export: Create Training Dataset writes. */
export const WRITABLE_FORMATS: readonly WritableFormat[] = FORMATS.filter(isWritable);

function isReadable(format: Format): format is ReadableFormat {
	return format.reads !== undefined;
}

function isWritable(format: Format): format is WritableFormat {
	return format.writes !== undefined;
}

/** The files of a dataset in the format, with sizes and coordinates in the frame that its readers see. */
export function datasetFiles(
	{ writes: { frame, files } }: WritableFormat,
	images: readonly LabeledImage[],
	parameters: DatasetWriting & WritingParameters,
): Iterable<DatasetFile> {
	return files(frame === 'displayed' ? images.map(displayedImage) : images, parameters);
}
