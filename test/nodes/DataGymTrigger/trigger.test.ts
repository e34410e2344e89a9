/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { Override } from '../../emulator/http/observation';
import type { TaskState } from '../../emulator/store/model';
import { deleteMedium } from '../../emulator/store/media';
import { openHarness, type Harness } from '../../support/datagym';
import type { MemoryKind } from '../../support/n8n/lentEngine';
import { Scene, emittedBy } from './scene';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

const FAULTS: ReadonlyArray<readonly [string, Override]> = [
	['503', { status: 503 }],
	['a cut connection', { destroy: true }],
	['an answer that is cut off', { status: 200, body: '[{"taskId":' }],
	['the page of a proxy', { status: 200, body: '<html>Log in</html>' }],
	['a refused token', { status: 401, body: '{"key":"ex_unauthorized"}' }],
];

describe.each<MemoryKind>(['static data', 'durable cursors'])("with its memory in n8n's %s", (memory) => {
	test('tells each image once when it is finished', async () => {
		const scene = Scene.of(harness, 'Once', ['a', 'b', 'c', 'd']);
		scene.move('COMPLETED', 'a');
		const active = await scene.watch({}, { memory });
		await active.tick();
		scene.move('COMPLETED', 'c', 'b');
		await active.tick();
		await active.tick();
		scene.move('COMPLETED', 'd');
		await active.tick();
		expect(emittedBy(active)).toEqual([['completed b', 'completed c'], ['completed d']]);
		await active.deactivate();
	});

	test('begins with everything so far, if the user wants that', async () => {
		const scene = Scene.of(harness, 'Everything', ['a', 'b', 'c']);
		scene.move('COMPLETED', 'a');
		scene.move('REVIEWED', 'b');
		const active = await scene.watch({ options: { firstActivation: 'everything' } }, { memory });
		await active.tick();
		expect(emittedBy(active)).toEqual([['completed a', 'completed b']]);
		await active.deactivate();
	});

	test('tells what was finished right after the activation, even if n8n is killed before its first scheduled poll', async () => {
		const scene = Scene.of(harness, 'Baseline', ['a', 'b']);
		scene.move('COMPLETED', 'a');
		const before = await scene.watch({}, { memory });
		await before.kill();
		scene.move('COMPLETED', 'b');
		const after = await scene.watch({}, { memory, saved: before.saved });
		await after.tick();
		expect(emittedBy(after)).toEqual([['completed b']]);
		await after.deactivate();
	});

	test('tells what is finished again, though n8n was killed after a poll that told nothing', async () => {
		const scene = Scene.of(harness, 'Sent back', ['a', 'b']);
		scene.move('COMPLETED', 'a', 'b');
		const before = await scene.watch({}, { memory });
		scene.move('WAITING_CHANGED', 'a');
		await before.tick();
		await before.kill();
		scene.move('COMPLETED', 'a');
		const after = await scene.watch({}, { memory, saved: before.saved });
		await after.tick();
		expect([...emittedBy(before), ...emittedBy(after)]).toEqual([['completed a']]);
		await after.deactivate();
	});

	test('tells nothing twice when polls overlap', async () => {
		const scene = Scene.of(harness, 'Overlap', ['a', 'b']);
		const active = await scene.watch({}, { memory });
		scene.move('COMPLETED', 'a');
		let release = () => {};
		const held = new Promise<void>((resolve) => (release = resolve));
		let isHeld = false;
		harness.server.onRequest(async () => {
			isHeld = true;
			await held;
		});
		const slow = active.tick();
		while (!isHeld) await new Promise((resolve) => setTimeout(resolve, 5));
		harness.server.onRequest(undefined);
		await active.tick();
		release();
		await slow;
		await active.tick();
		expect(emittedBy(active)).toEqual([['completed a']]);
		await active.deactivate();
	});

	test('tells all events, and nothing of deleted images', async () => {
		const scene = Scene.of(harness, 'Events', ['a', 'b', 'c', 'd', 'e']);
		scene.move('COMPLETED', 'a', 'b', 'c');
		const active = await scene.watch({ events: ['completed', 'reviewed', 'skipped', 'reopened'] }, { memory });
		scene.move('REVIEWED', 'a', 'd');
		scene.move('SKIPPED', 'e');
		scene.move('IN_PROGRESS', 'b');
		deleteMedium(scene.task('c').medium);
		await active.tick();
		scene.move('REVIEWED_SKIP', 'e');
		scene.move('BACKLOG', 'a');
		scene.move('COMPLETED', 'b');
		await active.tick();
		await active.tick();
		expect(emittedBy(active)).toEqual(
			[
				['completed d', 'reviewed a', 'reviewed d', 'skipped e', 'reopened b'].sort(byScript),
				['completed b', 'reopened a'].sort(byScript),
			].map((events) => expect.arrayContaining(events) as string[]),
		);
		expect(emittedBy(active).map((events) => events.length)).toEqual([5, 2]);
		await active.deactivate();
	});

	test('leaves what is too much for one poll to the next ones, what has waited longest first', async () => {
		const scene = Scene.of(harness, 'Cap', ['a', 'b', 'c', 'd', 'e', 'f', 'g']);
		const active = await scene.watch({ options: { maxItems: 2 } }, { memory });
		scene.move('COMPLETED', 'c', 'd', 'e', 'f', 'g');
		await active.tick();
		scene.move('COMPLETED', 'a', 'b');
		for (let poll = 0; poll < 4; poll++) await active.tick();
		expect(emittedBy(active)).toEqual([
			['completed c', 'completed d'],
			['completed e', 'completed f'],
			['completed g', 'completed a'],
			['completed b'],
		]);
		await active.deactivate();
	});

	test('leaves even the two events of one image to different polls', async () => {
		const scene = Scene.of(harness, 'Two events', ['a', 'b']);
		scene.move('REVIEWED', 'b');
		const active = await scene.watch(
			{ options: { maxItems: 1 }, events: ['completed', 'reviewed', 'reopened'] },
			{ memory },
		);
		scene.move('REVIEWED', 'a');
		scene.move('WAITING_CHANGED', 'b');
		await active.tick();
		scene.move('COMPLETED', 'b');
		for (let poll = 0; poll < 4; poll++) await active.tick();
		// Both wait equally long, and the list of completed images comes first.
		expect(emittedBy(active)).toEqual([['completed a'], ['reopened b'], ['completed b'], ['reviewed a']]);
		await active.deactivate();
	});

	test('emits nothing again after a server that was half started has answered with empty lists', async () => {
		const scene = Scene.of(harness, 'Half started', ['a', 'b', 'c']);
		scene.move('COMPLETED', 'a');
		scene.move('REVIEWED', 'b');
		const active = await scene.watch({}, { memory });
		harness.server.onRequest(({ path }) => (path.endsWith('/list') ? { status: 200, body: '[]' } : undefined));
		for (let poll = 0; poll < 4; poll++) await active.tick();
		harness.server.onRequest(undefined);
		scene.move('COMPLETED', 'c');
		await active.tick();
		expect(emittedBy(active)).toEqual([['completed c']]);
		await active.deactivate();
	});

	test('emits nothing again of an image that was in none of the lists once, as it moved twice meanwhile', async () => {
		const scene = Scene.of(harness, 'Between the lists', ['a', 'b']);
		scene.move('REVIEWED', 'a');
		const active = await scene.watch({}, { memory });
		const moves = new Map<string | null, TaskState>([
			['REVIEWED', 'COMPLETED'],
			['WAITING_CHANGED', 'IN_PROGRESS'],
			['IN_PROGRESS', 'WAITING_CHANGED'],
			['COMPLETED', 'REVIEWED'],
		]);
		let hasListed = false;
		harness.server.onRequest(({ query }) => {
			const state = query.get('state');
			// Each list is read when the image has just left for one that was read already.
			const next = state === 'COMPLETED' && !hasListed ? undefined : moves.get(state);
			hasListed = true;
			if (state === 'BACKLOG' || state === 'WAITING') scene.move('IN_PROGRESS', 'a');
			else if (next !== undefined) scene.move(next, 'a');
		});
		await active.tick();
		harness.server.onRequest(undefined);
		scene.move('REVIEWED', 'a');
		await active.tick();
		expect(emittedBy(active)).toEqual([]);
		await active.deactivate();
	});

	test('emits what is labeled again after it was skipped without an event, though n8n was killed in between', async () => {
		const scene = Scene.of(harness, 'Skipped in silence', ['a']);
		scene.move('REVIEWED', 'a');
		const chosen = { events: ['completed', 'reviewed', 'reopened'] };
		const before = await scene.watch(chosen, { memory });
		scene.move('SKIPPED', 'a');
		await before.tick();
		await before.kill();
		scene.move('REVIEWED', 'a');
		const after = await scene.watch(chosen, { memory, saved: before.saved });
		await after.tick();
		expect([...emittedBy(before), ...emittedBy(after)]).toEqual([['completed a', 'reviewed a']]);
		await after.deactivate();
	});

	test('emits that an image is completed again, though it was skipped and back before its turn came', async () => {
		const scene = Scene.of(harness, 'There and back', ['a', 'b']);
		scene.move('COMPLETED', 'b');
		const active = await scene.watch({ options: { maxItems: 1 }, events: ['completed', 'skipped'] }, { memory });
		scene.move('COMPLETED', 'a');
		scene.move('REVIEWED_SKIP', 'b');
		await active.tick();
		scene.move('COMPLETED', 'b');
		for (let poll = 0; poll < 3; poll++) await active.tick();
		expect(emittedBy(active)).toEqual([['completed a'], ['completed b']]);
		await active.deactivate();
	});

	// Which fault it is makes no difference to how n8n keeps the memory.
	test.each(memory === 'static data' ? FAULTS : FAULTS.slice(-2))(
		'forgets and tells nothing in a poll that fails half-way with %s',
		async (_what, answer) => {
			const scene = Scene.of(harness, 'Faults', ['a', 'b', 'c']);
			const active = await scene.watch(
				{ output: 'labels', options: { network: { settings: { concurrency: 1, retryFor: 1 } } } },
				{ memory },
			);
			scene.move('COMPLETED', 'a', 'b');
			let details = 0;
			harness.server.onRequest(({ route }) => (route === 'GET /api/v1/task/:id' && ++details > 1 ? answer : undefined));
			const { saved } = active;
			await active.tick();
			expect(active.errors).toMatchObject([{ name: expect.stringMatching(/^Node(Api|Operation)Error$/) as string }]);
			expect({ emitted: emittedBy(active), saved: active.saved }).toEqual({ emitted: [], saved });
			harness.server.onRequest(undefined);
			await active.tick();
			expect(emittedBy(active)).toEqual([['completed a', 'completed b']]);
			await active.deactivate();
		},
	);
});

const byScript = (a: string, b: string) => a.localeCompare(b);

test('starts an execution without items only where n8n would forget otherwise', async () => {
	const scene = Scene.of(harness, 'Empty executions', ['a', 'b']);
	scene.move('COMPLETED', 'a', 'b');
	const active = await scene.watch();
	await active.tick();
	scene.move('REVIEWED', 'b');
	await active.tick();
	expect(active.runs).toHaveLength(0);
	scene.move('WAITING_CHANGED', 'a');
	await active.tick();
	expect(active.runs.map(({ status, itemsOf }) => [status, itemsOf('Trigger').length])).toEqual([['success', 0]]);
	await active.deactivate();
});

test('is not confused by tasks that move while it reads the lists', async () => {
	const scene = Scene.of(harness, 'Races', ['a', 'b', 'c']);
	scene.move('COMPLETED', 'a');
	scene.move('REVIEWED', 'b');
	const active = await scene.watch({ events: ['completed', 'reviewed', 'reopened'] });
	harness.server.onRequest(({ query }) => {
		// After COMPLETED was read, b goes back to it from REVIEWED, which is read next.
		if (query.get('state') === 'REVIEWED') scene.move('COMPLETED', 'b');
		if (query.get('state') === 'REVIEWED') scene.move('REVIEWED', 'a');
	});
	await active.tick();
	harness.server.onRequest(undefined);
	await active.tick();
	expect(emittedBy(active)).toEqual([expect.arrayContaining(['completed b', 'reviewed a'])]);
	expect(emittedBy(active).flat()).toHaveLength(2);
	await active.deactivate();
});

describe('what it costs', () => {
	test('is a request for each state that matters as long as nothing happens, however much is finished', async () => {
		const scene = Scene.of(harness, 'Idle', ['a', 'b', 'c', 'd']);
		scene.move('COMPLETED', 'a', 'b', 'c', 'd');
		const active = await scene.watch({ output: 'labels', events: ['completed'] });
		const before = harness.server.requests.length;
		await active.tick();
		const asked = harness.server.requests
			.slice(before)
			.map(({ path, query }) => `${path.split('/').pop()} ${query.get('state')}`);
		expect(asked).toEqual(['list COMPLETED', 'list REVIEWED']);
		await active.deactivate();
	});

	test('is a request more for each new image of which the labels are wanted', async () => {
		const scene = Scene.of(harness, 'New ones', ['a', 'b', 'c', 'd']);
		scene.move('COMPLETED', 'a', 'b');
		const active = await scene.watch({ output: 'labels' });
		scene.move('COMPLETED', 'c', 'd');
		const before = harness.server.count('GET /api/v1/task/:id');
		await active.tick();
		expect(harness.server.count('GET /api/v1/task/:id') - before).toBe(2);
		await active.deactivate();
	});
});
