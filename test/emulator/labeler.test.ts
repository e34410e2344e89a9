import { createProject } from './setUp';
import { labelOnce, startLabeler } from './labeler';
import { startEmulator, type Emulator } from './start';
import { paintedPhotograph, STORED_SIZE } from '../support/paintedPhotographs';
import type { ClassDraft } from './store/seeding';

const CLASSES: ClassDraft[] = [
	{
		entryKey: 'car',
		type: 'rectangle',
		children: [{ entryKey: 'color', type: 'select', required: true, options: { red: 'Red', blue: 'Blue' } }],
	},
	{ entryKey: 'weather', type: 'select', required: true, options: { sun: 'Sun' } },
];

describe('the scripted labeler', () => {
	let server: Emulator;
	beforeEach(async () => {
		server = await startEmulator({ dummyProject: false });
	});
	afterEach(() => server.close());

	function scene(count: number) {
		const { project, dataset } = server.seed.project({ name: 'Work', datasetName: 'Images', classes: CLASSES });
		if (!dataset) throw new Error('no dataset');
		const tasks = server.seed.tasks(project, dataset, { count });
		return { project, tasks, board: server.store.board(project) };
	}

	it("brings the backlog to completion, with labels that pass the server's checks", async () => {
		const { project, tasks, board } = scene(6);
		const round = await labelOnce({ url: server.url, projectId: project.id, seed: 3 });
		expect(round.completed.sort()).toEqual(tasks.map((task) => task.id).sort());
		expect(board.count('COMPLETED')).toBe(6);
		expect(tasks[0]?.labeler).toBe('open-core-dummy-user-sub');
		expect(tasks[0]?.values.map((value) => value.content.type).sort()).toEqual(['RECTANGLE', 'SELECT']);
	});

	it('draws in the image as the labeling page displays it', async () => {
		const { project, tasks } = scene(2);
		for (const [index, orientation] of ([1, 6] as const).entries()) {
			const { medium } = tasks[index]!;
			Object.assign(medium, STORED_SIZE);
			await server.store.bytes.put(medium.id, await paintedPhotograph('jpeg', orientation));
		}
		await labelOnce({ url: server.url, projectId: project.id });
		const drawn = tasks.map(({ values }) => values.find(({ content }) => content.type === 'RECTANGLE')?.content);
		expect(drawn).toMatchObject([
			{ width: 40, height: 30 },
			{ width: 30, height: 40 },
		]);
	});

	it('keeps a pre-label, or moves it by a few pixels', async () => {
		const { project, tasks } = scene(20);
		for (const task of tasks)
			server.seed.label(task, {
				labels: { car: [{ rectangle: [{ x: 100, y: 100, w: 30, h: 40 }], classifications: { color: ['red'] } }] },
			});
		await labelOnce({ url: server.url, projectId: project.id, correctShare: 0.5 });
		const boxes = tasks.map((task) => task.values.find((value) => value.entry.key === 'car')?.content);
		const lefts = boxes.map((box) => (box?.type === 'RECTANGLE' ? box.x : null));
		expect(lefts).toContain(100);
		expect(lefts.some((left) => left !== null && left > 100 && left < 107)).toBe(true);
	});

	it('looks again at a task whose labels an import replaces while it draws', async () => {
		const { project, tasks, board } = scene(1);
		const car = (x: number) => ({
			keepData: false,
			labels: { car: [{ rectangle: [{ x, y: 100, w: 30, h: 40 }], classifications: {} }] },
		});
		server.seed.label(tasks[0]!, car(100));
		let imports = 0;
		server.onRequest(({ route }) => {
			if (route !== 'PUT /api/lcvalues/:id' || imports > 0) return;
			imports++;
			server.seed.label(tasks[0]!, car(500));
		});
		const round = await labelOnce({ url: server.url, projectId: project.id, correctShare: 1 });
		expect(imports).toBe(1);
		expect(round.completed).toHaveLength(1);
		expect(board.count('COMPLETED')).toBe(1);
		const [box] = tasks[0]!.values.map((value) => value.content).filter(({ type }) => type === 'RECTANGLE');
		expect(box).toMatchObject({ x: expect.closeTo(503, -1) });
	});

	it('gives up what the server keeps refusing', async () => {
		const { project } = scene(1);
		server.onRequest(({ route }) =>
			route === 'PUT /api/task/:id/completeTask' ? { status: 500, body: '{"key":"ex_test"}' } : undefined,
		);
		await expect(labelOnce({ url: server.url, projectId: project.id })).rejects.toThrow(/completeTask answered 500/);
	});

	it('skips, reviews and reopens its shares', async () => {
		const { project, board } = scene(60);
		const round = await labelOnce({
			url: server.url,
			projectId: project.id,
			batchSize: 60,
			skipShare: 0.3,
			reviewShare: 0.5,
			reopenShare: 0.2,
		});
		expect(round.skipped.length).toBeGreaterThan(5);
		expect(round.reviewed.length).toBeGreaterThan(5);
		expect(round.reopened.length).toBeGreaterThan(0);
		expect(board.count('REVIEWED')).toBeGreaterThan(0);
		expect(board.count('REVIEWED_SKIP')).toBeGreaterThan(0);
	});

	it('goes on with new tasks until it is stopped', async () => {
		const { project, board } = scene(3);
		const labeler = startLabeler({ url: server.url, projectId: project.id, intervalMs: 5 });
		while (board.count('COMPLETED') < 3) await new Promise((resolve) => setTimeout(resolve, 5));
		labeler.stop();
		expect((await labeler.finished).completed).toHaveLength(3);
	});

	it('goes on after a refusal, but not for ever', async () => {
		const { project } = scene(1);
		let refusals = 0;
		server.onRequest(({ route }) => {
			if (route !== 'PUT /api/task/moveAll' || refusals === 9) return undefined;
			refusals++;
			return { status: 404, body: '{"key":"ex_notfound"}' };
		});
		const round = await startLabeler({ url: server.url, projectId: project.id, intervalMs: 1, untilDone: true })
			.finished;
		expect(round.completed).toHaveLength(1);
		server.onRequest(() => ({ status: 404, body: '{"key":"ex_notfound"}' }));
		await expect(startLabeler({ url: server.url, projectId: project.id, intervalMs: 1 }).finished).rejects.toThrow(
			/moveAll answered 404/,
		);
	});

	it('ends by itself when all is done, in the older generation, too', async () => {
		await server.close();
		server = await startEmulator({ dummyProject: false, generation: '2020' });
		await createProject(server, { name: 'Other' });
		const { project, board } = scene(4);
		await startLabeler({ url: server.url, projectId: project.id, intervalMs: 1, untilDone: true }).finished;
		expect(board.count('COMPLETED')).toBe(4);
	});
});
