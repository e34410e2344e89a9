/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { IDataObject } from 'n8n-workflow';
import { byId, jsonOf } from '../../support/datagym';
import { jpeg } from '../../support/images';
import { PredictionHarness, type Item } from './predictionHarness';

let lab: PredictionHarness;

beforeAll(async () => {
	lab = await PredictionHarness.open();
});
afterAll(async () => await lab.close());

const VOC = (name: string, box = '<xmin>10</xmin><ymin>20</ymin><xmax>40</xmax><ymax>60</ymax>') => `<annotation>
	<folder>images</folder><filename>${name}</filename>
	<size><width>640</width><height>480</height><depth>3</depth></size>
	<object><name>car</name><pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult><bndbox>${box}</bndbox></object>
</annotation>`;

const COCO_FILE = (...names: string[]) => ({
	images: names.map((file_name, index) => ({ id: index + 1, file_name, width: 640, height: 480 })),
	categories: [
		{ id: 3, name: 'car', supercategory: 'vehicle' },
		{ id: 7, name: 'road', supercategory: '' },
	],
	annotations: names.map((_, index) => ({
		id: index + 1,
		image_id: index + 1,
		category_id: 3,
		bbox: [10, 20, 30, 40],
		area: 1200,
		iscrowd: 0,
		segmentation: [],
		attributes: { occluded: false },
	})),
});

const inFractions = { Left: 10 / 640, Top: 20 / 480, Width: 30 / 640, Height: 40 / 480 };
const sized = { options: { imageWidth: 640, imageHeight: 480 } };

type Sample<Predictions> = [name: string, format: string, predictions: Predictions, parameters: IDataObject];

/** One car at 10, 20 of 30 × 40 pixels, in the image a.jpg of 640 × 480, as each format has it. */
const SAMPLES: Sample<unknown>[] = [
	[
		'AWS Rekognition',
		'rekognition',
		{
			Labels: [
				{
					Name: 'car',
					Confidence: 98.1,
					Instances: [{ BoundingBox: inFractions, Confidence: 97.5 }],
					Parents: [{ Name: 'Vehicle' }],
				},
				{ Name: 'Outdoors', Confidence: 99, Instances: [] },
			],
			LabelModelVersion: '3.0',
		},
		sized,
	],
	['COCO annotations', 'coco', COCO_FILE('a.jpg'), {}],
	[
		'COCO results with the ground truth',
		'cocoResults',
		[{ image_id: 1, category_id: 3, bbox: [10, 20, 30, 40], score: 0.9 }],
		{ groundTruth: JSON.stringify(COCO_FILE('a.jpg')) },
	],
	[
		"COCO results of a model for COCO's classes",
		'cocoResults',
		[{ image_id: 42, category_id: 3, bbox: [10, 20, 30, 40], score: 0.9 }],
		{ categoriesFrom: 'coco', imageReference: 'a.jpg' },
	],
	[
		'COCO results with names',
		'cocoResults',
		[{ image_id: 'a', category_id: 0, bbox: [10, 20, 30, 40], score: 0.9 }],
		{ categoriesFrom: 'names', categoryNames: '{"0": "car"}' },
	],
	[
		'DataGym JSON',
		'dataGym',
		{ external_media_ID: 'a.jpg', labels: { car: [{ rectangle: [{ x: 10, y: 20, w: 30, h: 40 }] }] } },
		{},
	],
	[
		'Google Vision',
		'googleVision',
		{
			responses: [
				{
					localizedObjectAnnotations: [
						{
							mid: '/m/0k4j',
							name: 'car',
							score: 0.9,
							boundingPoly: {
								normalizedVertices: [
									[10, 20],
									[40, 20],
									[40, 60],
									[10, 60],
								].map(([x, y]) => ({ x: x! / 640, y: y! / 480 })),
							},
						},
					],
				},
			],
		},
		sized,
	],
	['Hugging Face', 'huggingFace', [{ score: 0.99, label: 'car', box: { xmin: 10, ymin: 20, xmax: 40, ymax: 60 } }], {}],
	[
		'Label Studio',
		'labelStudio',
		[
			{
				id: 1,
				data: { image: 'http://localhost:8080/files/a.jpg' },
				predictions: [
					{
						model_version: 'v1',
						score: 0.9,
						result: [
							{
								id: 'x',
								type: 'rectanglelabels',
								from_name: 'label',
								to_name: 'image',
								original_width: 640,
								original_height: 480,
								image_rotation: 0,
								value: {
									x: 1000 / 640,
									y: 2000 / 480,
									width: 3000 / 640,
									height: 4000 / 480,
									rotation: 0,
									rectanglelabels: ['car'],
								},
							},
						],
					},
				],
			},
		],
		{},
	],
	[
		'LabelMe',
		'labelMe',
		{
			version: '5.5.0',
			flags: {},
			shapes: [
				{
					label: 'car',
					points: [
						[40, 60],
						[10, 20],
					],
					group_id: null,
					description: '',
					shape_type: 'rectangle',
					flags: {},
				},
			],
			imagePath: '..\\images\\a.jpg',
			imageData: null,
			imageHeight: 480,
			imageWidth: 640,
		},
		{},
	],
	[
		'plain boxes between corners',
		'plainBoxes',
		[{ label: 'car', score: 0.5, xmin: 10, ymin: 20, xmax: 40, ymax: 60 }],
		{},
	],
	[
		'plain boxes around centers, in fractions',
		'plainBoxes',
		[{ cls: 'car', box: [25 / 640, 40 / 480, 30 / 640, 40 / 480] }],
		{ boxForm: 'centerSize', boxFields: 'box', units: 'fractions', classField: 'cls', scoreField: '', ...sized },
	],
	[
		'plain boxes of corner and size',
		'plainBoxes',
		[{ label: 'car', x: 10, y: '20', width: 30, height: 40 }],
		{ boxForm: 'cornerSize', boxFields: 'x, y, width, height' },
	],
	[
		'Roboflow',
		'roboflow',
		{
			time: 0.1,
			image: { width: '320', height: '240' },
			predictions: [
				{ x: 12.5, y: 20, width: 15, height: 20, confidence: 0.9, class: 'car', class_id: 0, detection_id: 'x' },
			],
		},
		sized,
	],
	[
		'Ultralytics',
		'ultralytics',
		[{ name: 'car', class: 2, confidence: 0.91, box: { x1: 10, y1: 20, x2: 40, y2: 60 } }],
		{},
	],
	[
		'Ultralytics, normalized',
		'ultralytics',
		[{ name: 'car', class: 2, confidence: 0.91, box: { x1: 10 / 640, y1: 20 / 480, x2: 40 / 640, y2: 60 / 480 } }],
		{ normalized: true, ...sized },
	],
];

/** The same as texts. */
const TEXTS: Sample<string>[] = [
	[
		'CVAT',
		'cvat',
		'<?xml version="1.0" encoding="utf-8"?><annotations><version>1.1</version><image id="0" name="a.jpg" width="640" height="480"><box label="car" source="manual" occluded="0" xtl="10.00" ytl="20.00" xbr="40.00" ybr="60.00" z_order="0"><attribute name="model">T</attribute></box></image></annotations>',
		{},
	],
	['Pascal VOC', 'pascalVoc', VOC('a.jpg'), {}],
	[
		'Pascal VOC counted from 1',
		'pascalVoc',
		VOC('a.jpg', '<xmin>11</xmin><ymin>21</ymin><xmax>40</xmax><ymax>60</ymax>'),
		{ firstPixel: 1 },
	],
	['YOLO', 'yolo', `1 ${25 / 640} ${40 / 480} ${30 / 640} ${40 / 480} 0.87\n`, { classNames: 'person, car', ...sized }],
	['YOLO with the numbers of the project', 'yolo', `0 ${25 / 640} ${40 / 480} ${30 / 640} ${40 / 480}`, sized],
];

describe('Prediction: Import', () => {
	test.each(SAMPLES)('takes %s', async (_, format, predictions, parameters) => {
		const { projectId, images } = lab.newProject('a.jpg', 'b.jpg');
		const run = await lab.import(projectId, format, {
			predictions: JSON.stringify(predictions),
			imageReference: 'a.jpg',
			...parameters,
		});
		expect(jsonOf(run)).toMatchObject([
			{ ...images[0]!, status: 'imported', labelCount: 1, skippedCount: 0, clippedCount: 0 },
		]);
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['car 10 20 30 40']);
	});

	test.each(TEXTS)('takes %s as a text', async (_, format, text, parameters) => {
		const { projectId, images } = lab.newProject('a.jpg');
		const run = await lab.import(projectId, format, { imageReference: images[0]!.imageId, ...parameters }, [
			{ json: { data: text } },
		]);
		expect(jsonOf(run)).toMatchObject([{ ...images[0]!, status: 'imported', labelCount: 1 }]);
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['car 10 20 30 40']);
	});

	test.each(TEXTS)('takes %s from a file', async (_, format, text, parameters) => {
		const { projectId, images } = lab.newProject('a.jpg');
		const run = await lab.import(projectId, format, { predictionsFrom: 'file', ...parameters }, [
			{ json: {}, binary: await lab.file(`\ufeff${text}`, 'a.txt') },
		]);
		expect(jsonOf(run)).toMatchObject([{ ...images[0]!, status: 'imported' }]);
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['car 10 20 30 40']);
	});

	test('takes COCO results and their ground truth from two files', async () => {
		const { projectId, images } = lab.newProject('a.jpg', 'b.jpg');
		const binary = {
			...(await lab.file(
				JSON.stringify([{ image_id: 2, category_id: 3, bbox: [10, 20, 30, 40], score: 0.9 }]),
				'results.json',
			)),
			truth: (await lab.file(JSON.stringify(COCO_FILE('a.jpg', 'b.jpg')), 'truth.json'))!.data!,
		};
		const run = await lab.import(
			projectId,
			'cocoResults',
			{ predictionsFrom: 'file', categoriesFrom: 'groundTruthFile', groundTruthBinaryField: 'truth' },
			[{ json: {}, binary }],
		);
		expect(jsonOf(run)).toMatchObject([{ imageName: 'b.jpg', labelCount: 1 }]);
		expect(await lab.storedLabels(images[1]!.taskId)).toEqual(['car 10 20 30 40']);
	});

	test('joins the detections of one image that n8n has made items of', async () => {
		const { projectId, images } = lab.newProject('a.jpg');
		const items = [10, 60].map((xmin) => ({
			json: { imageName: 'a.jpg', score: 0.9, label: 'car', box: { xmin, ymin: 0, xmax: xmin + 5, ymax: 5 } },
		}));
		expect(jsonOf(await lab.import(projectId, 'huggingFace', {}, items))).toHaveLength(2);
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['car 10 0 5 5', 'car 60 0 5 5']);
	});

	describe('finds an image', () => {
		const box = [{ label: 'car', score: 0.9, box: { xmin: 10, ymin: 20, xmax: 40, ymax: 60 } }];
		const find = async (projectId: string, imageReference: string, options = {}) =>
			await lab.import(projectId, 'huggingFace', { predictions: JSON.stringify(box), imageReference, options });

		test.each([
			['by its file name', 'b.jpg'],
			['by a path that ends with it', 'runs/predict/b.jpg'],
			['by the name of its label file', 'b.txt'],
		])('%s', async (_, name) => {
			const { projectId, images } = lab.newProject('a.jpg', 'b.jpg');
			expect(jsonOf(await find(projectId, name))).toMatchObject([images[1]!]);
		});

		test('by the name that an upload to DataGym has changed', async () => {
			const { projectId, images } = lab.newProject('_u5199_u771f.jpg');
			expect(jsonOf(await find(projectId, '写真.jpg'))).toMatchObject([images[0]!]);
		});

		test('in one of two datasets that both have the name', async () => {
			const { project, projectId } = lab.newProject('a.jpg');
			const other = await lab.datagym.run('dataset', 'create', { name: 'Second dataset' });
			const datasetId = String(jsonOf(other)[0]?.datasetId);
			await lab.datagym.run('project', 'addDataset', { projectId: byId(projectId), datasetId: byId(datasetId) });
			const dataset = [...lab.datagym.server.store.datasets.values()].find(({ id }) => id === datasetId)!;
			const [task] = lab.datagym.server.seed.tasks(project, dataset, { count: 1, name: () => 'a.jpg' });
			const ambiguous = await find(projectId, 'a.jpg');
			expect(ambiguous.error).toMatchObject({
				message: '2 images of this project are named "a.jpg"',
				description: expect.stringContaining('choose the "Dataset" in the options'),
			});
			expect(jsonOf(await find(projectId, 'a.jpg', { datasetId: byId(datasetId) }))).toMatchObject([
				{ imageId: task!.medium.id },
			]);
			expect((await find(projectId, 'b.jpg', { datasetId: byId(datasetId) })).error?.message).toBe(
				'No image of the dataset is named "b.jpg"',
			);
		});

		test('or says that there is none', async () => {
			const { projectId } = lab.newProject('a.jpg');
			expect((await find(projectId, 'c.jpg')).error).toMatchObject({
				message: 'No image of this project is named "c.jpg"',
				description: 'Check the file name, or use the image ID.',
			});
			expect((await find(projectId, '11111111-1111-4111-8111-111111111111')).error?.message).toContain(
				'has no task in this project',
			);
			expect((await find(projectId, '')).error?.message).toBe('"Image" is empty');
		});
	});

	describe('knows the size for fractions', () => {
		const row = '0 0.5 0.5 0.1 0.1';
		const yolo = async (projectId: string, item: Item, options = {}) =>
			await lab.import(projectId, 'yolo', { labelText: row, imageReference: 'a.jpg', options }, [item]);

		test("from the item's image file", async () => {
			const { projectId, images } = lab.newProject('a.jpg');
			jsonOf(
				await yolo(projectId, { json: {}, binary: await lab.file(await jpeg({ width: 100, height: 200 }), 'a.jpg') }),
			);
			expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['car 45 90 10 20']);
		});

		test('from width and height of the item', async () => {
			const { projectId, images } = lab.newProject('a.jpg');
			jsonOf(await yolo(projectId, { json: { width: 1000, height: 100 } }));
			expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['car 450 45 100 10']);
		});

		test('from the file that the server has', async () => {
			const { projectId, dataset } = lab.newProject();
			const upload = await lab.datagym.run(
				'image',
				'upload',
				{ datasetId: byId(dataset.id) },
				{ items: [{ json: {}, binary: await lab.file(await jpeg({ width: 300, height: 200 }), 'a.jpg') }] },
			);
			expect(jsonOf(upload)).toHaveLength(1);
			const [out] = jsonOf(await yolo(projectId, { json: {} }, { imageSizes: 'server' }));
			expect(await lab.storedLabels(String(out?.taskId))).toEqual(['car 135 90 30 20']);
		});

		test('or says what to do', async () => {
			const { projectId } = lab.newProject('a.jpg');
			const { error } = await yolo(projectId, { json: {} });
			expect(error?.message).toContain('image size, which is unknown');
			expect(error?.description).toContain('set "Image Size From" to "Item or Server"');
		});
	});
});
