import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { DataGymApi, isDataGymError, Transport, type HttpAnswer, type HttpRequest } from '@datagym/client';
import { readTask } from '@datagym/labels';
import { sendDirectly } from '../conformance/sendDirectly';
import { mutated, mutation, type Mutation } from '../faults/hostile';
import { startEmulator, type Emulator } from '../emulator/start';
import { jpeg } from '../support/images';
import { untilAborted } from './fakeServer';

const TOKEN = 'this-token-must-not-be-seen';

type Call = (api: DataGymApi) => Promise<unknown>;

let server: Emulator;
let calls: Record<string, Call>;
/** What the server answers when it is in its right mind. */
const answers = new Map<string, string[]>();

beforeAll(async () => {
	server = await startEmulator({ token: TOKEN, dummyProject: false });
	const classes = [
		{ entryKey: 'car', type: 'rectangle', children: [{ entryKey: 'color', type: 'select', options: { red: 'Red' } }] },
		{ entryKey: 'sky', type: 'image_segmentation' },
	];
	const { project, dataset } = server.seed.project({ name: 'Fleet', datasetName: 'Cars', classes });
	const [task, other] = server.seed.tasks(project, dataset!, { count: 2, state: 'COMPLETED' });
	server.seed.label(task!, {
		labels: { car: [{ rectangle: [{ x: 1, y: 2, w: 3, h: 4 }], classifications: { color: ['red'] } }] },
	});
	const { project: empty, dataset: spare } = server.seed.project({ name: 'Empty', datasetName: 'Spare' });
	const car = task!.values[0]!;
	const element = { internal_media_ID: other!.medium.id, keepData: false, labels: {} };
	const photo = await jpeg();
	const place = {
		taskId: other!.id,
		imageId: other!.medium.id,
		iterationId: project.iterationId,
		entryId: car.entry.id,
	};
	calls = {
		getProjects: (api) => api.projects.list(),
		getProject: (api) => api.projects.get(project.id),
		connectDataset: (api) => api.projects.connect(project.id, spare!.id),
		disconnectDataset: (api) => api.projects.disconnect(empty.id, spare!.id),
		getDatasets: (api) => api.datasets.list(),
		getDataset: (api) => api.datasets.get(dataset!.id),
		createDataset: (api) => api.datasets.create('New one', ''),
		uploadImage: (api) => api.images.upload(dataset!.id, { name: 'new.jpg', open: async () => photo }),
		addImageUrls: (api) => api.images.addUrls(dataset!.id, ['http://127.0.0.1:9/a.jpg']),
		getTasks: (api) => api.tasks.list(project.id, 'COMPLETED'),
		getTaskRows: (api) => api.tasks.listRows(project.id, 'COMPLETED'),
		getTask: (api) => api.tasks.get(task!.id),
		taskLabels: async (api) => readTask(await api.tasks.get(task!.id)),
		completeTask: (api) => api.tasks.complete(task!.id, 0),
		skipTask: (api) => api.tasks.skip(other!.id),
		exportLabels: (api) => api.exports.elements(project.id),
		createLabel: (api) => api.labels.create(place),
		importLabels: (api) => api.imports.send(project.id, [element]),
		uploadLabelConfig: (api) =>
			api.labelConfigs.upload(empty.configuration.id, [
				{ entryKey: 'ship', entryValue: 'Ship', type: 'rectangle', color: '#ff0000', shortcut: '1', children: [] },
			]),
		clearLabelConfig: (api) => api.labelConfigs.clear(empty.configuration.id),
		deleteImage: (api) => api.images.delete(other!.medium.id),
	};
	for (const [name, call] of Object.entries(calls)) {
		const texts: string[] = [];
		const send = sendDirectly(TOKEN);
		await call(
			apiWith(async (request) => {
				const answer = await send(request);
				const text = await textOf(answer.body);
				texts.push(text);
				return { ...answer, body: Readable.from([Buffer.from(text)]) };
			}),
		);
		answers.set(name, texts);
	}
});
afterAll(async () => await server.close());

function apiWith(send: (request: HttpRequest) => Promise<HttpAnswer>): DataGymApi {
	// No time limit is ever over, and nothing is tried again.
	const sleep = async (_milliseconds: number, signal?: AbortSignal) => await untilAborted(signal!);
	const options = {
		baseUrl: server.url,
		idleTimeout: 120_000,
		retryFor: 0,
		isUnattended: false,
		limits: { concurrency: 50 },
		sleep,
	};
	return DataGymApi.over(new Transport(send, options), 'media');
}

async function textOf(body: unknown): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
	return Buffer.concat(chunks).toString('utf8');
}

/** What the client makes of answers that are each other than they should be. */
async function callWith(
	name: string,
	spoil: (right: string) => { status?: number; body: string | Buffer },
): Promise<unknown> {
	const texts = [...(answers.get(name) ?? [])];
	const api = apiWith(async () => {
		const { status = 200, body } = spoil(texts.shift() ?? '');
		return { status, headers: { 'content-type': 'application/json' }, body: Readable.from([Buffer.from(body)]) };
	});
	return await calls[name]!(api).then(
		() => undefined,
		(error: unknown) => error,
	);
}

function expectTold(error: unknown): void {
	if (error === undefined) return;
	if (!isDataGymError(error)) throw error;
	expect(error.message).toMatch(/^[A-Z"]/);
	expect(error.failure.remedy).toMatch(/\.$/);
	expect(`${error.message} ${JSON.stringify(error.failure)} ${error.stack}`).not.toContain(TOKEN);
}

const NAMES = [
	'getProjects',
	'getProject',
	'connectDataset',
	'disconnectDataset',
	'getDatasets',
	'getDataset',
	'createDataset',
	'uploadImage',
	'addImageUrls',
	'getTasks',
	'getTaskRows',
	'getTask',
	'taskLabels',
	'completeTask',
	'skipTask',
	'exportLabels',
	'createLabel',
	'importLabels',
	'uploadLabelConfig',
	'clearLabelConfig',
	'deleteImage',
];

test('all calls are tried', () => expect(NAMES).toEqual(Object.keys(calls)));

describe.each(NAMES)('%s', (name) => {
	test('takes any answer with one thing wrong, or tells what is wrong with it', async () => {
		await fc.assert(
			fc.asyncProperty(mutation, async (change: Mutation) =>
				expectTold(await callWith(name, (right) => ({ body: mutated(right, change) }))),
			),
			{ numRuns: 80 },
		);
		expect('polluted' in {}).toBe(false);
	});

	test('tells what is wrong with any bytes, at any status', async () => {
		const bytes = fc.oneof(
			fc.uint8Array().map((array) => Buffer.from(array)),
			fc.json(),
			fc.string({ unit: 'binary' }),
		);
		const status = fc.integer({ min: 200, max: 599 });
		await fc.assert(
			fc.asyncProperty(bytes, status, async (body, code) =>
				expectTold(await callWith(name, () => ({ status: code, body }))),
			),
			{ numRuns: 40 },
		);
	});

	test('tells what is wrong with any error, whatever its key and parameters are', async () => {
		const hostile = fc.oneof(
			fc.constantFrom<unknown>(
				null,
				-1,
				'__proto__',
				'constructor',
				'toString',
				'ex_notfound',
				'ex_validation',
				'ex_gen_wrong_entry_id',
				[],
				{},
			),
			fc.jsonValue(),
		);
		const body = fc.record({
			key: hostile,
			params: fc.oneof(hostile, fc.array(hostile)),
			msg: hostile,
			code: hostile,
			details: fc.oneof(hostile, fc.array(fc.record({ name: hostile, key: hostile, params: hostile }))),
		});
		const status = fc.constantFrom(400, 401, 402, 403, 404, 412, 413, 429, 500, 503);
		await fc.assert(
			fc.asyncProperty(body, status, async (content, code) => {
				const error = await callWith(name, () => ({ status: code, body: JSON.stringify(content) }));
				expect(isDataGymError(error)).toBe(true);
				expectTold(error);
			}),
			{ numRuns: 40 },
		);
	});
});
