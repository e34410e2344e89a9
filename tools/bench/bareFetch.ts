import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerReady } from './scenes';

type Server = Pick<ServerReady, 'url' | 'token' | 'datasetId'>;

/** The least that the work takes: Node's own fetch, which keeps connections open, with so many requests at once. */
export async function bareUpload(
	server: Server,
	folder: string,
	names: readonly string[],
	concurrency: number,
): Promise<number> {
	return await together(names, concurrency, async (name) => {
		const body = await readFile(join(folder, name));
		await (await post(server, 'file', body, { 'X-filename': name, 'Content-Type': 'application/octet-stream' })).json();
	});
}

/** Into files, as n8n's binary store does it. */
export async function bareDownload(
	{ url, token }: Server,
	folder: string,
	imageIds: readonly string[],
	concurrency: number,
): Promise<number> {
	return await together(imageIds, concurrency, async (id) => {
		const answer = await succeeded(
			fetch(`${url}/api/v1/media/${id}`, { headers: { Authorization: `Token ${token}` } }),
		);
		await writeFile(join(folder, `${id}.jpg`), Buffer.from(await answer.arrayBuffer()));
	});
}

export async function bareAddUrls(server: Server, urls: readonly string[], perRequest: number): Promise<number> {
	let added = 0;
	for (let start = 0; start < urls.length; start += perRequest) {
		const body = JSON.stringify(urls.slice(start, start + perRequest));
		added += ((await (await post(server, 'url', body, { 'Content-Type': 'application/json' })).json()) as unknown[])
			.length;
	}
	return added;
}

async function post(
	{ url, token, datasetId }: Server,
	what: string,
	body: Buffer | string,
	headers: Record<string, string>,
): Promise<Response> {
	const content = typeof body === 'string' ? body : new Uint8Array(body);
	return await succeeded(
		fetch(`${url}/api/v1/media/${datasetId}/${what}`, {
			method: 'POST',
			body: content,
			headers: { ...headers, Authorization: `Token ${token}` },
		}),
	);
}

async function succeeded(request: Promise<Response>): Promise<Response> {
	const answer = await request;
	if (!answer.ok) throw new Error(`HTTP ${answer.status}: ${await answer.text()}`);
	return answer;
}

async function together<Value>(
	values: readonly Value[],
	concurrency: number,
	work: (value: Value) => Promise<void>,
): Promise<number> {
	const rest = values.values();
	const worker = async () => {
		for (const value of rest) await work(value);
	};
	await Promise.all(Array.from({ length: concurrency }, worker));
	return values.length;
}
