/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IncomingMessage } from 'node:http';
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import { PHOTOS } from '@datagym/tools/paths';
import { uploadImage } from '../../emulator/setUp';
import { byId, jsonOf } from '../../support/datagym';
import { serve, type LocalServer } from '../../support/httpServer';
import { chain, manualTrigger, node } from '../../support/workflow';
import { PredictionHarness } from './predictionHarness';

interface Box {
	readonly label: string;
	readonly x: number;
	readonly y: number;
	readonly w: number;
	readonly h: number;
}

interface Picture {
	readonly width: number;
	readonly height: number;
	readonly boxes: readonly Box[];
}

/** The photographs of which people have drawn boxes; on the flower there are none, and of the rocket the model says that it failed. */
const TRUTH: Readonly<Record<string, readonly Box[]>> = {
	'coffee.jpg': [
		{ label: 'cup', x: 173, y: 18, w: 236, h: 291 },
		{ label: 'spoon', x: 326, y: 66, w: 99, h: 260 },
	],
	'dogs.jpg': [
		{ label: 'dog', x: 285, y: 138, w: 137, h: 91 },
		{ label: 'dog', x: 147, y: 203, w: 113, h: 93 },
	],
	'flower.jpg': [],
	'rocket.jpg': [{ label: 'rocket', x: 310, y: 127, w: 25, h: 280 }],
};
const FAILING = 'rocket.jpg';
const CLASSES = ['cup', 'spoon', 'dog', 'rocket'].map((entryKey) => ({ entryKey, type: 'rectangle' }));

/** How models answer about a picture, as their documentation has it. */
const FAMILIES: Readonly<Record<string, (picture: Picture) => unknown>> = {
	huggingFace: ({ boxes }) =>
		boxes.map(({ label, x, y, w, h }) => ({ label, score: 0.9, box: { xmin: x, ymin: y, xmax: x + w, ymax: y + h } })),
	roboflow: ({ width, height, boxes }) => ({
		time: 0.05,
		image: { width, height },
		predictions: boxes.map(({ label, x, y, w, h }) => ({
			x: x + w / 2,
			y: y + h / 2,
			width: w,
			height: h,
			confidence: 0.9,
			class: label,
			class_id: 0,
		})),
	}),
	ultralytics: ({ boxes }) =>
		boxes.map(({ label, x, y, w, h }) => ({
			name: label,
			class: 0,
			confidence: 0.9,
			box: { x1: x, y1: y, x2: x + w, y2: y + h },
		})),
	gemini: ({ width, height, boxes }) => {
		const thousandths = (value: number, side: number) => Math.round((1000 * value) / side);
		const found = boxes.map(({ label, x, y, w, h }) => ({
			box_2d: [thousandths(y, height), thousandths(x, width), thousandths(y + h, height), thousandths(x + w, width)],
			label,
		}));
		const text = '```json\n' + JSON.stringify(found) + '\n```';
		return { candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP' }] };
	},
	rekognition: ({ width, height, boxes }) => ({
		Labels: boxes.map(({ label, x, y, w, h }) => ({
			Name: label,
			Confidence: 90,
			Instances: [
				{ BoundingBox: { Left: x / width, Top: y / height, Width: w / width, Height: h / height }, Confidence: 90 },
			],
		})),
		LabelModelVersion: '3.0',
	}),
	googleVision: ({ width, height, boxes }) => ({
		responses: [
			{
				localizedObjectAnnotations: boxes.map(({ label, x, y, w, h }) => ({
					mid: '/m/0',
					name: label,
					score: 0.9,
					boundingPoly: {
						normalizedVertices: [
							[x, y],
							[x + w, y],
							[x + w, y + h],
							[x, y + h],
						].map(([left = 0, top = 0]) => ({ x: left / width, y: top / height })),
					},
				})),
			},
		],
	}),
};

let lab: PredictionHarness;
let model: LocalServer;
let family: (picture: Picture) => unknown;
const pictures = new Map<string, Picture & { readonly name: string }>();

beforeAll(async () => {
	lab = await PredictionHarness.open();
	for (const [name, boxes] of Object.entries(TRUTH)) {
		const bytes = readFileSync(join(PHOTOS, name));
		// As the model sees it: upright.
		const { autoOrient } = await sharp(bytes).metadata();
		pictures.set(bytes.toString('base64'), { name, ...autoOrient, boxes });
	}
	model = await serve((request, response) => {
		void readBody(request).then((bytes) => {
			const picture = pictures.get(bytes.toString('base64'));
			response.setHeader('Content-Type', 'application/json');
			// With status 200: when an upload is refused, n8n's HTTP Request breaks the request that it is still ending, now and then.
			const isFailed = picture === undefined || picture.name === FAILING;
			response.end(JSON.stringify(isFailed ? { error: 'Model is loading' } : family(picture)));
		});
	});
});
afterAll(async () => {
	await model.close();
	await lab.close();
});

async function readBody(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

async function newProject() {
	const { server } = lab.datagym;
	const name = `Flow ${Math.random()}`;
	const { project, dataset } = server.seed.project({ name, datasetName: name, classes: CLASSES });
	for (const photo of Object.keys(TRUTH)) await uploadImage(server, dataset!.id, join(PHOTOS, photo), photo);
	const tasks = [...server.store.tasks.values()].filter((task) => task.project.id === project.id);
	return { projectId: project.id, datasetId: dataset!.id, tasks };
}

const dataGym = (name: string, parameters: IDataObject, settings: Partial<INode> = {}) =>
	node(name, 'n8n-nodes-datagym.dataGym', parameters as INodeParameters, settings);

/** As a user connects them: no Code node, no Set node, and no expression but the default ones. */
const workflow = (projectId: string, datasetId: string, response: IDataObject) =>
	chain(
		manualTrigger,
		dataGym('List', { resource: 'image', operation: 'getAll', datasetId: byId(datasetId), returnAll: true }),
		dataGym('Download', {
			resource: 'image',
			operation: 'download',
			imageId: { __rl: true, mode: 'id', value: '={{ $json.imageId }}' },
		}),
		node(
			'Ask',
			'n8n-nodes-base.httpRequest',
			{
				method: 'POST',
				url: model.url,
				sendBody: true,
				contentType: 'binaryData',
				inputDataFieldName: 'data',
				options: response,
			} as INodeParameters,
			{ typeVersion: 4.2, onError: 'continueRegularOutput' },
		),
		dataGym(
			'DataGym',
			{ resource: 'prediction', operation: 'import', projectId: byId(projectId) },
			{ onError: 'continueRegularOutput' },
		),
	);

const WHOLE = { response: { response: { fullResponse: true, responseFormat: 'json' } } };

/** Thousandths of a picture are less than a pixel. */
const rounded = (label: string) => label.replace(/\d+\.\d+/g, (number) => String(Math.round(Number(number))));

describe.each(Object.keys(FAMILIES))('Trigger, Image, HTTP Request and Prediction: Import with %s', (format) => {
	test.each([
		['the whole response', WHOLE, ['coffee.jpg', 'dogs.jpg', 'flower.jpg']],
		['the body alone', {}, ['coffee.jpg', 'dogs.jpg']],
	])('puts the boxes where they are, from %s', async (_, response, withLabels) => {
		family = FAMILIES[format]!;
		const { projectId, datasetId, tasks } = await newProject();
		const { engine, credential } = lab.datagym;
		const run = await engine.runWorkflow(workflow(projectId, datasetId, response), {
			credentials: [credential],
		});
		const items = jsonOf(run);
		const imported = items.filter(({ status }) => status === 'imported').map(({ imageName }) => imageName);
		expect(imported).toEqual(expect.arrayContaining(withLabels));
		expect(new Set(imported).size).toBe(imported.length);
		expect(items.filter(({ error }) => error !== undefined)).toEqual([
			expect.objectContaining({ error: expect.stringContaining('Model is loading') }),
		]);
		for (const task of tasks) {
			const { name } = task.medium;
			const expected =
				name === FAILING ? [] : TRUTH[name]!.map(({ label, x, y, w, h }) => `${label} ${x} ${y} ${w} ${h}`);
			expect([name, (await lab.storedLabels(task.id)).map(rounded)]).toEqual([name, expected.sort()]);
		}
	});
});
