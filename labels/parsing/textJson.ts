import { isRecord } from './record';

/** The JSON in a text, as language models write it: alone, in a fence, between sentences, or one value per line. */
export interface TextJson {
	/** Objects and lists in the order of the text; several objects and nothing else are one list of them. */
	readonly values: readonly unknown[];
	/** The last words of a text that ends within an object or list. */
	readonly cut?: string;
	/** The first words of an object in a line of its own that is no JSON; there are no values then, since one would be missing. */
	readonly broken?: string;
}

const LONGEST_QUOTE = 80;
/** Brackets that are no JSON: sentences have a few, and thousands would take minutes. */
const MOST_FAILURES = 100;
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/**
 * Reads the JSON in a text. Fences, sentences around it, a `<think>` part, commas before a closing bracket and texts in single
 * quotes are passed over; numbers and texts alone are no values. Never throws, and takes time in proportion to the text.
 */
export function jsonInText(text: string): TextJson {
	const whole = parsed(text);
	if (isStructure(whole)) return { values: [whole] };
	const answer = withoutThoughts(text);
	const values: unknown[] = [];
	let position = nextOpening(answer, 0);
	let cut: string | undefined;
	let lost: number | undefined;
	let failures = 0;
	while (position < answer.length && failures < MOST_FAILURES) {
		const end = closingOf(answer, position);
		if (end === undefined) {
			cut ??= answer.slice(Math.max(position, answer.length - LONGEST_QUOTE)).trim();
			if (isObjectInLine(answer, position) && values.some(isRecord)) return { values: [], cut };
			break;
		}
		const value = parsedLoosely(answer.slice(position, end));
		if (value === undefined) {
			failures++;
			if (isObjectInLine(answer, position)) lost ??= position;
		} else values.push(value);
		position = nextOpening(answer, end);
	}
	if (lost !== undefined && values.some(isRecord))
		return { values: [], broken: answer.slice(lost, lost + LONGEST_QUOTE).trim() };
	const isSeries = values.length > 1 && values.every(isRecord);
	return { values: isSeries ? [values] : values, ...(cut !== undefined && { cut }) };
}

/** Whether a text is an object or list in JSON, and nothing else. */
export function isJson(text: string): boolean {
	return isStructure(parsed(text));
}

function isStructure(value: unknown): value is object {
	return typeof value === 'object' && value !== null;
}

/** Whether an object of JSON Lines begins at the position, and no brackets of a sentence. */
function isObjectInLine(text: string, position: number): boolean {
	const isFirst = position === 0 || text[position - 1] === '\n';
	return isFirst && /^\{\s{0,9}["']/.test(text.slice(position, position + 11));
}

function withoutThoughts(text: string): string {
	const end = text.lastIndexOf('</think>');
	return end < 0 ? text : text.slice(end + '</think>'.length);
}

/** The next bracket that opens. */
function nextOpening(text: string, from: number): number {
	for (let index = from; index < text.length; index++) {
		const character = text[index];
		if (character === '{' || character === '[') return index;
	}
	return text.length;
}

/** Where the object or list that begins at the position is closed; nothing if the text ends before. */
function closingOf(text: string, start: number): number | undefined {
	const open: string[] = [];
	for (let index = start; index < text.length; index++) {
		const character = text[index] ?? '';
		if (character === '"') {
			index = endOfString(text, index);
			continue;
		}
		const closing = CLOSING[character];
		if (closing !== undefined) open.push(closing);
		else if (character === open.at(-1)) {
			open.pop();
			if (open.length === 0) return index + 1;
		} else if (character === '}' || character === ']') return index + 1;
	}
	return undefined;
}

/** Where the text in quotes that begins at the position ends: at its quote, or at the end of everything. */
function endOfString(text: string, start: number): number {
	const quote = text[start];
	let index = start + 1;
	while (index < text.length && text[index] !== quote) index += text[index] === '\\' ? 2 : 1;
	return index;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** JSON as it is, or else without the commas that stand before closing brackets, or else as Python writes it. */
function parsedLoosely(text: string): unknown {
	return parsed(text) ?? parsed(withoutLastCommas(text)) ?? parsed(fromPython(text));
}

function withoutLastCommas(text: string): string {
	let clean = '';
	let from = 0;
	for (let index = 0; index < text.length; index++) {
		const character = text[index];
		if (character === '"') index = endOfString(text, index);
		else if (character === ',') {
			let next = index + 1;
			while (next < text.length && /\s/.test(text[next] ?? '')) next++;
			if (text[next] !== '}' && text[next] !== ']') continue;
			clean += text.slice(from, index);
			from = index + 1;
		}
	}
	return clean + text.slice(from);
}

/** What Python writes instead of JSON's words, `json.dumps` among it: numbers that are none are missing. */
const PYTHON_WORDS: Readonly<Record<string, string>> = {
	None: 'null',
	True: 'true',
	False: 'false',
	NaN: 'null',
	nan: 'null',
	Infinity: 'null',
	inf: 'null',
};

/** Texts in single quotes, tuples and words, as `print` and `json.dumps` of Python write lists and dictionaries. */
function fromPython(text: string): string {
	let json = '';
	for (let index = 0; index < text.length; index++) {
		const character = text[index] ?? '';
		if (character !== '"' && character !== "'") {
			const word = wordAt(text, index);
			if (word === undefined) json += character === '(' ? '[' : character === ')' ? ']' : character;
			else {
				json += PYTHON_WORDS[word.slice(word.startsWith('-') ? 1 : 0)] ?? word;
				index += word.length - 1;
			}
			continue;
		}
		const end = endOfString(text, index);
		const content = text.slice(index + 1, end);
		json += character === '"' ? `"${content}"` : JSON.stringify(content.replaceAll("\\'", "'"));
		index = end;
	}
	return withoutLastCommas(json);
}

/** The word that begins at the position, with a minus before it. */
function wordAt(text: string, position: number): string | undefined {
	return /^-?[A-Za-z]{1,10}(?![A-Za-z])/.exec(text.slice(position, position + 12))?.[0];
}
