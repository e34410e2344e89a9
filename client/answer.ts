import * as z from 'zod/v4-mini';
import type { ByteStream } from './byteStream';
import { errorBody, type ErrorBody } from './wire/wire';

type Parsed = { ok: true; value: unknown } | { ok: false };

/** An empty text is `undefined` to schemas. */
export function parseJson(content: string): Parsed {
	if (content.trim() === '') return { ok: true, value: undefined };
	try {
		return { ok: true, value: JSON.parse(content) };
	} catch {
		return { ok: false };
	}
}

type Read<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly issue: string };

/** As zod's `safeParse`, but of an answer that is nested deeper than the stack reaches, this is the issue. */
export function readAs<Schema extends z.ZodMiniType>(schema: Schema, value: unknown): Read<z.output<Schema>> {
	try {
		const result = z.safeParse(schema, value);
		return result.success
			? { ok: true, value: result.data }
			: { ok: false, issue: describeIssue(result.error.issues[0]) };
	} catch {
		return { ok: false, issue: 'it is nested too deep' };
	}
}

export function errorBodyOf(content: string): ErrorBody | undefined {
	const parsed = parseJson(content);
	if (!parsed.ok) return undefined;
	const read = readAs(errorBody, parsed.value);
	return read.ok ? read.value : undefined;
}

export const isWebPage = (content: string) => /^\s*</.test(content);

function describeIssue(issue: { path: PropertyKey[]; message: string } | undefined): string {
	if (issue === undefined) return 'its form is not known';
	const where = issue.path.length === 0 ? 'it' : `“${issue.path.map(String).join('.')}”`;
	return `${where} is not as expected`;
}

/** @returns the text, or undefined if it is longer than `most` bytes; the rest is not read then. */
export async function textOf(chunks: AsyncIterable<Buffer>, most: number): Promise<string | undefined> {
	const { kept, isCut } = await readUpTo(chunks, most);
	return isCut ? undefined : Buffer.concat(kept).toString('utf8');
}

/** The beginning of a text. */
export async function startOf(chunks: AsyncIterable<Buffer>, most: number): Promise<string> {
	return Buffer.concat((await readUpTo(chunks, most)).kept).toString('utf8');
}

async function readUpTo(
	chunks: AsyncIterable<Buffer>,
	most: number,
): Promise<{ kept: readonly Buffer[]; isCut: boolean }> {
	const kept: Buffer[] = [];
	let length = 0;
	for await (const chunk of chunks) {
		kept.push(chunk);
		length += chunk.length;
		if (length > most) break;
	}
	return { kept, isCut: length > most };
}

export function isByteStream(body: unknown): body is ByteStream {
	return typeof body === 'object' && body !== null && 'pipe' in body && typeof body.pipe === 'function';
}

export type Headers = Readonly<Record<string, unknown>>;

export function header(headers: Headers, name: string): string {
	const value = headers[name];
	return typeof value === 'string' ? value : '';
}

/** Whether the answer is said to be for people or programs to read, such as a login page. */
export const isText = (headers: Headers) =>
	/^(text\/|application\/(json|xml|xhtml))/i.test(header(headers, 'content-type'));

/** Milliseconds to wait, from seconds or a date. */
export function retryAfter(headers: Headers): number | undefined {
	const value = header(headers, 'retry-after');
	if (value === '') return undefined;
	const seconds = Number(value);
	const milliseconds = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
	return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}

/** DataGym URL-encodes the name, with `+` for blanks (CONTRACT.md, section 4). */
export function fileNameOf(disposition: string): string {
	const encoded = /filename="([^"]*)"/.exec(disposition)?.[1] ?? '';
	try {
		return decodeURIComponent(encoded.replace(/\+/g, ' '));
	} catch {
		return encoded;
	}
}
