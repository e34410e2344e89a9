/** Parsed JSON of unknown shape, read and built without trusting its keys. */
export type JsonRecord = Record<string, unknown>;

export function isRecord(value: unknown): value is JsonRecord {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly unknown[] {
	return Array.isArray(value);
}

/** The value under the key, unless the key is inherited (`constructor`) or missing. */
export function ownValue<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
	return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Sets a key that comes from outside; `__proto__` becomes an ordinary key, too. */
export function setOwn<Value>(record: Record<string, Value>, key: string, value: Value): void {
	if (key === '__proto__') {
		Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
	} else {
		record[key] = value;
	}
}

/** A text that says something, else nothing. */
export function textOf(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A value from outside as it can be shown in a message: JSON, cut to 40 characters. */
export function shown(value: unknown): string {
	if (value === undefined) return 'nothing';
	if (isList(value)) return `a list of ${value.length}`;
	if (isRecord(value)) return 'an object';
	const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
	return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** A list of finite numbers (of the given length), or nothing when it is anything else. */
export function numbersOf(value: unknown, length?: number): number[] | undefined {
	if (!isList(value) || (length !== undefined && value.length !== length)) return undefined;
	const numbers: number[] = [];
	for (const number of value) {
		if (!isFiniteNumber(number)) return undefined;
		numbers.push(number);
	}
	return numbers;
}

export function isFiniteNumber(value: unknown): value is number {
	return typeof value === 'number' && Number.isFinite(value);
}

/** A number that can be the width or height of an image. */
export function isPositive(value: unknown): value is number {
	return isFiniteNumber(value) && value > 0;
}
