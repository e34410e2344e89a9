import { Readable } from 'node:stream';
import type { HttpAnswer, HttpRequest, Send } from '@datagym/client';

/** The client's requests without n8n, for what no operation of the node does, such as sending what it would refuse. */
export function fetchSend(token: string): Send {
	return async ({ method, url, query, headers, body, idleTimeout }: HttpRequest): Promise<HttpAnswer> => {
		const address = new URL(url);
		for (const [name, value] of Object.entries(query ?? {})) address.searchParams.set(name, String(value));
		const response = await fetch(address, {
			method,
			headers: { ...headers, Authorization: `Token ${token}` },
			body: typeof body === 'string' || body === undefined ? body : new Uint8Array(await bytesOf(body)),
			redirect: 'manual',
			signal: AbortSignal.timeout(idleTimeout),
		});
		const content = Buffer.from(await response.arrayBuffer());
		return { status: response.status, headers: Object.fromEntries(response.headers), body: Readable.from([content]) };
	};
}

async function bytesOf(body: Exclude<HttpRequest['body'], string | undefined>): Promise<Buffer> {
	if (Buffer.isBuffer(body)) return body;
	const chunks: Buffer[] = [];
	for await (const chunk of body) chunks.push(Buffer.from(chunk as Uint8Array));
	return Buffer.concat(chunks);
}
