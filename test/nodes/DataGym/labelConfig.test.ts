/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
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
			expect.arrayContaining([expect.objectContaining({ classKey: 'car', type: 'rectangle', number: 0 })]),
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
