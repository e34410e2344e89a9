import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { createProject } from './setUp';
import { startEmulator } from './start';
import { ask } from './ask';

describe('an emulator with a folder', () => {
	let dataFolder: string;
	beforeEach(async () => {
		dataFolder = await mkdtemp(path.join(tmpdir(), 'emulator-'));
	});
	afterEach(() => rm(dataFolder, { recursive: true }));

	it('knows after a restart what it knew before: token, bytes, labels, states', async () => {
		const first = await startEmulator({ dataFolder });
		const project = await createProject(first, {
			name: 'Kept',
			classes: [
				{ entryKey: 'car', type: 'rectangle' },
				{ entryKey: 'sun', type: 'select', options: { y: 'Yes' } },
			],
		});
		const dataset = (await ask<{ id: string }>(first, 'POST', '/api/v1/dataset', { name: 'Kept too' })).json;
		await ask(first, 'POST', `/api/v1/project/${project.id}/dataset/${dataset.id}`);
		const picture = await sharp({ create: { width: 20, height: 10, channels: 3, background: 'blue' } })
			.jpeg()
			.toBuffer();
		const image = (
			await ask<{ id: string }>(first, 'POST', `/api/v1/media/${dataset.id}/file`, picture, {
				'X-filename': 'blue.jpg',
			})
		).json;
		const labels = { car: [{ rectangle: [{ x: 1, y: 2, w: 3, h: 4 }] }] };
		await ask(first, 'POST', `/api/v1/project/${project.id}/prediction`, [{ internal_media_ID: image.id, labels }]);
		const [task] = (await ask<Array<{ taskId: string }>>(first, 'GET', `/api/v1/task/${project.id}/list?state=BACKLOG`))
			.json;
		await ask(first, 'PUT', `/api/v1/task/${task?.taskId}/completeTask`, { lastChangedConfig: Date.now() + 1000 });
		const exported = await ask(first, 'GET', `/api/v1/export/${project.id}`);
		await first.close();

		const second = await startEmulator({ dataFolder });
		expect(second.token).toBe(first.token);
		expect((await ask(second, 'GET', `/api/v1/export/${project.id}`)).json).toEqual(exported.json);
		const download = await fetch(`${second.url}/api/v1/media/${image.id}?token=${second.token}`);
		expect(Buffer.from(await download.arrayBuffer()).equals(picture)).toBe(true);
		const again = await ask(second, 'POST', `/api/v1/media/${dataset.id}/file`, picture, { 'X-filename': 'BLUE.jpg' });
		expect(again.status).toBe(412);
		expect((await ask<unknown[]>(second, 'GET', '/api/v1/project')).json).toHaveLength(2);
		await second.close();
		expect((await readdir(dataFolder)).sort()).toEqual(['media', 'state.jsonl']);
	});
});
