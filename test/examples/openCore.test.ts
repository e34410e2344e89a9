/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUCKETS } from '@datagym/tools/examples/services';
import { seedPhotographs } from '@datagym/tools/sample/activeLearning';
import { openExamples, seedLabeledPhotographs, type ExampleStage } from '../support/examples';

/**
 * Each example as it is, on the open core. Those that `npm start -- --open-core` runs, from photographs to labels and on to training,
 * are left out, and the agent, whose model needs a whole n8n.
 */

let stage: ExampleStage;

beforeAll(async () => {
	stage = await openExamples('open-core');
});
afterAll(async () => {
	const tokens = stage.server.requests.filter(({ headers }) => headers.authorization !== undefined);
	await stage.close();
	expect(tokens).toEqual([]);
});

const tasksOf = (projectId: string) =>
	[...stage.server.store.tasks.values()].filter(({ project }) => project.id === projectId);

test('links become images and tasks', async () => {
	const { id: projectId } = stage.server.seed.project({ name: 'Links' }).project;
	const run = await stage.run('links-to-dataset', {
		projectId,
		listUrl: `${stage.services.website.url}/links.csv`,
		reportFile: join(stage.folder, 'refused.csv'),
		datasetName: 'Linked photographs',
	});
	expect(run.error).toBeUndefined();
	expect(tasksOf(projectId)).toHaveLength(10);
	expect((await readFile(join(stage.folder, 'refused.csv'), 'utf8')).trim().split('\n')).toHaveLength(6);
});

test('photographs of a storage become images and tasks, and only once', async () => {
	const { id: projectId } = stage.server.seed.project({ name: 'Storage' }).project;
	const settings = { projectId, bucket: BUCKETS.photographs, folder: 'incoming/', datasetName: 'From storage' };
	for (const uploaded of [10, 0]) {
		const run = await stage.run('storage-to-dataset', settings);
		expect(run.error).toBeUndefined();
		expect(run.itemsOf('Upload image').filter(({ json }) => json.status === 'uploaded')).toHaveLength(uploaded);
	}
	expect(tasksOf(projectId)).toHaveLength(10);
});

test('the report and the archive have what is finished', async () => {
	const { projectId } = await seedLabeledPhotographs(stage, { 'cat.jpg': 'cat', 'dogs.jpg': 'dog' });
	const settings = { projectId, from: 'n8n@example.com', to: 'team@example.com', fewestLabels: 1, images: 5 };
	const report = await stage.run('quality-report-by-mail', settings, 'Every Monday');
	expect(report.error).toBeUndefined();
	const [mail] = await stage.services.mail.messages();
	// Without the soft line breaks of quoted-printable.
	const text = mail?.toString().replace(/=\r?\n/g, '');
	const isTold = text?.includes('10 images, of which 2 are labeled, 0 of them reviewed, and 0 skipped.');
	expect(isTold).toBe(true);
	const archive = { projectId, bucket: BUCKETS.training, folder: 'yolo/' };
	expect((await stage.run('nightly-archive-to-storage', archive, 'Every night')).error).toBeUndefined();
	const latest = Buffer.from(await stage.services.storage.get(BUCKETS.training, 'yolo/latest.json')).toString();
	expect(JSON.parse(latest)).toMatchObject({ imageCount: 2, labelCount: 2, skippedImages: [] });
});

test('a finished image becomes a spreadsheet', async () => {
	const { projectId, tasks } = await seedLabeledPhotographs(stage, {});
	const outputFolder = await mkdtemp(join(stage.folder, 'sheets-'));
	const active = await stage.activate('labels-to-spreadsheet', { projectId, outputFolder });
	stage.server.seed.label(tasks[0]!, { labels: { cat: [{ rectangle: [{ x: 1, y: 2, w: 3, h: 4 }] }] } });
	stage.server.seed.move(tasks[0]!, 'COMPLETED');
	await active.tick();
	await active.tick();
	await active.deactivate();
	expect(active.runs.map(({ error }) => error)).toEqual([undefined]);
	expect(await readdir(outputFolder)).toHaveLength(1);
});

test('a model labels the photographs, and what it is sure of is completed', async () => {
	const projectId = await seedPhotographs(stage.server);
	const run = await stage.run('active-learning', {
		projectId,
		modelUrl: stage.services.model.url,
		listFile: join(stage.folder, 'for-people.csv'),
	});
	expect(run.error).toBeUndefined();
	const sure = run.itemsOf('Add the score').filter(({ json }) => Number(json.score) >= 0.75);
	expect(sure.length).toBeGreaterThan(0);
	expect(tasksOf(projectId).filter(({ state }) => state === 'COMPLETED')).toHaveLength(sure.length);
});
