import { isList, isRecord, type JsonRecord } from '../parsing/record';

const LONGEST_QUOTE = 300;
/** A page's title and a JSON text stand near its beginning. */
const LOOKED_AT = 20_000;
/** Under these keys services write that they failed: Hugging Face, Google, Ultralytics, Roboflow, n8n itself. */
const ERROR_KEYS = ['error', 'errors', 'errorMessage', 'Error'] as const;
/** Under these they write why, but others write harmless things. */
const REASON_KEYS = [
	'message',
	'Message',
	'detail',
	'msg',
	'error_description',
	'description',
	'status',
	'code',
] as const;
/** Under these, services that answer for several images give the answer for each. */
const ANSWER_KEYS = ['responses', 'outputs', 'results'] as const;
const DEEPEST = 4;

/**
 * The words in which a model, or what stands in front of it, said that it failed, instead of predictions: `{"error": …}` at the
 * top, in the only element of a list, in the `body` of a response or in the first of several `responses`, a web page, a language
 * model that refuses, or such JSON as a text.
 *
 * @returns undefined for anything else, also for an answer that is no error and no predictions either.
 */
export function modelErrorIn(answer: unknown): string | undefined {
	if (typeof answer === 'string') return errorInText(answer);
	const only = isList(answer) && answer.length === 1 ? answer[0] : answer;
	if (!isRecord(only)) return undefined;
	for (const part of [only, ...bodyOf(only), ...ANSWER_KEYS.flatMap((key) => firstOf(only[key]))]) {
		const words = ERROR_KEYS.map((key) => wordsOf(part[key])).find((found) => found !== undefined) ?? refusalIn(part);
		if (words !== undefined) return quoted(words);
	}
	return pageIn(only);
}

/** What n8n's HTTP Request has of a response with its status. */
function bodyOf({ body, statusCode }: JsonRecord): JsonRecord[] {
	if (!isRecord(body)) return [];
	const isFailure = typeof statusCode === 'number' && statusCode >= FIRST_ERROR_STATUS;
	const reason = isFailure ? (reasonIn(body) ?? `HTTP status ${statusCode}`) : undefined;
	return [reason === undefined ? body : { error: reason, ...body }];
}

const FIRST_ERROR_STATUS = 400;

/**
 * The words of a language model that did not answer: `choices[0].message.refusal` of OpenAI, `promptFeedback.blockReason` and, without
 * content, `candidates[0].finishReason` of Gemini.
 * Source: platform.openai.com/docs/api-reference/chat/object; ai.google.dev/api/generate-content.
 */
function refusalIn({ choices, promptFeedback, candidates }: JsonRecord): string | undefined {
	const message = firstOf(choices)[0]?.message;
	if (isRecord(message) && typeof message.refusal === 'string' && message.refusal !== '') return message.refusal;
	if (isRecord(promptFeedback) && typeof promptFeedback.blockReason === 'string')
		return `The prompt was blocked: ${promptFeedback.blockReason}`;
	const [candidate] = firstOf(candidates);
	if (candidate === undefined || typeof candidate.finishReason !== 'string') return undefined;
	const isEmpty =
		!isRecord(candidate.content) || !isList(candidate.content.parts) || candidate.content.parts.length === 0;
	return isEmpty ? `The model stopped without an answer: ${candidate.finishReason}` : undefined;
}

/** The words of an answer that lacks its predictions, if it says why: `{"message": "Forbidden"}`, `{"detail": "Not Found"}`. */
export function reasonIn(answer: unknown): string | undefined {
	const only = isList(answer) && answer.length === 1 ? answer[0] : answer;
	if (!isRecord(only)) return undefined;
	const words = ['message', 'Message', 'detail', 'msg'].flatMap((key) => wordsOf(only[key]) ?? []);
	return words[0] === undefined ? undefined : quoted(words[0]);
}

function firstOf(value: unknown): JsonRecord[] {
	const [first] = isList(value) ? value : [];
	return isRecord(first) ? [first] : [];
}

/** An answer that is a text stands alone in its item, or where HTTP Request puts it. */
function pageIn(item: JsonRecord): string | undefined {
	const values = Object.values(item);
	const texts = values.length === 1 ? values : [item.data, item.body];
	return texts
		.map((text) => (typeof text === 'string' ? errorInText(text) : undefined))
		.find((words) => words !== undefined);
}

function errorInText(text: string): string | undefined {
	const start = text.slice(0, LOOKED_AT).trimStart();
	if (/^<(?:!doctype html|html|head|body)\b/i.test(start)) return quoted(titleOf(start));
	if (!start.startsWith('{') && !start.startsWith('[')) return undefined;
	const value = parsed(text);
	return modelErrorIn(value);
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** The title of a web page, or else the words in it. */
function titleOf(page: string): string {
	const lower = page.toLowerCase();
	const [from, to] = [lower.indexOf('<title'), lower.indexOf('</title>')];
	const title = from >= 0 && to > from ? page.slice(page.indexOf('>', from) + 1, to) : '';
	return title.trim() === '' ? withoutTags(page) : title;
}

function withoutTags(page: string): string {
	return page
		.split('<')
		.map((part) => part.slice(part.indexOf('>') + 1))
		.join(' ');
}

/** What an error says, whatever its shape; nothing if it says that there is none. */
function wordsOf(error: unknown, level = 1): string | undefined {
	if (error === undefined || error === null || error === false || error === '' || error === 0) return undefined;
	if (typeof error === 'string') return error;
	if (typeof error !== 'object') return String(error);
	if (level === DEEPEST) return undefined;
	const parts = isList(error) ? error : isRecord(error) ? REASON_KEYS.map((key) => error[key]) : [];
	const words = parts.flatMap((part) => wordsOf(part, level + 1) ?? []);
	if (words.length > 0) return isList(error) ? words.join('; ') : words[0];
	return Object.keys(error).length === 0 ? undefined : written(error);
}

/** Nested by the thousand, a value cannot be written. */
function written(error: object): string {
	try {
		return JSON.stringify(error);
	} catch {
		return 'an error that is nested too deeply';
	}
}

function quoted(words: string): string {
	const line = words.split(/\s+/).join(' ').trim();
	return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE - 1)}…` : line;
}
