import {
	type BoxMeaning,
	datasetClasses,
	isRecord,
	type PlainBoxFields,
	readCoco,
	readCvat,
	readGoogleVision,
	readHuggingFaceDetections,
	readImportElement,
	readLabelMe,
	readLabelStudio,
	readPascalVoc,
	readPlainBoxes,
	readRekognition,
	readRoboflow,
	readUltralytics,
	readYolo,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { ChoiceOf, ItemInput } from '../runner/itemInput';
import { readCocoResultsItem } from './cocoResults';
import {
	boxFields,
	boxForm,
	classField,
	firstPixel,
	normalized,
	scoreField,
	units,
	yoloNames as yoloNamesField,
} from './fields';
import type { PredictionFormatName } from './formatChoices';
import { oneImage, severalImages, sizeIn, type PredictionFormat, type Reading, type ReadingContext } from './reading';
import { commaList, namesOf } from './wishes';

export const PREDICTION_FORMATS: Readonly<Record<PredictionFormatName, PredictionFormat>> = {
	dataGym: { kind: 'file', isStrict: true, read: readDataGym },
	coco: { kind: 'file', read: (value) => severalImages(readCoco(value)) },
	cocoResults: { kind: 'file', read: readCocoResultsItem },
	cvat: { kind: 'file', isText: true, isDisplayed: true, read: (value) => severalImages(readCvat(String(value))) },
	labelMe: { kind: 'file', isDisplayed: true, read: (value) => oneImage(readLabelMe(value)) },
	labelStudio: { kind: 'file', isDisplayed: true, read: (value) => severalImages(readLabelStudio(value)) },
	pascalVoc: {
		kind: 'file',
		isText: true,
		read: (value, { item }) => oneImage(readPascalVoc(String(value), item.choice(firstPixel))),
	},
	googleVision: { kind: 'image', read: (value, image) => oneImage(readGoogleVision(value, image)) },
	huggingFace: {
		kind: 'image',
		isDisplayed: true,
		read: (value, image) => oneImage(readHuggingFaceDetections(asList(value), image)),
	},
	plainBoxes: {
		kind: 'image',
		read: (value, image, { item }) => oneImage(readPlainBoxes(asList(value), image, plainBoxFields(item))),
	},
	rekognition: { kind: 'image', isDisplayed: true, read: (value, image) => oneImage(readRekognition(value, image)) },
	roboflow: { kind: 'image', isDisplayed: true, read: (value, image) => oneImage(readRoboflow(value, image)) },
	ultralytics: {
		kind: 'image',
		isDisplayed: true,
		read: (value, image, { item }) => oneImage(readUltralytics(asList(value), image, item.flag(normalized))),
	},
	yolo: {
		kind: 'image',
		isText: true,
		isDisplayed: true,
		read: (value, image, context) => oneImage(readYolo(String(value), image, yoloNames(context))),
	},
};

function readDataGym(value: unknown, { images }: ReadingContext): Reading {
	const elements = (Array.isArray(value) ? value : [value]).filter((element) => !isClassHeader(element));
	if (elements.length === 0)
		throw new InputError('“Predictions” is an empty list', 'Give the labels of at least one image.');
	return {
		images: elements.map((element) => {
			const { image, problems } = readImportElement(element, images.classes);
			return { image: { ...image, ...sizeIn(element) }, problems };
		}),
		problems: [],
	};
}

/** The head of DataGym's export, which may stay in what is imported. */
const isClassHeader = (element: unknown) =>
	typeof element === 'object' && element !== null && 'label_classes' in element;

/** n8n makes an item of each element of a list that an API answers with. */
function asList(value: unknown): unknown {
	return isRecord(value) ? [value] : value;
}

const BOX_MEANINGS: Readonly<Record<ChoiceOf<typeof boxForm>, BoxMeaning>> = {
	corners: 'corners',
	cornerSize: 'corner-size',
	centerSize: 'center-size',
};

function plainBoxFields(item: ItemInput): PlainBoxFields {
	const [first, second, third, fourth, ...more] = commaList(item.requiredText(boxFields));
	const isWhole =
		first !== undefined && (second === undefined || (third !== undefined && fourth !== undefined && more.length === 0));
	if (!isWhole)
		throw new InputError(
			'“Box Fields” must name four fields, or one that holds a list of four numbers',
			'Separate the names by commas, such as “x, y, width, height”.',
		);
	const score = item.text(scoreField);
	return {
		meaning: BOX_MEANINGS[item.choice(boxForm)],
		box: second === undefined || third === undefined || fourth === undefined ? [first] : [first, second, third, fourth],
		className: item.requiredText(classField),
		...(score !== '' && { score }),
		isFraction: item.choice(units) === 'fractions',
	};
}

function yoloNames({ item, images }: ReadingContext): readonly string[] {
	const text = item.text(yoloNamesField);
	const names = namesOf(/^[[{]/.test(text) ? item.json(yoloNamesField) : text, yoloNamesField.displayName);
	if (names.size > 0)
		return Array.from({ length: Math.max(...names.keys()) + 1 }, (_, number) => names.get(number) ?? '');
	if (images.classes !== undefined) return datasetClasses(images.classes).names;
	throw new InputError(
		'“Class Names” is empty, and the label configuration is not known',
		'Enter the names in the order of their numbers, as in data.yaml, or turn on “Check Label Configuration”.',
	);
}
