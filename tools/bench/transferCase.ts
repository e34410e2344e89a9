import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { type WorkflowFile, startEngine } from '@datagym/test/support/n8n/engine';
import { answerOnce, LAST, measureCost } from './measuring';
import { type Builder, type Pace, type Transfer, type TransferOrder, urlsOf, type Work } from './transferRounds';
import { chain, manualTrigger, node } from '@datagym/test/support/workflow';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerReady } from './server';

type Once = (count: number, datasetId: string) => Promise<number>;

async function measure(order: TransferOrder): Promise<Transfer> {
	const folder = mkdtempSync(join(tmpdir(), 'datagym-bench-'));
	try {
		return order.by === 'fetch'
			? await measureOnce(order, bareWork(order, folder))
			: await measureInEngine(order, order.by, folder);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function measureInEngine(order: TransferOrder, by: Builder, folder: string): Promise<Transfer> {
	const { work, pace, server, photos } = order;
	const engine = await startEngine({ userFolder: work === 'upload' ? photos.userFolder : folder });
	const credential = await engine.saveCredential('dataGymApi', { baseUrl: server.url, token: server.token });
	const items = await itemsOf(order);
	const once: Once = async (count, datasetId) => {
		const workflow = workflowOf(by, work, { ...server, datasetId }, pace);
		const run = await engine.runWorkflow(workflow, { credentials: [credential], input: items.slice(0, count) });
		if (run.error) throw new Error(`${run.error.message} — ${run.error.description ?? ''}`);
		return run.itemsOf(LAST).length;
	};
	try {
		return await measureOnce(order, once);
	} finally {
		await engine.stop();
	}
}

async function measureOnce({ count, server, warmUp = 20 }: TransferOrder, once: Once): Promise<Transfer> {
	await once(Math.min(warmUp, count), server.warmUpDatasetId);
	const { result, ...cost } = await measureCost(async () => await once(count, server.datasetId));
	return { ...cost, done: result };
}

async function itemsOf({ work, count, server, photos }: TransferOrder): Promise<INodeExecutionData[]> {
	switch (work) {
		case 'upload':
			return JSON.parse(await readFile(photos.itemsFile, 'utf8')) as INodeExecutionData[];
		case 'download':
			return server.imageIds.map((imageId) => ({ json: { imageId } }));
		case 'urls':
			return urlsOf(count).map((imageUrl) => ({ json: { imageUrl } }));
	}
}

function bareWork(
	{ work, count: all, pace: { concurrency = 1 } = {}, server, photos }: TransferOrder,
	folder: string,
): Once {
	const urls = urlsOf(all);
	return async (count, datasetId) => {
		switch (work) {
			case 'upload':
				return await bareUpload({ ...server, datasetId }, photos.folder, photos.names.slice(0, count), concurrency);
			case 'download':
				return await bareDownload(server, folder, server.imageIds.slice(0, count), concurrency);
			case 'urls':
				return await bareAddUrls({ ...server, datasetId }, urls.slice(0, count), concurrency);
		}
	};
}

/** What a user builds for the work, in the server's dataset; the items come into the trigger. */
export function workflowOf(
	by: Builder,
	work: Work,
	server: Pick<ServerReady, 'url' | 'datasetId'>,
	pace: Pace = {},
): WorkflowFile {
	switch (by) {
		case 'node':
			return chain(manualTrigger, dataGym(work, server.datasetId, pace));
		case 'httpRequest':
			return chain(manualTrigger, httpRequest(requestOf(work, server), pace));
		case 'aggregated':
			return chain(
				manualTrigger,
				aggregate,
				httpRequest({ ...requestOf(work, server), jsonBody: '={{ $json.imageUrl }}' }, pace),
			);
	}
}

function dataGym(work: Work, datasetId: string, { concurrency, removesMetadata }: Pace) {
	const byId = (value: string) => ({ __rl: true, mode: 'id', value });
	const operations: Record<Work, INodeParameters> = {
		upload: { resource: 'image', operation: 'upload', datasetId: byId(datasetId), binaryPropertyName: 'data' },
		download: {
			resource: 'image',
			operation: 'download',
			imageId: byId('={{ $json.imageId }}'),
			binaryPropertyName: 'data',
		},
		urls: { resource: 'image', operation: 'addUrls', datasetId: byId(datasetId), imageUrl: '={{ $json.imageUrl }}' },
	};
	const options = {
		...(concurrency !== undefined && { network: { settings: { concurrency } } }),
		...(removesMetadata === true && { removeMetadata: true }),
	};
	return node(LAST, 'n8n-nodes-datagym.dataGym', { ...operations[work], options });
}

const aggregate = node('Aggregate', 'n8n-nodes-base.aggregate', {
	fieldsToAggregate: { fieldToAggregate: [{ fieldToAggregate: 'imageUrl' }] },
	options: {},
});

function httpRequest(parameters: INodeParameters, { batch }: Pace) {
	const authentication = { authentication: 'predefinedCredentialType', nodeCredentialType: 'dataGymApi' };
	const options = {
		...(parameters.options as INodeParameters | undefined),
		...(batch && { batching: { batch: { ...batch } } }),
	};
	return node(LAST, 'n8n-nodes-base.httpRequest', { ...authentication, ...parameters, options }, { typeVersion: 4.2 });
}

function requestOf(work: Work, { url, datasetId }: Pick<ServerReady, 'url' | 'datasetId'>): INodeParameters {
	switch (work) {
		case 'upload':
			return {
				method: 'POST',
				url: `${url}/api/v1/media/${datasetId}/file`,
				sendHeaders: true,
				headerParameters: { parameters: [{ name: 'X-filename', value: '={{ $binary.data.fileName }}' }] },
				sendBody: true,
				contentType: 'binaryData',
				inputDataFieldName: 'data',
			};
		case 'download':
			return {
				url: `=${url}/api/v1/media/{{ $json.imageId }}`,
				options: { response: { response: { responseFormat: 'file' } } },
			};
		case 'urls':
			return {
				method: 'POST',
				url: `${url}/api/v1/media/${datasetId}/url`,
				sendBody: true,
				specifyBody: 'json',
				jsonBody: '={{ [$json.imageUrl] }}',
			};
	}
}

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

answerOnce(measure);
