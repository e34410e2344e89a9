/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INode, INodeParameters } from 'n8n-workflow';
import { byId, jsonOf } from '../../support/datagym';
import { serve, type LocalServer } from '../../support/httpServer';
import type { WorkflowFile } from '../../support/n8n/engine';
import { node } from '../../support/workflow';
import { PredictionHarness } from './predictionHarness';

/** Docs/predictions.md, "The image": labels of one image are never put on another one. */

let lab: PredictionHarness;
let model: LocalServer;
let answers: Readonly<Record<string, unknown>> = {};

beforeAll(async () => {
	lab = await PredictionHarness.open();
	model = await serve((request, response) => {
		response.setHeader('Content-Type', 'application/json');
		response.end(JSON.stringify(answers[(request.url ?? '').slice(1)] ?? []));
	});
});
afterAll(async () => {
	await model.close();
	await lab.close();
});

const car = (x: number) => ({ label: 'car', score: 0.9, box: { xmin: x, ymin: 20, xmax: x + 30, ymax: 60 } });

const to = (name: string, index = 0) => ({ node: name, type: 'main' as const, index });

/** Images → model, and both → Merge by position → Prediction: Import. */
async function merged() {
	const project = lab.newProject('a.jpg', 'b.jpg', 'c.jpg');
	const nodes: INode[] = [
		node('Start', 'n8n-nodes-base.manualTrigger', {}),
		node('Images', 'n8n-nodes-base.noOp', {}),
		node(
			'Ask',
			'n8n-nodes-base.httpRequest',
			{ url: `=${model.url}/{{ $json.imageName }}`, options: {} } as INodeParameters,
			{
				typeVersion: 4.2,
			},
		),
		node(
			'Merge',
			'n8n-nodes-base.merge',
			{ mode: 'combine', combineBy: 'combineByPosition', options: {} } as INodeParameters,
			{
				typeVersion: 3,
			},
		),
		node('DataGym', 'n8n-nodes-datagym.dataGym', {
			resource: 'prediction',
			operation: 'import',
			projectId: byId(project.projectId),
		} as INodeParameters),
	];
	const workflow = {
		nodes,
		connections: {
			Start: { main: [[to('Images')]] },
			Images: { main: [[to('Ask'), to('Merge')]] },
			Ask: { main: [[to('Merge', 1)]] },
			Merge: { main: [[to('DataGym')]] },
		},
	} as unknown as WorkflowFile;
	const run = await lab.datagym.engine.runWorkflow(workflow, {
		credentials: [lab.datagym.credential],
		input: project.images.map(({ imageId, imageName }) => ({ json: { imageId, imageName } })),
	});
	const stored = await Promise.all(project.images.map(async ({ taskId }) => await lab.storedLabels(taskId)));
	return { run, stored };
}

test('Merge by position keeps images with their answers', async () => {
	answers = { 'a.jpg': car(1), 'b.jpg': car(2), 'c.jpg': car(3) };
	const { run, stored } = await merged();
	expect(jsonOf(run)).toHaveLength(3);
	expect(stored).toEqual([['car 1 20 30 40'], ['car 2 20 30 40'], ['car 3 20 30 40']]);
});

test('an answer that Merge puts beside another image, since one was empty, is an error', async () => {
	answers = { 'a.jpg': [], 'b.jpg': [car(2)], 'c.jpg': [car(3)] };
	const { run, stored } = await merged();
	expect(run.error?.message).toContain('of another image');
	expect(stored).toEqual([[], [], []]);
});
