import { ValidationError, EmptyAnswer, type ErrorDetail } from '../errors';

/** What one field of a JSON body may be. The checks run in any order on the real server, and all of them report [037]. */
export interface FieldRule {
	required?: boolean;
	/** How the field is called in error details; empty for names that Spring's prettifier does not match [273, 304]. */
	label: string;
	size?: [least: number, most: number];
	length?: [least: number, most: number];
	pattern?: RegExp;
	/** How the real server writes the pattern, where that is not this one's own text. */
	patternText?: string;
	range?: [least: number, most: number];
}

/** The flags of a pattern; the real server answers with a reference to a Java object instead [037]. */
const FLAGS = '[]';

export function checkField(value: unknown, rule: FieldRule): ErrorDetail[] {
	const { label } = rule;
	const problem = (key: string, ...params: string[]): ErrorDetail => ({ name: label, key, params: [label, ...params] });
	const problems: ErrorDetail[] = [];
	if (value === null || value === undefined)
		return rule.required ? [problem('ex_notempty'), problem('ex_notnull')] : [];
	if (typeof value === 'string') {
		if (rule.required && value === '') problems.push(problem('ex_notempty'));
		if (rule.size && outside(value.length, rule.size))
			problems.push(problem('ex_size', String(rule.size[1]), String(rule.size[0])));
		if (rule.length && outside(value.length, rule.length))
			problems.push(problem('ex_length', String(rule.length[1]), String(rule.length[0])));
		if (rule.pattern && !rule.pattern.test(value))
			problems.push(problem('ex_pattern', FLAGS, rule.patternText ?? rule.pattern.source));
	}
	if (typeof value === 'number' && rule.range) {
		if (value > rule.range[1]) problems.push(problem('ex_max', String(rule.range[1])));
		if (value < rule.range[0]) problems.push(problem('ex_min', String(rule.range[0])));
	}
	return problems;
}

export function refuse(details: ErrorDetail[]): void {
	if (details.length > 0) throw new ValidationError(details);
}

function outside(length: number, [least, most]: [number, number]): boolean {
	return length < least || length > most;
}

export type JsonObject = Record<string, unknown>;

/** 400 without a body when the JSON is no object, or holds a field that is not known [048-050, 054]. */
export function asObject(json: unknown, known?: readonly string[]): JsonObject {
	if (!isObject(json)) throw new EmptyAnswer(400);
	if (known && Object.keys(json).some((name) => !known.includes(name))) throw new EmptyAnswer(400);
	return json;
}

export function isObject(json: unknown): json is JsonObject {
	return typeof json === 'object' && json !== null && !Array.isArray(json);
}

export function asArray(json: unknown): unknown[] {
	if (!Array.isArray(json)) throw new EmptyAnswer(400);
	return json;
}

/** Numbers and booleans become texts, as the Java binding does [051, 136]; anything else is unreadable. */
export function textOrNull(value: unknown): string | null {
	if (value === null || value === undefined) return null;
	if (typeof value === 'string') return value;
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	throw new EmptyAnswer(400);
}

export function numberOrNull(value: unknown): number | null {
	if (value === null || value === undefined || value === '') return null;
	const number = typeof value === 'string' ? Number(value) : value;
	if (typeof number !== 'number' || Number.isNaN(number)) throw new EmptyAnswer(400);
	return number;
}

export function booleanOf(value: unknown): boolean {
	if (value === null || value === undefined) return false;
	if (typeof value === 'boolean') return value;
	if (value === 'true' || value === 'false') return value === 'true';
	throw new EmptyAnswer(400);
}
