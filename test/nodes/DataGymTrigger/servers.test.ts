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

	test('and is silent costs an error, not an event', async () => {
		const scene = Scene.of(harness, 'Silent', ['a']);
		const active = await scene.watch({ options: { timeout: 3 } });
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
