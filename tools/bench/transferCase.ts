import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INodeExecutionData } from 'n8n-workflow';
import { startEngine } from '@datagym/test/support/n8n/engine';
import { bareAddUrls, bareDownload, bareUpload } from './bareFetch';
import { measureCost } from './measure';
import { answerOnce } from './processes';
import { urlsOf, type Transfer, type TransferOrder } from './transferOrder';
import { LAST, workflowOf, type Builder } from './workflows';

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

answerOnce(measure);
