import { JsonElements } from './jsonElements';
import { BACKSLASH, CLOSE_LIST, CLOSE_OBJECT, COLON, isBlank, OPEN_LIST, OPEN_OBJECT, QUOTE } from './jsonBytes';

/** Part of a JSON text: bytes of it, in which the inner lists are empty, or an element of an inner list. */
export type JsonPart = { readonly text: Uint8Array } | { readonly element: unknown; readonly list: string };

/** Longer than the names of all lists that are looked for. */
const LONGEST_NAME = 32;
const EMPTY_LIST = new TextEncoder().encode('[]');

/**
 * Takes the long lists out of a JSON text while it arrives, such as the images of each dataset: `{"id":"1","media":[A,B]}` is
 * given as `{"id":"1","media":`, A, B, `[]` and `}`. So neither the text nor the parsed whole is ever held.
 *
 * Throws `SyntaxError` when an element is no JSON; whoever reads the rest of the text sees what else is wrong with it.
 */
export class InnerLists {
	private depth = 0;
	private isInText = false;
	private isEscaped = false;
	/** The text that began last at the depth, as far as it can be one of the names. */
	private name = '';
	/** What stands before the byte: the name of a list, or that and a colon. */
	private before: 'nothing' | 'name' | 'colon' = 'nothing';
	private list: JsonElements | undefined;

	/**
	 * @param names of the lists.
	 * @param depth of the objects that have them: 1 for the text itself, 2 for the elements of a list.
	 */
	constructor(
		private readonly names: ReadonlySet<string>,
		private readonly listDepth: number,
		private readonly decode?: (bytes: Uint8Array) => string,
	) {}

	*push(chunk: Uint8Array): Generator<JsonPart, void, undefined> {
		let rest = chunk;
		while (rest.length > 0) {
			if (this.list === undefined) {
				const start = this.startOfList(rest);
				if (start > 0) yield { text: rest.subarray(0, start) };
				rest = rest.subarray(start);
				if (rest.length > 0) this.list = new JsonElements(this.decode);
			} else {
				const { elements, rest: behind } = this.list.take(rest);
				for (const element of elements) yield { element, list: this.name };
				if (this.list.isAtEnd) {
					this.list = undefined;
					yield { text: EMPTY_LIST };
				}
				rest = behind;
			}
		}
	}

	/** @returns where one of the lists begins; the length if none does. */
	private startOfList(chunk: Uint8Array): number {
		for (let index = 0; index < chunk.length; index++) if (this.isStartOfList(chunk[index] ?? 0)) return index;
		return chunk.length;
	}

	private isStartOfList(byte: number): boolean {
		if (this.isInText) {
			this.readText(byte);
			return false;
		}
		if (isBlank(byte)) return false;
		if (this.before === 'colon' && byte === OPEN_LIST) {
			this.before = 'nothing';
			return true;
		}
		this.before = this.before === 'name' && byte === COLON ? 'colon' : 'nothing';
		if (byte === QUOTE) {
			this.isInText = true;
			this.name = '';
		} else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.depth++;
		else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.depth--;
		return false;
	}

	private readText(byte: number): void {
		if (this.isEscaped) this.isEscaped = false;
		else if (byte === BACKSLASH) this.isEscaped = true;
		else if (byte === QUOTE) {
			this.isInText = false;
			const isName = this.depth === this.listDepth && this.names.has(this.name);
			this.before = isName ? 'name' : 'nothing';
			return;
		}
		if (this.name.length < LONGEST_NAME) this.name += String.fromCharCode(byte);
	}
}
