import type { LabeledImage, LabelObject } from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import { isFiniteNumber, isList, isRecord, numbersOf, shown, textOf, type JsonRecord } from '../parsing/record';
import { reading, severalImages, type ReadableFormat } from './format';
import { asList, prediction, sizeIn } from './shared/predictions';
import { isListOf, recognizedIf } from './shared/recognition';

/**
 * Reads the rows of a metadata.jsonl of Hugging Face's `imagefolder`: `{"file_name", "objects": {"bbox": [[x, y, width, height]],
 * "categories": [...]}}`, pixels. Categories are names, or class IDs with the names in `category_names` or in `classNames`; they can
 * also be called `category` or `label`. Source: huggingface.co/docs/datasets/image_dataset, "Object detection".
 */
function readHuggingFaceMetadata(
	value: unknown,
	classNames: readonly string[],
): { readonly images: LabeledImage[]; readonly problems: LabelProblem[] } {
	const problems: LabelProblem[] = [];
	const images = (isList(value) ? value : []).flatMap((row, index): LabeledImage[] => {
		if (isRecord(row) && isMetadataRow(row)) return [readRow(row, `[${index}].objects`, classNames, problems)];
		const message = `A row must have a file_name and objects, but is ${shown(row)}. Provide the metadata.jsonl.`;
		problems.push(readingError('no-image', `[${index}]`, message));
		return [];
	});
	if (images.length === 0 && problems.length === 0)
		problems.push(readingError('unreadable', '', 'There are no rows. Provide the metadata.jsonl.'));
	return { images, problems };
}

function readRow(
	row: JsonRecord,
	place: string,
	classNames: readonly string[],
	problems: LabelProblem[],
): LabeledImage {
	const columns = isRecord(row.objects) ? row.objects : {};
	const boxes = isList(columns.bbox) ? columns.bbox : [];
	const classes = [columns.category_names, columns.categories, columns.category, columns.label].find(isList) ?? [];
	const objects = boxes.flatMap((box, index): LabelObject[] => {
		const label = classes[index];
		const className = isFiniteNumber(label) ? textOf(classNames[label]) : textOf(label);
		const [x, y, width, height] = numbersOf(box, 4) ?? [];
		if (className === undefined) {
			const message = `There is no class name for ${shown(label)}. Enter all class names in the order of their IDs.`;
			problems.push(readingError('unknown-class', `${place}[${index}]`, message));
			return [];
		}
		if (x === undefined || y === undefined || width === undefined || height === undefined) {
			const message = 'This bbox is no list of four finite numbers. Provide [x, y, width, height].';
			problems.push(readingError('coordinates', `${place}.bbox[${index}]`, message));
			return [];
		}
		return [prediction(className, { type: 'rectangle', x, y, width, height })];
	});
	return {
		imageId: textOf(row.image_id) ?? '',
		imageName: (textOf(row.file_name) ?? '').split('/').at(-1) ?? '',
		...sizeIn(row),
		objects,
		classifications: {},
	};
}

function isMetadataRow({ file_name, objects }: JsonRecord): boolean {
	return textOf(file_name) !== undefined && isRecord(objects) && isList(objects.bbox);
}

export const huggingFaceMetadata: ReadableFormat = {
	key: 'huggingFaceMetadata',
	name: 'Hugging Face Metadata',
	reads: reading({
		input: 'json',
		description: 'The metadata.jsonl of an image folder, or its rows: file_name and objects',
		isStrict: false,
		parameters: ['classNames'],
		recognizes: (value) => recognizedIf(isListOf(value, isMetadataRow)),
		read: (value, { classNames }) => severalImages(readHuggingFaceMetadata(asList(value), classNames)),
	}),
};
