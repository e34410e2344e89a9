/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { byId, jsonOf } from '../../support/datagym';
import { serve, type LocalServer } from '../../support/httpServer';
import { jpeg } from '../../support/images';
import { chain, manualTrigger, node } from '../../support/workflow';
import { PredictionHarness, type Item } from './predictionHarness';

/** Docs/predictions.md, "The image": a file that was made smaller or cut for the model does not move the labels. */

let lab: PredictionHarness;
let server: LocalServer;
/** What the model answers. */
let answer: unknown;

const SIZES: Readonly<Record<string, { width: number; height: number }>> = {
	'/half/a.jpg': { width: 320, height: 240 },
	'/turned/a.jpg': { width: 240, height: 320 },
	'/crop/a.jpg': { width: 320, height: 100 },
	'/same/a.jpg': { width: 640, height: 480 },
};

beforeAll(async () => {
	lab = await PredictionHarness.open();
	server = await serve((request, response) => {
		const size = SIZES[request.url ?? ''];
		response.setHeader('Content-Type', size === undefined ? 'application/json' : 'image/jpeg');
		if (size === undefined) response.end(JSON.stringify(answer));
		else void jpeg(size).then((bytes) => response.end(bytes));
	});
});
afterAll(async () => {
	await server.close();
	await lab.close();
});

const request = (name: string, path: string, options: IDataObject): INode =>
	node(name, 'n8n-nodes-base.httpRequest', { url: `${server.url}${path}`, options } as INodeParameters, {
		typeVersion: 4.2,
	});

/** Image: Download → a service that gives another file of the image → the model → Prediction: Import. The image has 640 × 480 pixels. */
async function imported(path: string, given: unknown, isSizeKnown: boolean, parameters: IDataObject = {}) {
	const { projectId, images } = lab.newProject('a.jpg');
	const [image] = images;
	answer = given;
	const json: IDataObject = isSizeKnown ? { imageId: image!.imageId, imageName: 'a.jpg', width: 640, height: 480 } : {};
	const input: Item[] = [{ json, binary: await lab.file(await jpeg({ width: 640, height: 480 }), 'a.jpg') }];
	const nodes = [
		request('Resize', path, { response: { response: { responseFormat: 'file' } } }),
		request('Ask', '/model', {}),
		node('DataGym', 'n8n-nodes-datagym.dataGym', {
			resource: 'prediction',
			operation: 'import',
			projectId: byId(projectId),
			...parameters,
		} as INodeParameters),
	];
	const run = await lab.datagym.engine.runWorkflow(chain(manualTrigger, ...nodes), {
		credentials: [lab.datagym.credential],
		input,
	});
	return { run, stored: await lab.storedLabels(image!.taskId) };
}

/** The right half of the upper half. */
const GEMINI = { text: '```json\n[{"box_2d": [0, 500, 500, 1000], "label": "car"}]\n```' };
const PIXELS = [{ label: 'car', score: 0.9, box: { xmin: 160, ymin: 0, xmax: 320, ymax: 120 } }];
const BOX = ['car 320 0 320 240'];

describe.each([true, false])('A file made smaller for the model, with the size from DataGym: %s,', (isSizeKnown) => {
	test('does not shrink boxes in thousandths', async () => {
		const { run, stored } = await imported('/half/a.jpg', GEMINI, isSizeKnown);
		expect(run.error?.message).toBeUndefined();
		expect(stored).toEqual(BOX);
	});

	test('has the pixels that boxes are in', async () => {
		const { run, stored } = await imported('/half/a.jpg', PIXELS, isSizeKnown);
		expect(stored).toEqual(BOX);
		const [{ warnings } = {}] = jsonOf(run);
		expect(JSON.stringify(warnings)).toContain('320 × 240');
	});

	test.each(['/crop/a.jpg', '/turned/a.jpg'])('is refused if it shows another part or is turned (%s)', async (path) => {
		const { run, stored } = await imported(path, GEMINI, isSizeKnown);
		expect(stored).toEqual([]);
		expect(run.error?.message).toMatch(/\d+ × \d+ pixels.*640 × 480/);
		expect(run.error?.description).toContain('"Image Width"');
	});

	test('is as good as the file itself if it has its size', async () => {
		const { run, stored } = await imported('/same/a.jpg', GEMINI, isSizeKnown);
		expect(stored).toEqual(BOX);
		expect(jsonOf(run)[0]).not.toHaveProperty('warnings');
	});
});

test('What is entered counts', async () => {
	const options = { imageWidth: 640, imageHeight: 480 };
	const { stored } = await imported('/crop/a.jpg', GEMINI, true, { options });
	expect(stored).toEqual(BOX);
});
