/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { taskListSource } from '@datagym/nodes/DataGymTrigger/sources/taskListSource';
import { disconnect } from '../../emulator/store/projects';
import { clientOf } from '../../support/clientOf';
import { openHarness, type Harness } from '../../support/datagym';
import { itemsOf, Scene } from './scene';

/** On an open core, the trigger reads labels beside their tasks. */

let openCore: Harness;
let tokens: Harness;

beforeAll(async () => {
	openCore = await openHarness({ generation: 'open-core', dummyProject: false }, { authentication: 'none' });
	tokens = await openHarness({ dummyProject: false });
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
	await openCore.close();
	await tokens.close();
});

const IMAGES = ['a.jpg', 'b.jpg', 'c.jpg'];
const withoutIds = (value: unknown): unknown =>
	JSON.parse(JSON.stringify(value).replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID'));

test('items are those of a server with tokens, and no task is opened', async () => {
	const items = [];
	const opened = () => openCore.server.count('GET /api/task/:id');
	const openedBefore = opened();
	for (const harness of [tokens, openCore]) {
		const scene = Scene.of(harness, 'Items', IMAGES);
		const events = ['completed', 'reviewed', 'skipped', 'reopened'];
		const active = await scene.watch({ output: 'labels', events, filters: { classes: 'car' } });
		scene.move('COMPLETED', 'a.jpg');
		scene.move('REVIEWED', 'b.jpg');
		scene.move('SKIPPED', 'c.jpg');
		await active.tick();
		scene.move('WAITING_CHANGED', 'a.jpg');
		await active.tick();
		items.push(withoutIds(itemsOf(active)));
		await active.kill();
	}
	expect(items[1]).toEqual(items[0]);
	expect(items[1]).toMatchObject([
		[
			{ event: 'completed', imageName: 'a.jpg', width: 640, labels: [{ className: 'car' }] },
			{ event: 'completed', imageName: 'b.jpg', classifications: { weather: { values: [] } } },
			{ event: 'reviewed' },
			{ event: 'skipped' },
		],
		[{ event: 'reopened' }],
	]);
	expect(opened()).toBe(openedBefore);
});

async function source() {
	const scene = Scene.of(openCore, `Source ${Math.random()}`, IMAGES, 'COMPLETED');
	const read = taskListSource(clientOf(openCore.server, 'open-core'), scene.id, 'task');
	const [first] = await read.examples('COMPLETED', 1);
	return { scene, read, first: first! };
}

test('a task that was sent back in a long poll is not read as a finished one', async () => {
	const { scene, read, first } = await source();
	expect((await read.readLabels(first))?.image.objects).toHaveLength(1);
	const now = Date.now();
	scene.move('IN_PROGRESS', first.imageName);
	jest.spyOn(Date, 'now').mockImplementation(() => now + 21_000);
	expect(await read.readLabels(first)).toBeUndefined();
	// The lists are read once in twenty seconds, for all tasks.
	const requests = openCore.server.requests.length;
	expect(await read.readLabels(first)).toBeUndefined();
	expect(openCore.server.requests).toHaveLength(requests);
});

test('a task whose dataset was removed is gone, and not one without labels', async () => {
	const { scene, read, first } = await source();
	disconnect(openCore.server.store, scene.project, scene.dataset);
	expect(await read.readLabels(first)).toBeUndefined();
});
