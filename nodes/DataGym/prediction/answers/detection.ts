import {
	boundingBox,
	detectFormat,
	inputsOfFormat,
	openAnswer,
	type OpenedAnswer,
	READABLE_FORMATS,
	readInput,
	type ReadableFormat,
	type ReadingParameters,
	reasonIn,
	type RecognizedInput,
	sizeIn,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { boxFormName, classField, scoreField, unitName } from '../formatFields';

/** What an item gives as predictions, in the format that the user chose, or in one that is still to be detected. */
export interface GivenAnswer {
	readonly value: unknown;
	readonly opened: OpenedAnswer;
	readonly chosen: ReadableFormat | undefined;
}

export function givenAnswer(value: unknown, chosen: ReadableFormat | undefined): GivenAnswer {
	return { value, opened: openAnswer(value), chosen };
}

/** What is read in which format. */
export interface Recognition extends RecognizedInput {
	/** The name of the format, if it was detected and not chosen. */
	readonly detected?: string;
}

type Image = ReadingParameters['image'];

/**
 * The format of an answer and the part of it that is read, as far as they are known without the image: all readings that are possible.
 *
 * @throws InputError if no format recognizes it.
 */
export function possibleReadings(answer: GivenAnswer): readonly Recognition[] {
	return readings(answer, undefined);
}

/**
 * The one reading of those that are possible, which the size of the image can leave.
 *
 * @throws InputError if none recognizes it, or if it can be read in several ways, with what each of them makes of its first label.
 */
export function onlyReading(answer: GivenAnswer, possible: readonly Recognition[], image: Image): Recognition {
	const left = possible.length === 1 ? possible : readings(answer, image);
	const [only, ...others] = left;
	if (only !== undefined && others.length === 0) return only;
	const choices = left.map((choice) => `${nameOf(choice)}${firstLabel(choice, image)}`);
	if (new Set(left.map(nameOf)).size === 1)
		throw new InputError(
			`The predictions contain ${left.length} lists of labels, and nothing in them shows which one is right`,
			`Enter in "Predictions" the field with the right one, or ask the model for one list only. Found are: ${choices.join('; ')}.`,
		);
	throw new InputError(
		'The predictions can be read in several ways, and nothing in them shows which one is right',
		`Set "Format" to one of these: ${choices.join('; ')}.${otherFields(left)}`,
	);
}

/** The fields of class and score, where they are not those that Plain Boxes has by default: without the score, no minimum would apply. */
function otherFields(choices: readonly Recognition[]): string {
	const known = choices.flatMap(({ parameters }) => parameters.plainBoxFields ?? []);
	const [{ className, score = scoreField.default } = { className: classField.default }] = known;
	const settings = [
		...(className === classField.default ? [] : [`"${classField.displayName}" ${quotedOrEmpty(className)}`]),
		...(score === scoreField.default ? [] : [`"${scoreField.displayName}" ${quotedOrEmpty(score)}`]),
	];
	return settings.length === 0 ? '' : ` With "Plain Boxes", also set ${settings.join(' and ')}.`;
}

const quotedOrEmpty = (field: string) => (field === '' ? 'to nothing' : `to ${field}`);

function readings({ value, opened, chosen }: GivenAnswer, image: Image | undefined): readonly Recognition[] {
	if (chosen !== undefined) {
		const isWhole = chosen.reads.parameters.includes('plainBoxFields');
		const inputs = isWhole ? [value] : inputsOfFormat(chosen, value, opened);
		return inputs.map((input) => ({ format: chosen, input, parameters: {} }));
	}
	const detection = detectFormat(opened, sizeIn(image));
	switch (detection.kind) {
		case 'format':
			return [{ ...detection.recognized, detected: detection.recognized.format.name }];
		case 'ambiguous':
			return detection.choices.map((choice) => ({ ...choice, detected: choice.format.name }));
		case 'nothing-found':
			return [detection.recognized];
		case 'unknown':
			throw unrecognized(value, opened, detection.seen);
	}
}

const LONGEST_QUOTE = 200;

function unrecognized(value: unknown, { cut, broken, prose }: OpenedAnswer, seen: string): InputError {
	if (cut !== undefined)
		return new InputError(
			`The model's response is cut off. It ends with: ${cut}`,
			'No prediction was used for this image. Allow the model more output tokens, or ask it for fewer objects.',
		);
	if (broken !== undefined)
		return new InputError(
			`One of the objects in the predictions is not valid JSON. It begins with: ${broken}`,
			'Nothing was imported, since its labels would be missing. Correct it, or create the predictions again.',
		);
	const words = reasonIn(value) ?? (prose === undefined ? undefined : prose.trim().slice(0, LONGEST_QUOTE));
	const names = READABLE_FORMATS.map(({ name }) => name).join(', ');
	return new InputError(
		words === undefined
			? `The format of the predictions cannot be detected: they are ${seen}`
			: `The predictions are in none of the formats. The model responded: ${words}`,
		`Check "Predictions", or set "Format" to "Plain Boxes" and name the fields. Detected are: ${names}.`,
	);
}

/** The settings that read the predictions in one way. */
function nameOf({ format, parameters: { plainBoxFields, isNormalized } }: Recognition): string {
	if (isNormalized !== undefined) return `"${format.name}" with "Normalized" ${isNormalized ? 'on' : 'off'}`;
	if (plainBoxFields === undefined) return `"${format.name}"`;
	const { meaning, unit = 'pixels', box } = plainBoxFields;
	const fields = box[0] === '' ? '' : `, "Box Fields" ${box.join(', ')}`;
	return `"${format.name}" with "Box Form" ${boxFormName(meaning)}, "Units" ${unitName(unit)}${fields}`;
}

/** Where a reading puts the first label. */
function firstLabel({ format: { reads }, input, parameters }: Recognition, image: Image): string {
	const all: ReadingParameters = { ...NO_PARAMETERS, image, ...parameters };
	const { images } = readInput(reads, input, all);
	const [object] = images.flatMap((each) => each.image.objects);
	const box = object && boundingBox(object.geometry);
	if (object === undefined || box === undefined) return '';
	const [left, top, right, bottom] = [box.x, box.y, box.x + box.width, box.y + box.height].map(Math.round);
	return ` (first label "${object.className}": x ${left} to ${right}, y ${top} to ${bottom} pixels)`;
}

export const NO_PARAMETERS: Omit<ReadingParameters, 'image'> = {
	classNames: [],
	keypoints: [],
	cocoReferences: { categories: new Map(), imageReference: '' },
	firstPixel: 0,
	isNormalized: false,
	labelClasses: undefined,
	plainBoxFields: { meaning: 'corners', box: ['box'], className: '' },
};
