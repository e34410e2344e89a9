/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { setSetting, withoutStart } from '@datagym/tools/examples/workflows';
import { readActiveLearning, seedPhotographs } from '@datagym/tools/sample/activeLearning';
import type { TaskState } from '../emulator/store/model';
import { startModel, type Model } from '../emulator/model/detector';
import { startEmulator, type Emulator } from '../emulator/start';
import { serve } from '../support/httpServer';
import {
	startEngine,
	type Engine,
	type SavedCredential,
	type WorkflowFile,
	type WorkflowRun,
} from '../support/n8n/lentEngine';

const PHOTOS = join(__dirname, '..', '..', 'examples', 'photos');

let folder: string;
let engine: Engine;
let server: Emulator;
let model: Model;
let credential: SavedCredential;
let projectId: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'active-learning-'));
	engine = await startEngine({ fileFolders: [folder] });
	server = await startEmulator({ dummyProject: false });
	model = await startModel(PHOTOS);
	credential = await engine.saveCredential('dataGymApi', { baseUrl: server.url, token: server.token });
});
beforeEach(async () => {
	projectId = await seedPhotographs(server);
});
afterAll(async () => {
	await model.close();
	await server.close();
	await engine.stop();
	await rm(folder, { recursive: true, force: true });
});

const readWorkflow = async () =>
	await readActiveLearning({
		projectId,
		modelUrl: model.url,
		listFile: join(folder, 'for-people.csv'),
		datasetFile: join(folder, 'training-dataset.zip'),
	});

async function run(change: (workflow: WorkflowFile) => void = () => undefined): Promise<WorkflowRun> {
	const workflow = await readWorkflow();
	change(workflow);
	return await engine.runWorkflow(workflow, { credentials: [credential], startNode: 'Start' });
}

const inState = (state: TaskState) =>
	[...server.store.tasks.values()].filter((task) => task.project.id === projectId && task.state === state);

test('images that the model does not answer about go to people, and are asked about again the next time', async () => {
	const before = model.count;
	const failed = await run((workflow) => void setSetting(workflow, 'modelUrl', 'http://127.0.0.1:9/'));
	expect(failed.error).toBeUndefined();
	expect(failed.itemsOf('Import pre-labels')).toEqual([]);
	expect(failed.itemsOf('Least certain first').map(({ json }) => json)).toContainEqual(
		expect.objectContaining({ image: 'cat.jpg', labels: 0, why: expect.stringMatching(/refused|ECONNREFUSED/) }),
	);
	expect((await run()).error).toBeUndefined();
	expect(model.count - before).toBe(10);
});

test('the active-learning example completes what the model is sure of, and lists the rest for people, least certain first', async () => {
	const before = model.count;
	const first = await run();
	expect(first.error).toBeUndefined();
	expect(model.count - before).toBe(10);
	const sure = first.itemsOf('Add the score').filter(({ json }) => Number(json.score) >= 0.75);
	expect(sure.length).toBeGreaterThan(0);
	expect(
		first
			.itemsOf('Complete')
			.map(({ json }) => json.imageName)
			.sort(),
	).toEqual(sure.map(({ json }) => json.imageName).sort());
	expect(inState('COMPLETED')).toHaveLength(sure.length);
	const people = first.itemsOf('Least certain first').map(({ json }) => json);
	expect(people.map(({ score }) => score)).toEqual(people.map(({ score }) => Number(score)).sort((a, b) => a - b));
	expect(people).toHaveLength(10 - sure.length);
	expect(people[0]).toMatchObject({ score: 0, labels: 0, why: 'the model is not sure' });
	expect(people.at(-1)?.labels).toBeGreaterThan(0);
	expect(await readFile(join(folder, 'for-people.csv'), 'utf8')).toContain(String(people[0]?.image));
});

test('run again, it asks the model only about images that have no pre-labels', async () => {
	await run();
	const before = model.count;
	const again = await run();
	expect(again.error).toBeUndefined();
	expect(model.count - before).toBe(again.itemsOf('Without predictions').length);
	expect(again.itemsOf('Without predictions').length).toBeLessThan(10);
});

test("when people finish images, it writes a training dataset with theirs and the model's", async () => {
	const first = await run();
	expect(first.itemsOf('Complete').length).toBeGreaterThan(0);
	const active = await engine.activate(withoutStart(await readWorkflow()), { credentials: [credential] });
	const [task] = inState('BACKLOG');
	server.seed.move(task!, 'COMPLETED');
	await active.tick();
	await active.deactivate();
	expect(active.runs.map(({ error }) => error)).toEqual([undefined]);
	const files = Object.keys(unzipSync(new Uint8Array(await readFile(join(folder, 'training-dataset.zip')))));
	expect(files.filter((name) => name.includes('images/'))).toHaveLength(inState('COMPLETED').length);
	expect(files).toContain('data.yaml');
});

test("the model can be one of Roboflow's: only its node and the answer's format change", async () => {
	const answer = {
		image: { width: 451, height: 300 },
		predictions: [{ x: 100, y: 100, width: 50, height: 40, confidence: 0.9, class: 'cat' }],
	};
	const roboflow = await serve(
		(_request, response) => void response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answer)),
	);
	const swapped = await run((workflow) => {
		setSetting(workflow, 'modelUrl', roboflow.url);
		setSetting(workflow, 'imagesPerRun', 1);
		workflow.nodes.find(({ name }) => name === 'Import pre-labels')!.parameters.format = 'roboflow';
	});
	await roboflow.close();
	expect(swapped.error).toBeUndefined();
	expect(swapped.itemsOf('Complete')).toMatchObject([{ json: { score: 0.9, labelCount: 1, status: 'completed' } }]);
});

test('what cannot be completed joins the list for people, with the reason', async () => {
	projectId = await seedPhotographs(server, [
		{ entryKey: 'weather', entryValue: 'Weather', type: 'select', required: true, options: { sun: 'Sun' } },
	]);
	const unanswered = await run();
	expect(unanswered.error).toBeUndefined();
	expect(unanswered.itemsOf('Complete')).toEqual([]);
	const list = await readFile(join(folder, 'for-people.csv'), 'utf8');
	expect(list.trim().split('\n')).toHaveLength(11);
	expect(list).toContain('cannot be completed: ""Weather"" has no value');
});
