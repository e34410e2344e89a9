/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { IDataObject } from 'n8n-workflow';
import { jsonOf } from '../../support/datagym';
import { PredictionHarness } from './predictionHarness';

let lab: PredictionHarness;

beforeAll(async () => {
	lab = await PredictionHarness.open();
});
afterAll(async () => {
	await lab.close();
});

/** The recipes of docs/predictions.md for files; those for models over HTTP are in predictionFlow.test.ts. */
describe('files of an earlier project', () => {
	test('YOLO label files find their images, with the names of data.yaml as pasted', async () => {
		const { projectId, images } = lab.newProject('a.jpg', 'front 01.jpg');
		const files = [
			['a.txt', `0 ${25 / 640} ${40 / 480} ${30 / 640} ${40 / 480}\n`],
			['front-01_jpg.rf.0123456789abcdef0123456789abcdef.txt', `1 ${125 / 640} ${40 / 480} ${30 / 640} ${40 / 480}\n`],
		] as const;
		const items = await Promise.all(
			files.map(async ([name, content]) => ({ json: {}, binary: await lab.file(content, name) })),
		);
		const parameters = {
			predictionsFrom: 'file',
			classNames: "train: ../train/images\nnc: 2\nnames: ['car', 'person']\n",
			options: { imageWidth: 640, imageHeight: 480 },
		};
		expect(jsonOf(await lab.import(projectId, 'yolo', parameters, items)).map(({ imageName }) => imageName)).toEqual([
			'a.jpg',
			'front 01.jpg',
		]);
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['car 10 20 30 40']);
		expect(await lab.storedLabels(images[1]!.taskId)).toEqual(['person 110 20 30 40']);
	});

	test("Label Studio's export is detected, and finds images by the names that it gave them", async () => {
		const { projectId, images } = lab.newProject('front 01.jpg', 'b.jpg');
		const task = (image: string, label: string): IDataObject => ({
			id: 1,
			data: { image },
			annotations: [
				{
					result: [
						{
							type: 'rectanglelabels',
							original_width: 640,
							original_height: 480,
							image_rotation: 0,
							value: { x: 10, y: 10, width: 25, height: 50, rotation: 0, rectanglelabels: [label] },
						},
					],
				},
			],
		});
		const tasks = [
			task('/data/upload/3/1a2b3c4d-front_01.jpg', 'car'),
			task('/data/upload/3/5e6f7a8b-b.jpg', 'person'),
		];
		const item = { json: {}, binary: await lab.file(JSON.stringify(tasks), 'project-3.json') };
		const run = await lab.import(projectId, 'auto', { predictionsFrom: 'file' }, [item]);
		expect(jsonOf(run)).toMatchObject([
			{ imageName: 'front 01.jpg', format: 'Label Studio', labelCount: 1 },
			{ imageName: 'b.jpg', format: 'Label Studio', labelCount: 1 },
		]);
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['car 64 48 160 240']);
		expect(await lab.storedLabels(images[1]!.taskId)).toEqual(['person 64 48 160 240']);
	});

	test('COCO annotations are detected', async () => {
		const { projectId, images } = lab.newProject('a.jpg');
		const coco = {
			images: [{ id: 7, file_name: 'train2017/a.jpg', width: 640, height: 480 }],
			categories: [{ id: 3, name: 'car' }],
			annotations: [{ id: 1, image_id: 7, category_id: 3, bbox: [10, 20, 30, 40], area: 1200, iscrowd: 0 }],
		};
		const item = { json: {}, binary: await lab.file(JSON.stringify(coco), 'instances.json') };
		const run = await lab.import(projectId, 'auto', { predictionsFrom: 'file' }, [item]);
		expect(jsonOf(run)).toMatchObject([{ imageName: 'a.jpg', format: 'COCO', labelCount: 1 }]);
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['car 10 20 30 40']);
	});
});

describe('a language model', () => {
	test.each<[string, IDataObject]>([
		['the text of a chain', { text: 'Here you are:\n```json\n[{"box_2d": [100, 50, 500, 250], "label": "car"}]\n```' }],
		['the output of a structured output parser', { output: [{ box_2d: [100, 50, 500, 250], label: 'car' }] }],
		[
			"the message of OpenAI's API",
			{ choices: [{ message: { role: 'assistant', content: '[{"box_2d": [100, 50, 500, 250], "label": "car"}]' } }] },
		],
	])('is read from %s', async (_, answer) => {
		const { projectId, images } = lab.newProject('a.jpg');
		const options = { imageWidth: 640, imageHeight: 480 };
		const run = await lab.import(projectId, 'auto', { imageReference: 'a.jpg', options }, [{ json: answer }]);
		expect(jsonOf(run)).toMatchObject([{ status: 'imported', labelCount: 1 }]);
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['car 32 48 128 192']);
	});
});
