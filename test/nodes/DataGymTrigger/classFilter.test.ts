/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { ClassDraft } from '../../emulator/store/seeding';
import { openHarness, type Harness } from '../../support/datagym';
import { Scene, box, emittedBy, triggerWorkflow } from './scene';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterAll(async () => await harness.close());

const UNKNOWN = { filters: { classes: 'car, bus' } };

describe('a class that the project does not have', () => {
	test('keeps the workflow from being activated, and the classes are named', async () => {
		const scene = Scene.of(harness, 'Known', ['a']);
		scene.move('REVIEWED', 'a');
		const activation = harness.engine.activate(scene.workflow(UNKNOWN), { credentials: [harness.credential] });
		await expect(activation).rejects.toThrow('The project has no class "bus"');
		await expect(activation).rejects.toMatchObject({
			description: 'Correct "Classes" in the filters. Use one of: car, tree, weather.',
		});
	});

	test('is an error as soon as an image is finished, which is emitted once the class is corrected', async () => {
		const scene = Scene.of(harness, 'Known later', ['a']);
		const active = await scene.watch(UNKNOWN);
		scene.move('COMPLETED', 'a');
		await active.tick();
		await active.tick();
		expect(active.errors).toMatchObject([
			{ message: 'The project has no class "bus"' },
			{ message: 'The project has no class "bus"' },
		]);
		await active.kill();
		const corrected = await scene.watch({ filters: { classes: 'car' } }, { saved: active.saved });
		expect([...emittedBy(active), ...emittedBy(corrected)]).toEqual([['completed a']]);
		await corrected.deactivate();
	});

	test('is explained by the test in the editor', async () => {
		const scene = Scene.of(harness, 'In the editor', ['a']);
		scene.move('COMPLETED', 'a');
		const poll = harness.engine.pollOnce(scene.workflow({ filters: { classes: 'bus' } }), {
			credentials: [harness.credential],
			mode: 'manual',
		});
		await expect(poll).rejects.toThrow('The project has no class "bus"');
	});
});

describe('a class of one of several projects', () => {
	const watch = async (scenes: readonly Scene[], classes: string) =>
		await harness.engine.activate(
			triggerWorkflow({ projectIds: scenes.map(({ id }) => id), output: 'task', filters: { classes } }),
			{ credentials: [harness.credential] },
		);
	const withBuses = () => {
		const classes: ClassDraft[] = ['car', 'bus'].map((entryKey) => ({ entryKey, type: 'rectangle' }));
		const scene = Scene.of(harness, 'Buses', ['x'], 'WAITING', classes);
		harness.server.seed.label(scene.task('x'), box(1, 'bus'));
		return scene;
	};

	test('is enough', async () => {
		const [cars, buses] = [Scene.of(harness, 'Cars', ['a']), withBuses()];
		buses.move('COMPLETED', 'x');
		const active = await watch([cars, buses], 'Bus');
		cars.move('COMPLETED', 'a');
		await active.tick();
		buses.move('WAITING_CHANGED', 'x');
		await active.tick();
		buses.move('COMPLETED', 'x');
		await active.tick();
		expect({ emitted: emittedBy(active), errors: active.errors }).toEqual({ emitted: [['completed x']], errors: [] });
		await active.deactivate();
	});

	test('may be in one that has no finished image yet', async () => {
		const [cars, buses] = [Scene.of(harness, 'Only cars', ['a']), withBuses()];
		const active = await watch([cars, buses], 'bus');
		cars.move('COMPLETED', 'a');
		await active.tick();
		buses.move('COMPLETED', 'x');
		await active.tick();
		expect({ emitted: emittedBy(active), errors: active.errors }).toEqual({ emitted: [['completed x']], errors: [] });
		await active.deactivate();
	});

	test('is refused if none has it', async () => {
		const [cars, buses] = [Scene.of(harness, 'No trams', ['a']), withBuses()];
		cars.move('COMPLETED', 'a');
		buses.move('COMPLETED', 'x');
		await expect(watch([cars, buses], 'tram')).rejects.toThrow('None of the projects has the class "tram"');
	});
});
