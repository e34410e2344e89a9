import { isList, isRecord, type JsonRecord } from '../parsing/record';
import { headerOf, LONGEST_HEADER, rowsOf } from '../parsing/table';
import { isJson, jsonInText } from '../parsing/textJson';

/** A model's answer without what services, n8n and language models put around it. */
export interface OpenedAnswer {
	/** What can be the predictions, level by level from the outside: objects and lists as values, other texts as they are. */
	readonly levels: readonly (readonly unknown[])[];
	/** The last words of a text that ends within its JSON. */
	readonly cut?: string;
	/** The first words of an object that is no JSON, among others that are. */
	readonly broken?: string;
	/** A text without JSON: the model's words. */
	readonly prose?: string;
	/** Whether it looks like that of a language model, whose numbers can be pixels, percentages or thousandths. */
	readonly isOfLanguageModel: boolean;
}

/**
 * Where services put the answer of a model: OpenAI's and Mistral's `choices[0].message.content`, Gemini's
 * `candidates[0].content.parts[].text`, Anthropic's `content[].text`, Ollama's `response`, Replicate's `output`, Roboflow's
 * `outputs[0]`, `predictions` of model servers, `body` and `data` of n8n's HTTP Request, `text` and `output` of its chains.
 */
const KEYS = [
	'choices',
	'candidates',
	'message',
	'content',
	'parts',
	'tool_calls',
	'text',
	'output_text',
	'generated_text',
	'generated',
	'response',
	'completion',
	'answer',
	'output',
	'outputs',
	'body',
	'data',
	'json',
	'result',
	'results',
	'predictions',
	'prediction',
	'instances',
	'detections',
	'objects',
	'boxes',
	'images',
	'items',
] as const;

/** Of these lists, the first is the answer and others are alternatives. */
const ALTERNATIVES: ReadonlySet<string> = new Set(['choices', 'candidates']);
/** The keys of what is in these are the user's own. */
const FREELY_NAMED: ReadonlySet<string> = new Set(['outputs']);
const DEEPEST = 7;
/** In Hugging Face's tables, which are JSON just as well, the column of the images' names. */
const NAMED_COLUMN = 'file_name';

/** Takes an answer out of what it is wrapped in; takes anything and never throws. */
export function openAnswer(answer: unknown): OpenedAnswer {
	const levels: unknown[][] = [];
	let cut: string | undefined;
	let broken: string | undefined;
	let prose: string | undefined;
	let isOfLanguageModel = false;
	if (answer instanceof Uint8Array) return { levels: [[answer]], isOfLanguageModel };
	let level: unknown[] = [answer];
	while (level.length > 0 && levels.length < DEEPEST) {
		const values = level.flatMap((value) => {
			if (typeof value !== 'string') return [value];
			if (value.slice(0, LONGEST_HEADER).includes(NAMED_COLUMN) && headerOf(value).includes(NAMED_COLUMN))
				return [value, rowsOf(value)];
			const json = jsonInText(value);
			cut ??= json.cut;
			broken ??= json.broken;
			isOfLanguageModel ||= json.values.length > 0 && !isJson(value);
			if (json.values.length === 0 && value.trim() !== '') prose ??= value;
			const paths = json.values.length === 0 ? imagePathsIn(value) : [];
			return [value, ...json.values, ...(paths.length > 0 ? [paths] : [])];
		});
		levels.push(values);
		isOfLanguageModel ||= values.some(isLanguageModels);
		level = values.flatMap(contentsOf);
	}
	return {
		levels,
		isOfLanguageModel,
		...(cut !== undefined && { cut }),
		...(broken !== undefined && { broken }),
		...(prose !== undefined && { prose }),
	};
}

const LONGEST_PATH = 4096;
const IMAGE_ENDINGS = ['.jpg', '.jpeg', '.png'] as const;

/** The lines of a list of paths to images, one in a line; none if any line is something else. */
function imagePathsIn(text: string): readonly string[] {
	const end = text.indexOf('\n');
	if (!isImagePath(text.slice(0, Math.min(end < 0 ? text.length : end, LONGEST_PATH)))) return [];
	const lines = text.split('\n').filter((line) => line.trim() !== '');
	return lines.every(isImagePath) ? lines.map((line) => line.trim()) : [];
}

function isImagePath(line: string): boolean {
	const path = line.trim().toLowerCase();
	return /[\\/]/.test(path) && IMAGE_ENDINGS.some((ending) => path.endsWith(ending));
}

/** Under these, language models give text, and JSON in it; under `output` alone, n8n's structured output. */
const TEXTS = [
	'content',
	'text',
	'output_text',
	'output',
	'generated_text',
	'response',
	'completion',
	'answer',
] as const;
const STRUCTURES = ['choices', 'candidates', 'message', 'content', 'parts', 'tool_calls'] as const;

function isLanguageModels(value: unknown): boolean {
	if (!isRecord(value)) return false;
	const isText = (text: unknown) => typeof text === 'string' && (text.includes('[') || text.includes('{'));
	const isStructuredOutput = isRecord(value.output) && Object.keys(value).length === 1;
	return (
		isStructuredOutput ||
		TEXTS.some((key) => isText(value[key])) ||
		STRUCTURES.some((key) => typeof value[key] === 'object' && value[key] !== null)
	);
}

function contentsOf(value: unknown): unknown[] {
	if (isList(value)) return contentsOfList(value);
	if (!isRecord(value)) return [];
	const named = KEYS.flatMap((key) => {
		const content = value[key];
		if (!isContent(content)) return [];
		if (isList(content) && content.length > 0) {
			if (ALTERNATIVES.has(key)) return content.slice(0, 1);
			if (FREELY_NAMED.has(key) && content.length === 1) return [content, ...content.flatMap(valuesOf)];
		}
		return FREELY_NAMED.has(key) ? [content, ...valuesOf(content)] : [content];
	});
	return named.length === 0 ? onlyValue(value) : named;
}

/**
 * A list with one element can be the answer for one image, and one of texts in parts is the text. Beside an answer in parts,
 * models have thoughts (Gemini's `thought`, OpenAI's `reasoning`) and calls of tools, whose arguments are the answer then.
 */
function contentsOfList(list: readonly unknown[]): unknown[] {
	const parts = list.length < MOST_PARTS ? list.filter(isRecord).filter(({ thought }) => thought !== true) : [];
	const texts = parts.flatMap(({ text }) => (typeof text === 'string' ? [text] : []));
	const calls = parts.flatMap(argumentsOf).filter(isContent);
	if (texts.length > 0 || calls.length > 0) return [...(texts.length > 0 ? [texts.join('')] : []), ...calls];
	const messages = parts.filter(({ type }) => type === 'message');
	if (messages.length === 1) return messages;
	return list.length === 1 && isContent(list[0]) ? [...list] : [];
}

const MOST_PARTS = 100;

/** Of Anthropic's, OpenAI's (both of its APIs) and Gemini's calls of tools. */
function argumentsOf({ type, input, function: called, arguments: given, functionCall }: JsonRecord): unknown[] {
	if (type === 'tool_use') return [input];
	if (type === 'function_call') return [given];
	if (isRecord(called)) return [called.arguments];
	return isRecord(functionCall) ? [functionCall.args] : [];
}

function valuesOf(value: unknown): unknown[] {
	return isRecord(value) ? Object.values(value).filter(isContent) : [];
}

function onlyValue(value: JsonRecord): unknown[] {
	const values = Object.values(value);
	return values.length === 1 ? values.filter(isContent) : [];
}

function isContent(value: unknown): boolean {
	return (typeof value === 'string' && value !== '') || (typeof value === 'object' && value !== null);
}
