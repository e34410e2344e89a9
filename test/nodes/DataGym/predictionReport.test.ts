/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { IDataObject } from 'n8n-workflow';
import { byId, jsonOf } from '../../support/datagym';
import { PredictionHarness } from './predictionHarness';

let lab: PredictionHarness;

beforeAll(async () => {
	lab = await PredictionHarness.open();
});
afterAll(async () => await lab.close());

interface Detection {
	readonly label?: string;
	readonly score?: number;
	readonly at: readonly [left: unknown, top: unknown, right: unknown, bottom: unknown];
}

/** A detection as Hugging Face gives it. */
const detection = ({ label = 'car', score = 0.9, at: [xmin, ymin, xmax, ymax] }: Detection): IDataObject => ({
	label,
	score,
	box: { xmin, ymin, xmax, ymax } as IDataObject,
});

async function detect(detections: readonly Detection[], options: IDataObject = {}, parameters: IDataObject = {}) {
	const { projectId, images } = lab.newProject('a.jpg');
	const before = lab.importCount;
	const predictions = JSON.stringify(detections.map(detection));
	const run = await lab.import(projectId, 'huggingFace', {
		predictions,
		imageReference: 'a.jpg',
		options: { imageWidth: 640, imageHeight: 480, ...options },
		...parameters,
	});
	return { run, requests: lab.importCount - before, stored: async () => await lab.storedLabels(images[0]!.taskId) };
}

const reasonsOf = (output: IDataObject | undefined) =>
	((output?.conversionReport ?? []) as Array<{ reason: string; className?: string; count: number }>).map(
		({ reason, className, count }) => `${reason} ${className} ${count}`,
	);

describe("Prediction: Import of a model's output", () => {
	test('leaves out labels with a lower score than wanted, and says how many', async () => {
		const { run, stored } = await detect(
			[
				{ at: [10, 20, 40, 60], score: 0.8 },
				{ at: [0, 0, 5, 5], score: 0.2 },
				{ at: [5, 5, 9, 9], score: 0.1 },
			],
			{ minimumScore: 0.5 },
		);
		const [out] = jsonOf(run);
		expect(out).toMatchObject({
			status: 'imported',
			labelCount: 1,
			skippedCount: 2,
			clippedCount: 0,
		});
		// The hint says once for all images what a reason means.
		expect(out?.conversionReport).toEqual([{ reason: 'low-score', className: 'car', count: 2 }]);
		expect(await stored()).toEqual(['car 10 20 30 40']);
		expect(run.hintsOf('DataGym').map(({ message }) => message)).toEqual([
			'Skipped labels: 2. See "conversionReport" for the reasons.<br>2 labels below the minimum score skipped (car). To keep them, lower the "Minimum Score".',
		]);
	});

	test("maps the model's names to classes, and leaves out others", async () => {
		const { run, stored } = await detect(
			[
				{ label: 'automobile', at: [10, 20, 40, 60] },
				{ label: 'potted plant', at: [0, 0, 5, 5] },
			],
			{ classMapping: '{"automobile": "car"}', excludeClasses: 'chair, potted plant' },
		);
		expect(reasonsOf(jsonOf(run)[0] as IDataObject)).toEqual(['excluded potted plant 1']);
		expect(await stored()).toEqual(['car 10 20 30 40']);
	});

	test('keeps the best of labels that overlap, if the user wants that', async () => {
		const twice = [
			{ at: [10, 20, 40, 60], score: 0.8 },
			{ at: [11, 20, 41, 60], score: 0.9 },
		] as const;
		const { run, stored } = await detect(twice, { maxOverlap: 0.5 });
		expect(reasonsOf(jsonOf(run)[0] as IDataObject)).toEqual(['overlapping car 1']);
		expect(await stored()).toEqual(['car 11 20 30 40']);
		expect(jsonOf((await detect(twice)).run)).toMatchObject([{ labelCount: 2, skippedCount: 0 }]);
	});

	test('cuts labels off at the edge of the image, and leaves out those outside', async () => {
		const { run, stored } = await detect([
			{ at: [-3.5, 20, 40, 60] },
			{ at: [600, 400, 700, 500] },
			{ at: [700, 0, 800, 10] },
		]);
		expect(jsonOf(run)).toMatchObject([{ labelCount: 2, clippedCount: 2, skippedCount: 1 }]);
		expect(await stored()).toEqual(['car 0 20 40 40', 'car 600 400 40 80']);
	});

	test('leaves them as they are, if the user wants that, and says what the server would do', async () => {
		const negative = await detect([{ at: [-3.5, 20, 40, 60] }], { clip: false });
		expect(negative.run.error?.message).toContain(
			'DataGym rejects negative numbers such as -3.5. Clip the label to its image.',
		);
		const outside = await detect([{ at: [600, 400, 700, 500] }], { clip: false });
		expect(jsonOf(outside.run)).toMatchObject([
			{ labelCount: 1, warnings: [expect.stringContaining('outside the image (640 × 480')] },
		]);
	});

	test('cuts off at the top and the left when the size is not known, and says so where it was asked for', async () => {
		const { run, stored } = await detect([{ at: [-3.5, 20, 4000, 60] }], { clip: true, imageWidth: 0 });
		expect(jsonOf(run)).toMatchObject([
			{ clippedCount: 1, warnings: [expect.stringContaining('The size of the image "a.jpg" is unknown')] },
		]);
		expect(await stored()).toEqual(['car 0 20 4000 40']);
	});

	test('rounds to whole pixels, if the user wants that', async () => {
		const { run, stored } = await detect([{ at: [10.6, 20.4, 39.9, 60.1] }], { round: true });
		expect(jsonOf(run)).toMatchObject([{ status: 'imported' }]);
		expect(await stored()).toEqual(['car 11 20 29 40']);
	});

	test('makes shapes those of their classes, and says so', async () => {
		const { run, stored } = await detect([{ label: 'road', at: [0, 0, 5, 5] }]);
		expect(reasonsOf(jsonOf(run)[0] as IDataObject)).toEqual(['converted road 1']);
		expect(await stored()).toEqual(['road 0,0 5,0 5,5 0,5']);
	});

	test('goes on without labels that cannot be read, and says which', async () => {
		const { run, stored } = await detect([
			{ at: [10, 20, 'NaN', 60] },
			{ at: [10, 20, 40, 60] },
			{ at: [null, 0, 1, 1] },
		]);
		expect(jsonOf(run)).toMatchObject([
			{
				labelCount: 1,
				skippedCount: 2,
				unreadableLabels: [
					expect.stringMatching(/^\[0\]: This detection has no label or no box/),
					expect.stringMatching(/^\[2\]: /),
				],
			},
		]);
		expect(await stored()).toEqual(['car 10 20 30 40']);
	});

	test('replaces nothing by nothing when no label can be read', async () => {
		const { run, requests } = await detect([{ at: [10, 20, 'NaN', 60] }]);
		expect(run.error?.message).toContain('The predictions cannot be read as Hugging Face Object Detection: [0]: ');
		expect(requests).toBe(0);
	});

	test('refuses pixels that are fractions, and fractions that are pixels, and names the unit', async () => {
		const fractions = await detect([{ at: [0.1, 0.2, 0.3, 0.4] }]);
		expect(fractions.run.error).toMatchObject({
			message: 'The coordinates of the image "a.jpg" look like fractions, but were read as pixels',
			description: expect.stringContaining('"Plain Boxes" also reads fractions.'),
		});
		expect(fractions.requests).toBe(0);
		const plain = async (units: string, [xmin, ymin, xmax, ymax]: readonly number[]) => {
			const { projectId } = lab.newProject('a.jpg');
			return await lab.import(projectId, 'plainBoxes', {
				predictions: JSON.stringify([{ label: 'car', xmin, ymin, xmax, ymax }]),
				imageReference: 'a.jpg',
				units,
				options: { imageWidth: 640, imageHeight: 480 },
			});
		};
		expect((await plain('fractions', [10, 20, 40, 60])).error).toMatchObject({
			message: 'The coordinates of the image "a.jpg" look like pixels, but were read as fractions',
			description: 'Set "Units" to "Pixels".',
		});
		expect((await plain('pixels', [0.1, 0.2, 0.3, 1.02])).error?.description).toBe('Set "Units" to "Fractions".');
		expect(jsonOf(await plain('fractions', [0.9, 0.9, 1.1, 1.1]))).toMatchObject([{ labelCount: 1, clippedCount: 1 }]);
		expect(jsonOf(await plain('pixels', [0, 0, 2, 2]))).toMatchObject([{ labelCount: 1, clippedCount: 0 }]);
	});

	test('names unknown classes and those of the project', async () => {
		const { run, requests } = await detect(
			[
				{ label: 'bike', at: [0, 0, 1, 1] },
				{ label: 'automobile', at: [0, 0, 1, 1] },
				{ label: '__proto__', at: [0, 0, 1, 1] },
			],
			{ classMapping: { automobile: 'auto' } },
		);
		expect(run.error).toMatchObject({
			message:
				'The project has no class "bike", "auto" (mapped from automobile), "__proto__", which the model found in the image "a.jpg"',
			description: expect.stringContaining('The project has: car, lane, person, road.'),
		});
		expect(requests).toBe(0);
	});

	test('takes a model that found nothing at its word', async () => {
		const { run, stored } = await detect([]);
		expect(jsonOf(run)).toMatchObject([{ status: 'imported', labelCount: 0 }]);
		expect(await stored()).toEqual([]);
	});

	test.each(['', '\n'])('takes an empty label file for a model that found nothing: %j', async (text) => {
		const { projectId, images } = lab.newProject('a.jpg');
		const predictions = JSON.stringify([detection({ at: [10, 20, 40, 60] })]);
		jsonOf(await lab.import(projectId, 'huggingFace', { predictions, imageReference: 'a.jpg' }));
		const parameters = {
			predictionsFrom: 'file',
			imageReference: 'a.jpg',
			options: { imageWidth: 640, imageHeight: 480 },
		};
		const item = { json: {}, binary: await lab.file(text, 'a.txt') };
		expect(jsonOf(await lab.import(projectId, 'yolo', parameters, [item]))).toMatchObject([
			{ status: 'imported', labelCount: 0, removedLabels: 1 },
		]);
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual([]);
	});

	test('fails an image of which nothing is left, but not the single detections that n8n has made items of', async () => {
		const all = await detect([{ label: 'potted plant', at: [0, 0, 5, 5] }, { at: [700, 500, 800, 600] }], {
			excludeClasses: 'potted plant',
		});
		expect(all.run.error).toMatchObject({
			message:
				'Nothing is left of what the model found in the image "a.jpg": 1 outside the image, 1 of excluded classes',
			description: expect.stringContaining('Check "Exclude Classes"'),
		});
		expect(all.requests).toBe(0);
		const low = await detect([{ at: [0, 0, 5, 5], score: 0.1 }], { minimumScore: 0.5 });
		expect(jsonOf(low.run)).toMatchObject([{ status: 'imported', labelCount: 0, skippedCount: 1 }]);
		const { projectId, images } = lab.newProject('a.jpg');
		const items = ['chair', 'car'].map((label) => ({
			json: { imageName: 'a.jpg', ...detection({ label, at: [10, 20, 40, 60] }) },
		}));
		const parameters = { options: { excludeClasses: 'chair' } };
		expect(jsonOf(await lab.import(projectId, 'huggingFace', parameters, items))).toHaveLength(2);
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['car 10 20 30 40']);
	});

	test.each<[string, IDataObject, string]>([
		['a score in percent', { minimumScore: 50 }, '"Minimum Score" must be between 0 and 1, but is 50'],
		[
			'an overlap that is no number',
			{ maxOverlap: 'a lot' },
			'"Maximum Overlap (NMS)" must be between 0 and 1, but is "a lot"',
		],
		['a mapping that is a list', { classMapping: '["car"]' }, '"Class Mapping (JSON)" must be an object of class keys'],
		['a mapping that is no JSON', { classMapping: '{car}' }, '"Class Mapping (JSON)" is not valid JSON'],
	])('refuses %s', async (_, options, message) => {
		expect((await detect([{ at: [0, 0, 1, 1] }], options)).run.error?.message).toBe(message);
	});

	describe('refuses what is not of the format:', () => {
		const refusal = async (format: string, parameters: IDataObject, json: IDataObject = {}) => {
			const { projectId } = lab.newProject('a.jpg');
			const { error } = await lab.import(
				projectId,
				format,
				{ imageReference: 'a.jpg', options: { imageWidth: 640, imageHeight: 480 }, ...parameters },
				[{ json }],
			);
			return error?.message;
		};

		test.each<[string, string, IDataObject, string]>([
			[
				'an error of the API',
				'huggingFace',
				{ predictions: '{"error": "Model is loading"}' },
				'The model responded with an error instead of predictions: Model is loading',
			],
			[
				'a truncated XML',
				'pascalVoc',
				{ labelText: '<annotation><filename>a.jpg</filename><object><name>car' },
				'cannot be read as Pascal VOC: The XML cannot be read: Missing end tag',
			],
			['another XML', 'cvat', { labelText: '<annotation/>' }, 'A CVAT file must start with <annotations>'],
			[
				'COCO without images',
				'coco',
				{ predictions: '{"annotations": [], "categories": []}' },
				'A COCO file must contain a list "images"',
			],
			[
				'results of an image that the ground truth has not',
				'cocoResults',
				{
					predictions: '[{"image_id": 5, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 1}]',
					groundTruth: '{"images": [{"id": 1, "file_name": "a.jpg"}], "categories": [{"id": 1, "name": "car"}]}',
				},
				'The file has no image with the ID 5',
			],
			[
				'a ground truth that is none',
				'cocoResults',
				{ predictions: '[]', groundTruth: '[]' },
				'The ground truth is not a COCO file',
			],
			[
				'a class number without a name',
				'yolo',
				{ labelText: '7 0.5 0.5 0.1 0.1', classNames: 'car' },
				'line 1: There is no class name for the class ID',
			],
			[
				'names that are none',
				'yolo',
				{ labelText: '0 0.5 0.5 0.1 0.1', classNames: '{"car": true}' },
				'"Class Names" must contain names by their IDs, but is "{\\"car\\": true}"',
			],
			[
				'rows that are none',
				'yolo',
				{ labelText: 'car is at the left' },
				'line 1: "car is at the left" contains something that is not a number',
			],
			['no text', 'yolo', { labelText: '={{ $json.nothing }}' }, '"Label Text" is empty'],
			[
				'fields that are not there',
				'plainBoxes',
				{ predictions: '[{"label": "car"}]' },
				'The box is not in "xmin", "ymin", "xmax", "ymax"',
			],
			[
				'three fields of a box',
				'plainBoxes',
				{ predictions: '[]', boxFields: 'x, y, w' },
				'"Box Fields" must contain four field names',
			],
			[
				'a Label Studio export without tasks',
				'labelStudio',
				{ predictions: '[{"image": "a.jpg"}]' },
				'This task has no data',
			],
			[
				'a LabelMe file without shapes',
				'labelMe',
				{ predictions: '{"imagePath": "a.jpg"}' },
				'A LabelMe file must contain a list of shapes',
			],
			['a missing file', 'coco', { predictionsFrom: 'file' }, 'The item has no binary field "data"'],
			['an unknown format', 'yaml', {}, '"yaml" is not a valid value for "Format"'],
		])('%s', async (_, format, parameters, message) => {
			expect(await refusal(format, parameters)).toContain(message);
		});

		test('an error of the API in a file, or in the item when the field is empty', async () => {
			const { projectId } = lab.newProject('a.jpg');
			const binary = await lab.file('{"error": "Model is loading"}', 'answer.json');
			const parameters = { imageReference: 'a.jpg', options: { imageWidth: 640, imageHeight: 480 } };
			const ofFile = { ...parameters, predictionsFrom: 'file' };
			for (const format of ['huggingFace', 'yolo'])
				expect((await lab.import(projectId, format, ofFile, [{ json: {}, binary }])).error?.message).toContain(
					'Model is loading',
				);
			const json = { error: { message: 'Request failed with status code 503' } };
			const ofItem = { predictions: '={{ $json.predictions }}', labelText: '={{ $json.data }}' };
			for (const format of ['huggingFace', 'yolo', 'dataGym'])
				expect((await lab.import(projectId, format, ofItem, [{ json }])).error?.message).toBe(
					'The model responded with an error instead of predictions: Request failed with status code 503',
				);
		});

		test('an answer without its list, with the reason that it gives', async () => {
			expect(await refusal('roboflow', { predictions: '{"message": "Forbidden"}' })).toContain(
				'The model responded: Forbidden',
			);
		});

		test('a file that is no JSON', async () => {
			const { projectId } = lab.newProject('a.jpg');
			const { error } = await lab.import(projectId, 'coco', { predictionsFrom: 'file' }, [
				{ json: {}, binary: await lab.file('{"images": [', 'coco.json') },
			]);
			expect(error).toMatchObject({
				message: 'The file in the binary field "data" is not valid JSON',
				description: expect.stringContaining('Use the complete, unchanged file'),
			});
		});
	});

	describe('of several images', () => {
		const coco = (...names: string[]) => ({
			predictions: JSON.stringify({
				images: names.map((file_name, index) => ({ id: index, file_name, width: 640, height: 480 })),
				categories: [{ id: 1, name: 'car' }],
				annotations: names.map((_, index) => ({
					id: index,
					image_id: index,
					category_id: 1,
					bbox: [index * 100, 20, 30, 40],
				})),
			}),
		});

		test('fails as a whole when one is not found, before anything is sent', async () => {
			const { projectId } = lab.newProject('a.jpg', 'b.jpg');
			const before = lab.importCount;
			const { error } = await lab.import(projectId, 'coco', coco('a.jpg', 'x.jpg', 'y.jpg'));
			expect(error?.message).toBe('No image of this project is named "x.jpg" (1 more image cannot be imported either)');
			expect(lab.importCount).toBe(before);
		});

		test('with "continue on fail", goes on with the others', async () => {
			const { projectId, images } = lab.newProject('a.jpg', 'b.jpg');
			const run = await lab.import(projectId, 'coco', coco('a.jpg', 'x.jpg', 'b.jpg'), undefined, {
				onError: 'continueRegularOutput',
			});
			expect(jsonOf(run)).toMatchObject([
				{ imageName: 'a.jpg', status: 'imported' },
				{
					imageName: 'x.jpg',
					status: 'failed',
					error: 'No image of this project is named "x.jpg"',
					details: expect.stringContaining('Check the file name'),
				},
				{ imageName: 'b.jpg', status: 'imported' },
			]);
			expect(await lab.storedLabels(images[1]!.taskId)).toEqual(['car 200 20 30 40']);
		});

		test('joins what is said twice about one, and warns of it', async () => {
			const { projectId, images } = lab.newProject('a.jpg');
			const run = await lab.import(projectId, 'coco', coco('left/a.jpg', 'right/a.jpg'));
			expect(jsonOf(run)).toMatchObject([
				{ status: 'imported' },
				{ status: 'imported', warnings: [expect.stringContaining('more than once')] },
			]);
			expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['car 0 20 30 40', 'car 100 20 30 40']);
		});
	});

	describe('in a dry run', () => {
		test('sends nothing, and says for each image what would happen', async () => {
			const { run, requests, stored } = await detect([{ at: [-5, 20, 40, 60] }, { at: [0, 0, 5, 5], score: 0.1 }], {
				dryRun: true,
				minimumScore: 0.5,
			});
			expect(jsonOf(run)).toMatchObject([
				{ imageName: 'a.jpg', status: 'wouldImport', labelCount: 1, clippedCount: 1, skippedCount: 1 },
			]);
			expect(requests).toBe(0);
			expect(await stored()).toEqual([]);
		});

		test('reports what would fail instead of failing', async () => {
			const unknown = await detect([{ label: 'bike', at: [0, 0, 1, 1] }], { dryRun: true });
			expect(jsonOf(unknown.run)).toMatchObject([
				{
					imageName: 'a.jpg',
					status: 'wouldFail',
					error: expect.stringContaining('no class "bike"'),
					details: expect.stringContaining('Class Mapping'),
				},
			]);
			const missing = await detect([{ at: [0, 0, 1, 1] }], { dryRun: true }, { imageReference: 'z.jpg' });
			expect(jsonOf(missing.run)).toMatchObject([
				{ imageName: 'z.jpg', status: 'wouldFail', error: 'No image of this project is named "z.jpg"' },
			]);
		});

		test('also tells of DataGym JSON', async () => {
			const { projectId, images } = lab.newProject('a.jpg');
			const before = lab.importCount;
			const predictions = JSON.stringify({
				internal_media_ID: images[0]!.imageId,
				labels: { car: [{ rectangle: [{ x: 1, y: 2, w: 3, h: 4 }] }] },
			});
			expect(jsonOf(await lab.import(projectId, 'dataGym', { predictions, options: { dryRun: true } }))).toMatchObject([
				{ status: 'wouldImport', labelCount: 1 },
			]);
			expect(lab.importCount).toBe(before);
		});
	});
});

describe('Prediction: Import on a server of the API documented in 2020', () => {
	let old: PredictionHarness;

	beforeAll(async () => {
		old = await PredictionHarness.open({ generation: '2020' });
	});
	afterAll(async () => await old.close());

	test('finds images by ID, or by name in a chosen dataset', async () => {
		const { projectId, dataset, images } = old.newProject('a.jpg', 'b.jpg');
		const predictions = JSON.stringify([detection({ at: [10, 20, 40, 60] })]);
		const find = async (imageReference: string, options: IDataObject) =>
			await old.import(projectId, 'huggingFace', {
				predictions,
				imageReference,
				options,
				existingLabels: 'add',
			});
		expect(jsonOf(await find(images[0]!.imageId, {}))).toMatchObject([
			{ imageId: images[0]!.imageId, status: 'imported' },
		]);
		expect(jsonOf(await find('b.jpg', { datasetId: byId(dataset.id) }))).toMatchObject([
			{ imageId: images[1]!.imageId, status: 'imported' },
		]);
		expect((await find('b.jpg', {})).error?.description).toContain('the image ID');
	});
});
