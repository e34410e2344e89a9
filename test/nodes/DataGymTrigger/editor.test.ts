/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { openHarness, type Harness } from '../../support/datagym';
import { Scene, emittedBy, triggerWorkflow } from './scene';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

describe('the test in the editor', () => {
	const showTest = async (scene: Scene, parameters = {}) =>
		await harness.engine.runWorkflow(scene.workflow(parameters), { credentials: [harness.credential] });

	test('shows some real items and remembers nothing', async () => {
		const scene = Scene.of(harness, 'Test', ['a', 'b', 'c', 'd', 'e']);
		scene.move('COMPLETED', 'a', 'b', 'c', 'd');
		scene.move('SKIPPED', 'e');
		const run = await showTest(scene, { events: ['completed', 'skipped'], output: 'labels' });
		expect(run.itemsOf('Trigger').map(({ json }) => `${String(json.event)} ${String(json.imageName)}`)).toEqual([
			'completed a',
			'completed b',
			'completed c',
			'skipped e',
		]);
		expect(run.itemsOf('Trigger')[0]?.json).toMatchObject({ width: 640, labels: [{ className: 'car' }] });
		expect(run.staticData).toEqual({});
	});

	test('asks for a few tasks only', async () => {
		const scene = Scene.of(harness, 'Few', ['a', 'b', 'c', 'd', 'e'], 'COMPLETED');
		// The first one asks for the server's generation, too.
		await showTest(scene);
		const before = harness.server.requests.length;
		await showTest(scene);
		expect(harness.server.requests.slice(before).map(({ query }) => query.get('limit'))).toEqual(['3']);
	});

	test('says why there is nothing to show', async () => {
		const scene = Scene.of(harness, 'Nothing', ['a']);
		const run = await showTest(scene, { events: ['completed', 'reopened'], filters: { imageName: 'front' } });
		expect(run.error).toMatchObject({
			name: 'NodeOperationError',
			message:
				'There is nothing to show yet: the project has no image that is completed or reopened and passes the filters',
			description: expect.stringContaining('test again') as string,
		});
	});
});

describe('fields that do not say what to watch', () => {
	test.each([
		['no project', { projectIds: [] }, 'No project selected'],
		['a name instead of an ID', { projectIds: ['My project'] }, '"My project" is not a valid project ID'],
		['no event', { events: [] }, 'No event selected'],
		['an unknown event', { events: ['finished'] }, 'Unknown event "finished"'],
	])('are refused: %s', async (_what, parameters, message) => {
		const scene = Scene.of(harness, 'Fields', ['a']);
		await expect(scene.watch(parameters)).rejects.toThrow(message);
	});

	test('may be expressions that give the IDs as text', async () => {
		const [one, other] = [Scene.of(harness, 'One', ['a']), Scene.of(harness, 'Other', ['b'])];
		const active = await harness.engine.activate(
			triggerWorkflow({ projectIds: `={{ "${one.id}, ${other.id}" }}`, output: 'task' }),
			{ credentials: [harness.credential] },
		);
		one.move('COMPLETED', 'a');
		other.move('COMPLETED', 'b');
		await active.tick();
		expect(emittedBy(active)).toEqual([['completed a', 'completed b']]);
		await active.deactivate();
	});
});

describe('the lists in the editor', () => {
	test('hold the projects, and the datasets of those that are chosen', async () => {
		const scene = Scene.of(harness, 'Listed', ['a']);
		const node = { nodeType: 'n8n-nodes-datagym.dataGymTrigger', parameters: { projectIds: [scene.id] } };
		const projects = await harness.engine.loadOptions({ ...node, method: 'getProjects' }, [harness.credential]);
		expect(projects).toContainEqual({ name: 'Listed', value: scene.id });
		const datasets = await harness.engine.loadOptions({ ...node, method: 'getDatasets' }, [harness.credential]);
		expect(datasets).toEqual([{ name: 'Listed images', value: scene.dataset.id }]);
	});

	test('hold the classes of the chosen projects, also if one of them cannot tell its own', async () => {
		const one = Scene.of(harness, 'Cars', ['a'], 'COMPLETED');
		const { project: empty } = harness.server.seed.project({ name: 'Nothing yet' });
		const other = Scene.of(harness, 'Boats', ['b'], 'WAITING', [
			{ entryKey: 'boat', type: 'rectangle' },
			{ entryKey: 'car', type: 'rectangle' },
		]);
		const classesOf = async (projectIds: string[]) =>
			await harness.engine.loadOptions(
				{ nodeType: 'n8n-nodes-datagym.dataGymTrigger', parameters: { projectIds }, method: 'getClasses' },
				[harness.credential],
			);
		const keys = (await classesOf([one.id, empty.id, other.id])).map(({ value }) => value);
		expect(keys.sort()).toEqual(['boat', 'car', 'tree', 'weather']);
		expect(await classesOf([])).toEqual([]);
		await expect(classesOf([empty.id])).rejects.toThrow('the project has no task to read them from');
	});

	test('give the filter of classes, as texts did', async () => {
		const scene = Scene.of(harness, 'Filtered', ['a']);
		scene.move('COMPLETED', 'a');
		for (const classes of [['car'], 'tree, car', '={{ ["car"] }}']) {
			const run = await harness.engine.runWorkflow(
				scene.workflow({ events: ['completed'], output: 'labels', filters: { classes } }),
				{ credentials: [harness.credential] },
			);
			expect(run.itemsOf('Trigger')).toHaveLength(1);
		}
		const none = await harness.engine.runWorkflow(
			scene.workflow({ events: ['completed'], output: 'labels', filters: { classes: ['tree'] } }),
			{ credentials: [harness.credential] },
		);
		expect(none.error?.message).toContain('There is nothing to show yet');
	});
});
