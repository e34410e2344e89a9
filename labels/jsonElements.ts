/**
 * Takes a JSON array apart while it arrives: each element is parsed by itself, so that neither the text nor the parsed
 * array of a large export is ever held as a whole.
 *
 * Give it the bytes (UTF-8) as they come with `push`, which returns the elements completed by them, and call `end` at the
 * end. Throws `SyntaxError` when the text is no array, an element is no JSON, or the text ends too early (a server that fails in the middle of an export leaves half of one behind).
 */
export class JsonElements {
	private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: false });
	/** Bytes of the element that has begun, from earlier chunks. */
	private pending: Uint8Array[] = [];
	private state: 'before' | 'between' | 'inside' | 'after' = 'before';
	private depth = 0;
	private isInText = false;
	private isEscaped = false;
	private expectsElement = false;
	private position = 0;

	push(chunk: Uint8Array): unknown[] {
		const elements: unknown[] = [];
		let start = 0;
		for (let index = 0; index < chunk.length; index++) {
			const byte = chunk[index] ?? 0;
			if (this.state === 'inside') {
				if (!this.isEndOfElement(byte)) continue;
				elements.push(this.parse(chunk.subarray(start, index)));
				this.state = byte === CLOSE_LIST ? 'after' : 'between';
				this.expectsElement = byte === COMMA;
			} else if (this.isStartOfElement(byte, this.position + index)) {
				start = index;
				this.state = 'inside';
				this.isEndOfElement(byte);
			}
		}
		if (this.state === 'inside') this.pending.push(chunk.slice(start));
		this.position += chunk.length;
		return elements;
	}

	end(): void {
		if (this.state !== 'after') throw new SyntaxError(`The JSON text ends after ${this.position} bytes in the middle of its list. Fetch it again.`);
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
		if (this.state !== 'between' || byte === COMMA || byte === CLOSE_LIST) throw new SyntaxError(`The text is no JSON list: it has an unexpected character at byte ${position}. Fetch it again.`);
		return true;
	}

	/** Follows the element; true at the comma or bracket behind it. */
	private isEndOfElement(byte: number): boolean {
		if (this.isInText) {
			if (this.isEscaped) this.isEscaped = false;
			else if (byte === BACKSLASH) this.isEscaped = true;
			else if (byte === QUOTE) this.isInText = false;
			return false;
		}
		switch (byte) {
			case QUOTE:
				this.isInText = true;
				return false;
			case OPEN_OBJECT:
			case OPEN_LIST:
				this.depth++;
				return false;
			case CLOSE_OBJECT:
				this.depth--;
				return false;
			case CLOSE_LIST:
				if (this.depth <= 0) return true;
				this.depth--;
				return false;
			default:
				return byte === COMMA && this.depth === 0;
		}
	}

	private parse(last: Uint8Array): unknown {
		const bytes = this.pending.length === 0 ? last : joined([...this.pending, last]);
		this.pending = [];
		return JSON.parse(this.decoder.decode(bytes));
	}
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const BYTE_ORDER_MARK: ReadonlySet<number> = new Set([0xef, 0xbb, 0xbf]);

function isBlank(byte: number): boolean {
	return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

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
