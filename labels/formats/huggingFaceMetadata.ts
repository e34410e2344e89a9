import type { LabeledImage, LabelObject } from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import { isFiniteNumber, isList, isRecord, numbersOf, shown, textOf, type JsonRecord } from '../parsing/record';
import { headerOf, rowsOf } from '../parsing/table';
import { jsonInText } from '../parsing/textJson';
import { reading, severalImages, type ReadableFormat } from './format';
import { asList, classifiedImage, prediction, sizeIn } from './shared/predictions';
import { isListOf, recognizedIf } from './shared/recognition';

/**
 * Reads the rows of a metadata.jsonl, metadata.csv or metadata.parquet of Hugging Face's `imagefolder`: `{"file_name", "objects": {"bbox":
 * [[x, y, width, height]], "categories": [...]}}`, pixels, `objects` also as a list of `{"bbox", "category"}` or as JSON in a text, as CSV
 * has it, or as Python prints it, as pandas writes CSV; or `{"file_name", "label"}`, the class of the whole image. Categories are names, or class IDs with the names in `category_names`
 * or in `classNames`; they can also be called `category` or `label`. In tables of the Hub, the image's own `path` is its name.
 * Source: huggingface.co/docs/datasets/image_dataset.
 */
function readHuggingFaceMetadata(
	value: unknown,
	classNames: readonly string[],
): { readonly images: LabeledImage[]; readonly problems: LabelProblem[] } {
	const problems: LabelProblem[] = [];
	const given = typeof value === 'string' ? rowsIn(value) : asList(value);
	const rows: readonly unknown[] = isList(given) ? given : [];
	const isOfObjects = rows.some((row) => isRecord(row) && objectsOf(row) !== undefined);
	const images = rows.flatMap((row, index): LabeledImage[] => {
		const image = isRecord(row) ? readRow(row, `[${index}].objects`, classNames, problems, isOfObjects) : undefined;
		if (image !== undefined) return [image];
		const message = `A row must have a file_name, and objects or a label, but is ${shown(row)}. Provide the metadata file.`;
		problems.push(readingError('no-image', `[${index}]`, message));
		return [];
	});
	if (images.length === 0 && problems.length === 0)
		problems.push(readingError('unreadable', '', 'There are no rows. Provide the metadata file.'));
	return { images, problems };
}

/** Of a table with columns that metadata need not have, which is not taken out of its text; so is a text with another problem. */
function rowsIn(text: string): readonly unknown[] {
	return headerOf(text).includes('file_name') ? rowsOf(text) : jsonInText(text).values.flat();
}

/** Nothing for another row. Beside rows with objects, one without any is an image without labels. */
function readRow(
	row: JsonRecord,
	place: string,
	classNames: readonly string[],
	problems: LabelProblem[],
	isOfObjects: boolean,
): LabeledImage | undefined {
	const fileName = fileNameOf(row);
	if (fileName === undefined) return undefined;
	const image = { imageId: textOf(row.image_id) ?? '', imageName: fileName.split('/').at(-1) ?? '', ...sizeIn(row) };
	const objects = objectsOf(row);
	if (objects !== undefined)
		return { ...image, objects: readObjects(objects, place, classNames, problems), classifications: {} };
	const isWithout = row.objects === undefined || row.objects === null;
	if (isOfObjects && isWithout) return { ...image, objects: [], classifications: {} };
	if (!isLabel(row.label)) return undefined;
	const className = nameOf(row.label, classNames);
	if (className === undefined) problems.push(unnamed(row.label, place));
	return classifiedImage(image, className === undefined ? [] : [className]).image;
}

interface MetadataObject {
	readonly box: unknown;
	readonly label: unknown;
}

function readObjects(
	objects: readonly MetadataObject[],
	place: string,
	classNames: readonly string[],
	problems: LabelProblem[],
): LabelObject[] {
	return objects.flatMap(({ box, label }, index): LabelObject[] => {
		const className = nameOf(label, classNames);
		const [x, y, width, height] = numbersOf(box, 4) ?? [];
		if (className === undefined) {
			problems.push(unnamed(label, `${place}[${index}]`));
			return [];
		}
		if (x === undefined || y === undefined || width === undefined || height === undefined) {
			const message = 'This bbox is no list of four finite numbers. Provide [x, y, width, height].';
			problems.push(readingError('coordinates', `${place}.bbox[${index}]`, message));
			return [];
		}
		return [prediction(className, { type: 'rectangle', x, y, width, height })];
	});
}

function unnamed(label: unknown, place: string): LabelProblem {
	const message = `There is no class name for ${shown(label)}. Enter all class names in the order of their IDs.`;
	return readingError('unknown-class', place, message);
}

/** Names are names also where they are numbers in a text, as those of CSV are, unless they are class IDs of known names. */
function nameOf(label: unknown, classNames: readonly string[]): string | undefined {
	if (isFiniteNumber(label)) return textOf(classNames[label]);
	const text = textOf(label);
	return text !== undefined && /^\d{1,5}$/.test(text) ? (textOf(classNames[Number(text)]) ?? text) : text;
}

const isLabel = (label: unknown) => textOf(label) !== undefined || isFiniteNumber(label);

function fileNameOf({ file_name, image }: JsonRecord): string | undefined {
	return textOf(file_name) ?? (isRecord(image) ? textOf(image.path) : undefined);
}

const CLASS_KEYS = ['category_names', 'categories', 'category', 'label'] as const;

/** The objects of a row in either form; nothing if it has none of them. */
function objectsOf(row: JsonRecord): readonly MetadataObject[] | undefined {
	const objects = typeof row.objects === 'string' ? jsonInText(row.objects).values[0] : row.objects;
	if (isList(objects))
		return objects.every((each) => isRecord(each) && isList(each.bbox))
			? objects.map((each) =>
					isRecord(each) ? { box: each.bbox, label: classIn(each) } : { box: each, label: undefined },
				)
			: undefined;
	if (!isRecord(objects) || !isList(objects.bbox)) return undefined;
	const classes = CLASS_KEYS.map((key) => objects[key]).find(isList) ?? [];
	return objects.bbox.map((box, index) => ({ box, label: classes[index] }));
}

function classIn(record: JsonRecord): unknown {
	return CLASS_KEYS.map((key) => record[key]).find(isLabel);
}

/** A row with boxes, or one with a label and nothing that other formats have: texts and numbers only, and no box. */
function isMetadataRow(row: JsonRecord): boolean {
	if (fileNameOf(row) === undefined) return false;
	if (objectsOf(row) !== undefined) return row.objects !== undefined;
	return isLabel(row.label) && Object.keys(row).every((key) => OF_CLASSIFIED_IMAGES.has(key));
}

const OF_CLASSIFIED_IMAGES: ReadonlySet<string> = new Set([
	'file_name',
	'image',
	'label',
	'split',
	'image_id',
	'id',
	'width',
	'height',
]);

export const huggingFaceMetadata: ReadableFormat = {
	key: 'huggingFaceMetadata',
	name: 'Hugging Face Metadata',
	reads: reading({
		input: 'json',
		description: 'The metadata.jsonl, .csv or .parquet, or its rows',
		isStrict: false,
		parameters: ['classNames'],
		recognizes: (value) => recognizedIf(isListOf(value, isMetadataRow)),
		read: (value, { classNames }) => severalImages(readHuggingFaceMetadata(value, classNames)),
	}),
};
