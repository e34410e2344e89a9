/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { RequestListener } from 'node:http';
import { openHarness, type Harness } from '../../support/datagym';
import { LinkHost } from '../../support/linkHost';
import { addLinks } from '../../emulator/store/media';
import { Scene, emittedBy, itemsOf } from './scene';

// The promise: docs/trigger.md#images.

let harness: Harness;
let host: LinkHost;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	host = await LinkHost.open();
});
beforeEach(() => host.reset());
afterEach(() => {
	harness.server.onRequest(undefined);
	expect(host.asked.join('\n')).not.toContain(harness.server.token);
});
afterAll(async () => {
	await host.close();
	await harness.close();
});

const WATCHED = {
	includeImage: true,
	events: ['completed', 'reopened'],
	options: { network: { settings: { retryFor: 0 } } },
};

/** A project with uploaded images, and linked ones in the same dataset. */
function sceneWith(name: string, uploaded: readonly string[], linked: readonly string[]) {
	const scene = Scene.of(harness, name, uploaded);
	for (const { medium } of addLinks(
		harness.server.store,
		scene.dataset,
		linked.map((file) => `${host.url}/${encodeURIComponent(name)}/${file}`),
	))
		scene.tasks.push(...medium!.tasks);
	return scene;
}

/** `event name`, with `+` if the item has its file. */
const told = ({ runs }: Parameters<typeof itemsOf>[0]) =>
	runs
		.map((run) =>
			run
				.itemsOf('Trigger')
				.map(({ json, binary }) => `${String(json.event)} ${String(json.imageName)}${binary === undefined ? '' : ' +'}`)
				.sort(),
		)
		.filter((items) => items.length > 0);

const PAGES: ReadonlyArray<readonly [string, { status: number; body: string }]> = [
	['a 404 page of a proxy', { status: 404, body: '<html><h1>404 Not Found</h1></html>' }],
	['a 500 page', { status: 500, body: '<html>Internal Server Error</html>' }],
	['a 502 page', { status: 502, body: '<html>Bad Gateway</html>' }],
	['a fault of its database', { status: 500, body: '{"key":"ex_system","params":[]}' }],
];

describe('an event whose image cannot be fetched at the moment', () => {
	test.each(PAGES)('since the server answers with %s is kept until it can', async (page, reply) => {
		const scene = Scene.of(harness, `Kept ${page}`, ['a.jpg', 'b.jpg']);
		const active = await scene.watch(WATCHED);
		scene.move('COMPLETED', 'a.jpg', 'b.jpg');
		harness.server.onRequest(({ path }) =>
			path.endsWith(`/media/${scene.task('a.jpg').medium.id}`) ? reply : undefined,
		);
		await active.tick();
		await active.tick();
		expect(told(active)).toEqual([['completed b.jpg +']]);
		expect(harness.engine.log.text).toContain('the event of the image "a.jpg" waits for its file');
		harness.server.onRequest(undefined);
		await active.tick();
		await active.tick();
		expect(told(active)).toEqual([['completed b.jpg +'], ['completed a.jpg +']]);
		await active.deactivate();
	});

	test.each([503, 500])('since the host of its link answers %i is kept, and no task is skipped', async (status) => {
		const scene = sceneWith(`Away ${status}`, ['up.jpg'], ['1.jpg', '2.jpg']);
		const active = await scene.watch(WATCHED);
		scene.move('COMPLETED', 'up.jpg', '1.jpg', '2.jpg');
		host.answer = (_, response) => response.writeHead(status).end('<html>maintenance</html>');
		await active.tick();
		expect(told(active)).toEqual([['completed up.jpg +']]);
		expect(scene.tasks.map(({ state }) => state)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED']);
		host.answer = (_, response) => response.writeHead(200).end(host.photo);
		await active.tick();
		await active.tick();
		expect(told(active)).toEqual([['completed up.jpg +'], ['completed 1.jpg +', 'completed 2.jpg +']]);
		await active.deactivate();
	});

	test.each([500, 503, 504])(
		'since one link alone answers %i for ever does not hold up others of the same host',
		async (status) => {
			const scene = sceneWith(`One broken ${status}`, [], ['0.jpg', '1.jpg', '2.jpg']);
			const active = await scene.watch({
				...WATCHED,
				options: { network: { settings: { retryFor: 0, concurrency: 1 } } },
			});
			scene.move('COMPLETED', '0.jpg', '1.jpg', '2.jpg');
			host.answer = (request, response) =>
				request.url?.endsWith('/0.jpg') === true
					? response.writeHead(status).end()
					: response.writeHead(200).end(host.photo);
			await active.tick();
			await active.tick();
			expect(told(active)).toEqual([['completed 1.jpg +', 'completed 2.jpg +']]);
			await active.deactivate();
		},
	);

	test('is kept over a restart of n8n', async () => {
		const scene = sceneWith('Restart', [], ['1.jpg']);
		const active = await scene.watch(WATCHED);
		scene.move('COMPLETED', '1.jpg');
		host.answer = (_, response) => response.writeHead(503).end();
		await active.tick();
		await active.kill();
		host.answer = (_, response) => response.writeHead(200).end(host.photo);
		const again = await scene.watch(WATCHED, { saved: active.saved });
		await again.tick();
		expect([...told(active), ...told(again)].flat()).toEqual(['completed 1.jpg +']);
		await again.deactivate();
	});
});

describe('an event whose image cannot be had any more', () => {
	test.each<readonly [string, RequestListener]>([
		['is gone (404)', (_, response) => response.writeHead(404).end()],
		['is a web page', (_, response) => response.writeHead(200).end('<html>Sign in</html>')],
	])('since its link %s is told without it, once, and says so', async (name, fault) => {
		const scene = sceneWith(`Dead ${name}`, [], ['1.jpg']);
		const active = await scene.watch(WATCHED);
		scene.move('COMPLETED', '1.jpg');
		host.answer = fault;
		await active.tick();
		await active.tick();
		expect(told(active)).toEqual([['completed 1.jpg']]);
		expect(itemsOf(active)[0]?.[0]?.imageProblem).toMatch(/^The link http.*1\.jpg returned .*\. .*\.$/);
		expect(scene.task('1.jpg').state).toBe('COMPLETED');
		await active.deactivate();
	});

	test('since it was deleted meanwhile is told without it', async () => {
		const scene = Scene.of(harness, 'Deleted', ['a.jpg']);
		const active = await scene.watch(WATCHED);
		scene.move('COMPLETED', 'a.jpg');
		harness.server.onRequest(({ path }) =>
			path.includes('/media/') ? { status: 404, body: '{"key":"ex_notfound","params":["media","id","x"]}' } : undefined,
		);
		await active.tick();
		expect(emittedBy(active)).toEqual([['completed a.jpg']]);
		expect(itemsOf(active)[0]?.[0]?.imageProblem).toContain('There is no image');
		await active.deactivate();
	});
});

test('of images that were sent back, uploaded ones come, and linked ones are told without their file and unread', async () => {
	const scene = sceneWith('Back', ['up.jpg'], ['1.jpg']);
	scene.move('COMPLETED', 'up.jpg', '1.jpg');
	const active = await scene.watch(WATCHED);
	scene.move('WAITING_CHANGED', 'up.jpg', '1.jpg');
	const before = harness.server.count('GET /api/v1/task/:id');
	await active.tick();
	expect(told(active)).toEqual([['reopened 1.jpg', 'reopened up.jpg +']]);
	expect(harness.server.count('GET /api/v1/task/:id')).toBe(before);
	expect(host.asked).toEqual([]);
	await active.deactivate();
});
