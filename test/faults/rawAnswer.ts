import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Answer } from './proxy';

type Headers = Readonly<Record<string, string | number>>;

/** The head of an answer as bytes, so that it can say what is not true. */
export function headOf(status: number, headers: Headers): string {
	const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
	return `HTTP/1.1 ${status} Something\r\n${lines.join('')}Connection: close\r\n\r\n`;
}

/** A whole answer with the right length. */
export function answer(socket: Socket, status: number, headers: Headers, body: string | Buffer = ''): void {
	socket.write(headOf(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }));
	socket.end(body);
}

export function json(socket: Socket, status: number, value: unknown, headers: Headers = {}): void {
	answer(socket, status, { 'Content-Type': 'application/json', ...headers }, JSON.stringify(value));
}

/** Writes, lets it arrive, and breaks the connection. */
export async function breakAfter(socket: Socket, ...pieces: readonly (string | Buffer)[]): Promise<void> {
	for (const piece of pieces) socket.write(piece);
	await wait(30);
	socket.resetAndDestroy();
}

/** What describes the body of the server's answer, without its length. */
export function contentHeaders({ headers }: Answer): Record<string, string> {
	const names = ['content-type', 'content-disposition'];
	return Object.fromEntries(
		names.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]]] : [])),
	);
}

export const half = (body: Buffer) => body.subarray(0, Math.floor(body.length / 2));

/** Part of a body sent in chunks. */
export const chunk = (body: Buffer) =>
	Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]);

/** A byte now and then, over about the time that is given. */
export async function trickle(socket: Socket, { status, headers, body }: Answer, milliseconds: number): Promise<void> {
	socket.write(headOf(status, { ...contentHeaders({ status, headers, body }), 'Content-Length': body.length }));
	const size = Math.max(1, Math.ceil(body.length / 20));
	for (let start = 0; start < body.length && !socket.destroyed; start += size) {
		await wait(milliseconds / 20);
		socket.write(body.subarray(start, start + size));
	}
	socket.end();
}

/** A byte now and then, which keeps the connection alive, until the reader hangs up. */
export async function drip(socket: Socket, body: Buffer): Promise<void> {
	for (let sent = 0; !socket.destroyed; sent++) {
		socket.write(sent < body.length ? body.subarray(sent, sent + 1) : ' ');
		await wait(250);
	}
}

/** More than any memory holds, as fast as it is read, until the reader hangs up. */
export async function flood(socket: Socket, head: string, start: string, piece: Buffer, most: number): Promise<void> {
	const pieces = function* () {
		yield Buffer.from(head + start);
		for (let sent = 0; sent < most; sent += piece.length) yield piece;
	};
	// Ends with an error when the reader has hung up.
	await pipeline(pieces, socket).catch(() => undefined);
}
