import { startEmulator, type Emulator } from './start';
import { TASK_STATES } from './store/model';
import { ask } from './ask';

describe('seeding', () => {
	let server: Emulator;
	beforeEach(async () => {
		server = await startEmulator({ dummyProject: false });
	});
	afterEach(() => server.close());

	function project(classes = [{ entryKey: 'car', type: 'rectangle' }]) {
		const made = server.seed.project({ name: 'Seeded', datasetName: 'Images', classes });
		if (!made.dataset) throw new Error('no dataset');
		return { project: made.project, dataset: made.dataset };
	}

	it('carries a hundred thousand finished tasks, listed by name', async () => {
		const { project: seeded, dataset } = project();
		server.seed.tasks(seeded, dataset, { count: 100_000, state: 'COMPLETED' });
		const { json } = await ask<Array<{ mediaName: string }>>(
			server,
			'GET',
			`/api/v1/task/${seeded.id}/list?state=COMPLETED`,
		);
		expect(json).toHaveLength(100_000);
		expect(json[0]?.mediaName).toBe('image_000001.jpg');
		expect(json.at(-1)?.mediaName).toBe('image_100000.jpg');
		const images = await ask<{ media: unknown[] }>(server, 'GET', `/api/v1/dataset/${dataset.id}`);
		expect(images.json.media).toHaveLength(100_000);
	});

	it('puts each task into its state and labels it when it is first read', async () => {
		const { project: seeded, dataset } = project();
		let made = 0;
		const tasks = server.seed.tasks(seeded, dataset, {
			count: 16,
			state: (index) => TASK_STATES[index % 8] ?? 'BACKLOG',
			labels: (index) => {
				made++;
				return { labels: { car: [{ rectangle: [{ x: index, y: 0, w: 1, h: 1 }] }] } };
			},
		});
		expect(made).toBe(0);
		for (const state of TASK_STATES) {
			expect((await ask<unknown[]>(server, 'GET', `/api/v1/task/${seeded.id}/list?state=${state}`)).json).toHaveLength(
				2,
			);
		}
		const { json } = await ask<unknown[]>(server, 'GET', `/api/v1/export/${seeded.id}`);
		expect(json).toHaveLength(1 + 6);
		expect(made).toBe(6);
		server.seed.move(tasks[0] as (typeof tasks)[number], 'REVIEWED');
		expect((await ask<unknown[]>(server, 'GET', `/api/v1/task/${seeded.id}/list?state=REVIEWED`)).json).toHaveLength(3);
	});

	it('gives seeded images a picture of their size', async () => {
		const { project: seeded, dataset } = project();
		const [task] = server.seed.tasks(seeded, dataset, { count: 1, width: 30, height: 20 });
		const answer = await ask(server, 'GET', `/api/v1/media/${task?.medium.id}`);
		expect(answer.headers['content-type']).toBe('image/jpeg');
	});

	it('makes videos with key frames, as only SQL could on the real server', async () => {
		const classes = [{ entryKey: 'car', type: 'rectangle' }];
		const { project: seeded, dataset } = server.seed.project({
			name: 'Video',
			datasetName: 'Clips',
			mediaType: 'VIDEO',
			classes,
		});
		if (!dataset) throw new Error('no dataset');
		const medium = server.seed.video(dataset, 'clip.mp4', { totalFrames: 60 });
		const [task] = [...medium.tasks];
		if (!task) throw new Error('no task');
		const box = (x: number) => ({ type: 'RECTANGLE' as const, x, y: 2, width: 3, height: 4 });
		server.seed.videoLabel(task, 'car', [
			{ frameNumber: 1, frameType: 'START', content: box(1.5) },
			{ frameNumber: 3, frameType: 'END', content: box(9) },
		]);
		server.seed.move(task, 'COMPLETED');
		const exported = await ask<Array<Record<string, unknown>>>(server, 'GET', `/api/v1/export/${seeded.id}`);
		expect(exported.json[1]).toMatchObject({
			video_total_frames: '60',
			task_export_url: `http://localhost:8080/api/v1/exportVideoTask/${task.id}/`,
		});
		const video = await ask<{ frames: object; object: object }>(server, 'GET', `/api/v1/exportVideoTask/${task.id}`);
		expect(Object.keys(video.json.frames)).toEqual(['1', '2', '3']);
		expect(Object.values(video.json.object)).toEqual([
			{ 1: { rectangle: [{ x: 1, y: 2, w: 3, h: 4 }] }, 3: { rectangle: [{ x: 9, y: 2, w: 3, h: 4 }] } },
		]);
	});
});
