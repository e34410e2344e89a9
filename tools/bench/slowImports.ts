import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/**
 * The real server takes about 25 ms for the task of each image of an import, and time with the square of the elements for
 * one task: 30 s for 1,000 (CONTRACT.md, section 8). Here everything takes a tenth of that.
 */
const PER_TASK = 2.5;
const PER_SQUARED_ELEMENT = 0.003;

/** A proxy in front of a server that delays imports by what they cost. Returns its address. */
export async function slowImports(target: string): Promise<string> {
	const proxy = createServer((request, response) => void forward(target, request, response)).listen(0, '127.0.0.1');
	await once(proxy, 'listening');
	return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

async function forward(target: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	const body = Buffer.concat(chunks);
	if (request.url?.includes('/prediction')) await setTimeout(costOf(JSON.parse(body.toString()) as Element[]));
	const headers = {
		authorization: request.headers.authorization ?? '',
		'content-type': request.headers['content-type'] ?? 'application/json',
	};
	const answer = await fetch(target + request.url, {
		method: request.method,
		headers,
		body: request.method === 'GET' ? undefined : body,
	});
	response.writeHead(answer.status, { 'Content-Type': answer.headers.get('content-type') ?? 'application/json' });
	response.end(Buffer.from(await answer.arrayBuffer()));
}

interface Element {
	readonly internal_media_ID?: string;
}

function costOf(elements: readonly Element[]): number {
	const counts = new Map<string, number>();
	for (const { internal_media_ID: id = '' } of elements) counts.set(id, (counts.get(id) ?? 0) + 1);
	return [...counts.values()].reduce((sum, count) => sum + PER_TASK + PER_SQUARED_ELEMENT * count ** 2, 0);
}
