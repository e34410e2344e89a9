import * as z from 'zod/v4-mini';

/** Makes a value of an answer's JSON; the rest of the client knows no more of zod. */
export type Schema<Value> = z.ZodMiniType<Value>;

/** An element of a list is JSON, but not what it should be. The message says what is wrong with it. */
export class UnexpectedElement extends Error {}

/** Fields that the server may leave out or send as null. */
export const text = z.nullish(z.string());
export const count = z.nullish(z.number());

export function isoDate(milliseconds: number | null | undefined): string | undefined {
	if (milliseconds === null || milliseconds === undefined) return undefined;
	const date = new Date(milliseconds);
	return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** The key with its value, or nothing: an absent value is an absent key in items. */
export function optional<Key extends string, Value>(key: Key, value: Value | null | undefined): { [K in Key]?: Value } {
	const part: { [K in Key]?: Value } = {};
	if (value !== null && value !== undefined) part[key] = value;
	return part;
}

/** A list as `z.array` makes it, but it stops at the first element that is wrong: of millions of wrong ones, zod would keep an issue each. */
export function list<Item extends z.ZodMiniType>(item: Item) {
	return z.pipe(
		z.array(z.unknown()),
		z.transform((values, context): Array<z.output<Item>> => {
			const items: Array<z.output<Item>> = [];
			for (const [index, value] of values.entries()) {
				const result = z.safeParse(item, value);
				if (!result.success) {
					context.issues.push({ code: 'custom', input: value, path: [index, ...(result.error.issues[0]?.path ?? [])] });
					return [];
				}
				items.push(result.data);
			}
			return items;
		}),
	);
}

type Read<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly issue: string };

/**
 * Parses as zod's `safeParse` does; an answer that is nested deeper than the stack reaches is an issue, too.
 *
 * @param at where the value is in the answer.
 */
export function readAs<Value>(schema: Schema<Value>, value: unknown, at: readonly PropertyKey[] = []): Read<Value> {
	try {
		const result = z.safeParse(schema, value);
		return result.success
			? { ok: true, value: result.data }
			: { ok: false, issue: describeIssue(result.error.issues[0], at) };
	} catch {
		return { ok: false, issue: 'it is nested too deeply' };
	}
}

/** What is wrong with a value that is seen to be none of the schema. */
export function issueOf(schema: Schema<unknown>, value: unknown, at: readonly PropertyKey[]): string {
	const read = readAs(schema, value, at);
	return read.ok ? describeIssue(undefined, at) : read.issue;
}

function describeIssue(
	issue: { path: PropertyKey[]; message: string } | undefined,
	at: readonly PropertyKey[],
): string {
	const path = [...at, ...(issue?.path ?? [])];
	if (path.length === 0) return 'it has an unexpected structure';
	return `"${path.map(String).join('.')}" is missing or has an unexpected value`;
}
