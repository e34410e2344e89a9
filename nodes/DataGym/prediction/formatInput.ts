import type { INodeProperties } from 'n8n-workflow';
import {
	type BoxMeaning,
	COCO_TRAINED_CATEGORIES,
	type CocoCategory,
	type CoordinateUnit,
	cocoIndex,
	type CocoReferences,
	datasetClasses,
	type FormatReading,
	isList,
	isRecord,
	modelErrorIn,
	type PlainBoxFields,
	type ReadableFormat,
	type ReadingParameter,
	type ReadingParameters,
	shown,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { binaryFile } from '../binaryFile';
import { enteredNames } from './enteredNames';
import type { ChoiceOf, ItemInput } from '../runner/itemInput';
import type { Run } from '../runner/runContext';
import { binaryPropertyName, labelText, predictions, predictionsFrom } from './fields';
import * as fields from './formatFields';
import type { ProjectImages } from './projectImages';

/** What the input of a format is read from. */
export interface InputContext {
	readonly run: Run;
	readonly item: ItemInput;
	readonly images: ProjectImages;
}

export interface PredictionsInput extends FormatReading {
	/** What was read. */
	readonly answer: unknown;
	readonly unit: CoordinateUnit;
}

/**
 * Reads the item's predictions in the format; `image` is the image that they are about, if the format asks for one.
 *
 * @throws InputError if they are not JSON, or an error of the model instead of predictions.
 */
export async function readPredictions(
	{ reads }: ReadableFormat,
	image: ReadingParameters['image'] | undefined,
	context: InputContext,
): Promise<PredictionsInput> {
	const { run, item, images } = context;
	const asksFor = (parameter: ReadingParameter) => reads.parameters.includes(parameter);
	const parameters: ReadingParameters = {
		image: image ?? { imageId: '', imageName: '' },
		classNames: asksFor('classNames') ? classNames(context) : [],
		cocoReferences: asksFor('cocoReferences')
			? await cocoReferences(context)
			: { categories: new Map(), imageReference: '' },
		firstPixel: asksFor('firstPixel') && item.choice(fields.firstPixel) === 1 ? 1 : 0,
		isNormalized: asksFor('isNormalized') && item.flag(fields.normalized),
		labelClasses: images.classes,
		plainBoxFields: asksFor('plainBoxFields')
			? plainBoxFields(item)
			: { meaning: 'corners', box: ['box'], className: '' },
	};
	const unit = reads.unit?.(parameters) ?? 'pixels';
	const isFile = item.choice(predictionsFrom) === 'file';
	if (reads.input === 'text') {
		const text = isFile ? await textFile(run, item, binaryPropertyName) : item.requiredText(labelText);
		refuseModelError(text);
		return { ...reads.read(text, parameters), answer: text, unit };
	}
	const value = isFile ? await jsonFile(run, item, binaryPropertyName) : item.json(predictions);
	refuseModelError(value);
	return { ...reads.read(value, parameters), answer: value, unit };
}

/**
 * Before anything else is made of it: an error without predictions looks like a model that found nothing.
 *
 * @throws InputError if the item has a model's error in the field of the predictions, or has nothing there, but a model's error.
 */
export function refuseErrorItem(item: ItemInput, { reads }: ReadableFormat): void {
	if (item.choice(predictionsFrom) === 'file') return;
	const answer = item.raw(reads.input === 'text' ? labelText : predictions);
	const isMissing = answer === undefined || answer === null || answer === '';
	refuseModelError(isMissing ? item.data.json : answer);
}

function refuseModelError(answer: unknown): void {
	const words = modelErrorIn(answer);
	if (words === undefined) return;
	throw new InputError(
		`The model responded with an error instead of predictions: ${words}`,
		"Nothing was imported for this image. Solve the model's problem, and run it again for the image.",
	);
}

async function jsonFile(run: Run, item: ItemInput, field: BinaryField): Promise<unknown> {
	const text = await textFile(run, item, field);
	return await Promise.resolve(text)
		.then((json): unknown => JSON.parse(json))
		.catch((error: unknown) => {
			const reason = error instanceof Error ? error.message : 'It cannot be parsed';
			throw new InputError(
				`The file in the binary field "${item.text(field)}" is not valid JSON`,
				`${reason}. Use the complete, unchanged file.`,
			);
		});
}

/** A field that names a binary field of the item. */
type BinaryField = typeof binaryPropertyName | typeof fields.groundTruthBinaryField;

async function textFile({ n8n }: Run, item: ItemInput, field: BinaryField): Promise<string> {
	const bytes = await binaryFile(n8n, item, item.requiredText(field), field.displayName).read();
	const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
	return new TextDecoder(isWide ? (bytes[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8').decode(bytes);
}

async function cocoReferences({ run, item }: InputContext): Promise<CocoReferences> {
	const source = item.choice(fields.categoriesFrom);
	if (source === 'coco')
		return { categories: COCO_TRAINED_CATEGORIES, imageReference: item.text(fields.imageReference) };
	if (source === 'names') {
		const names = namesOf(item.json(fields.categoryNames), fields.categoryNames);
		const categories = new Map<string, CocoCategory>(
			[...names].map(([id, name]) => [String(id), { name, keypoints: [] }]),
		);
		return { categories, imageReference: item.text(fields.imageReference) };
	}
	const groundTruth =
		source === 'groundTruthFile'
			? await jsonFile(run, item, fields.groundTruthBinaryField)
			: item.json(fields.groundTruth);
	const { problems, ...index } = cocoIndex(groundTruth);
	const [first] = problems;
	if (first !== undefined && (index.images.size === 0 || index.categories.size === 0)) {
		throw new InputError(
			`The ground truth is not a COCO file: ${first.message}`,
			'Use the file whose "images" and "categories" have the IDs in the results, such as instances_val2017.json.',
		);
	}
	return index;
}

const BOX_MEANINGS: Readonly<Record<ChoiceOf<typeof fields.boxForm>, BoxMeaning>> = {
	corners: 'corners',
	cornerSize: 'corner-size',
	centerSize: 'center-size',
};

function plainBoxFields(item: ItemInput): PlainBoxFields {
	item.requiredText(fields.boxFields);
	const [first, second, third, fourth, ...more] = item.list(fields.boxFields);
	const isWhole =
		first !== undefined && (second === undefined || (third !== undefined && fourth !== undefined && more.length === 0));
	if (!isWhole)
		throw new InputError(
			'"Box Fields" must contain four field names, or the name of one field with a list of four numbers',
			'Separate the names with commas, such as "x, y, width, height".',
		);
	const score = item.text(fields.scoreField);
	return {
		meaning: BOX_MEANINGS[item.choice(fields.boxForm)],
		box: second === undefined || third === undefined || fourth === undefined ? [first] : [first, second, third, fourth],
		className: item.requiredText(fields.classField),
		...(score !== '' && { score }),
		isFraction: item.choice(fields.units) === 'fractions',
	};
}

/** Class names by class ID, as the user enters them, or else as an exported dataset has them. */
function classNames({ item, images }: InputContext): readonly string[] {
	const names = enteredNames(item, fields.classNames);
	if (names.length > 0) return names;
	if (images.classes !== undefined) return datasetClasses(images.classes).names;
	throw new InputError(
		'"Class Names" is empty, and the label configuration is unknown',
		'Enter the names in the order of their class IDs, as in data.yaml, or turn on "Check Label Configuration".',
	);
}

const MAX_ID = 99_999;

/** Names by ID: `{"1": "car"}`, or `["car", "van"]` from 0. */
function namesOf(value: unknown, { displayName }: INodeProperties): ReadonlyMap<number, string> {
	const entries = isList(value) ? [...value.entries()] : isRecord(value) ? Object.entries(value) : [];
	const names = new Map<number, string>();
	for (const [key, name] of entries) {
		const id = Number(key);
		if (!Number.isInteger(id) || id < 0 || id > MAX_ID || typeof name !== 'string' || name === '') {
			throw new InputError(
				`"${displayName}" must contain names by their IDs, but ${shown(key)} is ${shown(name)}`,
				'Enter JSON such as {"0": "car", "1": "van"}.',
			);
		}
		names.set(id, name);
	}
	return names;
}
