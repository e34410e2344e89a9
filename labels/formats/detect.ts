import type { ImageSize } from '../model';
import { isList, isRecord, shown } from '../parsing/record';
import { READABLE_FORMATS } from './catalog';
import { type AnswerHints, inputKind, type KnownParameters, type ReadableFormat } from './format';
import { huggingFace } from './huggingFace';
import type { OpenedAnswer } from './openedAnswer';

/** An input, taken out of what it was wrapped in, the format to read it in, and what it tells of the format's parameters. */
export interface RecognizedInput {
	readonly format: ReadableFormat;
	readonly input: unknown;
	readonly parameters: KnownParameters;
}

export type Detection =
	| { readonly kind: 'format'; readonly recognized: RecognizedInput }
	/** The input can be read in several ways, and says nothing about which is right. */
	| { readonly kind: 'ambiguous'; readonly choices: readonly RecognizedInput[] }
	/** A list without elements, which is a model that found nothing in all formats of lists; it is read as one of them. */
	| { readonly kind: 'nothing-found'; readonly recognized: RecognizedInput }
	/** `seen` says in words what the input is. */
	| { readonly kind: 'unknown'; readonly seen: string };

/**
 * Which format an answer is in, as the formats themselves recognize it; the outermost part that any of them does counts. With
 * the size of the image, what is undecided between units can be decided.
 */
export function detectFormat(answer: OpenedAnswer, size?: ImageSize): Detection {
	const { levels, cut, prose } = answer;
	const hints: AnswerHints = { size, isOfLanguageModel: answer.isOfLanguageModel };
	for (const formats of [SPECIFIC, GENERIC])
		for (const level of levels) {
			const choices = level.flatMap((input) => recognized(formats, input, hints));
			const [first] = choices;
			if (first === undefined) continue;
			if (choices.length > 1) return { kind: 'ambiguous', choices };
			const beside = besides(first, levels, hints);
			return beside.length === 0
				? { kind: 'format', recognized: first }
				: { kind: 'ambiguous', choices: [first, ...beside] };
		}
	// Beside words of the model, an empty list can be anything: OpenAI's texts have lists of annotations.
	if (cut === undefined && prose === undefined && levels.some((level) => level.some(isEmptyList)))
		return { kind: 'nothing-found', recognized: { format: huggingFace, input: [], parameters: {} } };
	return { kind: 'unknown', seen: wordsFor(levels[0]?.[0]) };
}

/** What is of the same format in the same object, such as people beside objects, and would be lost without a word. */
function besides(
	{ format, input }: RecognizedInput,
	levels: OpenedAnswer['levels'],
	hints: AnswerHints,
): RecognizedInput[] {
	if (!isList(input)) return [];
	const parent = levels.flat().find((value) => isRecord(value) && Object.values(value).includes(input));
	const others = isRecord(parent) ? Object.values(parent).filter((value) => isList(value) && value !== input) : [];
	return others.flatMap((other) => (isEmptyList(other) ? [] : readingsIn(format, other, hints)));
}

const SPECIFIC = READABLE_FORMATS.filter(({ reads }) => reads.isGeneric !== true);
const GENERIC = READABLE_FORMATS.filter(({ reads }) => reads.isGeneric === true);

function recognized(formats: readonly ReadableFormat[], input: unknown, hints: AnswerHints): RecognizedInput[] {
	if (isEmptyList(input)) return [];
	return formats.flatMap((format) => readingsIn(format, input, hints));
}

function readingsIn(format: ReadableFormat, input: unknown, hints: AnswerHints): RecognizedInput[] {
	if (format.reads.input !== inputKind(input)) return [];
	return format.reads.recognizes(input, hints).map((parameters) => ({ format, input, parameters }));
}

/** The outermost parts of an answer that are of the format; the whole answer if none is, so that the reader can say why. */
export function inputsOfFormat(
	format: ReadableFormat,
	answer: unknown,
	{ levels }: OpenedAnswer,
): readonly [unknown, ...unknown[]] {
	for (const level of levels) {
		const [first, ...others] = level.filter((input) => readingsIn(format, input, NO_HINTS).length > 0);
		if (first !== undefined) return [first, ...others];
	}
	return [answer];
}

const NO_HINTS: AnswerHints = { size: undefined, isOfLanguageModel: false };

function isEmptyList(value: unknown): boolean {
	return isList(value) && value.length === 0;
}

const MOST_KEYS = 8;

/** What an answer is, for a message: its keys, or its first words. */
function wordsFor(answer: unknown): string {
	const [first] = isList(answer) ? answer : [];
	if (answer instanceof Uint8Array) return 'a file that is no text';
	if (isRecord(first) && isList(answer)) return `a list of ${answer.length} with ${keysOf(first)}`;
	return isRecord(answer) ? `an object with ${keysOf(answer)}` : shown(answer);
}

function keysOf(record: object): string {
	const keys = Object.keys(record);
	const named = keys.slice(0, MOST_KEYS).map((key) => shown(key));
	if (keys.length === 0) return 'no fields';
	return `the ${keys.length === 1 ? 'field' : 'fields'} ${named.join(', ')}${keys.length > MOST_KEYS ? ', …' : ''}`;
}
