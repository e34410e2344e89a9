/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { openHarness, type Harness } from '../../support/datagym';
import type { Override } from '../../emulator/http/observation';
import type { ActiveWorkflow } from '../../support/n8n/lentEngine';
import { Scene, emittedBy } from './scene';

let harness: Harness;

beforeEach(async () => {
	// A new address, of which the process does not know yet what kind of server is there.
	harness = await openHarness({ dummyProject: false });
});
afterEach(async () => await harness.close());

const PAGES: ReadonlyArray<readonly [string, Override]> = [
	[
		'of a proxy',
		{ status: 404, body: '<html><h1>404 Not Found</h1></html>', headers: { 'Content-Type': 'text/html' } },
	],
	['without a body', { status: 404 }],
	[
		'of a framework',
		{ status: 404, body: JSON.stringify({ timestamp: 0, status: 404, error: 'Not Found', path: '/api/v1/task' }) },
	],
];

const PARAMETERS = {
	output: 'labels',
	events: ['completed', 'reopened'],
	options: { network: { settings: { retryFor: 1, concurrency: 1 } } },
};

/** Lets the page answer from the given request on, for as many requests. */
function strike(page: Override, from: number, count: number): void {
	let requests = 0;
	harness.server.onRequest(() => (++requests >= from && requests < from + count ? page : undefined));
}

describe.each(PAGES)('a 404 page %s', (_whose, page) => {
	test.each([1, 2, 3])(
		'while the workflow is activated, from request %i on, makes the trigger miss nothing',
		async (from) => {
			const scene = Scene.of(harness, 'Activation', ['a', 'b']);
			scene.move('COMPLETED', 'a');
			strike(page, from, 1);
			const active: ActiveWorkflow = await scene.watch(PARAMETERS).catch(async () => {
				harness.server.onRequest(undefined);
				return await scene.watch(PARAMETERS);
			});
			harness.server.onRequest(undefined);
			scene.move('COMPLETED', 'b');
			await active.tick();
			await active.tick();
			expect(emittedBy(active)).toEqual([['completed b']]);
			await active.deactivate();
		},
	);

	test.each([
		[1, 1],
		[1, 100],
		[2, 100],
		[4, 100],
		[6, 1],
		[6, 100],
		[7, 1],
	])('in a running workflow, from request %i on, for %i, makes it miss and repeat nothing', async (from, count) => {
		const scene = Scene.of(harness, 'Running', ['a', 'b', 'c', 'd']);
		scene.move('COMPLETED', 'a', 'd');
		const active = await scene.watch(PARAMETERS);
		scene.move('COMPLETED', 'b', 'c');
		scene.move('WAITING_CHANGED', 'd');
		strike(page, from, count);
		await active.tick();
		harness.server.onRequest(undefined);
		for (let poll = 0; poll < 3; poll++) await active.tick();
		expect(emittedBy(active).flat().sort()).toEqual(['completed b', 'completed c', 'reopened d']);
		await active.deactivate();
	});

	test('after a restart of n8n, on the first request, makes it miss and repeat nothing', async () => {
		const scene = Scene.of(harness, 'Restarted', ['a', 'b']);
		scene.move('COMPLETED', 'a');
		const server = await harness.saveCredential({ apiGeneration: 'media' });
		const before = await harness.engine.activate(scene.workflow(PARAMETERS), { credentials: [server] });
		await before.kill();
		scene.move('COMPLETED', 'b');
		strike(page, 1, 2);
		const restart = async () => await scene.watch(PARAMETERS, { saved: before.saved });
		const after = await restart().catch(async () => {
			harness.server.onRequest(undefined);
			return await restart();
		});
		harness.server.onRequest(undefined);
		await after.tick();
		expect(emittedBy(after)).toEqual([['completed b']]);
		await after.deactivate();
	});
});
