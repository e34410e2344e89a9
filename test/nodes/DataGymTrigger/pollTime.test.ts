/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { openHarness, requestsDuring, type Harness } from '../../support/datagym';
import type { MemoryKind } from '../../support/n8n/lentEngine';
import { pollTime } from '@datagym/nodes/DataGymTrigger/pollTime';
import { Scene, emittedBy } from './scene';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

/** Enough for what a healthy server does; only the trickling poll lasts as long. */
const SHORT = 1_500;
const LONG = 60_000;

const warnings = () => harness.engine.log.lines.filter(({ level }) => level === 'warn').map(({ text }) => text);

describe.each<MemoryKind>(['static data', 'durable cursors'])(
	'with its memory in %s, a server that trickles',
	(memory) => {
		test('ends its poll with an error, and the next one emits what it kept back, once', async () => {
			const scene = Scene.of(harness, 'Trickling list', ['a', 'b']);
			let budget = LONG;
			const active = await scene.watch({}, { memory, pollBudget: () => budget });
			scene.move('COMPLETED', 'a');
			budget = SHORT;
			harness.server.onRequest(() => ({ trickle: true }));
			await active.tick();
			budget = LONG;
			expect(active.errors).toMatchObject([
				{ message: expect.stringContaining('did not finish answering within') as string },
			]);
			harness.server.onRequest(undefined);
			scene.move('COMPLETED', 'b');
			await active.tick();
			await active.tick();
			expect(emittedBy(active)).toEqual([['completed a', 'completed b']]);
			await active.deactivate();
		});

		test('with one image does not keep the others back', async () => {
			const scene = Scene.of(harness, 'Trickling details', ['a', 'b', 'c', 'd']);
			let budget = LONG;
			const parameters = { output: 'labels', options: { network: { settings: { concurrency: 2 } } } };
			const active = await scene.watch(parameters, { memory, pollBudget: () => budget });
			scene.move('COMPLETED', 'a', 'b', 'c', 'd');
			const slow = scene.task('b').id;
			budget = SHORT;
			harness.server.onRequest(({ path }) => (path.endsWith(slow) ? { trickle: true } : undefined));
			await active.tick();
			budget = LONG;
			expect(emittedBy(active)).toEqual([['completed a']]);
			expect(warnings().at(-1)).toContain('The rest follows in the next polls');
			harness.server.onRequest(undefined);
			await active.tick();
			await active.tick();
			expect(emittedBy(active)).toEqual([['completed a'], ['completed b', 'completed c', 'completed d']]);
			expect(active.errors).toEqual([]);
			await active.deactivate();
		});

		test('in checks for changed labels does not keep events back', async () => {
			const scene = Scene.of(harness, 'Trickling checks', ['a', 'b']);
			let budget = LONG;
			scene.move('COMPLETED', 'a');
			const parameters = { events: ['completed', 'labelsChanged'] };
			const active = await scene.watch(parameters, { memory, pollBudget: () => budget });
			scene.move('COMPLETED', 'b');
			const slow = scene.task('a').id;
			budget = SHORT;
			harness.server.onRequest(({ path }) => (path.endsWith(slow) ? { trickle: true } : undefined));
			await active.tick();
			budget = LONG;
			expect(emittedBy(active)).toEqual([['completed b']]);
			await active.deactivate();
		});

		test('leaves no request behind that would hold a place of other nodes', async () => {
			const scene = Scene.of(harness, 'Nothing behind', ['a']);
			let budget = LONG;
			const active = await scene.watch(
				{ options: { network: { settings: { concurrency: 1 } } } },
				{ memory, pollBudget: () => budget },
			);
			budget = SHORT;
			harness.server.onRequest(() => ({ trickle: true }));
			await active.tick();
			budget = LONG;
			harness.server.onRequest(undefined);
			const requests = await requestsDuring(harness, async () => await active.tick());
			expect(requests.map(({ query }) => query.get('state'))).toEqual(['COMPLETED', 'REVIEWED']);
			await active.deactivate();
		});
	},
);

test('the time of a poll grows with the projects where n8n sets no end to it', () => {
	expect(pollTime(100_000, 'workflow', 3)).toEqual({ forNewWork: 60_000, total: 300_000 });
	expect(pollTime(100_000, 'cursor', 3)).toEqual({ forNewWork: 60_000, total: 100_000 });
	expect(pollTime(undefined, 'workflow', 1)).toEqual({ forNewWork: 180_000, total: 300_000 });
});

describe('a poll that begins while another one is running', () => {
	test('is skipped with a warning, the third in a row with an error, and no event is lost', async () => {
		const scene = Scene.of(harness, 'Skipped polls', ['a']);
		const active = await scene.watch();
		scene.move('COMPLETED', 'a');
		const before = warnings().length;
		let release = () => {};
		const held = new Promise<void>((resolve) => (release = resolve));
		let slow = Promise.resolve();
		await new Promise<void>((resolve) => {
			harness.server.onRequest(async () => {
				resolve();
				await held;
			});
			slow = active.tick();
		});
		await active.tick();
		await active.tick();
		expect(warnings().slice(before)).toEqual([
			expect.stringContaining('skipped a poll, because an earlier poll has been running'),
			expect.stringContaining('skipped a poll, because an earlier poll has been running'),
		]);
		expect(active.errors).toEqual([]);
		await active.tick();
		await active.tick();
		expect(active.errors).toMatchObject([
			{ message: expect.stringContaining('3 polls in a row were skipped') as string },
		]);
		release();
		await slow;
		harness.server.onRequest(undefined);
		await active.tick();
		expect(emittedBy(active)).toEqual([['completed a']]);
		await active.deactivate();
	});
});
