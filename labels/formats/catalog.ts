import type { DatasetFile, DatasetWriting } from '../dataset/datasetFile';
import { storedImage } from '../geometry/orientation';
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

/**
 * The frame of a dataset's sizes and coordinates: the photographs as they are `displayed` with their EXIF orientation, or their
 * pixels as they are `stored`, which suits files whose orientation is removed, and readers that ignore it.
 */
export type CoordinateFrame = 'displayed' | 'stored';

/** The files of a dataset in the format. The images are those of the model, so displayed. */
export function datasetFiles(
	{ writes: { files } }: WritableFormat,
	images: readonly LabeledImage[],
	parameters: DatasetWriting & WritingParameters,
	frame: CoordinateFrame = 'displayed',
): Iterable<DatasetFile> {
	return files(frame === 'stored' ? images.map(storedImage) : images, parameters);
}
