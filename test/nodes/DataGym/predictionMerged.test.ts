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

test.each([
	['the dataset of the file is chosen', true, {}],
	['the file has a further name', false, { file_name: 'only_in_second.jpg' }],
])('The labels of the image of the same name in another dataset are refused where %s', async (_, isChosen, further) => {
	const { projectId, project, images } = lab.newProject('frame_1.jpg');
	const { seed } = lab.datagym.server;
	const name = `Second camera ${isChosen}`;
	const second = seed.project({ name, datasetName: name }).dataset!;
	await lab.datagym.run('project', 'addDataset', { projectId: byId(projectId), datasetId: byId(second.id) });
	const names = ['frame_1.jpg', 'only_in_second.jpg'];
	const tasks = seed.tasks(project, second, { count: 2, name: (index) => names[index]! });
	const limit = (keep: string) => node(keep, 'n8n-nodes-base.limit', { maxItems: 1, keep } as INodeParameters);
	const byPosition = { mode: 'combine', combineBy: 'combineByPosition', options: {} } as INodeParameters;
	const workflow = {
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger', {}),
			limit('firstItems'),
			limit('lastItems'),
			node('Merge', 'n8n-nodes-base.merge', byPosition, { typeVersion: 3 }),
			node('DataGym', 'n8n-nodes-datagym.dataGym', {
				resource: 'prediction',
				operation: 'import',
				format: 'huggingFace',
				predictions: '={{ $json.answer }}',
				projectId: byId(projectId),
				options: isChosen ? { datasetId: byId(second.id) } : {},
			} as INodeParameters),
		],
		connections: {
			Start: { main: [[to('firstItems'), to('lastItems')]] },
			firstItems: { main: [[to('Merge')]] },
			lastItems: { main: [[to('Merge', 1)]] },
			Merge: { main: [[to('DataGym')]] },
		},
	} as unknown as WorkflowFile;
	const run = await lab.datagym.engine.runWorkflow(workflow, {
		credentials: [lab.datagym.credential],
		input: [{ json: { ...images[0]! } }, { json: { fileName: 'frame_1.jpg', ...further, answer: [car(1)] } }],
	});
	expect(run.error?.message).toContain('of another image');
	expect(await lab.storedLabels(images[0]!.taskId)).toEqual([]);
	expect(await lab.storedLabels(tasks[0]!.id)).toEqual([]);
});
