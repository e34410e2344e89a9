/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { openHarness, type Harness } from '../../support/datagym';
import type { ActiveWorkflow } from '../../support/n8n/lentEngine';
import { Scene, emittedBy, triggerWorkflow } from './scene';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

const watchAll = async (scenes: readonly Scene[], parameters = {}, options = {}): Promise<ActiveWorkflow> =>
	await harness.engine.activate(
		triggerWorkflow({ projectIds: scenes.map(({ id }) => id), output: 'task', ...parameters }),
		{ credentials: [harness.credential], ...options },
	);

describe('several projects', () => {
	test('wait in one queue for their turn', async () => {
		const [one, other] = [Scene.of(harness, 'First', ['a', 'b', 'c']), Scene.of(harness, 'Second', ['x', 'y'])];
		const active = await watchAll([one, other], { options: { maxItems: 2 } });
		other.move('COMPLETED', 'x', 'y');
		one.move('COMPLETED', 'a');
		await active.tick();
		one.move('COMPLETED', 'b', 'c');
		for (let poll = 0; poll < 3; poll++) await active.tick();
		expect(emittedBy(active)).toEqual([
			['completed a', 'completed x'],
			['completed y', 'completed b'],
			['completed c'],
		]);
		await active.deactivate();
	});

	test('go on when one of them vanishes, which is an error once', async () => {
		const [one, other] = [Scene.of(harness, 'Stays', ['a', 'b']), Scene.of(harness, 'Goes', ['x'])];
		const active = await watchAll([one, other]);
		other.project.deleted = true;
		one.move('COMPLETED', 'a');
		await active.tick();
		expect(active.errors).toMatchObject([
			{ httpCode: '404', description: expect.stringContaining(other.id) as string },
		]);
		expect(emittedBy(active)).toEqual([]);
		await active.tick();
		one.move('COMPLETED', 'b');
		await active.tick();
		expect(active.errors).toHaveLength(1);
		expect(emittedBy(active)).toEqual([['completed a'], ['completed b']]);
		expect(harness.engine.log.text).toContain(`The DataGym project ${other.id} no longer exists`);
		await active.deactivate();
	});

	test('are watched on where they were when the one that was gone is back', async () => {
		const [one, other] = [Scene.of(harness, 'Always', ['a']), Scene.of(harness, 'Back', ['x', 'y'])];
		other.move('COMPLETED', 'x');
		const active = await watchAll([one, other]);
		other.project.deleted = true;
		await active.tick();
		await active.tick();
		other.project.deleted = false;
		other.move('COMPLETED', 'y');
		await active.tick();
		expect(emittedBy(active)).toEqual([['completed y']]);
		await active.deactivate();
	});

	test('start with n8n though one of them is gone', async () => {
		const [one, other] = [Scene.of(harness, 'Starts', ['a']), Scene.of(harness, 'Away', ['x'])];
		const before = await watchAll([one, other]);
		await before.kill();
		other.project.deleted = true;
		one.move('COMPLETED', 'a');
		const after = await watchAll([one, other], {}, { saved: before.saved });
		expect(emittedBy(after)).toEqual([['completed a']]);
		await after.deactivate();
	});

	test('that are all gone are an error each time', async () => {
		const one = Scene.of(harness, 'Alone', ['a']);
		const active = await watchAll([one]);
		one.project.deleted = true;
		await active.tick();
		await active.tick();
		expect(active.errors).toMatchObject([{ httpCode: '404' }, { httpCode: '404' }]);
		await active.deactivate();
	});
});

test('a 404 page of a proxy does not say that one of several projects is gone', async () => {
	const [one, other] = [Scene.of(harness, 'Here', ['a']), Scene.of(harness, 'There', ['x'])];
	const active = await watchAll([one, other], { options: { network: { settings: { retryFor: 0 } } } });
	one.move('COMPLETED', 'a');
	other.move('COMPLETED', 'x');
	harness.server.onRequest(({ path }) =>
		path.includes(other.id) ? { status: 404, body: '<html><h1>404 Not Found</h1></html>' } : undefined,
	);
	await active.tick();
	expect({ emitted: emittedBy(active), errors: active.errors.length }).toEqual({ emitted: [], errors: 1 });
	harness.server.onRequest(undefined);
	await active.tick();
	expect(emittedBy(active)).toEqual([['completed a', 'completed x']]);
	expect(harness.engine.log.text).not.toContain(`The DataGym project ${other.id} no longer exists`);
	await active.deactivate();
});

describe('images that vanish', () => {
	test('all of a project, as with its dataset, are an error once, and nothing is forgotten', async () => {
		const [one, other] = [Scene.of(harness, 'Full', ['a']), Scene.of(harness, 'Emptied', ['x', 'y'])];
		other.move('COMPLETED', 'x');
		const active = await watchAll([one, other]);
		for (const { medium } of other.tasks) medium.deleted = true;
		for (let poll = 0; poll < 2; poll++) await active.tick();
		expect(active.errors).toEqual([]);
		one.move('COMPLETED', 'a');
		for (let poll = 0; poll < 3; poll++) await active.tick();
		expect(active.errors).toMatchObject([
			{
				message: `The DataGym project ${other.id} has no image any more, although it had finished ones`,
				description: expect.stringContaining('If its dataset was deleted or removed, restore it') as string,
			},
		]);
		for (const { medium } of other.tasks) medium.deleted = false;
		other.move('COMPLETED', 'y');
		await active.tick();
		expect(emittedBy(active)).toEqual([['completed a'], ['completed y']]);
		await active.deactivate();
	});

	test('some of a project are told in the log when the trigger forgets them', async () => {
		const scene = Scene.of(harness, 'Thinned out', ['a', 'b', 'c']);
		scene.move('COMPLETED', 'a', 'b', 'c');
		const active = await scene.watch();
		for (const name of ['a', 'b']) scene.task(name).medium.deleted = true;
		const text = `2 of the finished images are no longer in the DataGym project ${scene.id}`;
		for (let poll = 0; poll < 2; poll++) await active.tick();
		expect(harness.engine.log.text).not.toContain(text);
		await active.tick();
		expect(harness.engine.log.text).toContain(text);
		expect(active.errors).toEqual([]);
		await active.deactivate();
	});
});

describe('a running workflow in which something else is chosen', () => {
	test('begins with a new project where it is, and goes on with the old one', async () => {
		const [one, other] = [Scene.of(harness, 'Old', ['a', 'b']), Scene.of(harness, 'New', ['x', 'y'])];
		one.move('COMPLETED', 'a');
		other.move('COMPLETED', 'x');
		const before = await watchAll([one]);
		await before.kill();
		one.move('COMPLETED', 'b');
		const after = await watchAll([one, other], {}, { saved: before.saved });
		other.move('COMPLETED', 'y');
		await after.tick();
		expect(emittedBy(after)).toEqual([['completed b'], ['completed y']]);
		await after.deactivate();
	});

	test('begins with a new event where it is, and goes on with the old one', async () => {
		const scene = Scene.of(harness, 'Another event', ['a', 'b', 's', 't']);
		scene.move('SKIPPED', 's');
		const before = await scene.watch();
		await before.kill();
		scene.move('COMPLETED', 'a');
		const after = await scene.watch(
			{ events: ['completed', 'skipped'], options: { firstActivation: 'everything' } },
			{ saved: before.saved },
		);
		scene.move('SKIPPED', 't');
		await after.tick();
		expect(emittedBy(after)).toEqual([['completed a'], ['skipped t']]);
		await after.deactivate();
	});

	test('is not flooded by a project that is left out for a while', async () => {
		const [one, other] = [Scene.of(harness, 'Kept', ['a']), Scene.of(harness, 'Left out', ['x', 'y'])];
		const first = await watchAll([one, other]);
		await first.kill();
		const second = await watchAll([one], {}, { saved: first.saved });
		other.move('COMPLETED', 'x');
		await second.kill();
		const third = await watchAll([one, other], {}, { saved: second.saved });
		other.move('COMPLETED', 'y');
		await third.tick();
		expect(emittedBy(third)).toEqual([['completed y']]);
		await third.deactivate();
	});

	test('is not overwritten if a newer version of the node wrote its memory', async () => {
		const scene = Scene.of(harness, 'Newer', ['a']);
		const staticData = JSON.stringify({ 'node:Trigger': { version: 99, projects: {} } });
		await expect(scene.watch({}, { saved: { staticData } })).rejects.toThrow('written by a newer version');
	});
});
