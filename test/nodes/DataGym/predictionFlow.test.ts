/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { join } from 'node:path';
import { PHOTOS } from '@datagym/tools/paths';
import { uploadImage } from '../../emulator/setUp';
import { jsonOf } from '../../support/datagym';
import type { LocalServer } from '../../support/httpServer';
import {
	CLASSES,
	expectedBoxes,
	FAMILIES,
	predictionFlow,
	RESPONSES,
	startFamilies,
	storedBoxes,
	TRUTH,
} from '../../support/predictionFlow';
import { PredictionHarness } from './predictionHarness';

let lab: PredictionHarness;
let model: LocalServer;

beforeAll(async () => {
	lab = await PredictionHarness.open();
	model = await startFamilies();
});
afterAll(async () => {
	await model.close();
	await lab.close();
});

async function newProject() {
	const { server } = lab.datagym;
	const name = `Flow ${Math.random()}`;
	const { project, dataset } = server.seed.project({ name, datasetName: name, classes: CLASSES });
	for (const photo of Object.keys(TRUTH)) await uploadImage(server, dataset!.id, join(PHOTOS, photo), photo);
	const tasks = [...server.store.tasks.values()].filter((task) => task.project.id === project.id);
	return { projectId: project.id, datasetId: dataset!.id, tasks };
}

describe.each(Object.keys(FAMILIES))('Trigger, Image, HTTP Request and Prediction: Import with %s', (family) => {
	test.each(RESPONSES)('puts the boxes where they are, from %s', async (_, options, withLabels) => {
		const { tasks, ...ids } = await newProject();
		const { engine, credential, server } = lab.datagym;
		const workflow = predictionFlow({ ...ids, modelUrl: `${model.url}/${family}`, options });
		const run = await engine.runWorkflow(workflow, { credentials: [credential] });
		const items = jsonOf(run);
		const imported = items.filter(({ status }) => status === 'imported').map(({ imageName }) => imageName);
		expect(imported).toEqual(expect.arrayContaining([...withLabels]));
		expect(new Set(imported).size).toBe(imported.length);
		expect(items.filter(({ error }) => error !== undefined)).toEqual([
			expect.objectContaining({ error: expect.stringContaining('Model is loading') }),
		]);
		for (const { id, medium } of tasks)
			expect([medium.name, await storedBoxes(server, id)]).toEqual([medium.name, expectedBoxes(medium.name)]);
	});
});
