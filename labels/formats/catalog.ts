import type { DatasetFile, DatasetWriting, FileSteps } from '../dataset/datasetFile';
import { storedImage } from '../geometry/orientation';
import { changedImages, type ImageList } from '../store/imageList';
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
export function datasetFileSteps(
	{ writes: { files } }: WritableFormat,
	images: ImageList,
	parameters: DatasetWriting & WritingParameters,
	frame: CoordinateFrame = 'displayed',
): FileSteps {
	return files(frame === 'stored' ? changedImages(images, storedImage) : images, parameters);
}

/** The same for those who have nobody to give way to. */
export function* datasetFiles(...dataset: Parameters<typeof datasetFileSteps>): Generator<DatasetFile> {
	for (const file of datasetFileSteps(...dataset)) if (file !== undefined) yield file;
}
