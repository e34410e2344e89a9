import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { serve } from '@datagym/test/support/httpServer';
import { pause } from '../n8n/until';

/** A server at the end of the workflows that writes down what reaches it. */
export interface Receiver {
	url: string;
	/** By path, such as `/photograph/p0001.jpg`: a digest of each body that came. */
	readonly received: ReadonlyMap<string, readonly string[]>;
	/** The body that came last. */
	readonly last: Buffer;
	close(): Promise<void>;
}

/** @param latency Of each answer, in milliseconds. */
export async function startReceiver(latency: number): Promise<Receiver> {
	const received = new Map<string, string[]>();
	let last = Buffer.alloc(0);
	const server = await serve((request, response) => {
		void buffer(request).then(async (body) => {
			last = body;
			const path = request.url ?? '';
			received.set(path, [...(received.get(path) ?? []), digest(body)]);
			await pause(latency);
			response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
		});
	});
	return {
		url: server.url,
		received,
		get last() {
			return last;
		},
		close: server.close,
	};
}

export const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
