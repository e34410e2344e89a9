/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INodeParameters } from 'n8n-workflow';
import { ask } from '../../emulator/ask';
import { valuesOf } from '../../emulator/store/values';
import { byId, jsonOf, openHarness, requestsDuring, requestsTo, type Harness } from '../../support/datagym';

let harness: Harness;
let tokenServer: Harness;

beforeAll(async () => {
	harness = await openHarness({ generation: 'open-core', dummyProject: false }, { authentication: 'none', token: '' });
	tokenServer = await openHarness({ dummyProject: false });
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => {
	await harness.close();
	await tokenServer.close();
});

const COLOR = { entryKey: 'color', entryValue: 'Color', type: 'select', options: { red: 'Red', blue: 'Blue' } };
const CAR = { entryKey: 'car', entryValue: 'Car', type: 'rectangle', color: '#ff0000', shortcut: '1' };
const LANE = { entryKey: 'lane', entryValue: 'Lane', type: 'line' };
const SIGN = { entryKey: 'sign', entryValue: 'Sign', type: 'point' };
const CLASSES = [{ ...CAR, children: [COLOR] }, LANE];
const LABELS = {
	labels: {
		car: [{ rectangle: [{ x: 1, y: 2, w: 30, h: 20 }], classifications: { color: ['red'] } }],
		lane: [
			{
				line: [
					[
						{ x: 1, y: 2 },
						{ x: 3, y: 4 },
					],
				],
			},
		],
	},
};

let projects = 0;
/** A project with a completed and a waiting task, each with a car and a lane. */
function scene() {
	const { project, dataset } = harness.server.seed.project({
		name: `Project ${++projects}`,
		datasetName: `Dataset ${projects}`,
		classes: CLASSES,
	});
	const tasks = harness.server.seed.tasks(project, dataset!, {
		count: 2,
		state: (index) => (index === 0 ? 'COMPLETED' : 'WAITING'),
	});
	for (const task of tasks) harness.server.seed.label(task, { labels: { car: LABELS.labels.car } });
	return { project, tasks, projectId: byId(project.id) };
}

type Scene = ReturnType<typeof scene>;

const update = async ({ projectId }: Scene, entries: unknown, parameters: INodeParameters = {}) =>
	await harness.run('labelConfig', 'upload', {
		projectId,
		entriesJson: JSON.stringify(entries),
		updateExisting: true,
		...parameters,
	});

interface Entry {
	id: string;
	entryKey: string;
	entryValue: string;
	children: Entry[];
	options: Record<string, string>;
	required: boolean;
}

/** The configuration as the server shows it to its own user interface. */
const entriesOf = async ({ project }: Scene) =>
	(
		await ask<{ entries: Entry[] }>(harness.server, 'GET', `/api/lconfig/${project.configuration.id}`)
	).json.entries.sort((a, b) => a.entryKey.localeCompare(b.entryKey));
const keysOf = async (it: Scene) => (await entriesOf(it)).map(({ entryKey }) => entryKey);
const labelCounts = ({ tasks }: Scene) => tasks.map((task) => valuesOf(task).length);

describe('Label Configuration: Upload with Update Existing', () => {
	test('adds an entry and keeps all labels; finished tasks are reopened, as DataGym does', async () => {
		const it = scene();
		const before = await entriesOf(it);
		const [record] = jsonOf(await update(it, [...CLASSES, SIGN]));
		expect(record).toMatchObject({
			updated: true,
			addedEntries: ['sign'],
			deletedEntries: [],
			reopenedTasks: 1,
			classes: [{ className: 'car' }, { className: 'color' }, { className: 'lane' }, { className: 'sign' }],
		});
		const after = await entriesOf(it);
		expect(after.slice(0, 2).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
		expect(after.map(({ entryKey }) => entryKey)).toEqual(['car', 'lane', 'sign']);
		expect(labelCounts(it)).toEqual([1, 1]);
		expect(valuesOf(it.tasks[0]!)[0]?.children[0]?.content).toMatchObject({ selectKey: 'red' });
		expect(it.tasks.map(({ state }) => state)).toEqual(['WAITING_CHANGED', 'WAITING']);
	});

	test('leaves finished tasks finished if the user wants that', async () => {
		const it = scene();
		expect(jsonOf(await update(it, [...CLASSES, SIGN], { reopenTasks: false }))).toMatchObject([{ reopenedTasks: 0 }]);
		expect(it.tasks.map(({ state }) => state)).toEqual(['COMPLETED', 'WAITING']);
	});

	test('changes titles, colors and options, and leaves the states', async () => {
		const it = scene();
		const options = { red: 'Ruby', blue: 'Blue', green: 'Green' };
		const [record] = jsonOf(
			await update(it, [{ ...CAR, entryValue: 'Automobile', children: [{ ...COLOR, options }] }, LANE]),
		);
		expect(record).toMatchObject({ addedEntries: [], reopenedTasks: 0 });
		expect((await entriesOf(it))[0]).toMatchObject({ entryValue: 'Automobile', children: [{ options }] });
		expect(it.tasks.map(({ state }) => state)).toEqual(['COMPLETED', 'WAITING']);
		expect(labelCounts(it)).toEqual([1, 1]);
	});

	test('gives back what Label Configuration: Get gave, without a change', async () => {
		const it = scene();
		const before = await entriesOf(it);
		const [config] = jsonOf(await harness.run('labelConfig', 'get', { projectId: it.projectId }));
		expect(jsonOf(await update(it, config?.entries))).toMatchObject([{ addedEntries: [], deletedEntries: [] }]);
		expect(await entriesOf(it)).toEqual(before);
		expect(labelCounts(it)).toEqual([1, 1]);
	});

	test('refuses to lose entries and options, names them, and counts the tasks with labels', async () => {
		const it = scene();
		const requests = await requestsDuring(harness, async () => {
			const { error } = await update(it, [{ ...CAR, children: [{ ...COLOR, options: { red: 'Red' } }] }]);
			expect(error).toMatchObject({
				message: '"Entries" lacks existing entries, and nothing was changed: car/color: blue, lane',
				description:
					'Set "Entries Not Listed" to "Keep", or to "Delete with Labels" to delete them (tasks with labels: 2).',
			});
		});
		expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
	});

	test('keeps or deletes what is not listed, as the user wants', async () => {
		const it = scene();
		await update(it, [SIGN], { missingEntries: 'keep' });
		expect(await keysOf(it)).toEqual(['car', 'lane', 'sign']);
		expect(labelCounts(it)).toEqual([1, 1]);
		expect(jsonOf(await update(it, [LANE], { missingEntries: 'delete' }))).toMatchObject([
			{ deletedEntries: ['car', 'sign'], addedEntries: [] },
		]);
		expect(await keysOf(it)).toEqual(['lane']);
		expect(labelCounts(it)).toEqual([0, 0]);
	});

	test('adds what several items of one run want', async () => {
		const it = scene();
		const added = ['sign', 'tree', 'lamp', 'wall'];
		const run = await harness.run(
			'labelConfig',
			'upload',
			{
				projectId: it.projectId,
				entriesJson: '={{ JSON.stringify([{ entryKey: $json.key, entryValue: $json.key, type: "point" }]) }}',
				updateExisting: true,
				missingEntries: 'keep',
			},
			{ items: added.map((key) => ({ json: { key } })) },
		);
		expect(jsonOf(run).map(({ addedEntries }) => addedEntries)).toEqual(added.map((key) => [key]));
		expect(await keysOf(it)).toEqual(['car', 'lamp', 'lane', 'sign', 'tree', 'wall']);
		expect(labelCounts(it)).toEqual([1, 1]);
	});

	test('never sends an update that keeps nothing', async () => {
		const it = scene();
		const { error } = await update(it, [SIGN], { missingEntries: 'delete' });
		expect(error?.message).toBe('"Entries" has none of the existing entries, so nothing was changed');
		expect(await keysOf(it)).toEqual(['car', 'lane']);
	});

	test('refuses another type under an existing key', async () => {
		const it = scene();
		const { error } = await update(it, [{ ...CAR, type: 'polygon', children: [COLOR] }, LANE]);
		expect(error?.message).toContain('(car: rectangle to polygon)');
		expect(await keysOf(it)).toEqual(['car', 'lane']);
	});

	describe('of two entries with one key, as a change of the type in DataGym leaves them,', () => {
		const [boxes, lines] = [{ ...LANE, type: 'polygon' }, LANE];
		async function sceneWithTwoLanes() {
			const it = scene();
			const sent = (await entriesOf(it)).map(({ id, entryKey, entryValue, children }) => ({
				...[CAR, boxes].find((entry) => entry.entryKey === entryKey),
				...{ id, entryKey, entryValue },
				children: children.map((child) => ({ ...COLOR, id: child.id, children: [] })),
			}));
			await ask(harness.server, 'PUT', `/api/lconfig/${it.project.configuration.id}`, sent);
			expect(await keysOf(it)).toEqual(['car', 'lane', 'lane']);
			return it;
		}

		test.each([
			['neither', [SIGN]],
			['the older', [lines, SIGN]],
			['the newer', [boxes, SIGN]],
		])('loses none if %s is listed, since the server takes no update that keeps both', async (_, entries) => {
			const it = await sceneWithTwoLanes();
			const before = await entriesOf(it);
			expect((await update(it, entries, { missingEntries: 'keep' })).error).toMatchObject({
				message:
					'The label configuration has several entries with one key (lane (line), lane (polygon)), so it was not changed',
				description: expect.stringContaining('Rename or delete all but one in DataGym'),
			});
			const after = await entriesOf(it);
			expect(after).toHaveLength(3);
			expect(after).toEqual(expect.arrayContaining(before));
		});

		test('names the one that is not listed, and deletes it only on demand', async () => {
			const it = await sceneWithTwoLanes();
			const entries = [CLASSES[0], boxes];
			expect((await update(it, entries)).error?.message).toMatch(/nothing was changed: lane \(line\)$/);
			expect(await keysOf(it)).toEqual(['car', 'lane', 'lane']);
			expect(jsonOf(await update(it, entries, { missingEntries: 'delete' }))).toMatchObject([
				{ deletedEntries: ['lane (line)'], entries: [{ entryKey: 'car' }, { type: 'polygon' }] },
			]);
		});
	});

	test('fills an empty configuration', async () => {
		const it = scene();
		await harness.run('labelConfig', 'clear', { projectId: it.projectId });
		expect(jsonOf(await update(it, CLASSES))).toMatchObject([{ addedEntries: ['car', 'car/color', 'lane'] }]);
		expect(await keysOf(it)).toEqual(['car', 'lane']);
	});

	test('makes a new entry once if the response is lost', async () => {
		const it = scene();
		let puts = 0;
		harness.server.onRequest(async ({ route, method, headers }) => {
			// The test's own request below is let through.
			if (route !== 'PUT /api/lconfig/:id' || headers['x-test'] !== undefined || puts++ > 0) return undefined;
			const kept = (await entriesOf(it)).map(({ id, entryKey, entryValue, children }) => ({
				...CLASSES.find((entry) => entry.entryKey === entryKey),
				entryKey,
				entryValue,
				id,
				children: children.map((child) => ({ ...COLOR, id: child.id, children: [] })),
			}));
			const body = [...kept, { ...SIGN, children: [] }];
			await ask(harness.server, method, `/api/lconfig/${it.project.configuration.id}`, body, { 'x-test': '1' });
			return { destroy: true };
		});
		expect(jsonOf(await update(it, [...CLASSES, SIGN]))).toMatchObject([{ updated: true, addedEntries: ['sign'] }]);
		expect(puts).toBe(1);
		expect(await keysOf(it)).toEqual(['car', 'lane', 'sign']);
		expect(labelCounts(it)).toEqual([1, 1]);
	});

	test('sends it again if the request did not arrive', async () => {
		const it = scene();
		let puts = 0;
		harness.server.onRequest(({ route }) =>
			route === 'PUT /api/lconfig/:id' && puts++ === 0 ? { destroy: true } : undefined,
		);
		expect(jsonOf(await update(it, [...CLASSES, SIGN]))).toMatchObject([{ addedEntries: ['sign'] }]);
		expect(puts).toBe(2);
		expect(await keysOf(it)).toEqual(['car', 'lane', 'sign']);
	});

	test.each([
		['adds', [...CLASSES, SIGN], 'fail'],
		['changes', [{ ...CAR, entryValue: 'Automobile', children: [COLOR] }, LANE], 'fail'],
		['deletes', [CLASSES[0]], 'delete'],
	])(
		'that %s is not sent again once others have added an entry, which it would delete',
		async (_, entries, missingEntries) => {
			const it = scene();
			let puts = 0;
			harness.server.onRequest(async ({ route, headers }) => {
				if (route !== 'PUT /api/lconfig/:id' || headers['x-test'] !== undefined || puts++ > 0) return undefined;
				const kept = (await entriesOf(it)).map(({ id, entryKey, entryValue, children }) => ({
					...CLASSES.find((entry) => entry.entryKey === entryKey),
					...{ id, entryKey, entryValue },
					children: children.map((child) => ({ ...COLOR, id: child.id, children: [] })),
				}));
				const body = [...kept, { entryKey: 'tree', entryValue: 'Tree', type: 'point', children: [] }];
				await ask(harness.server, 'PUT', `/api/lconfig/${it.project.configuration.id}`, body, { 'x-test': '1' });
				return { destroy: true };
			});
			const { error } = await update(it, entries, { missingEntries });
			expect(error?.description).toContain('DataGym may already have made the change.');
			expect(puts).toBe(1);
			expect(await keysOf(it)).toEqual(['car', 'lane', 'tree']);
		},
	);

	test('says of a server with tokens that it cannot', async () => {
		const { project } = tokenServer.server.seed.project({ name: 'Of tokens', classes: CLASSES });
		const run = await tokenServer.run('labelConfig', 'upload', {
			projectId: byId(project.id),
			entriesJson: JSON.stringify([...CLASSES, SIGN]),
			updateExisting: true,
		});
		expect(run.error?.message).toMatch(/cannot update a label configuration and keep its labels$/);
		expect(requestsTo(tokenServer, 'PUT', project.configuration.id)).toBe(0);
	});
});

describe('Label Configuration: Get on an open core', () => {
	test('needs no task, and reads none', async () => {
		const { project } = harness.server.seed.project({ name: 'Without tasks', classes: CLASSES });
		const requests = await requestsDuring(harness, async () => {
			const [config] = jsonOf(await harness.run('labelConfig', 'get', { projectId: byId(project.id) }));
			expect(config).toMatchObject({
				labelConfigurationId: project.configuration.id,
				complete: true,
				entries: [{ entryKey: 'car', color: '#ff0000', children: [{ entryKey: 'color' }] }, { entryKey: 'lane' }],
			});
		});
		expect(requests.map(({ route }) => route)).toEqual(['GET /api/project/:id', 'GET /api/lconfig/:id']);
	});

	test('loses nothing, not even what is required', async () => {
		const { project } = harness.server.seed.project({
			name: 'Required',
			classes: [
				{ ...COLOR, required: true },
				{ entryKey: 'note', type: 'freetext', maxLength: 40 },
			],
		});
		const [config] = jsonOf(await harness.run('labelConfig', 'get', { projectId: byId(project.id) }));
		expect(config?.entries).toMatchObject([
			{ entryKey: 'color', required: true, options: COLOR.options },
			{ entryKey: 'note', required: false, maxLength: 40 },
		]);
	});
});
