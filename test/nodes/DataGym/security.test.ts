/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { byId, jsonOf, openHarness, outputOf, type Harness } from '../../support/datagym';
import type { SavedCredential } from '../../support/n8n/lentEngine';
import { serve, type LocalServer } from '../../support/httpServer';

const TOKEN = 'secret-token-5f2b';

let harness: Harness;
let other: LocalServer;
/** The requests that reached a host other than the DataGym server. */
let strangers: string[];
let projectId: string;
let taskId: string;
let imageId: string;

beforeAll(async () => {
	strangers = [];
	other = await serve((request, response) => {
		strangers.push(`${request.url} ${JSON.stringify(request.headers)}`);
		response.end('[]');
	});
	// The server believes that its API is at another address, and says so in its exports.
	harness = await openHarness({ token: TOKEN, dummyProject: false, apiUrl: `${other.url}/api/v1/` });
	const { project, dataset } = harness.server.seed.project({
		name: 'Fleet',
		datasetName: 'Cars',
		classes: [{ entryKey: 'sky', type: 'image_segmentation' }],
	});
	const [task] = harness.server.seed.tasks(project, dataset!, { count: 1, state: 'WAITING', width: 30, height: 20 });
	projectId = project.id;
	taskId = task!.id;
	imageId = task!.medium.id;
	const geometry = JSON.stringify([
		[
			{ x: 0, y: 0 },
			{ x: 9, y: 0 },
			{ x: 9, y: 4 },
		],
	]);
	jsonOf(await harness.run('label', 'create', { taskId, classKey: 'sky', geometry }));
	jsonOf(await harness.run('task', 'complete', { taskId }));
});
afterEach(() => {
	harness.server.onRequest(undefined);
	expect(strangers).toEqual([]);
});
afterAll(async () => {
	await other.close();
	await harness.close();
});

test('links to bitmaps lead to the server of the credential, whatever host the export names', async () => {
	const [labels] = jsonOf(await harness.run('export', 'getLabels', { projectId: byId(projectId) }));
	expect(labels?.bitmaps).toMatchObject([
		{ taskId, className: 'sky', url: `${harness.server.url}/api/v1/export/bitmap/${taskId}/sky` },
	]);
	outputOf(await harness.run('export', 'downloadBitmap', { taskId, classKey: 'sky' }));
	expect(outputOf(await harness.run('export', 'downloadMasks', { projectId: byId(projectId) }))).toHaveLength(1);
});

test("the link to a video's labels is not followed", async () => {
	const { project, dataset } = harness.server.seed.project({ name: 'Drive', datasetName: 'Clips', mediaType: 'VIDEO' });
	const [task] = [...harness.server.seed.video(dataset!, 'clip.mp4').tasks];
	harness.server.seed.move(task!, 'COMPLETED');
	const [labels] = jsonOf(await harness.run('export', 'getLabels', { projectId: byId(project.id) }));
	jsonOf(await harness.run('export', 'getVideoTask', { taskId: String(labels?.taskId) }));
});

test.each(['header', 'query'])(
	'no redirect is followed with the token in the %s: for reading, writing, uploading and downloading',
	async (sendIn) => {
		const credential = await harness.saveCredential({ sendIn, apiGeneration: 'media' });
		harness.server.onRequest(({ path }) => ({ status: 307, headers: { Location: `${other.url}${path}` } }));
		const image = await harness.itemWithFile(Buffer.from('\xff\xd8\xff', 'latin1'), 'a.jpg');
		const runs = [
			await harness.run('project', 'getAll', {}, { credential }),
			await harness.run('task', 'skip', { taskId }, { credential }),
			await harness.run('image', 'upload', { datasetId: byId('x'), ifExists: 'fail' }, { credential, items: [image] }),
			await harness.run('image', 'download', { imageId: byId(imageId) }, { credential }),
			await harness.run('export', 'getLabels', { projectId: byId(projectId) }, { credential }),
		];
		for (const { error } of runs) expect(error?.message).toBe('The server redirects to another address (HTTP 307)');
	},
);

describe('the token in the address', () => {
	let credential: SavedCredential;
	beforeAll(async () => {
		credential = await harness.saveCredential({ sendIn: 'query', apiGeneration: 'media' });
	});

	test.each([
		['is cut off', { status: 200, body: '{"a":', headers: { 'Content-Type': 'image/jpeg' }, cut: true }],
		['is a refusal', { status: 404, body: '{"key":"ex_notfound","params":["media","id","x"]}' }],
		[
			'is a page that repeats the address',
			{ status: 502, body: `<html>Bad gateway: /api/v1/media/x?token=${TOKEN}</html>` },
		],
		[
			'is an error that repeats the address',
			{ status: 500, body: JSON.stringify({ key: 'ex_system', params: [`?token=${TOKEN}`], msg: `?token=${TOKEN}` }) },
		],
		[
			'is an unknown error that repeats the address',
			{
				status: 400,
				body: JSON.stringify({
					key: 'ex_other',
					params: [],
					msg: `Cannot GET /api/v1/media/x?dl=true&token=${TOKEN} with Authorization: Token ${TOKEN}`,
				}),
			},
		],
		['does not come', { destroy: true as const }],
	])('shows nowhere when an answer %s', async (_, answer) => {
		harness.server.onRequest(() => answer);
		const options = { network: { settings: { retryFor: 0 } } };
		const runs = [
			await harness.run('image', 'download', { imageId: byId(imageId), options }, { credential }),
			await harness.run('export', 'getLabels', { projectId: byId(projectId), options }, { credential }),
			await harness.run(
				'dataset',
				'create',
				{ name: 'A', options },
				{ credential, settings: { onError: 'continueRegularOutput' } },
			),
		];
		const list = await harness.engine
			.searchList({ nodeType: 'n8n-nodes-datagym.dataGym', method: 'searchProjects', parameters: {} }, [credential])
			.catch((error: unknown) => error);
		const test = await harness.engine.testCredential(credential);
		for (const { error } of runs.slice(0, 2)) expect(error?.message).toBeTruthy();
		const texts = [...runs.map(({ text }) => text), inspected(list), inspected(test), harness.engine.log.text];
		for (const text of texts) expect(text).not.toContain(TOKEN);
	});

	test('shows nowhere when nobody listens there', async () => {
		const dead = await harness.saveCredential({ sendIn: 'query', baseUrl: 'http://127.0.0.1:1' });
		const run = await harness.run('project', 'getAll', {}, { credential: dead });
		expect(run.error?.message).toContain('refused the connection');
		expect(`${run.text} ${harness.engine.log.text}`).not.toContain(TOKEN);
	});
});

test("nothing but the credential's token and what the request needs is sent: no cookies, no referrer", async () => {
	const seen: IncomingMessage[] = [];
	const server = createServer((request, response) => {
		seen.push(request);
		response.setHeader('Set-Cookie', 'session=1');
		response.setHeader('Content-Type', 'application/json');
		response.end('[]');
	}).listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	const credential = await harness.saveCredential({
		baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
	});
	await harness.run('project', 'getAll', {}, { credential });
	await harness.run('project', 'getAll', {}, { credential });
	server.close();
	expect(seen).toHaveLength(2);
	for (const { headers } of seen) expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['cookie']));
	for (const { headers } of seen) expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['referer']));
});

function inspected(value: unknown): string {
	return `${JSON.stringify(value)} ${value instanceof Error ? `${value.stack} ${JSON.stringify(Object.entries(value))}` : ''}`;
}
