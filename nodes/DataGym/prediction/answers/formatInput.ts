import type { INodeProperties } from 'n8n-workflow';
import {
	bytesInBase64,
	COCO_TRAINED_CATEGORIES,
	type CocoCategory,
	type CoordinateUnit,
	cocoIndex,
	type CocoReferences,
	datasetClasses,
	type FormatReading,
	type GeometryType,
	isList,
	isRecord,
	modelErrorIn,
	openAnswer,
	type PlainBoxFields,
	readInSteps,
	type ReadableFormat,
	type ReadingParameter,
	type ReadingParameters,
	shown,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { finish } from '@datagym/shared/turns';
import { isJson, jsonFile, valueOfFile } from './answerFile';
import { enteredNames } from '../classes/enteredNames';
import type { ItemInput } from '../../runner/itemInput';
import type { Run } from '../../runner/runContext';
import { keypoints, labelText, predictions, predictionsFrom } from '../fields';
import { givenAnswer, type GivenAnswer, NO_PARAMETERS, type Recognition } from './detection';
import * as fields from '../formatFields';
import { namesBeside } from './severalFiles';
import type { ProjectImages } from '../images/projectImages';

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
 * The item's predictions as they are.
 *
 * @throws InputError if there are none, they are not JSON although the format is, or an error of the model instead of predictions.
 */
export async function readAnswer(
	{ run, item }: InputContext,
	format: ReadableFormat | undefined,
): Promise<GivenAnswer> {
	refuseErrorItem(item, format);
	const value = await valueOf(run, item, format);
	refuseModelError(value);
	return givenAnswer(value, format);
}

/** Whether a text is more than JSON: models write sentences and fences around it, and formats can be texts themselves. */
function isAnswerInWords(text: string, format: ReadableFormat | undefined): boolean {
	if (text.trim() === '' || isJson(text)) return false;
	const { levels, cut } = openAnswer(text);
	const [first = []] = levels;
	const isBrokenJson = /^[[{]/.test(text.trim()) && cut === undefined;
	return first.length > 1 || (format === undefined && !isBrokenJson);
}

async function valueOf(run: Run, item: ItemInput, format: ReadableFormat | undefined): Promise<unknown> {
	if (item.choice(predictionsFrom) === 'file') return await valueOfFile(run, item, format);
	if (format?.reads.input === 'text') return item.requiredText(labelText);
	if (format?.reads.input === 'bytes') return bytesInBase64(item.requiredText(labelText)) ?? new Uint8Array();
	const raw = item.raw(predictions);
	return typeof raw === 'string' && isAnswerInWords(raw, format) ? raw : item.json(predictions);
}

/**
 * Reads the item's predictions as they were recognized; `image` is the image that they are about, if the format asks for one.
 *
 * @throws InputError if they need what only a chosen format asks for.
 */
export async function readPredictions(
	{ format: { name, reads, writes }, input, parameters: known, detected }: Recognition,
	image: ReadingParameters['image'] | undefined,
	context: InputContext,
): Promise<PredictionsInput> {
	const { item, images } = context;
	const asksFor = (parameter: ReadingParameter) => reads.parameters.includes(parameter);
	if (detected !== undefined && asksFor('cocoReferences'))
		throw new InputError(
			`The predictions are ${name}, which contain numbers instead of the names of classes and images`,
			`Set "Format" to "${name}", and choose "Categories From".`,
		);
	const parameters: ReadingParameters = {
		...NO_PARAMETERS,
		image: image ?? { imageId: '', imageName: '' },
		...(asksFor('classNames') && {
			classNames: await classNames(context, detected !== undefined, reads.input, writes?.classTypes),
		}),
		...(asksFor('cocoReferences') && { cocoReferences: await cocoReferences(context) }),
		...(asksFor('keypoints') && { keypoints: item.options.list(keypoints) }),
		...(detected === undefined && asksFor('firstPixel') && { firstPixel: item.choice(fields.firstPixel) }),
		...(detected === undefined && asksFor('isNormalized') && { isNormalized: item.flag(fields.normalized) }),
		labelClasses: images.classes,
		...(detected === undefined && asksFor('plainBoxFields') && { plainBoxFields: plainBoxFields(item) }),
		...known,
	};
	const reading = await finish(readInSteps(reads, input, parameters));
	return { ...reading, answer: input, unit: reads.unit?.(parameters) ?? 'pixels' };
}

/**
 * Before anything else is made of it: an error without predictions looks like a model that found nothing.
 *
 * @throws InputError if the item has a model's error in the field of the predictions, or has nothing there, but a model's error.
 */
function refuseErrorItem(item: ItemInput, format: ReadableFormat | undefined): void {
	if (item.choice(predictionsFrom) === 'file') return;
	const isText = format !== undefined && format.reads.input !== 'json';
	const answer = item.raw(isText ? labelText : predictions);
	const isMissing = answer === undefined || answer === null || answer === '';
	refuseModelError(isMissing ? item.data.json : answer);
}

function refuseModelError(answer: unknown): void {
	const words = modelErrorIn(answer);
	if (words === undefined) return;
	throw new InputError(
		`The model responded with an error instead of predictions: ${words}`,
		"No prediction was used for this image. Solve the model's problem, and run it again for the image.",
	);
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
		meaning: fields.BOX_MEANING[item.choice(fields.boxForm)],
		box: second === undefined || third === undefined || fourth === undefined ? [first] : [first, second, third, fourth],
		className: item.text(fields.classField),
		...(score !== '' && { score }),
		unit: item.choice(fields.units),
	};
}

/**
 * Class names by class ID, as the user enters them, or as a list among the item's files has them, or else as an exported dataset has them, if the user chose the format: IDs
 * that come from anywhere can be those of other classes.
 */
async function classNames(
	{ run, item, images }: InputContext,
	isDetected: boolean,
	input: ReadableFormat['reads']['input'],
	types: readonly GeometryType[] | undefined,
): Promise<readonly string[]> {
	const entered = enteredNames(item, fields.classNames);
	const names = entered.length > 0 ? entered : await namesBeside(item, run);
	if (names.length > 0) return names;
	if (isDetected) return [];
	if (images.classes !== undefined) return datasetClasses(images.classes, { types }).names;
	if (input === 'json') return [];
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
