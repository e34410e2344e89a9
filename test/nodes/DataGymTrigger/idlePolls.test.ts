/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INodeParameters } from 'n8n-workflow';
import { LONGEST_QUIET, QuietLooks } from '@datagym/nodes/DataGymTrigger/quietLooks';
import { openHarness, requestsDuring, type Harness } from '../../support/datagym';
import type { ActiveWorkflow } from '../../support/n8n/engine';
import { emittedBy, Scene } from './scene';

let harness: Harness;
let active: ActiveWorkflow | undefined;

beforeAll(async () => {
	harness = await openHarness({ generation: 'open-core', dummyProject: false }, { authentication: 'none' });
});
afterEach(async () => {
	harness.server.onRequest(undefined);
	await active?.kill();
});
afterAll(async () => await harness.close());

let scenes = 0;
async function watched(parameters: INodeParameters = {}) {
	const scene = Scene.of(harness, `Idle ${++scenes}`, ['a.jpg', 'b.jpg', 'c.jpg'], 'WAITING');
	scene.move('COMPLETED', 'a.jpg');
	active = await scene.watch({ events: ['completed', 'reopened'], ...parameters });
	return scene;
}

/** What each of so many polls asks for. */
async function asked(polls: number): Promise<string[][]> {
	const all = [];
	for (let poll = 0; poll < polls; poll++) {
		const requests = await requestsDuring(harness, async () => await active!.tick());
		all.push(requests.map(({ route }) => route));
	}
	return all;
}

const COUNTS = 'GET /api/project/:id/dashboard';
const LIST = 'GET /api/project/:projectId/task';
const isContent = (routes: readonly string[]) => routes.join() === COUNTS;

test('cost one small request each, and every fifth one reads the lists', async () => {
	await watched();
	const [first, ...others] = await asked(11);
	const lists = [COUNTS, LIST, LIST, LIST, LIST];
	const content = [[COUNTS], [COUNTS], [COUNTS], [COUNTS]];
	expect(first).toEqual(lists);
	expect(others).toEqual([...content, lists, ...content, lists]);
});

test('end with the first task that changes its state', async () => {
	const scene = await watched();
	expect((await asked(3)).map(isContent)).toEqual([false, true, true]);
	scene.move('COMPLETED', 'b.jpg');
	expect((await asked(1)).map(isContent)).toEqual([false]);
	expect(emittedBy(active!)).toEqual([['completed b.jpg']]);
});

test('miss as many tasks that come into each state as leave it for four polls, and no longer', async () => {
	const scene = await watched();
	await asked(2);
	scene.move('WAITING', 'a.jpg');
	scene.move('COMPLETED', 'b.jpg');
	await asked(3);
	expect(emittedBy(active!)).toEqual([]);
	await asked(1);
	expect(emittedBy(active!).flat().sort()).toEqual(['completed b.jpg', 'reopened a.jpg']);
});

test.each<[string, INodeParameters]>([
	['labels are watched, since no count shows a changed one', { events: ['completed', 'labelsChanged'] }],
	['classes are chosen, since a task shows whether there are such', { filters: { classes: 'car' } }],
])('are not content with the counts while %s', async (_what, parameters) => {
	await watched(parameters);
	for (const routes of await asked(4)) expect(routes).toEqual(expect.arrayContaining([LIST]));
});

test('read the lists while something waits for its turn', async () => {
	const scene = await watched({ options: { maxItems: 1 } });
	scene.move('COMPLETED', 'b.jpg', 'c.jpg');
	expect((await asked(3)).map(isContent)).toEqual([false, false, false]);
	expect(emittedBy(active!)).toEqual([['completed b.jpg'], ['completed c.jpg']]);
});

test.each([
	{ status: 500, body: '{"key":"ex_system","params":[],"code":500,"details":[]}' },
	{ destroy: true },
] as const)('read the lists if the server does not give the counts (%j)', async (answer) => {
	const scene = await watched();
	await asked(2);
	harness.server.onRequest(({ route }) => (route === COUNTS ? answer : undefined));
	scene.move('COMPLETED', 'b.jpg');
	await asked(1);
	expect(emittedBy(active!)).toEqual([['completed b.jpg']]);
	expect(active!.errors).toEqual([]);
});

test('report a project as gone that has been deleted, and go on when it is back', async () => {
	const scene = await watched();
	await asked(2);
	scene.project.deleted = true;
	await asked(2);
	expect(active!.errors.length).toBeGreaterThan(0);
	scene.project.deleted = false;
	scene.move('COMPLETED', 'b.jpg');
	await asked(1);
	expect(emittedBy(active!)).toEqual([['completed b.jpg']]);
});

test('are as ever on a server with tokens', async () => {
	const other = await openHarness({ dummyProject: false });
	const scene = Scene.of(other, 'Tokens', ['a.jpg'], 'COMPLETED');
	const polling = await scene.watch({ events: ['completed'] });
	for (let poll = 0; poll < 3; poll++) {
		const requests = await requestsDuring(other, async () => await polling.tick());
		const list = 'GET /api/v1/task/:projectId/list';
		expect(requests.map(({ route }) => route)).toEqual([list, list]);
	}
	await polling.kill();
	await other.close();
});

describe('what was seen', () => {
	const counted = { digest: 'a', counts: '1' };
	const at = (after: number) => {
		let now = 1_000_000;
		const looks = new QuietLooks(() => now);
		looks.note('p', counted);
		now += after;
		return looks;
	};

	test('holds for this project, these counts and what is remembered', () => {
		expect(at(0).mayRest('p', counted)).toBe(true);
		expect(at(0).mayRest('q', counted)).toBe(false);
		expect(at(0).mayRest('p', { ...counted, counts: '2' })).toBe(false);
		// A memory that n8n has set back: what it has forgotten is not told by counts.
		expect(at(0).mayRest('p', { ...counted, digest: 'b' })).toBe(false);
	});

	test('holds for ten minutes, and not if the clock was set back by more', () => {
		expect(LONGEST_QUIET).toBe(600_000);
		expect(at(599_999).mayRest('p', counted)).toBe(true);
		expect(at(600_000).mayRest('p', counted)).toBe(false);
		expect(at(-600_000).mayRest('p', counted)).toBe(false);
	});
});
