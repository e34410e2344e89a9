import { startEmulator, type Emulator, type EmulatorOptions } from './start';
import { ask } from './ask';

describe('an emulator', () => {
	let server: Emulator | undefined;
	const start = async (options: EmulatorOptions) => (server = await startEmulator(options));
	afterEach(async () => {
		await server?.close();
		server = undefined;
	});

	it('starts with one organization and its sample project, which takes nothing', async () => {
		const fresh = await start({});
		const { json } = await ask<
			Array<{ id: string; name: string; datasets: Array<{ id: string; name: string; mediaCount: number }> }>
		>(fresh, 'GET', '/api/v1/project');
		expect(json).toHaveLength(1);
		expect(json[0]).toMatchObject({ name: 'Dummy_Project', datasets: [{ name: 'Dummy_Dataset_One', mediaCount: 10 }] });
		const dataset = await ask<{ id: string }>(fresh, 'POST', '/api/v1/dataset', { name: 'Own' });
		const connected = await ask(fresh, 'POST', `/api/v1/project/${json[0]?.id}/dataset/${dataset.json.id}`);
		expect(connected).toMatchObject({ status: 500, json: { key: 'ex_gen_dummy_project_limit' } });
	});

	it('takes the wanted token and no other', async () => {
		const fresh = await start({ token: 'my-token' });
		expect(fresh.token).toBe('my-token');
		expect((await ask(fresh, 'GET', '/api/v1/project')).status).toBe(200);
		expect(
			(await ask(fresh, 'GET', '/api/v1/project', undefined, { Authorization: 'Token other' })).json,
		).toMatchObject({
			key: 'ex_unauthorized',
		});
	});

	it('serves everything below a base path and nothing beside it', async () => {
		const fresh = await start({ basePath: '/labels/' });
		expect(fresh.url).toMatch(/\/labels$/);
		expect((await ask(fresh, 'GET', '/api/v1/project')).status).toBe(200);
		const beside = await fetch(`${new URL(fresh.url).origin}/api/v1/project?token=${fresh.token}`);
		expect(beside.status).toBe(404);
		expect(fresh.requests.map((request) => request.route)).toEqual(['GET /api/v1/project', '(unknown)']);
	});

	it('asks for the password of a proxy first, so that the token must come in the query', async () => {
		const fresh = await start({ basicAuth: { user: 'ann', password: 'secret' } });
		const refused = await ask(fresh, 'GET', '/api/v1/project');
		expect(refused.status).toBe(401);
		expect(refused.headers['www-authenticate']).toContain('Basic');
		const Authorization = `Basic ${Buffer.from('ann:secret').toString('base64')}`;
		expect((await ask(fresh, 'GET', '/api/v1/project', undefined, { Authorization })).json).toMatchObject({
			key: 'ex_unauthorized',
		});
		expect((await ask(fresh, 'GET', `/api/v1/project?token=${fresh.token}`, undefined, { Authorization })).status).toBe(
			200,
		);
	});

	it('remembers each request and lets a hook answer instead', async () => {
		const fresh = await start({});
		fresh.onRequest(({ route, query }) => {
			if (route !== 'GET /api/v1/dataset') return undefined;
			return query.has('cut')
				? { destroy: true }
				: { status: 503, body: '{"key":"busy"}', headers: { 'Retry-After': '1' } };
		});
		const busy = await ask(fresh, 'GET', '/api/v1/dataset');
		expect(busy).toMatchObject({ status: 503, json: { key: 'busy' } });
		expect(busy.headers['retry-after']).toBe('1');
		await expect(ask(fresh, 'GET', '/api/v1/dataset?cut=1')).rejects.toThrow();
		fresh.onRequest(undefined);
		expect((await ask(fresh, 'GET', '/api/v1/dataset')).status).toBe(200);
		expect(fresh.count('GET /api/v1/dataset')).toBe(3);
		expect(fresh.requests.at(-1)).toMatchObject({ method: 'GET', path: '/api/v1/dataset' });
	});

	it('can break off in the middle of an answer', async () => {
		const fresh = await start({ onRequest: () => ({ status: 200, body: '[{"id":', cut: true }) });
		const response = await fetch(`${fresh.url}/api/v1/project`);
		expect(response.status).toBe(200);
		await expect(response.text()).rejects.toThrow();
	});

	it('answers no sooner than its latency', async () => {
		const fresh = await start({ latencyMs: 60 });
		const waiting = jest.spyOn(globalThis, 'setTimeout');
		await ask(fresh, 'GET', '/api/v1/project');
		expect(waiting).toHaveBeenCalledWith(expect.any(Function), 60);
		waiting.mockRestore();
	});

	it('writes the address it was told into exports, not the one it is reached at', async () => {
		const fresh = await start({});
		const { project, dataset } = fresh.seed.project({
			name: 'Sky',
			datasetName: 'Skies',
			classes: [{ entryKey: 'sky', type: 'image_segmentation' }],
		});
		const [task] = dataset
			? fresh.seed.tasks(project, dataset, { count: 1, state: 'COMPLETED', labels: () => ({ labels: { sky: [{}] } }) })
			: [];
		const exported = await ask<Array<{ segmentations?: string[] }>>(fresh, 'GET', `/api/v1/export/${project.id}`);
		expect(exported.json[1]?.segmentations).toEqual([`http://localhost:8080/api/v1/export/bitmap/${task?.id}/sky`]);
	});
});
