/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'cheerio';
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { byId, jsonOf, openHarness, outputOf, requestsDuring, type Harness } from '../../../support/datagym';
import type { SeedLabels } from '../../../emulator/store/seeding';
import type { TaskState } from '../../../emulator/store/model';

const CLASSES = [
	{ entryKey: 'car', entryValue: 'Car', type: 'rectangle' },
	{ entryKey: 'person', type: 'rectangle' },
	{ entryKey: 'road', type: 'polygon' },
];

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterAll(async () => await harness.close());

const box = (x: number, y: number, w: number, h: number) => ({ rectangle: [{ x, y, w, h }], classifications: {} });

/** In the form of Hugging Face's object detection, which names what its numbers are. */
const found = (label: string, score: number | undefined, x: number, y: number, w: number, h: number) => ({
	label,
	...(score === undefined ? {} : { score }),
	box: { xmin: x, ymin: y, xmax: x + w, ymax: y + h },
});

interface SeedImage {
	readonly labels?: SeedLabels['labels'];
	readonly weather?: string;
	readonly state?: TaskState;
}

let projects = 0;

/** A project with images of these names, completed unless another state is given. */
function seedProject(images: Readonly<Record<string, SeedImage>>, classes = CLASSES) {
	const name = `Compared ${++projects}`;
	const { project, dataset } = harness.server.seed.project({ name, datasetName: name, classes });
	const names = Object.keys(images);
	const tasks = harness.server.seed.tasks(project, dataset!, {
		count: names.length,
		name: (index) => names[index]!,
		labels: (index) => {
			const { labels = {}, weather } = images[names[index]!]!;
			return { labels, ...(weather === undefined ? {} : { global_classifications: { weather: [weather] } }) };
		},
		state: (index) => images[names[index]!]!.state ?? 'COMPLETED',
	});
	return { projectId: project.id, tasks: Object.fromEntries(tasks.map((task) => [task.medium.name, task])) };
}

const answers = (all: Readonly<Record<string, unknown>>) =>
	Object.entries(all).map(([imageName, result]) => ({ json: { imageName, result } as IDataObject }));

async function compare(
	projectId: string,
	items: ReturnType<typeof answers>,
	parameters: INodeParameters = {},
	settings: Partial<INode> = {},
) {
	return await harness.run(
		'quality',
		'comparePredictions',
		{ projectId: byId(projectId), predictions: '={{ $json.result }}', ...parameters },
		{ items, settings },
	);
}

/**
 * Four labels, four predictions. In `a`, the car is found and the person is taken for a car; in `b`, the car is found and something that
 * is not there; nothing is predicted for `c`. `d` waits, and `e` was skipped.
 */
const IMAGES: Readonly<Record<string, SeedImage>> = {
	'a.jpg': { labels: { car: [box(10, 10, 100, 100)], person: [box(200, 200, 50, 100)] } },
	'b.jpg': { labels: { car: [box(0, 0, 80, 80)] }, state: 'REVIEWED' },
	'c.jpg': { labels: { car: [box(50, 50, 40, 40)] } },
	'd.jpg': { state: 'WAITING' },
	'e.jpg': { labels: { car: [box(1, 1, 20, 20)] }, state: 'SKIPPED' },
};

const ANSWERS = {
	'a.jpg': [found('car', 0.9, 10, 10, 100, 100), found('car', 0.8, 200, 200, 50, 100)],
	'b.jpg': [found('car', 0.7, 0, 0, 80, 80), found('car', 0.6, 300, 300, 50, 50)],
};

/**
 * The precision over recall of the cars at every overlap: 1 up to a recall of 1/3 (34 of the 101 points), 2/3 up to 2/3 (33 of them), 0 from
 * there. No person is found.
 */
const AP_OF_CARS = (34 + (33 * 2) / 3) / 101;

describe('The summary', () => {
	test('has the numbers of all images, as computed by hand', async () => {
		const { projectId } = seedProject(IMAGES);
		const [summary, ...others] = jsonOf(await compare(projectId, answers(ANSWERS)));
		expect(others).toEqual([]);
		expect(summary).toMatchObject({
			projectId,
			compared: 'boxes',
			mAP: expect.closeTo(AP_OF_CARS / 2, 9),
			AP50: expect.closeTo(AP_OF_CARS / 2, 9),
			AP75: expect.closeTo(AP_OF_CARS / 2, 9),
			// One of the three cars at each overlap with the best prediction an image, then two.
			AR1: expect.closeTo(2 / 3 / 2, 9),
			AR: expect.closeTo(2 / 3 / 2, 9),
			precision: 0.5,
			recall: 0.5,
			f1: 0.5,
			bestScore: 0.7,
			bestPrecision: expect.closeTo(2 / 3, 9),
			bestRecall: 0.5,
			bestF1: expect.closeTo(4 / 7, 9),
			imageCount: 3,
			labelCount: 4,
			predictionCount: 4,
			matchedCount: 2,
			confusedCount: 1,
			extraCount: 1,
			missedCount: 1,
			imagesWithoutPrediction: 1,
			imagesNotFinished: 0,
			iouThreshold: 0.5,
			scoreThreshold: 0.25,
		});
	});

	test('is flat, so that n8n takes its numbers as metrics and columns', async () => {
		const { projectId } = seedProject(IMAGES);
		const [summary] = jsonOf(await compare(projectId, answers(ANSWERS)));
		for (const value of Object.values(summary!)) expect(['number', 'string']).toContain(typeof value);
	});

	test('counts skipped images only if they are wanted', async () => {
		const { projectId } = seedProject(IMAGES);
		const items = answers({ ...ANSWERS, 'e.jpg': [found('car', 0.95, 1, 1, 20, 20)] });
		expect(jsonOf(await compare(projectId, items))).toMatchObject([{ imageCount: 3, imagesNotFinished: 1 }]);
		const options = { includeSkipped: true };
		expect(jsonOf(await compare(projectId, items, { options }))).toMatchObject([
			{ imageCount: 4, labelCount: 5, matchedCount: 3, imagesNotFinished: 0 },
		]);
	});

	test('leaves out images that nobody asked the model about, if the user says so', async () => {
		const { projectId } = seedProject(IMAGES);
		const options = { withoutPredictions: 'exclude' };
		const run = await compare(projectId, answers(ANSWERS), { options });
		expect(jsonOf(run)).toMatchObject([{ imageCount: 2, labelCount: 3, missedCount: 0, imagesWithoutPrediction: 1 }]);
		expect(String(jsonOf(run)[0]!.notes)).toContain('Excluded: 1 finished image without a prediction (c.jpg)');
	});

	test('names images that are missing or not finished', async () => {
		const { projectId } = seedProject(IMAGES);
		const items = answers({ ...ANSWERS, 'd.jpg': [found('car', 0.9, 1, 2, 30, 40)] });
		const [{ notes, ...summary } = { notes: '' }] = jsonOf(await compare(projectId, items));
		expect(summary).toMatchObject({ imagesWithoutPrediction: 1, imagesNotFinished: 1, predictionCount: 4 });
		expect(notes).toContain('1 finished image without a prediction (c.jpg)');
		expect(notes).toContain('1 image with predictions (d.jpg)');
	});

	test('takes other thresholds for precision, recall and mistakes, but not for the average precision', async () => {
		const { projectId } = seedProject(IMAGES);
		const options = { scoreThreshold: 0.65 };
		expect(jsonOf(await compare(projectId, answers(ANSWERS), { options }))).toMatchObject([
			{
				mAP: expect.closeTo(AP_OF_CARS / 2, 9),
				precision: expect.closeTo(2 / 3, 9),
				extraCount: 0,
				scoreThreshold: 0.65,
			},
		]);
		const shifted = { 'a.jpg': [found('car', 0.9, 10, 10, 100, 60)] };
		const strict = async (iouThreshold: number) =>
			jsonOf(await compare(projectId, answers(shifted), { options: { iouThreshold } }))[0]!.matchedCount;
		expect([await strict(0.6), await strict(0.61)]).toEqual([1, 0]);
	});
});

describe('An item per image', () => {
	test('has the worst image first, with its task and the objects', async () => {
		const { projectId, tasks } = seedProject(IMAGES);
		const items = jsonOf(await compare(projectId, answers(ANSWERS), { output: 'images' }));
		expect(items.map(({ imageName, score }) => [imageName, score])).toEqual([
			['c.jpg', 0],
			['a.jpg', 0.5],
			['b.jpg', expect.closeTo(2 / 3, 9)],
		]);
		expect(items[0]).toMatchObject({
			imageId: tasks['c.jpg']!.medium.id,
			taskId: tasks['c.jpg']!.id,
			status: 'completed',
			isPredicted: false,
			labelCount: 1,
			predictionCount: 0,
			missedCount: 1,
			missed: [{ className: 'car', type: 'rectangle', x: 50, y: 50, width: 40, height: 40 }],
		});
		expect(items[1]).toMatchObject({
			matchedCount: 1,
			confusedCount: 1,
			confused: [
				{
					className: 'person',
					x: 200,
					y: 200,
					width: 50,
					height: 100,
					overlap: 1,
					predicted: { className: 'car', score: 0.8, x: 200 },
				},
			],
			matched: [{ className: 'car', overlap: 1, predicted: { className: 'car', score: 0.9 } }],
		});
		expect(items[2]).toMatchObject({ status: 'reviewed', extra: [{ className: 'car', score: 0.6, x: 300, y: 300 }] });
	});

	test('comes from the item of its prediction, so that n8n finds what led to it', async () => {
		const { projectId } = seedProject(IMAGES);
		const items = outputOf(await compare(projectId, answers(ANSWERS), { output: 'images' }));
		expect(items.map(({ json, pairedItem }) => [json.imageName, pairedItem])).toEqual([
			['c.jpg', []],
			['a.jpg', { item: 0 }],
			['b.jpg', { item: 1 }],
		]);
		const [summary] = outputOf(await compare(projectId, answers(ANSWERS)));
		expect(summary!.pairedItem).toEqual([{ item: 0 }, { item: 1 }]);
	});

	test('puts together what several items say of an image', async () => {
		const { projectId } = seedProject({ 'a.jpg': IMAGES['a.jpg']! });
		const [first, second] = ANSWERS['a.jpg'];
		const items = [...answers({ 'a.jpg': [first] }), ...answers({ 'a.jpg': [second] })];
		const [item, ...others] = outputOf(await compare(projectId, items, { output: 'images' }));
		expect(others).toEqual([]);
		expect(item).toMatchObject({
			json: { matchedCount: 1, confusedCount: 1 },
			pairedItem: [{ item: 0 }, { item: 1 }],
		});
	});
});

test('An item per class has its numbers, and what it is taken for', async () => {
	const { projectId } = seedProject(IMAGES);
	const items = jsonOf(await compare(projectId, answers(ANSWERS), { output: 'classes' }));
	expect(items).toEqual([
		expect.objectContaining({
			className: 'car',
			name: 'Car',
			mAP: expect.closeTo(AP_OF_CARS, 9),
			labelCount: 3,
			predictionCount: 4,
			matchedCount: 2,
			missedCount: 1,
			extraCount: 1,
			confusedCount: 0,
			takenFor: [],
		}),
		expect.objectContaining({
			className: 'person',
			mAP: 0,
			recall: 0,
			labelCount: 1,
			predictionCount: 0,
			confusedCount: 1,
			takenFor: [{ className: 'car', count: 1 }],
		}),
	]);
});

test('Nothing is written to the server', async () => {
	const { projectId } = seedProject(IMAGES);
	const options = { attachPage: true };
	for (const labelSource of ['export', 'tasks'])
		for (const output of ['summary', 'images', 'classes']) {
			const requests = await requestsDuring(harness, async () =>
				outputOf(await compare(projectId, answers(ANSWERS), { output, options: { ...options, labelSource } })),
			);
			expect(requests.map(({ method }) => method).filter((method) => method !== 'GET')).toEqual([]);
		}
});

test('Task details give the same numbers as the export', async () => {
	const { projectId } = seedProject(IMAGES);
	const of = async (labelSource: string) =>
		jsonOf(await compare(projectId, answers(ANSWERS), { options: { labelSource } }));
	expect(await of('tasks')).toEqual(await of('export'));
});

test('The numbers do not depend on the order of the items', async () => {
	const { projectId } = seedProject({ ...IMAGES, 'f.jpg': { labels: { car: [box(5, 5, 50, 50)] } } });
	// Between predictions of one score, COCO's evaluation lets the order decide.
	const items = answers({
		'a.jpg': [found('car', 0.5, 10, 10, 100, 100)],
		'b.jpg': [found('car', 0.5, 300, 0, 80, 80)],
		'f.jpg': [found('car', 0.5, 5, 5, 50, 50)],
	});
	expect(jsonOf(await compare(projectId, [...items].reverse()))).toEqual(jsonOf(await compare(projectId, items)));
});

describe('Predictions', () => {
	test('come in any format that Import reads, such as COCO results with the names of another model', async () => {
		const { projectId, tasks } = seedProject({ 'a.jpg': IMAGES['a.jpg']! });
		const results = [{ image_id: 7, category_id: 3, bbox: [10, 10, 100, 100], score: 0.9 }];
		const groundTruth = { images: [{ id: 7, file_name: 'a.jpg' }], categories: [{ id: 3, name: 'automobile' }] };
		const run = await harness.run(
			'quality',
			'comparePredictions',
			{
				projectId: byId(projectId),
				format: 'cocoResults',
				predictions: JSON.stringify(results),
				groundTruth: JSON.stringify(groundTruth),
				output: 'images',
				options: { classMapping: '{"automobile": "car"}' },
			},
			{ items: [{ json: {} }] },
		);
		expect(jsonOf(run)).toMatchObject([
			{ imageId: tasks['a.jpg']!.medium.id, matchedCount: 1, missed: [{ className: 'person' }] },
		]);
	});

	test('are compared by the pixels they cover where both sides have shapes', async () => {
		const road = [
			{ x: 0, y: 0 },
			{ x: 20, y: 0 },
			{ x: 20, y: 20 },
			{ x: 0, y: 20 },
		];
		const { projectId } = seedProject({
			'a.jpg': { labels: { road: [{ polygon: road, classifications: {} }] } as SeedLabels['labels'] },
		});
		// A triangle that covers half of the square, but whose box is the square.
		const shapes = [{ name: 'road', class: 0, confidence: 0.9, segments: { x: [0, 20, 0], y: [0, 0, 20] } }];
		const of = async (compared: string) =>
			jsonOf(
				await compare(
					projectId,
					answers({ 'a.jpg': shapes.map((shape) => ({ ...shape, box: { x1: 0, y1: 0, x2: 20, y2: 20 } })) }),
					{ output: 'images', options: { compare: compared, iouThreshold: 0.4 } },
				),
			);
		const [areas] = await of('auto');
		expect(areas).toMatchObject({ matchedCount: 1, matched: [{ type: 'polygon' }] });
		const [{ overlap }] = areas!.matched as [{ overlap: number }];
		expect(overlap).toBeGreaterThan(0.45);
		expect(overlap).toBeLessThan(0.56);
		expect((await of('boxes'))[0]).toMatchObject({ matched: [{ overlap: 1 }] });
	});

	test('of poses are compared by their keypoints', async () => {
		const points = [
			{ entryKey: 'nose', type: 'point' },
			{ entryKey: 'eye', type: 'point' },
		];
		const classes = [{ entryKey: 'person', type: 'rectangle', children: points }] as unknown as typeof CLASSES;
		const at = (x: number, y: number) => [{ point: [{ x, y }], classifications: {} }];
		const person = { ...box(100, 100, 100, 200), nested_geometries: { nose: at(150, 120), eye: at(140, 110) } };
		const { projectId } = seedProject({ 'a.jpg': { labels: { person: [person] } } }, classes);
		const pose = (dx: number) => [
			{
				name: 'person',
				class: 0,
				confidence: 0.9,
				box: { x1: 100, y1: 100, x2: 200, y2: 300 },
				keypoints: { x: [150 + dx, 140 + dx], y: [120, 110], visible: [1, 1] },
			},
		];
		const of = async (dx: number, compared: string) => {
			const options = { keypoints: 'nose, eye', compare: compared };
			return jsonOf(await compare(projectId, answers({ 'a.jpg': pose(dx) }), { output: 'images', options }))[0];
		};
		expect(await of(0, 'auto')).toMatchObject({ matchedCount: 1, matched: [{ className: 'person', overlap: 1 }] });
		// Both points are 200 pixels off, more than the person is wide: the boxes are the same all the same.
		expect(await of(200, 'auto')).toMatchObject({ matchedCount: 0, missedCount: 1, extraCount: 1 });
		expect(await of(200, 'boxes')).toMatchObject({ matchedCount: 1 });
		// OKS = exp(-d² / (2 area k²)), k twice the sigma, which is 1 / 2 of two points; the area is that of the box.
		expect(await of(50, 'auto')).toMatchObject({
			matched: [{ overlap: expect.closeTo(Math.exp(-(50 ** 2) / (2 * 100 * 200)), 9) }],
		});
	});

	test('without scores still have precision and recall, and the output says why there is no mAP', async () => {
		const { projectId } = seedProject(IMAGES);
		const items = answers({ 'a.jpg': { boxes: [{ label: 'car', xmin: 10, ymin: 10, xmax: 110, ymax: 110 }] } });
		const parameters = { predictions: '={{ $json.result.boxes }}', format: 'plainBoxes' };
		const run = await compare(projectId, items, parameters);
		const [summary] = jsonOf(run);
		expect(summary).toMatchObject({ precision: 1, recall: 0.25 });
		for (const name of ['mAP', 'AP50', 'AR', 'bestScore']) expect(summary).not.toHaveProperty(name);
		expect(summary!.notes).toContain('The predictions have no scores, so average precision');
	});

	test('of a model that finds nothing have a mAP of 0, so that any better model beats it', async () => {
		const { projectId } = seedProject(IMAGES);
		const nothing = answers({ 'a.jpg': [], 'b.jpg': [], 'c.jpg': [] });
		const [summary] = jsonOf(await compare(projectId, nothing));
		expect(summary).toMatchObject({ mAP: 0, AP50: 0, AP75: 0, AR: 0, recall: 0, f1: 0, predictionCount: 0 });
		expect(summary).not.toHaveProperty('precision');
		expect(summary!.notes).toBe('The model found nothing in the images.');
		// Those that are left out are as if the model had not given them.
		const unsure = await compare(projectId, answers(ANSWERS), { options: { minimumScore: 0.99 } });
		expect(jsonOf(unsure)).toMatchObject([{ mAP: 0, AR: 0 }]);
	});

	test('with scores in percent are told, since no threshold would leave any of them out', async () => {
		const { projectId } = seedProject(IMAGES);
		const items = answers({ 'a.jpg': [found('car', 90, 10, 10, 100, 100)], 'b.jpg': [found('car', 3, 0, 0, 80, 80)] });
		const [summary] = jsonOf(await compare(projectId, items));
		expect(summary!.notes).toContain('Predictions with a score above 1: 2.');
		expect(jsonOf(await compare(projectId, answers(ANSWERS)))[0]!.notes).not.toContain('above 1');
	});

	test('of classes that the project does not have are left out and named', async () => {
		const { projectId } = seedProject(IMAGES);
		const items = answers({
			...ANSWERS,
			'a.jpg': [...ANSWERS['a.jpg'], found('potted plant', 0.99, 1, 1, 30, 30)],
		});
		expect(jsonOf(await compare(projectId, items))).toMatchObject([
			{ predictionCount: 4, notes: expect.stringContaining('potted plant (1)') },
		]);
	});

	test('with a Minimum Score are as if the model had not given the others', async () => {
		const { projectId } = seedProject(IMAGES);
		const options = { minimumScore: 0.75 };
		expect(jsonOf(await compare(projectId, answers(ANSWERS), { options }))).toMatchObject([
			{ predictionCount: 2, matchedCount: 1 },
		]);
	});
});

describe('Classes of whole images', () => {
	const WEATHER = [
		{ entryKey: 'weather', type: 'select', options: { sun: 'Sun', rain: 'Rain' } },
		{ entryKey: 'remark', type: 'freetext' },
	];
	const WEATHERS = { 'a.jpg': { weather: 'sun' }, 'b.jpg': { weather: 'rain' }, 'c.jpg': { weather: 'sun' } };
	const SUNNY = {
		'a.jpg': [{ label: 'sun', score: 0.9 }],
		'b.jpg': [{ label: 'sun', score: 0.8 }],
	};

	test('are compared where the model gives nothing else', async () => {
		const { projectId } = seedProject(WEATHERS, WEATHER as unknown as typeof CLASSES);
		const [summary] = jsonOf(await compare(projectId, answers(SUNNY)));
		expect(summary).toMatchObject({
			compared: 'imageClasses',
			accuracy: expect.closeTo(1 / 3, 9),
			precision: 0.5,
			recall: expect.closeTo(1 / 3, 9),
			f1: 0.4,
			imageCount: 3,
			labelCount: 3,
			predictionCount: 2,
			matchedCount: 1,
			imagesWithoutPrediction: 1,
		});
	});

	test('are as certain as the model says, so that both score options and the best score are about them', async () => {
		const { projectId } = seedProject(WEATHERS, WEATHER as unknown as typeof CLASSES);
		const items = answers({ ...SUNNY, 'c.jpg': [{ label: 'rain', score: 0.2 }] });
		const of = async (options: INodeParameters) => jsonOf(await compare(projectId, items, { options }))[0];
		// The answer for c is not certain enough to be one.
		expect(await of({})).toMatchObject({ predictionCount: 2, precision: 0.5, recall: expect.closeTo(1 / 3, 9) });
		expect(await of({ scoreThreshold: 0.1 })).toMatchObject({
			predictionCount: 3,
			precision: expect.closeTo(1 / 3, 9),
		});
		expect(await of({ scoreThreshold: 0.85 })).toMatchObject({ predictionCount: 1, precision: 1 });
		expect(await of({})).toMatchObject({ bestScore: 0.9, bestPrecision: 1, bestF1: 0.5 });
	});

	test('that several items give an image are decided by their scores, not by the order of the items', async () => {
		const { projectId } = seedProject({ 'a.jpg': { weather: 'sun' } }, WEATHER as unknown as typeof CLASSES);
		const [sure] = answers({ 'a.jpg': [{ label: 'sun', score: 0.9 }] });
		const [unsure] = answers({ 'a.jpg': [{ label: 'rain', score: 0.4 }] });
		for (const items of [
			[sure!, unsure!],
			[unsure!, sure!],
		])
			expect(jsonOf(await compare(projectId, items))).toMatchObject([{ accuracy: 1, bestScore: 0.9 }]);
	});

	test('that the project does not have are excluded, counted and named', async () => {
		const { projectId } = seedProject(WEATHERS, WEATHER as unknown as typeof CLASSES);
		const items = answers({ ...SUNNY, 'c.jpg': [{ label: 'snow', score: 0.9 }] });
		expect(jsonOf(await compare(projectId, items))).toMatchObject([
			{ predictionCount: 2, notes: expect.stringContaining('the project does not have their classes: snow (1).') },
		]);
	});

	test('have an item per image with what is wrong, and one per option', async () => {
		const { projectId } = seedProject(WEATHERS, WEATHER as unknown as typeof CLASSES);
		const images = jsonOf(await compare(projectId, answers(SUNNY), { output: 'images' }));
		expect(images).toMatchObject([
			{ imageName: 'b.jpg', score: 0, wrong: [{ classification: 'weather', labels: ['rain'], predictions: ['sun'] }] },
			{ imageName: 'c.jpg', score: 0, wrong: [{ classification: 'weather', labels: ['sun'], predictions: [] }] },
			{ imageName: 'a.jpg', score: 1, rightCount: 1, wrongCount: 0, wrong: [] },
		]);
		const options = jsonOf(await compare(projectId, answers(SUNNY), { output: 'classes' }));
		expect(options).toHaveLength(2);
		expect(options).toEqual(
			expect.arrayContaining([
				expect.objectContaining({ className: 'sun', labelCount: 2, matchedCount: 1, precision: 0.5, recall: 0.5 }),
				expect.objectContaining({
					classification: 'weather',
					className: 'rain',
					recall: 0,
					takenFor: [{ className: 'sun', count: 1 }],
				}),
			]),
		);
	});
});

test('Classes of whole images have a page, too', async () => {
	const classes = [
		{ entryKey: 'weather', entryValue: 'Weather', type: 'select', options: { sun: 'Sun', rain: 'Rain' } },
	];
	const images = { 'a.jpg': { weather: 'sun' }, 'b.jpg': { weather: 'rain' } };
	const { projectId } = seedProject(images, classes as unknown as typeof CLASSES);
	const items = answers({ 'a.jpg': [{ label: 'sun', score: 0.9 }], 'b.jpg': [{ label: 'sun', score: 0.8 }] });
	const [summary] = outputOf(await compare(projectId, items, { options: { attachPage: true } }));
	const $ = load((await harness.engine.readBinary(summary!)).toString());
	expect($('script')).toHaveLength(0);
	const texts = (selector: string) =>
		$(selector)
			.map((_, part) => $(part).text())
			.get();
	expect(texts('figcaption strong')).toEqual(['b.jpg', 'a.jpg']);
	expect(texts('figure dl')).toEqual(['Weatherrain → sun']);
	expect(texts('.matrix tbody tr')).toEqual(['sun100', 'rain100', 'extra00']);
});

describe('Refused with the remedy', () => {
	test('is a project without finished images', async () => {
		const { projectId } = seedProject({ 'd.jpg': { state: 'WAITING' } });
		const { error } = await compare(projectId, answers({ 'd.jpg': [found('car', 0.9, 1, 2, 30, 40)] }));
		expect(error).toMatchObject({
			message: 'The project has no finished images to compare predictions with',
			description: expect.stringContaining('Choose a project with completed or reviewed images'),
		});
	});

	test('are predictions for images of which none is finished', async () => {
		const { projectId } = seedProject(IMAGES);
		const { error } = await compare(projectId, answers({ 'd.jpg': [found('car', 0.9, 1, 2, 30, 40)] }));
		expect(error).toMatchObject({
			message: 'None of the 1 images with predictions is finished, such as "d.jpg"',
			description: expect.stringContaining('Task: Get Many'),
		});
	});

	test('is a file with images that the project does not have, in the words of a comparison', async () => {
		const { projectId } = seedProject(IMAGES);
		const images = ['a.jpg', 'y.jpg', 'z.jpg'].map((file_name, id) => ({ id, file_name, width: 640, height: 480 }));
		const annotations = images.map(({ id }) => ({
			id,
			image_id: id,
			category_id: 1,
			bbox: [10, 10, 100, 100],
			score: 0.9,
		}));
		const file = { images, annotations, categories: [{ id: 1, name: 'car' }] };
		const items = [{ json: { result: file } as unknown as IDataObject }];
		const { error } = await compare(projectId, items);
		expect(error?.message).toBe('No image of this project is named "y.jpg" (1 more image cannot be compared either)');
		const run = await compare(projectId, items, {}, { onError: 'continueRegularOutput' });
		expect(run.itemsOf('DataGym').map(({ json }) => json)).toEqual([
			expect.objectContaining({
				matchedCount: 1,
				notes: expect.stringContaining('Images whose predictions could not be used: 2 images (y.jpg, z.jpg).'),
			}),
		]);
	});

	test('are class names of which the project has none: the doubt of an import', async () => {
		const { projectId } = seedProject(IMAGES);
		const { error } = await compare(projectId, answers({ 'a.jpg': [found('automobile', 0.9, 10, 10, 100, 100)] }));
		expect(error).toMatchObject({
			message: expect.stringContaining('The project has no class "automobile"'),
			description: expect.stringContaining('"Class Mapping"'),
		});
	});

	test('is an item about an image that the project does not have, and the others go on if the node continues', async () => {
		const { projectId } = seedProject(IMAGES);
		const items = answers({ ...ANSWERS, 'z.jpg': [found('car', 0.9, 10, 10, 100, 100)] });
		const { error } = await compare(projectId, items);
		expect(error?.message).toContain('No image of this project is named "z.jpg"');
		const run = await compare(projectId, items, {}, { onError: 'continueRegularOutput' });
		expect(run.itemsOf('DataGym').map(({ json }) => json)).toEqual([
			expect.objectContaining({ imageCount: 3, mAP: expect.closeTo(AP_OF_CARS / 2, 9) }),
			expect.objectContaining({ error: expect.stringContaining('z.jpg') }),
		]);
	});
});

test('Each project is compared on its own', async () => {
	const [one, two] = [seedProject(IMAGES), seedProject({ 'a.jpg': { labels: { car: [box(0, 0, 10, 10)] } } })];
	const items = [
		{ json: { imageName: 'a.jpg', project: one.projectId, result: ANSWERS['a.jpg'] } as unknown as IDataObject },
		{
			json: {
				imageName: 'a.jpg',
				project: two.projectId,
				result: [found('car', 0.9, 0, 0, 10, 10)],
			} as unknown as IDataObject,
		},
	];
	const run = await harness.run(
		'quality',
		'comparePredictions',
		{ projectId: { __rl: true, mode: 'id', value: '={{ $json.project }}' }, predictions: '={{ $json.result }}' },
		{ items },
	);
	expect(jsonOf(run)).toMatchObject([
		{ projectId: one.projectId, imageCount: 3, missedCount: 2 },
		{ projectId: two.projectId, imageCount: 1, mAP: expect.closeTo(1, 9) },
	]);
});

type Numbers = readonly [x: number, y: number, width: number, height: number];

interface Fixture {
	/** Of COCOeval: AP, AP50, AP75, then of small, medium and large ones; AR with 1, 10 and 100 predictions, then by size. */
	readonly stats: readonly number[];
	readonly images: ReadonlyArray<{
		readonly imageName: string;
		readonly labels: ReadonlyArray<readonly [className: string, ...box: Numbers]>;
		readonly results: ReadonlyArray<readonly [className: string, score: number, ...box: Numbers]>;
	}>;
}

test('The averages are those of pycocotools', async () => {
	const path = join(__dirname, '..', '..', '..', 'fixtures', 'quality', 'cocoEvaluation.json');
	const { stats, images } = JSON.parse(readFileSync(path, 'utf8')) as Fixture;
	const classes = ['car', 'person', 'van'].map((entryKey) => ({ entryKey, type: 'rectangle' }));
	const seeds = images.map(({ imageName, labels }): [string, SeedImage] => {
		const byClass: Record<string, Array<ReturnType<typeof box>>> = {};
		for (const [className, ...numbers] of labels) (byClass[className] ??= []).push(box(...numbers));
		return [imageName, { labels: byClass }];
	});
	const { projectId } = seedProject(Object.fromEntries(seeds), classes);
	const items = answers(
		Object.fromEntries(
			images.map(({ imageName, results }) => [
				imageName,
				results.map(([label, score, ...numbers]) => found(label, score, ...numbers)),
			]),
		),
	);
	const [summary] = jsonOf(await compare(projectId, items));
	const names = ['mAP', 'AP50', 'AP75', 'APSmall', 'APMedium', 'APLarge', 'AR1', 'AR10', 'AR', 'ARSmall', 'ARMedium'];
	expect(names.map((name) => summary![name])).toEqual(names.map((_, index) => expect.closeTo(stats[index]!, 6)));
	expect(summary!.ARLarge).toBeCloseTo(stats[11]!, 6);
});

describe('The HTML page', () => {
	const parts = (page: string) => load(page);

	test('is attached to the first item, and shows what became of each label and prediction', async () => {
		const { projectId } = seedProject(IMAGES);
		const options = { attachPage: true };
		const [summary] = outputOf(await compare(projectId, answers(ANSWERS), { options }));
		const file = await harness.engine.readBinary(summary!);
		expect(summary!.binary!.data).toMatchObject({
			mimeType: 'text/html',
			fileName: expect.stringMatching(/_predictions\.html$/),
		});
		const $ = parts(file.toString());
		expect(
			$('figure')
				.map((_, figure) => $(figure).find('figcaption strong').text())
				.get(),
		).toEqual(['c.jpg', 'a.jpg', 'b.jpg']);
		expect(
			$('figure')
				.map((_, figure) => $(figure).attr('class'))
				.get(),
		).toEqual(['has-missed', 'has-confused', 'has-extra']);
		const drawn = (image: number) =>
			$('figure')
				.eq(image)
				.find('svg.labels > g')
				.map((_, shape) => $(shape).attr('class'))
				.get();
		expect(drawn(0)).toEqual(['missed truth rectangle']);
		expect(drawn(1)).toEqual([
			'matched truth rectangle',
			'matched predicted rectangle',
			'confused truth rectangle',
			'confused predicted rectangle',
		]);
		expect($('figure').eq(1).find('.tags').text()).toContain('person → Car 80 %');
	});
});
