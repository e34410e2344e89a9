/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { setTimeout as wait } from 'node:timers/promises';
import { byId, jsonOf, openHarness, requestsTo, type Harness } from '../../support/datagym';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterAll(async () => await harness.close());

const CAR = { entryKey: 'car', entryValue: 'Car', type: 'rectangle', color: '#ff0000', shortcut: '1', children: [] };
const WEATHER = {
	entryKey: 'weather',
	entryValue: 'Weather',
	type: 'select',
	required: true,
	options: { sun: 'Sun', rain: 'Rain' },
	children: [],
};

let projects = 0;
/** A project with one waiting image, whose task shows the label configuration. */
function newProject(finished = 0) {
	const { project, dataset } = harness.server.seed.project({
		name: `Project ${++projects}`,
		datasetName: `Dataset ${projects}`,
	});
	harness.server.seed.tasks(project, dataset!, { count: 1, name: () => 'waiting.jpg' });
	harness.server.seed.tasks(project, dataset!, { count: finished, state: 'COMPLETED' });
	return project.id;
}

const upload = async (projectId: string, entries: unknown, parameters = {}) =>
	await harness.run('labelConfig', 'upload', {
		projectId: byId(projectId),
		entriesJson: JSON.stringify(entries),
		...parameters,
	});
const get = async (projectId: string) => await harness.run('labelConfig', 'get', { projectId: byId(projectId) });

describe('Label Configuration: Upload and Get', () => {
	test('sets a configuration, and gives it back in the form that can be uploaded again', async () => {
		const projectId = newProject();
		expect(jsonOf(await upload(projectId, [CAR, WEATHER]))).toMatchObject([{ projectId, replaced: false }]);
		const [config] = jsonOf(await get(projectId));
		expect(config).toMatchObject({ projectId, complete: true });
		expect(config?.entries).toEqual(
			expect.arrayContaining([expect.objectContaining(CAR), expect.objectContaining(WEATHER)]),
		);
		expect(config?.classes).toEqual(
			expect.arrayContaining([expect.objectContaining({ className: 'car', type: 'rectangle', number: 0 })]),
		);
		const other = newProject();
		expect(jsonOf(await upload(other, config?.entries))).toMatchObject([{ replaced: false }]);
	});

	test('takes the entries from a form, nested by the key of the parent', async () => {
		const projectId = newProject();
		const entry = [
			{ entryKey: 'car', entryValue: 'Car', type: 'rectangle', color: '#00ff00', shortcut: '1' },
			{
				entryKey: 'color',
				entryValue: 'Color',
				type: 'select',
				options: 'red=Red, blue',
				required: true,
				parentKey: 'car',
			},
			{ entryKey: 'note', entryValue: 'Note', type: 'freetext', maxLength: 40, parentKey: 'color' },
		];
		await upload(projectId, [], { inputMode: 'form', entriesForm: { entry } });
		const [config] = jsonOf(await get(projectId));
		expect(config?.entries).toMatchObject([
			{
				entryKey: 'car',
				color: '#00ff00',
				children: [
					{
						entryKey: 'color',
						required: true,
						options: { red: 'Red', blue: 'blue' },
						children: [{ entryKey: 'note', maxLength: 40 }],
					},
				],
			},
		]);
	});

	test('names every mistake with its path, and uploads nothing', async () => {
		const before = harness.server.requests.length;
		const run = await upload(newProject(), [
			{ ...CAR, entryKey: 'autö' },
			{ ...WEATHER, children: [{ ...CAR, shortcut: '2', type: 'radio' }] },
		]);
		expect(run.error?.message).toContain('2 mistakes, so nothing was uploaded');
		expect(run.error?.description).toContain('[0].entryKey');
		expect(run.error?.description).toContain('[1].children[0].type');
		expect(harness.server.requests).toHaveLength(before);
	});

	test('says what is wrong with the JSON', async () => {
		const run = await harness.run('labelConfig', 'upload', {
			projectId: byId(newProject()),
			entriesJson: '[{ entryKey: 1 }]',
		});
		expect(run.error?.message).toBe('"Entries" is not valid JSON');
		expect(run.error?.description).toContain('double quotes');
	});

	test('leaves an existing configuration alone, and says how many tasks would lose labels', async () => {
		const projectId = newProject(3);
		await upload(projectId, [CAR]);
		const run = await upload(projectId, [WEATHER]);
		expect(run.error?.message).toBe('The project already has a label configuration, which was not changed');
		expect(run.error?.description).toContain('tasks with labels: 3');
		expect(jsonOf(await get(projectId))[0]?.entries).toMatchObject([CAR]);
	});

	test('replaces it when the user allows that, and says how many tasks lost labels', async () => {
		const projectId = newProject(3);
		await upload(projectId, [CAR]);
		expect(jsonOf(await upload(projectId, [WEATHER], { replaceExisting: true }))).toMatchObject([
			{ replaced: true, tasksThatLostLabels: 3 },
		]);
		expect(jsonOf(await get(projectId))[0]?.entries).toMatchObject([WEATHER]);
	});

	test('puts the old entries back if the server refuses the new ones after all', async () => {
		const projectId = newProject();
		await upload(projectId, [CAR]);
		let puts = 0;
		harness.server.onRequest(({ method }) =>
			method === 'PUT' && ++puts === 2 ? { status: 500, body: '{"key":"ex_system","params":[]}' } : undefined,
		);
		const run = await upload(projectId, [WEATHER], { replaceExisting: true });
		harness.server.onRequest(undefined);
		expect(run.error?.message).toContain('was cleared, but the new one could not be stored');
		expect(run.error?.description).toContain('The old entries were restored');
		expect(jsonOf(await get(projectId))[0]?.entries).toMatchObject([CAR]);
	});
});

describe('Label Configuration: Upload with Replace Existing', () => {
	const keysOf = (projectId: string) =>
		harness.server.store.project(projectId).configuration.roots.map(({ key }) => key);

	test('a click on Stop at any request leaves the old classes or the new ones', async () => {
		const replaceStoppedAt = async (at: number) => {
			const projectId = newProject(1);
			await upload(projectId, [CAR]);
			const stop = new AbortController();
			let requests = 0;
			harness.server.onRequest(() => {
				if (requests++ === at) stop.abort();
				return undefined;
			});
			const parameters = { projectId: byId(projectId), entriesJson: JSON.stringify([WEATHER]), replaceExisting: true };
			await harness.run('labelConfig', 'upload', parameters, { signal: stop.signal });
			// n8n does not wait for a node that it has stopped.
			for (let seen = -1; seen < requests; await wait(200)) seen = requests;
			harness.server.onRequest(undefined);
			return { requests, keys: keysOf(projectId) };
		};
		const { requests, keys } = await replaceStoppedAt(-1);
		expect(keys).toEqual(['weather']);
		const found = new Set<string>();
		for (let at = 0; at < requests; at++) found.add(String((await replaceStoppedAt(at)).keys));
		expect([...found].sort()).toEqual(['car', 'weather']);
	});

	test('gives the old entries in the item, too, if neither the new nor the old ones could be stored', async () => {
		const projectId = newProject(1);
		await upload(projectId, [CAR, WEATHER]);
		harness.server.onRequest(({ method }) =>
			method === 'PUT' && keysOf(projectId).length === 0
				? { status: 500, body: '{"key":"ex_system","params":[]}' }
				: undefined,
		);
		const parameters = {
			projectId: byId(projectId),
			entriesJson: JSON.stringify([{ ...CAR, entryKey: 'van' }]),
			replaceExisting: true,
		};
		const run = await harness.run('labelConfig', 'upload', parameters, {
			settings: { onError: 'continueRegularOutput' },
		});
		harness.server.onRequest(undefined);
		const [item] = jsonOf(run);
		expect(item).toMatchObject({ restored: false, details: expect.stringContaining('"entryKey":"car"') as unknown });
		expect(keysOf(projectId)).toEqual([]);
		expect(jsonOf(await upload(projectId, item?.oldEntries))).toMatchObject([{ replaced: false }]);
		expect(keysOf(projectId).sort()).toEqual(['car', 'weather']);
	});

	test.each([
		['a color', { color: 'x'.repeat(256) }],
		['the title of an option', { type: 'select', options: { a: 'x'.repeat(256) } }],
		['two options that the database takes for one', { type: 'select', options: { Red: 'a', réd: 'b' } }],
	])('refuses %s that only the database refuses before anything is sent', async (_what, more) => {
		const projectId = newProject();
		await upload(projectId, [CAR]);
		const before = harness.server.requests.length;
		const run = await upload(projectId, [{ ...CAR, ...more }], { replaceExisting: true });
		expect(run.error?.message).toContain('nothing was uploaded');
		expect(harness.server.requests).toHaveLength(before);
	});
});

describe('Label Configuration: Get', () => {
	test('reads a reviewed task rather than one that is still to be completed', async () => {
		const { project, dataset } = harness.server.seed.project({ name: 'Mixed', datasetName: 'Mixed', classes: [CAR] });
		harness.server.seed.tasks(project, dataset!, { count: 3, state: 'WAITING' });
		const [reviewed] = harness.server.seed.tasks(project, dataset!, {
			count: 1,
			state: 'REVIEWED',
			name: () => 'z.jpg',
		});
		const before = harness.server.requests.length;
		await get(project.id);
		const read = harness.server.requests.slice(before).filter(({ path }) => /\/task\/[^/]+$/.test(path));
		expect(read.map(({ path }) => path)).toEqual([`/api/v1/task/${reviewed!.id}`]);
	});

	test("says why an empty project's configuration cannot be read", async () => {
		const { project } = harness.server.seed.project({ name: 'Empty' });
		const run = await get(project.id);
		expect(run.error?.message).toBe('The label configuration of "Empty" cannot be read');
		expect(run.error?.description).toContain('connect a dataset');
	});
});

describe('Label Configuration: Clear', () => {
	test('clears, and says how many tasks lost their labels', async () => {
		const projectId = newProject(2);
		await upload(projectId, [CAR]);
		expect(jsonOf(await harness.run('labelConfig', 'clear', { projectId: byId(projectId) }))).toMatchObject([
			{ cleared: true, tasksThatLostLabels: 2 },
		]);
		expect(jsonOf(await get(projectId))[0]?.entries).toEqual([]);
		expect(requestsTo(harness, 'DELETE', '')).toBeGreaterThan(0);
	});
});
