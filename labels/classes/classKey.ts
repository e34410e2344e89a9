/**
 * A class key in the form in which two of them are compared: the server stores keys in lower case and looks them up as its
 * database compares, so `Car`, `car` and `car ` are one class. Every comparison of a key that a person, a model or a file
 * gives goes through here; keys hold `a-z`, digits, blanks, `_` and `-` only. Source: docs/contract.md#configuration-entries.
 */
export function comparableKey(key: string): string {
	let end = key.length;
	while (key[end - 1] === ' ') end--;
	return key.slice(0, end).toLowerCase();
}

/** Whether the server takes both for one class. */
export function sameKey(a: string, b: string): boolean {
	return a === b || comparableKey(a) === comparableKey(b);
}

/** Whether two names have the same words, however they are joined: `Left-Eye`, `left eye` and `left_eye`. */
export function sameWords(a: string, b: string): boolean {
	return wordsOf(a) === wordsOf(b);
}

function wordsOf(name: string): string {
	return name.toLowerCase().replace(/[\s_-]+/g, '');
}

/** The key among those that the server takes for the given one, as it is written there. */
export function findKey(keys: Iterable<string>, key: string): string | undefined {
	let similar: string | undefined;
	for (const candidate of keys) {
		if (candidate === key) return candidate;
		if (similar === undefined && sameKey(candidate, key)) similar = candidate;
	}
	return similar;
}

/** Values by class key, found by the exact spelling first, then as the server compares. */
export class KeyMap<Value> {
	private readonly exact = new Map<string, Value>();
	private readonly comparable = new Map<string, Value>();

	static of<Value>(values: Readonly<Record<string, Value>>): KeyMap<Value> {
		const map = new KeyMap<Value>();
		for (const [key, value] of Object.entries(values)) map.set(key, value);
		return map;
	}

	/** Of several spellings of one key, the first stands for those that are not here. */
	set(key: string, value: Value): void {
		this.exact.set(key, value);
		const comparable = comparableKey(key);
		if (!this.comparable.has(comparable)) this.comparable.set(comparable, value);
	}

	get(key: string): Value | undefined {
		return this.exact.get(key) ?? this.comparable.get(comparableKey(key));
	}
}
