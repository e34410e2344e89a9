import type { IncomingMessage } from 'node:http';
import { EmptyAnswer } from '../errors';
import { readJson } from './jsonReader';

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
