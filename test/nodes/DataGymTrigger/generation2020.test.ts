/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { openHarness, type Harness } from '../../support/datagym';
import { itemsOf, Scene, emittedBy } from './scene';

let harness: Harness;

afterEach(async () => await harness.close());

describe('a server of the documented generation', () => {
	test('is watched by its export, and each item says what that costs', async () => {
		harness = await openHarness({ dummyProject: false, generation: '2020' });
		const scene = Scene.of(harness, 'Old server', ['a', 'b', 'c', 'd']);
		scene.move('COMPLETED', 'a', 'd');
		const active = await scene.watch({ events: ['completed', 'reviewed', 'skipped', 'reopened'], output: 'labels' });
		scene.move('COMPLETED', 'b');
		scene.move('REVIEWED', 'a');
		scene.move('SKIPPED', 'c');
		scene.move('WAITING_CHANGED', 'd');
		await active.tick();
		await active.tick();
		expect(emittedBy(active).map((told) => told.sort())).toEqual([
			['completed b', 'reopened d', 'reviewed a', 'skipped c'],
		]);
		expect(itemsOf(active)[0]?.find(({ imageName }) => imageName === 'b')).toMatchObject({
			imageId: scene.task('b').medium.id,
			labels: [{ className: 'car', geometry: { type: 'rectangle', x: 1, y: 20, width: 100, height: 50 } }],
			hint: expect.stringContaining('no task list') as string,
		});
		expect(harness.server.requests.some(({ path }) => path.includes('/task/'))).toBe(false);
		await active.deactivate();
	});

	test('does not begin anew if tasks are known and the server shows images only', async () => {
		harness = await openHarness({ dummyProject: false });
		const scene = Scene.of(harness, 'Taken for an old one', ['a', 'b']);
		scene.move('COMPLETED', 'a');
		const before = await scene.watch();
		await before.kill();
		scene.move('COMPLETED', 'b');
		const oldApi = await harness.saveCredential({ apiGeneration: 'image' });
		await expect(
			harness.engine.activate(scene.workflow(), { credentials: [oldApi], saved: before.saved }),
		).rejects.toThrow('has no task list any more');
		const after = await scene.watch({}, { saved: before.saved });
		expect(emittedBy(after)).toEqual([['completed b']]);
		await after.deactivate();
	});

	test('goes on where it was when the server gets a list of tasks', async () => {
		harness = await openHarness({ dummyProject: false });
		const scene = Scene.of(harness, 'Upgraded', ['a', 'b']);
		scene.move('COMPLETED', 'a');
		const oldApi = await harness.saveCredential({ apiGeneration: 'image' });
		const before = await harness.engine.activate(scene.workflow(), { credentials: [oldApi] });
		await before.kill();
		scene.move('COMPLETED', 'b');
		const after = await scene.watch({}, { saved: before.saved });
		expect(emittedBy(after)).toEqual([['completed b']]);
		await after.deactivate();
	});
});
