/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { openHarness, type Harness } from '../../support/datagym';
import { Scene, emittedBy } from './scene';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

describe('a server that does not answer as it should', () => {
	test('keeps the workflow from being activated, and the reason is said', async () => {
		const scene = Scene.of(harness, 'Refused', ['a']);
		const credential = await harness.saveCredential({ token: 'wrong' });
		await expect(harness.engine.activate(scene.workflow(), { credentials: [credential] })).rejects.toThrow(/token/i);
	});

	test("raises n8n's error in a workflow that runs", async () => {
		const scene = Scene.of(harness, 'Lost', ['a']);
		const active = await scene.watch();
		harness.server.onRequest(() => ({ status: 403, body: '{"key":"ex_forbidden"}' }));
		await active.tick();
		expect(active.errors).toMatchObject([{ name: 'NodeApiError', httpCode: '403' }]);
		await active.deactivate();
	});

	test('is not on the Internet at all', async () => {
		const scene = Scene.of(harness, 'Nowhere', ['a']);
		const credential = await harness.saveCredential({ baseUrl: 'http://127.0.0.1:1', apiGeneration: 'media' });
		await expect(harness.engine.activate(scene.workflow(), { credentials: [credential] })).rejects.toThrow(
			'refused the connection',
		);
	});

	test.each([
		['with an error', { status: 500, body: '{"key":"ex_system","params":[]}' }],
		['with something else', { status: 200, body: '{"labelTaskState":"COMPLETED"}' }],
	])('but answers for one image %s does not keep the events of the others back', async (how, reply) => {
		const scene = Scene.of(harness, `Broken ${how}`, ['a', 'b', 'c']);
		const options = { network: { settings: { retryFor: 0, concurrency: 1 } } };
		const active = await scene.watch({ output: 'labels', events: ['completed', 'labelsChanged'], options });
		scene.move('COMPLETED', 'a', 'b');
		harness.server.onRequest(({ path }) => (path.endsWith(scene.task('a').id) ? reply : undefined));
		await active.tick();
		expect(emittedBy(active)).toEqual([['completed b']]);
		expect(active.errors).toEqual([]);
		expect(harness.engine.log.text).toContain('the labels of the image "a" could not be read');
		await active.tick();
		expect(active.errors).toHaveLength(1);
		scene.move('COMPLETED', 'c');
		await active.tick();
		harness.server.onRequest(undefined);
		await active.tick();
		await active.tick();
		expect(emittedBy(active)).toEqual([['completed b'], ['completed c'], ['completed a']]);
		await active.deactivate();
	});

	test('for one image that is checked for changed labels does not keep events back', async () => {
		const scene = Scene.of(harness, 'Broken check', ['a', 'b']);
		scene.move('COMPLETED', 'a');
		const active = await scene.watch({ events: ['completed', 'labelsChanged'], output: 'task' });
		await active.tick();
		harness.server.onRequest(({ path }) =>
			path.endsWith(scene.task('a').id) ? { status: 500, body: '{"key":"ex_system","params":[]}' } : undefined,
		);
		scene.move('COMPLETED', 'b');
		await active.tick();
		expect(emittedBy(active)).toEqual([['completed b']]);
		expect(active.errors).toEqual([]);
		await active.deactivate();
	});

	test('and is silent costs an error, not an event', async () => {
		const scene = Scene.of(harness, 'Silent', ['a']);
		const active = await scene.watch({ options: { network: { settings: { timeout: 3 } } } });
		scene.move('COMPLETED', 'a');
		let speak = () => {};
		const silence = new Promise<void>((resolve) => (speak = resolve));
		harness.server.onRequest(async () => await silence);
		await active.tick();
		speak();
		expect(active.errors).toMatchObject([{ message: expect.stringContaining('did not respond in time') as string }]);
		harness.server.onRequest(undefined);
		await active.tick();
		expect(emittedBy(active)).toEqual([['completed a']]);
		await active.deactivate();
	});
});
