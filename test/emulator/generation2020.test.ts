import { startEmulator, type Emulator } from './start';
import { createProject } from './setUp';
import sharp from 'sharp';
import { ask } from './ask';

/** The older API, as its document and the first Python clients have it (docs/contract.md#the-api-of-2020). */
describe('the generation of 2020', () => {
	let server: Emulator;
	beforeEach(async () => {
		server = await startEmulator({ generation: '2020', dummyProject: false });
	});
	afterEach(() => server.close());

	it('refuses an unknown token in its own shape', async () => {
		const refused = await ask(server, 'GET', '/api/v1/project', undefined, { Authorization: 'Token wrong' });
		expect(refused.status).toBe(401);
		expect(refused.json).toEqual({ msg: 'Unauthorized. None or invalid credentials.' });
	});

	it('speaks of images, and knows neither media nor tasks', async () => {
		const dataset = await ask<{ id: string }>(server, 'POST', '/api/v1/dataset', {
			name: 'Dataset1',
			shortDescription: null,
			owner: 'me',
		});
		expect(dataset.json).toEqual({ ...dataset.json, projectCount: 0, images: [] });
		expect(dataset.json).not.toHaveProperty('mediaType');
		for (const path of [`/api/v1/media/${dataset.json.id}/url`, '/api/v1/lcValue/x', '/api/v1/aiseg/calculate']) {
			expect((await ask(server, 'POST', path, [])).json).toMatchObject({ status: 404, error: 'Not Found', path });
		}
		expect((await ask(server, 'GET', '/api/v1/task/x/list')).json).toMatchObject({ error: 'Not Found' });
		expect((await ask(server, 'GET', '/api/v1/exportVideoTask/x')).json).toMatchObject({ error: 'Not Found' });
	});

	it('takes files and links under /image with the old names', async () => {
		const dataset = await ask<{ id: string }>(server, 'POST', '/api/v1/dataset', { name: 'Images' });
		const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
			.png()
			.toBuffer();
		const uploaded = await ask<{ id: string }>(server, 'POST', `/api/v1/image/${dataset.json.id}/file`, png, {
			'X-filename': 'red.png',
		});
		expect(Object.keys(uploaded.json).sort()).toEqual(['id', 'imageName', 'imageType', 'timestamp']);
		const urls = ['https://test/test_image.jpg', 'https://encrypted-tbn1/test2.gif', 'nowhere'];
		const links = await ask<Array<Record<string, unknown>>>(
			server,
			'POST',
			`/api/v1/image/${dataset.json.id}/url`,
			urls,
		);
		const byUrl = Object.fromEntries(links.json.map((link) => [String(link.imageUrl), link]));
		expect(byUrl[urls[0] ?? '']).toMatchObject({ external_image_ID: 'test_image.jpg', imageUploadStatus: 'SUCCESS' });
		expect(byUrl[urls[1] ?? '']).toMatchObject({ internal_image_ID: null, imageUploadStatus: 'UNSUPPORTED_FORMAT' });
		expect(byUrl.nowhere).toMatchObject({ imageUploadStatus: 'FAILED' });
		expect((await ask(server, 'GET', `/api/v1/image/${uploaded.json.id}`)).headers['content-type']).toBe('image/png');
		expect((await ask(server, 'DELETE', `/api/v1/image/${uploaded.json.id}`)).status).toBe(200);
	});

	it('imports and exports geometries under one name', async () => {
		const created = await createProject(server, {
			name: 'Boxes',
			classes: [{ entryKey: 'rectangle1_key', type: 'rectangle' }],
		});
		const dataset = await ask<{ id: string }>(server, 'POST', '/api/v1/dataset', { name: 'Boxes' });
		await ask(server, 'POST', `/api/v1/project/${created.id}/dataset/${dataset.json.id}`);
		const [link] = (
			await ask<Array<{ internal_image_ID: string }>>(server, 'POST', `/api/v1/image/${dataset.json.id}/url`, [
				'http://x/a.jpg',
			])
		).json;
		const label = { geometry: [{ x: 535, y: 258, w: 804, h: 541 }], classifications: {} };
		const element = { internal_image_ID: link?.internal_image_ID, labels: { rectangle1_key: [label] } };
		expect((await ask(server, 'POST', `/api/v1/project/${created.id}/prediction`, [element])).json).toEqual({
			errorMessages: '',
		});
		const named = { ...element, labels: { rectangle1_key: [{ rectangle: label.geometry }] } };
		expect(
			(await ask<{ errorMessages: string }>(server, 'POST', `/api/v1/project/${created.id}/prediction`, [named])).json
				.errorMessages,
		).toContain('[rectangle]');
		for (const task of server.store.tasks.values()) server.seed.move(task, 'COMPLETED');
		expect((await ask(server, 'GET', `/api/v1/export/${created.id}`)).json).toEqual([
			{ label_classes: [{ class_name: 'rectangle1_key', geometry_type: 'rectangle' }] },
			{
				internal_image_ID: link?.internal_image_ID,
				external_image_ID: 'a.jpg',
				labeler: null,
				status: 'completed',
				global_classifications: {},
				labels: { rectangle1_key: [label] },
			},
		]);
	});

	it('says in words what was not found', async () => {
		expect((await ask(server, 'GET', '/api/v1/dataset/x')).json).toMatchObject({
			key: 'ex_notfound',
			msg: 'dataset with id x not found.',
		});
	});

	it('lists projects with the number of images', async () => {
		const { project: boxes, dataset } = server.seed.project({ name: 'Boxes', datasetName: 'Boxes' });
		server.seed.tasks(boxes, dataset!, { count: 1 });
		const { json } = await ask<Array<{ name: string; datasets: unknown[] }>>(server, 'GET', '/api/v1/project');
		expect(json.find((project) => project.name === 'Boxes')?.datasets).toEqual([
			expect.objectContaining({ imagesCount: 1 }),
		]);
	});
});
