import http from 'node:http';
import net from 'node:net';

export interface WireRequest {
	method: string;
	/** With the query, exactly as it goes out. */
	path: string;
	headers: Array<[string, string]>;
	body: Buffer | null;
}

export interface WireAnswer {
	status: number;
	/** Lower-case names. */
	headers: Record<string, string>;
	body: Buffer;
}

/** Sends one request with node:http, which lets odd headers and paths pass; an answer that came before the body was sent counts. */
export function send(base: URL, request: WireRequest): Promise<WireAnswer> {
	return new Promise((resolve, reject) => {
		const outgoing = http.request({
			host: base.hostname,
			port: base.port,
			agent: false,
			method: request.method,
			path: request.path,
			headers: Object.fromEntries(request.headers),
		});
		let answered = false;
		outgoing.on('response', (incoming) => {
			answered = true;
			const pieces: Buffer[] = [];
			incoming.on('data', (piece: Buffer) => pieces.push(piece));
			incoming.on('error', reject);
			incoming.on('end', () =>
				resolve({ status: incoming.statusCode ?? 0, headers: flat(incoming.headers), body: Buffer.concat(pieces) }),
			);
		});
		// Node leaves it out of a DELETE.
		if (request.method === 'DELETE' && request.body) outgoing.setHeader('Content-Length', request.body.length);
		outgoing.on('error', (error) => {
			if (!answered) reject(error);
		});
		outgoing.end(request.body ?? undefined);
	});
}

function flat(headers: http.IncomingHttpHeaders): Record<string, string> {
	return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** Writes bytes to a socket and reads until the server closes; interim answers (100 Continue) are left out. */
export async function sendBytes(base: URL, bytes: Buffer): Promise<WireAnswer> {
	const received = await new Promise<Buffer>((resolve, reject) => {
		const socket = net.connect(Number(base.port), base.hostname, () => socket.write(bytes));
		const pieces: Buffer[] = [];
		socket.on('data', (piece) => pieces.push(piece));
		socket.on('error', reject);
		socket.on('close', () => resolve(Buffer.concat(pieces)));
	});
	return parseAnswer(received.toString('latin1').replace(/^HTTP\/1\.1 100[^\r]*\r\n\r\n/, ''));
}

export function parseAnswer(text: string): WireAnswer {
	const end = text.indexOf('\r\n\r\n');
	const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
	const headers = Object.fromEntries(
		lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
	);
	const rest = text.slice(end + 4);
	const body = headers['transfer-encoding'] === 'chunked' ? dechunk(rest) : rest;
	return { status: Number(statusLine.split(' ')[1]), headers, body: Buffer.from(body, 'latin1') };
}

function dechunk(text: string): string {
	const size = Number.parseInt(text, 16);
	if (!size) return '';
	const start = text.indexOf('\r\n') + 2;
	return text.slice(start, start + size) + dechunk(text.slice(start + size + 2));
}
