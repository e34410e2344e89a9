import { InnerLists } from './innerLists';
import { JsonElements } from './jsonElements';
import { readAs, UnexpectedElement, type Schema } from './wire/schema';

/** Reads a JSON answer while it arrives, so that its text is never held. Throws `SyntaxError` and `UnexpectedElement`. */
export interface AnswerReader<Value> {
	/** The character that the JSON begins with. */
	readonly start: '[' | '{';
	push(bytes: Uint8Array): void;
	end(): Value;
}

export type NewReader<Value> = (decode: (bytes: Uint8Array) => string) => AnswerReader<Value>;

/** What becomes of an element. @throws UnexpectedElement */
export type ReadElement<Item> = (element: unknown, index: number) => Item;

export const bySchema =
	<Item>(schema: Schema<Item>): ReadElement<Item> =>
	(element, index) => {
		const read = readAs(schema, element, [index]);
		if (read.ok) return read.value;
		throw new UnexpectedElement(read.issue);
	};

/** Takes the elements of a list one after the other and keeps of them what is needed. */
export interface Fold<Item, Value> {
	add(item: Item): void;
	end(): Value;
}

/**
 * A list whose elements are read one by one, of any length, of which no more is held than the fold keeps.
 *
 * @param newFold makes one for each try, since a list that breaks off begins anew.
 */
export function foldReader<Item, Value>(
	newReadElement: () => ReadElement<Item>,
	newFold: () => Fold<Item, Value>,
): NewReader<Value> {
	return (decode) => {
		const parser = new JsonElements(decode);
		const read = newReadElement();
		const fold = newFold();
		let index = 0;
		return {
			start: '[',
			push: (bytes) => {
				for (const element of parser.push(bytes)) fold.add(read(element, index++));
			},
			end: () => {
				parser.end();
				return fold.end();
			},
		};
	};
}

/** A list of any length as a whole. */
export function listReader<Item>(newReadElement: () => ReadElement<Item>): NewReader<readonly Item[]> {
	return foldReader(newReadElement, allOf<Item>);
}

/** Keeps all. */
export function allOf<Item>(): Fold<Item, readonly Item[]> {
	const items: Item[] = [];
	return { add: (item) => items.push(item), end: () => items };
}

/** How objects are read that have a long list: the object with an empty list, and the list's elements. */
export interface InnerListOptions<Outer, Inner, Kept, Joined> {
	readonly names: ReadonlySet<string>;
	readonly inner: ReadElement<Inner>;
	readonly outer: ReadElement<Outer>;
	/** Takes the list of one object, which can come before what else the object has. */
	readonly newFold: () => Fold<Inner, Kept>;
	readonly join: (outer: Outer, kept: Kept) => Joined;
}

/** A list of objects that have a list each, both of any length. */
export function nestedListReader<Outer, Inner, Kept, Joined>(
	options: InnerListOptions<Outer, Inner, Kept, Joined>,
): NewReader<readonly Joined[]> {
	return (decode) => {
		const parser = new JsonElements(decode);
		const split = innerSplitter(2, options, decode);
		const items: Joined[] = [];
		return {
			start: '[',
			push: (bytes) => {
				for (const text of split.push(bytes))
					for (const element of parser.push(text))
						items.push(options.join(options.outer(element, items.length), split.takeInner()));
			},
			end: () => {
				parser.end();
				return items;
			},
		};
	};
}

/** One object that has a list of any length. */
export function nestedObjectReader<Outer, Inner, Kept, Joined>(
	options: InnerListOptions<Outer, Inner, Kept, Joined>,
): NewReader<Joined> {
	return (decode) => {
		// As the only element of a list, the object is parsed and limited as each of a list's.
		const parser = new JsonElements(decode);
		parser.push(OPEN);
		const split = innerSplitter(1, options, decode);
		return {
			start: '{',
			push: (bytes) => {
				for (const text of split.push(bytes))
					if (parser.push(text).length > 0) throw new SyntaxError('There is more text after the JSON object.');
			},
			end: () => {
				const [object] = parser.push(CLOSE);
				parser.end();
				return options.join(options.outer(object, 0), split.takeInner());
			},
		};
	};
}

const OPEN = new TextEncoder().encode('[');
const CLOSE = new TextEncoder().encode(']');

function innerSplitter<Inner, Kept>(
	depth: number,
	{ names, inner, newFold }: Pick<InnerListOptions<never, Inner, Kept, never>, 'names' | 'inner' | 'newFold'>,
	decode: (bytes: Uint8Array) => string,
) {
	const lists = new InnerLists(names, depth, decode);
	let fold = newFold();
	let count = 0;
	return {
		*push(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
			for (const part of lists.push(bytes)) {
				if ('text' in part) yield part.text;
				else fold.add(inner(part.element, count++));
			}
		},
		/** What is kept of the elements since the last call. */
		takeInner: () => {
			const kept = fold.end();
			fold = newFold();
			count = 0;
			return kept;
		},
	};
}
