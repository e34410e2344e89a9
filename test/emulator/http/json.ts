import type { IncomingMessage } from 'node:http';
import { EmptyAnswer } from '../errors';

/** All bytes of a request. */
export async function readBytes(raw: IncomingMessage): Promise<Buffer> {
	const pieces: Buffer[] = [];
	for await (const piece of raw) pieces.push(piece as Buffer);
	return Buffer.concat(pieces);
}

/** UTF-8, UTF-16 and byte order marks are accepted [647, 648]. */
export function decodeText(bytes: Buffer): string {
	if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le');
	if (bytes[0] === 0xfe && bytes[1] === 0xff) return Buffer.from(bytes.subarray(2)).swap16().toString('utf16le');
	if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.subarray(3).toString('utf8');
	if (bytes.length > 1 && bytes[1] === 0) return bytes.toString('utf16le');
	if (bytes.length > 1 && bytes[0] === 0) return Buffer.from(bytes).swap16().toString('utf16le');
	return bytes.toString('utf8');
}

export type Reading =
	| { kind: 'value'; value: unknown }
	| { kind: 'nothing' }
	/** In the words of this process's parser. */
	| { kind: 'broken'; message: string };

/** Reads the first JSON value of a text and ignores what follows it, as the real server does [650]. */
export function readJson(text: string): Reading {
	if (/^\s*$/.test(text)) return { kind: 'nothing' };
	try {
		return { kind: 'value', value: JSON.parse(text) };
	} catch (error) {
		const { message } = error as SyntaxError;
		// V8 says where something follows a value that is complete.
		const end = /^Unexpected non-whitespace character after JSON at position (\d+)/.exec(message)?.[1];
		return end === undefined ? { kind: 'broken', message } : readJson(text.slice(0, Number(end)));
	}
}

/** 415 with the list of what Spring would take [055]. */
export function requireJsonType(raw: IncomingMessage): void {
	const [type = ''] = (raw.headers['content-type'] ?? '').split(';');
	if (/^\s*application\/([a-z0-9.+-]+\+)?json\s*$/i.test(type)) return;
	throw new EmptyAnswer(415, { Accept: 'application/json, application/*+json, */*' });
}

/** The JSON body of an ordinary endpoint; anything unreadable is 400 without a body [052-054]. */
export async function readJsonBody(raw: IncomingMessage): Promise<unknown> {
	const reading = readJson(decodeText(await readBytes(raw)));
	if (reading.kind !== 'value') throw new EmptyAnswer(400);
	return reading.value;
}

/** Error objects are always indented, everything else after the first export [337]. */
export function jsonText(value: unknown, isIndented: boolean): string {
	return JSON.stringify(value, null, isIndented ? 2 : undefined);
}

const CHUNK = 64 * 1024;

/** A JSON array as pieces of text, so that an answer of many megabytes neither blocks nor doubles in memory. */
export function* arrayText(items: Iterable<unknown>, isIndented: boolean): Generator<string> {
	const space = isIndented ? '\n' : '';
	let held = '[';
	let isFirst = true;
	for (const item of items) {
		held += `${isFirst ? '' : ','}${space}${jsonText(item, isIndented)}`;
		isFirst = false;
		if (held.length > CHUNK) {
			yield held;
			held = '';
		}
	}
	yield `${held}${isFirst ? '' : space}]`;
}
