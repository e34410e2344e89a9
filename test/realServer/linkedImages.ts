import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import type { INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import { serve } from '../support/httpServer';
import { paintedPhotograph, redIn, STORED_BLOCK } from '../support/paintedPhotographs';
import { byId, chain, manualTrigger, node } from '../support/workflow';
import type { RealServer } from './server';

const COUNT = 30;

/**
 * Looks at linked images while their host is away, through the node in n8n's engine: no task may be skipped by it. The links are
 * served on 127.0.0.1.
 */
export async function readingSkipsNothing(server: RealServer): Promise<void> {
	const { engine, credential, token } = server;
	const api = new Api(server);
	const photo = await paintedPhotograph('jpeg', 6);
	let answer: RequestListener = (_, response) => response.writeHead(200).end(photo);
	const seen: string[] = [];
	const host = await serve((request, response) => {
		seen.push(`${request.url} ${JSON.stringify(request.headers)}`);
		answer(request, response);
	});
	const run = async (resource: string, operation: string, parameters: INodeParameters) =>
		await engine.runWorkflow(
			chain(manualTrigger, node('DataGym', 'n8n-nodes-datagym.dataGym', { resource, operation, ...parameters })),
			{ credentials: [credential] },
		);
	const ids = await api.setUp(Array.from({ length: COUNT }, (_, index) => `${host.url}/${Date.now()}_${index}.jpg`));
	const states = async () => (await api.json('GET', `task/${ids.project}/list?state=COMPLETED`)).length as number;
	assert.equal(await states(), COUNT);

	const looks: ReadonlyArray<readonly [string, () => ReturnType<typeof run>]> = [
		['dataset', async () => await run('export', 'createDataset', { projectId: byId(ids.project), format: 'coco' })],
		['preview', async () => await run('export', 'preview', { projectId: byId(ids.project) })],
		['download', async () => await run('image', 'download', { imageId: byId(ids.images[0]!) })],
		['labels', async () => await run('export', 'getLabels', { projectId: byId(ids.project) })],
		['masks', async () => await run('export', 'downloadMasks', { projectId: byId(ids.project) })],
	];
	const faults: ReadonlyArray<readonly [string, RequestListener]> = [
		['there', answer],
		['404', (_, response) => response.writeHead(404).end()],
		['503', (_, response) => response.writeHead(503).end()],
		['a web page', (_, response) => response.writeHead(200).end('<html>')],
	];
	for (const [fault, listener] of faults) {
		answer = listener;
		for (const [name, look] of looks) {
			const { error } = await look();
			console.log(`host ${fault}, ${name}: ${await states()} of ${COUNT} completed; ${error?.message ?? 'no error'}`);
			assert.equal(await states(), COUNT);
		}
	}

	answer = faults[0]![1];
	const block = [STORED_BLOCK.x, STORED_BLOCK.y, STORED_BLOCK.width, STORED_BLOCK.height] as const;
	const delivered = Buffer.from(await (await api.ask('GET', `media/${ids.images[0]}`)).arrayBuffer());
	const [item] = (await run('image', 'download', { imageId: byId(ids.images[0]!) })).itemsOf('DataGym');
	const ours = await engine.readBinary(item!);
	for (const [whose, file] of [
		['DataGym', delivered],
		['the node', ours],
	] as const) {
		const { orientation, width, height } = await sharp(file).metadata();
		const red = await redIn(await sharp(file).rotate().png().toBuffer(), block);
		console.log(`by ${whose}: ${width}×${height}, orientation ${orientation ?? 'none'}, block red ${red.toFixed(3)}`);
		assert.ok(red > 0.95);
	}
	for (const status of [403, 500, 503]) {
		answer = (_, response) => response.writeHead(status).end();
		const { status: answered } = await api.ask('GET', `media/${ids.images[0]}`);
		console.log(`control, link answers ${status}: server ${answered}, ${await states()} of ${COUNT} completed`);
	}
	answer = (_, response) => response.writeHead(404).end();
	await api.ask('GET', `media/${ids.images[0]}`);
	console.log(`control, one look through the server while the link is dead: ${await states()} of ${COUNT} completed`);
	assert.ok(!seen.some((request) => request.includes(token)), 'The token was sent to the host of the links.');
	await host.close();
}

class Api {
	constructor(private readonly server: RealServer) {}

	async setUp(urls: readonly string[]): Promise<{ project: string; images: readonly string[] }> {
		const name = `linked ${Date.now()}`;
		// Projects are made by the API of the user interface, which the open core has open.
		const made = await fetch(`${this.server.url}/api/project`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({ name, shortDescription: 'x', owner: this.server.organization, mediaType: 'IMAGE' }),
		});
		assert.ok(made.ok, await made.clone().text());
		const { id, labelConfigurationId } = (await made.json()) as Record<string, string>;
		const dataset = await this.json('POST', 'dataset', { name });
		await this.ask('PUT', `config/${labelConfigurationId}`, [
			{ entryKey: 'car', entryValue: 'Car', type: 'rectangle', color: '#ff0000', shortcut: '1', children: [] },
			{ entryKey: 'sky', entryValue: 'Sky', type: 'image_segmentation', color: '#00ff00', shortcut: '2', children: [] },
		]);
		await this.ask('POST', `project/${id}/dataset/${dataset.id}`);
		const added = (await this.json('POST', `media/${dataset.id}/url`, urls)) as unknown as Array<{
			internal_media_ID: string;
		}>;
		const tasks = (await this.json('GET', `task/${id}/list?state=BACKLOG`)) as unknown as Array<{ taskId: string }>;
		for (const { taskId } of tasks) {
			const { lastChangedConfig } = await this.json('GET', `task/${taskId}`);
			await this.ask('PUT', `task/${taskId}/completeTask`, { lastChangedConfig });
		}
		return { project: String(id), images: added.map(({ internal_media_ID: image }) => image) };
	}

	async ask(method: string, path: string, body?: unknown): Promise<Response> {
		return await fetch(`${this.server.url}/api/v1/${path}`, {
			method,
			headers: {
				Authorization: `Token ${this.server.token}`,
				...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
			},
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
	}

	async json(method: string, path: string, body?: unknown): Promise<Record<string, string> & { length: number }> {
		const response = await this.ask(method, path, body);
		assert.ok(response.ok, `${method} ${path}: ${response.status} ${response.ok ? '' : await response.text()}`);
		return (await response.json()) as Record<string, string> & { length: number };
	}
}
