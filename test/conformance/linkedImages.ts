/**
 * Looks at linked images of a real server while their host is away, through the node in n8n's engine, and says what became of
 * their tasks: `DATAGYM_URL=… DATAGYM_TOKEN=… npx tsx test/conformance/linkedImages.ts`. Makes a project and a dataset there, and
 * serves the links on 127.0.0.1, so that the server must be on this machine.
 */
import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import type { INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import { serve } from '../support/httpServer';
import { startEngine } from '../support/n8n/engine';
import { paintedPhotograph, redIn, STORED_BLOCK } from '../support/paintedPhotographs';
import { byId, chain, manualTrigger, node } from '../support/workflow';

const COUNT = 30;
const server = process.env.DATAGYM_URL ?? 'http://127.0.0.1:18080';
const token = process.env.DATAGYM_TOKEN ?? '';

async function main(): Promise<void> {
	const photo = await paintedPhotograph('jpeg', 6);
	let answer: RequestListener = (_, response) => response.writeHead(200).end(photo);
	const seen: string[] = [];
	const host = await serve((request, response) => {
		seen.push(`${request.url} ${JSON.stringify(request.headers)}`);
		answer(request, response);
	});
	const engine = await startEngine();
	const credential = await engine.saveCredential('dataGymApi', { baseUrl: server, token });
	const run = async (resource: string, operation: string, parameters: INodeParameters) =>
		await engine.runWorkflow(
			chain(manualTrigger, node('DataGym', 'n8n-nodes-datagym.dataGym', { resource, operation, ...parameters })),
			{ credentials: [credential] },
		);
	const ids = await setUp(Array.from({ length: COUNT }, (_, index) => `${host.url}/${Date.now()}_${index}.jpg`));
	const states = async () => (await json('GET', `task/${ids.project}/list?state=COMPLETED`)).length as number;
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
	const delivered = Buffer.from(await (await ask('GET', `media/${ids.images[0]}`)).arrayBuffer());
	const [item] = (await run('image', 'download', { imageId: byId(ids.images[0]!) })).itemsOf('DataGym');
	const ours = await engine.readBinary(item!);
	for (const [whose, file] of [
		['DataGym', delivered],
		['the node', ours],
	] as const) {
		const { orientation, width, height } = await sharp(file).metadata();
		const red = await redIn(await sharp(file).rotate().png().toBuffer(), block);
		console.log(`by ${whose}: ${width}×${height}, orientation ${orientation ?? 'none'}, block red ${red.toFixed(3)}`);
	}
	for (const status of [403, 500, 503]) {
		answer = (_, response) => response.writeHead(status).end();
		const { status: answered } = await ask('GET', `media/${ids.images[0]}`);
		console.log(`control, link answers ${status}: server ${answered}, ${await states()} of ${COUNT} completed`);
	}
	answer = (_, response) => response.writeHead(404).end();
	await ask('GET', `media/${ids.images[0]}`);
	console.log(`control, one look through the server while the link is dead: ${await states()} of ${COUNT} completed`);
	console.log(`the token was sent to the host of the links: ${seen.some((request) => request.includes(token))}`);
	await host.close();
	await engine.stop();
}

async function setUp(urls: readonly string[]): Promise<{ project: string; images: readonly string[] }> {
	const name = `linked ${Date.now()}`;
	// Projects are made by the API of the user interface, which the open core has open.
	const made = await fetch(`${server}/api/project`, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ name, shortDescription: 'x', owner: process.env.DATAGYM_ORG, mediaType: 'IMAGE' }),
	});
	assert.ok(made.ok, await made.clone().text());
	const { id, labelConfigurationId } = (await made.json()) as Record<string, string>;
	const dataset = await json('POST', 'dataset', { name });
	await ask('PUT', `config/${labelConfigurationId}`, [
		{ entryKey: 'car', entryValue: 'Car', type: 'rectangle', color: '#ff0000', shortcut: '1', children: [] },
		{ entryKey: 'sky', entryValue: 'Sky', type: 'image_segmentation', color: '#00ff00', shortcut: '2', children: [] },
	]);
	await ask('POST', `project/${id}/dataset/${dataset.id}`);
	const added = (await json('POST', `media/${dataset.id}/url`, urls)) as unknown as Array<{
		internal_media_ID: string;
	}>;
	const tasks = (await json('GET', `task/${id}/list?state=BACKLOG`)) as unknown as Array<{ taskId: string }>;
	for (const { taskId } of tasks) {
		const { lastChangedConfig } = await json('GET', `task/${taskId}`);
		await ask('PUT', `task/${taskId}/completeTask`, { lastChangedConfig });
	}
	return { project: String(id), images: added.map(({ internal_media_ID: image }) => image) };
}

async function ask(method: string, path: string, body?: unknown): Promise<Response> {
	return await fetch(`${server}/api/v1/${path}`, {
		method,
		headers: { Authorization: `Token ${token}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
	});
}

async function json(
	method: string,
	path: string,
	body?: unknown,
): Promise<Record<string, string> & { length: number }> {
	const response = await ask(method, path, body);
	assert.ok(response.ok, `${method} ${path}: ${response.status} ${response.ok ? '' : await response.text()}`);
	return (await response.json()) as Record<string, string> & { length: number };
}

void main();
