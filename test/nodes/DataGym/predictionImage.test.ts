/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { byId, jsonOf, outputOf } from '../../support/datagym';
import { serve, type LocalServer } from '../../support/httpServer';
import { jpeg } from '../../support/images';
import { chain, manualTrigger, node, set } from '../../support/workflow';
import { PredictionHarness, type Item } from './predictionHarness';

type Project = ReturnType<PredictionHarness['newProject']>;

let lab: PredictionHarness;
let model: LocalServer;
/** What the model answers about an image, by the name in the path. */
let answers: Record<string, unknown> = {};

beforeAll(async () => {
	lab = await PredictionHarness.open();
	model = await serve((request, response) => {
		const name = decodeURIComponent((request.url ?? '').slice(1));
		response.setHeader('Content-Type', 'application/json');
		response.statusCode = name === 'broken.jpg' ? 503 : 200;
		response.end(JSON.stringify(answers[name] ?? []));
	});
});
afterAll(async () => {
	await model.close();
	await lab.close();
});

const found = (label: string, x: number) => ({
	label,
	score: 0.9,
	box: { xmin: x, ymin: 20, xmax: x + 30, ymax: 60 },
});

const ask = (url = `=${model.url}/{{ $json.imageName }}`, options: IDataObject = {}): INode =>
	node('Ask', 'n8n-nodes-base.httpRequest', { url, options } as INodeParameters, { typeVersion: 4.2 });

const importing = (projectId: string, parameters: IDataObject = {}, settings: Partial<INode> = {}): INode =>
	node(
		'DataGym',
		'n8n-nodes-datagym.dataGym',
		{
			resource: 'prediction',
			operation: 'import',
			projectId: byId(projectId),
			format: 'huggingFace',
			...parameters,
		} as INodeParameters,
		settings,
	);

const run = async (nodes: INode[], input: Item[]) =>
	await lab.datagym.engine.runWorkflow(chain(manualTrigger, ...nodes), {
		credentials: [lab.datagym.credential],
		input,
	});

const itemsOf = ({ images }: Project): Item[] =>
	images.map(({ imageId, imageName }) => ({ json: { imageId, imageName } }));

describe('the image of an answer that names none', () => {
	test('is that of the item that the answer was asked for; the boxes of one image are one item', async () => {
		const project = lab.newProject('a.jpg', 'b.jpg', 'c.jpg');
		answers = { 'a.jpg': [found('car', 1), found('car', 100), found('person', 200)], 'b.jpg': [found('car', 5)] };
		const imported = await run([ask(), importing(project.projectId)], itemsOf(project));
		expect(jsonOf(imported).map(({ imageName, labelCount }) => [imageName, labelCount])).toEqual([
			['a.jpg', 3],
			['b.jpg', 1],
		]);
		expect(outputOf(imported)[0]!.pairedItem).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		const [a, b] = project.images;
		expect(await lab.storedLabels(a!.taskId)).toEqual(['car 1 20 30 40', 'car 100 20 30 40', 'person 200 20 30 40']);
		expect(await lab.storedLabels(b!.taskId)).toEqual(['car 5 20 30 40']);
	});

	test('is found through other nodes, too', async () => {
		const project = lab.newProject('a.jpg', 'b.jpg');
		answers = { 'a.jpg': [found('car', 1), found('car', 100)], 'b.jpg': [found('car', 5)] };
		const imported = await run([ask(), set('model', 'v2'), importing(project.projectId)], itemsOf(project));
		expect(imported.error).toBeUndefined();
		const [a, b] = project.images;
		expect(await lab.storedLabels(a!.taskId)).toEqual(['car 1 20 30 40', 'car 100 20 30 40']);
		expect(await lab.storedLabels(b!.taskId)).toEqual(['car 5 20 30 40']);
	});

	test('is found in a loop, where each round has its own items', async () => {
		const project = lab.newProject('a.jpg', 'b.jpg', 'c.jpg');
		answers = {
			'a.jpg': [found('car', 1), found('car', 100)],
			'b.jpg': [found('car', 5)],
			'c.jpg': [found('person', 7), found('person', 107)],
		};
		const loop = node('Loop', 'n8n-nodes-base.splitInBatches', { options: {} }, { typeVersion: 3 });
		const workflow = chain(manualTrigger, loop, ask(), importing(project.projectId));
		workflow.connections.Loop = { main: [[], [{ node: 'Ask', type: 'main', index: 0 }]] };
		workflow.connections.DataGym = { main: [[{ node: 'Loop', type: 'main', index: 0 }]] };
		const { engine, credential } = lab.datagym;
		const imported = await engine.runWorkflow(workflow, { credentials: [credential], input: itemsOf(project) });
		expect(jsonOf(imported).map(({ imageName, labelCount }) => [imageName, labelCount])).toEqual([
			['a.jpg', 2],
			['b.jpg', 1],
			['c.jpg', 2],
		]);
	});

	test('is told by the name of the file that the model was sent, which also has the size', async () => {
		const project = lab.newProject('a.jpg');
		answers = { model: { label: 'car', score: 0.9, x: 0.5, y: 0.5, width: 0.25, height: 0.5 } };
		const bytes = await jpeg({ width: 400, height: 200 });
		const item = { json: {}, binary: await lab.file(bytes, 'a.jpg') };
		const boxes = { format: 'plainBoxes', boxForm: 'centerSize', boxFields: 'x, y, width, height', units: 'fractions' };
		const imported = await run([ask(`${model.url}/model`), importing(project.projectId, boxes)], [item]);
		expect(jsonOf(imported)).toMatchObject([{ imageName: 'a.jpg', labelCount: 1 }]);
		expect(await lab.storedLabels(project.images[0]!.taskId)).toEqual(['car 150 50 100 100']);
	});

	test('goes before a name in the answer that only resembles another one', async () => {
		const project = lab.newProject('a.jpg', 'upload 1.jpg');
		answers = { 'a.jpg': { ...found('car', 1), fileName: 'upload_1.jpg' } };
		const imported = await run([ask(), importing(project.projectId)], itemsOf(project).slice(0, 1));
		expect(jsonOf(imported)).toMatchObject([{ imageName: 'a.jpg' }]);
	});

	test('is what the answer itself says, if that is the name of an image', async () => {
		const project = lab.newProject('a.jpg', 'b.jpg');
		answers = {
			list: [found('car', 1), found('car', 2)].map((each, at) => ({ ...each, filename: 'ab'[at] + '.jpg' })),
		};
		const imported = await run([ask(`${model.url}/list`), importing(project.projectId)], itemsOf(project).slice(0, 1));
		expect(jsonOf(imported).map(({ imageName, labelCount }) => [imageName, labelCount])).toEqual([
			['a.jpg', 1],
			['b.jpg', 1],
		]);
	});

	test('is not one of the same name where the ID is that of another project', async () => {
		const [project, other] = [lab.newProject('a.jpg'), lab.newProject('a.jpg')];
		answers = { 'a.jpg': [found('car', 1)] };
		const { error } = await run([ask(), importing(project.projectId)], itemsOf(other));
		expect(error?.message).toContain('has no task in this project');
	});

	test('is not one that resembles the name of another file further up', async () => {
		const project = lab.newProject('my images.jpg');
		answers = { list: [found('car', 1)] };
		const item = { json: { fileName: 'my_images.csv' } };
		const { error } = await run([ask(`${model.url}/list`), importing(project.projectId)], [item]);
		expect(error?.message).toBe('No image of this project is named "my_images.csv"');
	});

	test('is asked for where nothing says it', async () => {
		const project = lab.newProject('a.jpg');
		answers = { list: [found('car', 1)] };
		const { error } = await run([ask(`${model.url}/list`), importing(project.projectId)], [{ json: {} }]);
		expect(error?.message).toBe('"Image" is empty');
		expect(error?.description).toContain('"imageId"');
	});

	test('has another one on the items behind Aggregate, which come from several images', async () => {
		const project = lab.newProject('a.jpg', 'b.jpg');
		answers = { 'a.jpg': [found('car', 1)], 'b.jpg': [found('car', 2)] };
		const aggregate = node(
			'All',
			'n8n-nodes-base.aggregate',
			{ aggregate: 'aggregateAllItemData', options: {} },
			{ typeVersion: 1 },
		);
		const parameters = { predictions: '={{ $json.data }}' };
		const { error } = await run([ask(), aggregate, importing(project.projectId, parameters)], itemsOf(project));
		expect(error?.message).toBe('"Image" is empty');
	});
});

test('an empty answer is imported as empty where it is to be seen', async () => {
	const project = lab.newProject('a.jpg', 'b.jpg');
	answers = { 'a.jpg': [], 'b.jpg': [found('car', 5)] };
	const whole = ask(undefined, { response: { response: { fullResponse: true, responseFormat: 'json' } } });
	const imported = await run(
		[whole, importing(project.projectId, { predictions: '={{ $json.body }}' })],
		itemsOf(project),
	);
	expect(jsonOf(imported).map(({ imageName, labelCount }) => [imageName, labelCount])).toEqual([
		['a.jpg', 0],
		['b.jpg', 1],
	]);
});

test("a model's refusal among the answers is an error of its image alone", async () => {
	const project = lab.newProject('a.jpg', 'broken.jpg', 'b.jpg');
	answers = {
		'a.jpg': [found('car', 1), found('car', 100)],
		'broken.jpg': { detail: 'Out of memory' },
		'b.jpg': [found('car', 5)],
	};
	const asking = { ...ask(), onError: 'continueRegularOutput' as const };
	const imported = await run(
		[asking, importing(project.projectId, {}, { onError: 'continueRegularOutput' })],
		itemsOf(project),
	);
	expect(jsonOf(imported)).toEqual([
		expect.objectContaining({ imageName: 'a.jpg', labelCount: 2 }),
		{ error: expect.stringContaining('503'), details: expect.any(String) },
		expect.objectContaining({ imageName: 'b.jpg', labelCount: 1 }),
	]);
});

describe('a name that another tool has changed', () => {
	const nameFor = async (projectId: string, imageReference: string) =>
		await lab.import(projectId, 'huggingFace', { imageReference, predictions: JSON.stringify([found('car', 1)]) });

	test.each([
		['front 01.jpg', 'front-01_jpg.rf.0123456789abcdef0123456789abcdef.jpg', 'Roboflow'],
		['front 01.png', 'front-01_png.rf.0123456789abcdef0123456789abcdef.jpg', 'Roboflow, which made it a JPEG'],
		['front_01.jpg', '1a2b3c4d-front_01.jpg', 'Label Studio'],
		['front 01.jpg', '/data/upload/3/1a2b3c4d-front_01.jpg', "a path in Label Studio's upload folder"],
		['front 01.jpg', '/data/local-files/?d=photos%2Ffront%2001.jpg', "Label Studio's local storage"],
		['front 01.jpg', 'https://example.com/photos/front%2001.jpg?size=large&signature=a/b.c', 'a signed link'],
		['front.jpg', 's3://bucket/incoming/front.jpg', 'a place in S3'],
		['front.jpg', 'C:\\photos\\front.jpg', 'a path of Windows'],
	])('finds %s by %s (%s)', async (imageName, reference) => {
		const project = lab.newProject(imageName, 'other.jpg');
		expect(jsonOf(await nameFor(project.projectId, reference))).toMatchObject([{ imageName }]);
	});

	test('that fits several images is an error that names them', async () => {
		const { projectId } = lab.newProject('front 01.jpg', 'front_01.jpg', 'front-02.jpg');
		const { error } = await nameFor(projectId, 'front-01_jpg.rf.0123456789abcdef.jpg');
		expect(error?.message).toContain('"front 01.jpg", "front_01.jpg"');
		expect(error?.message).not.toContain('front-02.jpg');
	});

	test('goes to the image that is called so, even if it is the original name of another one', async () => {
		const { projectId } = lab.newProject('front.jpg', '1a2b3c4d-front.jpg');
		expect(jsonOf(await nameFor(projectId, '1a2b3c4d-front.jpg'))).toMatchObject([{ imageName: '1a2b3c4d-front.jpg' }]);
	});

	test('does not fit a copy, which is another image', async () => {
		const { projectId } = lab.newProject('front.jpg');
		expect((await nameFor(projectId, 'front (1).jpg')).error?.message).toContain('is named "front (1).jpg"');
	});
});
