import * as z from 'zod/v4-mini';
import type { ByteStream } from './byteStream';
import { errorBody, type ErrorBody } from './wire';

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

export function errorBodyOf(content: string): ErrorBody | undefined {
	const parsed = parseJson(content);
	if (!parsed.ok) return undefined;
	const result = z.safeParse(errorBody, parsed.value);
	return result.success ? result.data : undefined;
}

export const isWebPage = (content: string) => /^\s*</.test(content);

export function describeIssue(issue: { path: PropertyKey[]; message: string } | undefined): string {
	if (issue === undefined) return 'its form is not known';
	const where = issue.path.length === 0 ? 'it' : `“${issue.path.map(String).join('.')}”`;
	return `${where} is not as expected`;
}

/** @returns the text, or undefined if it is longer than `most` bytes; the rest is not read then. */
export async function textOf(chunks: AsyncIterable<Buffer>, most: number): Promise<string | undefined> {
	const read = await readUpTo(chunks, most);
	return read.isCut ? undefined : read.text;
}

/** The beginning of a text. */
export async function startOf(chunks: AsyncIterable<Buffer>, most: number): Promise<string> {
	return (await readUpTo(chunks, most)).text;
}

async function readUpTo(chunks: AsyncIterable<Buffer>, most: number): Promise<{ text: string; isCut: boolean }> {
	const kept: Buffer[] = [];
	let length = 0;
	for await (const chunk of chunks) {
		kept.push(chunk);
		length += chunk.length;
		if (length > most) break;
	}
	return { text: Buffer.concat(kept).toString('utf8'), isCut: length > most };
}

export function isByteStream(body: unknown): body is ByteStream {
	return typeof body === 'object' && body !== null && 'pipe' in body && typeof body.pipe === 'function';
}

export type Headers = Readonly<Record<string, unknown>>;

export function header(headers: Headers, name: string): string {
	const value = headers[name];
	return typeof value === 'string' ? value : '';
}

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
