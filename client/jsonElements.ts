import { BACKSLASH, CLOSE_LIST, CLOSE_OBJECT, COMMA, isBlank, OPEN_LIST, OPEN_OBJECT, QUOTE } from './jsonBytes';

/** Of an element, or of blanks between two: so many bytes come from no DataGym. */
export class ElementTooLarge extends SyntaxError {}

/**
 * Takes a JSON array apart while it arrives: only the elements that a chunk completes are parsed, all together, so that neither the
 * text nor the parsed array of a large export is ever held as a whole.
 *
 * Give it the bytes (UTF-8) as they come with `push`, which returns the elements completed by them, and call `end` at the
 * end. Throws `SyntaxError` when the text is no array, an element is no JSON, or the text ends too early (a server that fails
 * in the middle of an export leaves half of one behind).
 */
export class JsonElements {
	/** Bytes of the element that has begun, from earlier chunks. */
	private pending: Uint8Array[] = [];
	/** Bytes since the last element was complete. */
	private silence = 0;
	private state: 'before' | 'between' | 'inside' | 'after' = 'before';
	private depth = 0;
	private isInText = false;
	private isEscaped = false;
	private expectsElement = false;
	private position = 0;

	constructor(private readonly decode: (bytes: Uint8Array) => string = UTF_8) {}

	push(chunk: Uint8Array): unknown[] {
		const { elements, rest } = this.take(chunk);
		if (rest.some((byte) => !isBlank(byte)))
			throw new SyntaxError('There is more text after the JSON list. Fetch it again.');
		return elements;
	}

	/** Takes bytes up to the end of the list. @returns the elements completed by them, and the bytes behind the list. */
	take(chunk: Uint8Array): { readonly elements: unknown[]; readonly rest: Uint8Array } {
		const elements: unknown[] = [];
		let start = 0;
		let index = 0;
		/** Where whole elements begin and end that are not parsed yet. */
		const run = { start: 0, end: 0 };
		for (; index < chunk.length && !this.isAtEnd; index++) {
			if (this.state !== 'inside') {
				if (!this.isStartOfElement(chunk[index] ?? 0, this.position + index)) continue;
				this.state = 'inside';
				start = index;
			}
			index = this.endOfElement(chunk, index);
			if (index >= chunk.length) break;
			if (this.pending.length > 0) elements.push(...this.parse(chunk.subarray(start, index)));
			else {
				if (run.end === 0) run.start = start;
				run.end = index;
			}
			this.expectsElement = chunk[index] === COMMA;
			this.state = this.expectsElement ? 'between' : 'after';
		}
		if (run.end > 0) for (const element of this.parse(chunk.subarray(run.start, run.end))) elements.push(element);
		if (this.state === 'inside') this.pending.push(chunk.slice(start));
		this.position += chunk.length;
		this.silence = elements.length > 0 ? 0 : this.silence + chunk.length;
		if (this.silence > LONGEST_ELEMENT)
			throw new ElementTooLarge(`The JSON list contains an element larger than ${LONGEST_ELEMENT / 2 ** 20} MB.`);
		return { elements, rest: chunk.subarray(Math.min(index, chunk.length)) };
	}

	get isAtEnd(): boolean {
		return this.state === 'after';
	}

	end(): void {
		if (!this.isAtEnd)
			throw new SyntaxError(`The JSON ends in the middle of its list, after ${this.position} bytes. Fetch it again.`);
	}

	/** Outside of elements: blanks, the brackets of the list and commas. Whatever else comes begins an element. */
	private isStartOfElement(byte: number, position: number): boolean {
		if (isBlank(byte) || (position < 3 && BYTE_ORDER_MARK.has(byte))) return false;
		if (this.state === 'before' && byte === OPEN_LIST) {
			this.state = 'between';
			return false;
		}
		if (this.state === 'between' && byte === CLOSE_LIST && !this.expectsElement) {
			this.state = 'after';
			return false;
		}
		if (this.state !== 'between' || byte === COMMA || byte === CLOSE_LIST)
			throw new SyntaxError(`The text is not a JSON list: unexpected character at byte ${position}. Fetch it again.`);
		return true;
	}

	/** Follows the element to the comma or bracket behind it, or to the end of the chunk: byte by byte, so with as little as possible for each. */
	private endOfElement(chunk: Uint8Array, start: number): number {
		const { length } = chunk;
		let { depth, isInText } = this;
		let index = this.isEscaped ? start + 1 : start;
		for (; index < length; index++) {
			const byte = chunk[index];
			if (isInText) {
				if (byte === QUOTE) isInText = false;
				else if (byte === BACKSLASH) index++;
			} else if (byte === QUOTE) isInText = true;
			else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++;
			else if (byte === CLOSE_OBJECT) depth--;
			else if (byte === COMMA) {
				if (depth === 0) break;
			} else if (byte === CLOSE_LIST) {
				if (depth <= 0) break;
				depth--;
			}
		}
		this.depth = depth;
		this.isInText = isInText;
		this.isEscaped = index > length;
		return index;
	}

	/** Elements with the commas between them. */
	private parse(last: Uint8Array): readonly unknown[] {
		const bytes = this.pending.length === 0 ? last : joined([...this.pending, last]);
		this.pending = [];
		try {
			return JSON.parse(`[${this.decode(bytes)}]`) as readonly unknown[];
		} catch {
			throw noJson(this.position);
		}
	}
}

/** JSON.parse's own error quotes the text, which is the server's. */
const noJson = (position: number) =>
	new SyntaxError(`The JSON list has an element that is not valid JSON, before byte ${position}. Fetch it again.`);

/** Far more than the labels of an image; one without an end would fill the memory. */
const LONGEST_ELEMENT = 64 * 2 ** 20;
const decoder = new TextDecoder();
const UTF_8 = (bytes: Uint8Array) => decoder.decode(bytes);
const BYTE_ORDER_MARK: ReadonlySet<number> = new Set([0xef, 0xbb, 0xbf]);

function joined(parts: readonly Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
	let position = 0;
	for (const part of parts) {
		whole.set(part, position);
		position += part.length;
	}
	return whole;
}

/** The elements of a JSON array in the given chunks; throws `SyntaxError` like `JsonElements`. */
export function* jsonElements(chunks: Iterable<Uint8Array>): Generator<unknown, void, undefined> {
	const splitter = new JsonElements();
	for (const chunk of chunks) yield* splitter.push(chunk);
	splitter.end();
}
