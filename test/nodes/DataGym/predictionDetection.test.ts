/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { IDataObject } from 'n8n-workflow';
import { jsonOf } from '../../support/datagym';
import { PredictionHarness } from './predictionHarness';

/** Docs/formats.md, "Detect Automatically": the shape of an answer decides, and what it does not tell is asked for. */

let lab: PredictionHarness;

beforeAll(async () => {
	lab = await PredictionHarness.open();
});
afterAll(async () => await lab.close());

const sized = { options: { imageWidth: 640, imageHeight: 480 } };

/** An answer about a.jpg of 640 × 480 pixels, in the item as HTTP Request gives it; nothing but the image is set. */
async function importAnswer(answer: IDataObject, parameters: IDataObject = {}, format?: string) {
	const { projectId, images } = lab.newProject('a.jpg');
	const run = await lab.import(projectId, format ?? 'auto', { imageReference: 'a.jpg', ...sized, ...parameters }, [
		{ json: answer },
	]);
	return { run, stored: await lab.storedLabels(images[0]!.taskId) };
}

const errorOf = async (answer: IDataObject, parameters: IDataObject = {}) => {
	const { run, stored } = await importAnswer(answer, parameters);
	expect(stored).toEqual([]);
	return `${run.error?.message} | ${run.error?.description ?? ''}`;
};

/** A car at 10, 20 of 30 × 40 pixels: 40 of 640 are 62.5 thousandths. */
const GEMINI = '```json\n[{"box_2d": [41.66667, 15.625, 125, 62.5], "label": "car"},]\n```';

describe('Detect Automatically', () => {
	test.each<[string, string, IDataObject]>([
		[
			'Gemini by HTTP',
			'Gemini Boxes',
			{ candidates: [{ content: { parts: [{ text: GEMINI }] }, finishReason: 'STOP' }] },
		],
		['Gemini by a node that gives a text', 'Gemini Boxes', { content: { parts: [{ text: GEMINI }] } }],
		['OpenAI-compatible servers', 'Gemini Boxes', { choices: [{ message: { content: GEMINI, refusal: null } }] }],
		['Florence-2', 'Florence-2', { '<OD>': { bboxes: [[10, 20, 40, 60]], labels: ['car'] } }],
		['columns', 'Detection Columns', { boxes: [[10, 20, 40, 60]], labels: ['car'], scores: [0.9] }],
		[
			'a workflow of Roboflow',
			'Roboflow',
			{
				outputs: [
					{
						model: {
							image: { width: 640, height: 480 },
							predictions: [{ x: 25, y: 40, width: 30, height: 40, class: 'car', confidence: 0.9 }],
						},
					},
				],
			},
		],
		['PaliGemma', 'PaliGemma', { generated_text: '<loc0043><loc0016><loc0128><loc0064> car' }],
		[
			'a split list',
			'Hugging Face Object Detection',
			{ label: 'car', score: 0.9, box: { xmin: 10, ymin: 20, xmax: 40, ymax: 60 } },
		],
		['named corners', 'Plain Boxes', { class: 'car', left: 10, top: 20, right: 40, bottom: 60 }],
	])('reads the answer of %s, and says as what', async (_, format, answer) => {
		const { run, stored } = await importAnswer(answer);
		expect(jsonOf(run)).toMatchObject([{ status: 'imported', labelCount: 1, format }]);
		const [x, y, width, height] = (stored[0] ?? '').replace('car ', '').split(' ').map(Number);
		expect([x, y, width, height].map((at) => Math.round(at!))).toEqual([10, 20, 30, 40]);
	});

	test('reads files of any kind', async () => {
		const { projectId, images } = lab.newProject('a.jpg');
		const xml =
			'<?xml version="1.0"?><!-- mine --><annotation><filename>a.jpg</filename><object><name>car</name><bndbox><xmin>10</xmin><ymin>20</ymin><xmax>40</xmax><ymax>60</ymax></bndbox></object></annotation>';
		const binary = { data: { data: Buffer.from(xml).toString('base64'), mimeType: 'text/xml', fileName: 'a.xml' } };
		const run = await lab.import(projectId, 'auto', { predictionsFrom: 'file' }, [{ json: {}, binary }]);
		expect(jsonOf(run)).toMatchObject([{ status: 'imported', format: 'Pascal VOC' }]);
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['car 10 20 30 40']);
	});

	test('reads a list of lines, and finds the images that they name', async () => {
		const line = (file_name: string) =>
			JSON.stringify({ file_name, objects: { bbox: [[10, 20, 30, 40]], categories: ['car'] } });
		const { projectId, images } = lab.newProject('a.jpg', 'b.jpg');
		const text = `${line('a.jpg')}\n${line('train/b.jpg')}\n`;
		const run = await lab.import(projectId, 'auto', { predictions: '={{ $json.data }}' }, [{ json: { data: text } }]);
		expect(jsonOf(run)).toMatchObject([{ format: 'Hugging Face Metadata' }, { format: 'Hugging Face Metadata' }]);
		for (const { taskId } of images) expect(await lab.storedLabels(taskId)).toEqual(['car 10 20 30 40']);
	});

	test('takes an empty list as a model that found nothing', async () => {
		const { run } = await importAnswer({ choices: [{ message: { content: '```json\n[]\n```' } }] });
		expect(jsonOf(run)).toMatchObject([{ status: 'imported', labelCount: 0 }]);
	});

	test('asks which unit, with what both make of the first label', async () => {
		const error = await errorOf({ text: '[{"bbox_2d": [64, 48, 128, 96], "label": "car"}]' });
		expect(error).toContain('can be read in several ways');
		// Pixels are those of the picture resized to 644 × 476.
		expect(error).toContain('"Qwen2.5-VL Boxes" (first label "car": x 64 to 127, y 48 to 97 pixels)');
		expect(error).toContain('"Qwen3-VL Boxes" (first label "car": x 41 to 82, y 23 to 46 pixels)');
	});

	test('does not ask if the picture rules one out', async () => {
		const { run } = await importAnswer({ text: '[{"bbox_2d": [15.625, 41.66667, 900, 125], "label": "car"}]' });
		expect(jsonOf(run)).toMatchObject([{ format: 'Qwen3-VL Boxes' }]);
	});

	test('asks which order, with the fields to fill in', async () => {
		const error = await errorOf({ detections: [{ bbox: [200, 150, 260, 220], category: 'car' }] });
		expect(error).toContain(
			'"Plain Boxes" with "Box Form" Two Corners, "Units" Pixels, "Box Fields" bbox (first label "car": x 200 to 260, y 150 to 220 pixels)',
		);
		expect(error).toContain('"Box Form" Corner and Size');
	});

	test('asks for the unit of a language model that names corners, also behind a structured output', async () => {
		const cars = [{ label: 'car', xmin: 100, ymin: 200, xmax: 300, ymax: 400 }];
		for (const answer of [{ output: { cars } }, { text: '```json\n' + JSON.stringify(cars) + '\n```' }]) {
			const error = await errorOf(answer);
			expect(error).toContain(
				'"Units" Pixels, "Box Fields" xmin, ymin, xmax, ymax (first label "car": x 100 to 300, y 200',
			);
			expect(error).toContain(
				'"Units" Thousandths, "Box Fields" xmin, ymin, xmax, ymax (first label "car": x 64 to 192, y 96 to 192 pixels)',
			);
		}
	});

	test.each(['auto', 'gemini'])('takes no draft for the answer (%s)', async (format) => {
		const draft = '```json\n[{"box_2d": [1, 2, 3, 4], "label": "car"}]\n```';
		const { run, stored } = await importAnswer({ text: `First ${draft} Corrected ${GEMINI}` }, {}, format);
		expect(stored).toEqual([]);
		expect(run.error?.message).toContain('The predictions contain 2 lists of labels');
		expect(run.error?.description).toContain('"Gemini Boxes" (first label "car": x 1 to 3, y 0 to 1 pixels)');
	});

	test('asks for all fields that the chosen reading needs', async () => {
		const answer = { detections: [{ bbox: [200, 150, 260, 220], category: 'car', confidence: 0.4 }] };
		expect(await errorOf(answer)).toContain(
			'With "Plain Boxes", also set "Class Field" to category and "Score Field" to confidence.',
		);
		const { run } = await importAnswer(
			answer,
			{
				boxForm: 'corners',
				units: 'pixels',
				boxFields: 'bbox',
				classField: 'category',
				scoreField: 'confidence',
				options: { imageWidth: 640, imageHeight: 480, minimumScore: 0.5 },
			},
			'plainBoxes',
		);
		expect(jsonOf(run)).toMatchObject([{ labelCount: 0, skippedCount: 1 }]);
	});

	test('reads the order that was asked for', async () => {
		const answer = { detections: [{ geo: { yxyx: [20, 10, 60, 40] }, category: 'car' }] };
		const { run, stored } = await importAnswer(
			answer,
			{ boxForm: 'cornersYFirst', boxFields: 'geo.yxyx', classField: 'category', scoreField: '' },
			'plainBoxes',
		);
		expect(run.error).toBeUndefined();
		expect(stored).toEqual(['car 10 20 30 40']);
	});

	test('asks for the names of numbers', async () => {
		expect(await errorOf({ boxes: [[10, 20, 40, 60]], labels: [3], scores: [0.9] })).toMatch(
			/no class name for the class ID 3.*Set "Format" to "Detection Columns", and enter "Class Names"/,
		);
		expect(await errorOf({ data: '0 0.5 0.5 0.1 0.1' })).toMatch(/Set "Format" to "YOLO", and enter "Class Names"/);
		const results = [{ image_id: 1, category_id: 1, bbox: [1, 2, 3, 4], score: 0.9 }];
		expect(await errorOf({ results })).toMatch(/COCO Results.*choose "Categories From"/);
	});

	test('quotes a model that answers in words, or whose answer is cut off', async () => {
		expect(await errorOf({ text: 'There are two cars near the tree.' })).toContain(
			'The model responded: There are two cars near the tree.',
		);
		expect(await errorOf({ text: '```json\n[{"box_2d": [1, 2, 3, 4], "label": "car"}, {"box_2' })).toContain(
			'response is cut off. It ends with: [{"box_2d": [1, 2, 3, 4], "label": "car"}, {"box_2',
		);
	});

	test('says what it has seen if no format fits', async () => {
		expect(await errorOf({ frames: 5, fps: 25 })).toContain('they are an object with the fields "frames", "fps"');
	});
});
