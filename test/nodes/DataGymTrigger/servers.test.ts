/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { openLaboratory, type Laboratory } from '../../support/datagym';
import { Scene, toldBy } from './watching';

let lab: Laboratory;

beforeAll(async () => {
	lab = await openLaboratory({ dummyProject: false });
});
afterEach(() => lab.server.onRequest(undefined));
afterAll(async () => await lab.close());

describe('a server that does not answer as it should', () => {
	test('keeps the workflow from being activated, and the reason is said', async () => {
		const scene = Scene.of(lab, 'Refused', ['a']);
		const credential = await lab.saveCredential({ token: 'wrong' });
		await expect(lab.engine.activate(scene.workflow(), { credentials: [credential] })).rejects.toThrow(/token/i);
	});

	test('raises n8n’s error in a workflow that runs', async () => {
		const scene = Scene.of(lab, 'Lost', ['a']);
		const active = await scene.watch();
		lab.server.onRequest(() => ({ status: 403, body: '{"key":"ex_forbidden"}' }));
		await active.tick();
		expect(active.errors).toMatchObject([{ name: 'NodeApiError', httpCode: '403' }]);
		await active.deactivate();
	});

	test('is not on the Internet at all', async () => {
		const scene = Scene.of(lab, 'Nowhere', ['a']);
		const credential = await lab.saveCredential({ baseUrl: 'http://127.0.0.1:1', apiGeneration: 'media' });
		await expect(lab.engine.activate(scene.workflow(), { credentials: [credential] })).rejects.toThrow('refused the connection');
	});

	test('and is silent costs an error, not an event', async () => {
		const scene = Scene.of(lab, 'Silent', ['a']);
		const active = await scene.watch({ options: { timeout: 3 } });
		scene.move('COMPLETED', 'a');
		let speak = () => {};
		const silence = new Promise<void>((resolve) => (speak = resolve));
		lab.server.onRequest(async () => await silence);
		await active.tick();
		speak();
		expect(active.errors).toMatchObject([{ message: expect.stringContaining('did not answer in time') as string }]);
		lab.server.onRequest(undefined);
		await active.tick();
		expect(toldBy(active)).toEqual([['completed a']]);
		await active.deactivate();
	});
});
