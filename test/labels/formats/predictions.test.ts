import fc from 'fast-check';
import { readGoogleVision } from '@datagym/labels/formats/googleVision';
import { readHuggingFaceDetections } from '@datagym/labels/formats/huggingFace';
import { readPlainBoxes } from '@datagym/labels/formats/plainBoxes';
import type { PlainBoxFields } from '@datagym/labels/formats/format';
import type { PredictedImage, PredictionReading } from '@datagym/labels/formats/shared/predictions';
import { readRekognition } from '@datagym/labels/formats/rekognition';
import { readRoboflow } from '@datagym/labels/formats/roboflow';
import { readUltralytics } from '@datagym/labels/formats/ultralytics';
import { hostileJson } from '../arbitraries';
import { object, polygon, rectangle } from '../build';

const AT: PredictedImage = { imageId: 'i', imageName: 'a.jpg', width: 200, height: 100 };
const UNKNOWN_SIZE: PredictedImage = { imageId: 'i', imageName: 'a.jpg' };

const objectsOf = ({ image, problems }: PredictionReading) => {
	expect(problems).toEqual([]);
	return image.objects;
};
const faultsOf = ({ problems }: PredictionReading) => problems.map(({ reason, path }) => `${reason} ${path}`);

describe("Hugging Face's detections", () => {
	test('are boxes between two corners, with scores', () => {
		expect(
			objectsOf(
				readHuggingFaceDetections(
					[{ score: 0.9, label: 'car', box: { xmin: 1, ymin: 2, xmax: 4, ymax: 6 } }],
					UNKNOWN_SIZE,
				),
			),
		).toEqual([object('car', rectangle(1, 2, 3, 4), { score: 0.9 })]);
	});

	test('have their faults told by position', () => {
		expect(
			faultsOf(
				readHuggingFaceDetections(
					[{ label: 'car' }, 5, { score: 1, label: 'car', box: { xmin: NaN, ymin: 2, xmax: 4, ymax: 6 } }],
					AT,
				),
			),
		).toEqual(['unreadable [0]', 'unreadable [1]', 'unreadable [2]']);
		expect(faultsOf(readHuggingFaceDetections({ error: 'loading' }, AT))).toEqual(['unreadable ']);
	});
});

describe("Roboflow's response", () => {
	test('of a smaller picture is scaled to the one that DataGym displays, whichever way round it has the size', () => {
		const response = {
			image: { width: 75, height: 100 },
			predictions: [{ x: 10, y: 20, width: 4, height: 8, confidence: 0.5, class: 'car' }],
		};
		for (const storedSize of [
			{ width: 400, height: 300 },
			{ width: 300, height: 400 },
		]) {
			const { image } = readRoboflow(response, { imageId: 'i', imageName: 'a.jpg', storedSize });
			expect(image).toMatchObject({ width: 300, height: 400 });
			expect(image.objects).toEqual([object('car', rectangle(32, 64, 16, 32), { score: 0.5 })]);
		}
	});

	test('has centers, and sizes that may be texts', () => {
		const response = {
			image: { width: '200', height: '100' },
			predictions: [{ x: 50, y: 50, width: '20', height: 10, confidence: 0.5, class: 'car', class_id: 0 }],
		};
		expect(objectsOf(readRoboflow(response, AT))).toEqual([object('car', rectangle(40, 45, 20, 10), { score: 0.5 })]);
	});

	test('has polygons, and tells the size of an image that has none', () => {
		const response = {
			image: { width: 200, height: 100 },
			predictions: [
				{
					x: 5,
					y: 5,
					width: 10,
					height: 10,
					class: 'road',
					points: [
						{ x: 0, y: 0 },
						{ x: 10, y: 0 },
						{ x: 10, y: 10 },
					],
				},
			],
		};
		const reading = readRoboflow(response, UNKNOWN_SIZE);
		expect(objectsOf(reading)).toEqual([object('road', polygon([0, 0], [10, 0], [10, 10]))]);
		expect(reading.image).toMatchObject({ width: 200, height: 100 });
	});

	test('is scaled when the model saw a smaller image', () => {
		const response = {
			image: { width: 100, height: 50 },
			predictions: [{ x: 25, y: 25, width: 10, height: 10, class: 'car' }],
		};
		expect(objectsOf(readRoboflow(response, AT))).toEqual([object('car', rectangle(40, 40, 20, 20))]);
	});
});

describe("Ultralytics' JSON", () => {
	const box = { name: 'car', class: 2, confidence: 0.75, box: { x1: 10, y1: 20, x2: 30, y2: 60 } };

	test('has boxes and outlines in pixels', () => {
		expect(
			objectsOf(readUltralytics([box, { ...box, segments: { x: [0, 10, 10], y: [0, 0, 10] } }], UNKNOWN_SIZE)),
		).toEqual([
			object('car', rectangle(10, 20, 20, 40), { score: 0.75 }),
			object('car', polygon([0, 0], [10, 0], [10, 10]), { score: 0.75 }),
		]);
	});

	test('has turned boxes with four corners', () => {
		const corners = { x1: 5, y1: 0, x2: 10, y2: 5, x3: 5, y3: 10, x4: 0, y4: 5 };
		expect(objectsOf(readUltralytics([{ name: 'car', box: corners }], AT))).toEqual([
			object('car', polygon([5, 0], [10, 5], [5, 10], [0, 5])),
		]);
	});

	test('may be in fractions, which need the size', () => {
		const normalized = [{ name: 'car', box: { x1: 0.25, y1: 0.5, x2: 0.5, y2: 1 } }];
		expect(objectsOf(readUltralytics(normalized, AT, true))).toEqual([object('car', rectangle(50, 50, 50, 50))]);
		expect(faultsOf(readUltralytics(normalized, UNKNOWN_SIZE, true))).toEqual(['no-size ']);
	});
});

describe("Rekognition's answer", () => {
	const BoundingBox = { Left: 0.25, Top: 0.5, Width: 0.5, Height: 0.25 };
	const car = object('Car', rectangle(50, 50, 100, 25), { score: 0.5 });

	test('has the places of labels, and labels without a place', () => {
		const answer = {
			Labels: [
				{ Name: 'Car', Confidence: 99, Instances: [{ BoundingBox, Confidence: 50 }] },
				{ Name: 'Street', Confidence: 99, Instances: [] },
			],
		};
		expect(objectsOf(readRekognition(answer, AT))).toEqual([car]);
	});

	test('has custom labels and faces', () => {
		expect(
			objectsOf(
				readRekognition(
					{
						CustomLabels: [
							{ Name: 'Car', Confidence: 50, Geometry: { BoundingBox } },
							{ Name: 'Sunny', Confidence: 90 },
						],
					},
					AT,
				),
			),
		).toEqual([car]);
		expect(objectsOf(readRekognition({ FaceDetails: [{ BoundingBox, Confidence: 50 }] }, AT))).toEqual([
			{ ...car, className: 'face' },
		]);
	});

	test('needs the size of its image', () => {
		expect(faultsOf(readRekognition({ Labels: [] }, UNKNOWN_SIZE))).toEqual(['no-size ']);
	});
});

describe("Google Vision's answer", () => {
	const annotation = (normalizedVertices: object[]) => ({
		responses: [
			{
				localizedObjectAnnotations: [
					{ mid: '/m/1', name: 'Bicycle', score: 0.75, boundingPoly: { normalizedVertices } },
				],
			},
		],
	});

	test('leaves out zeros', () => {
		expect(objectsOf(readGoogleVision(annotation([{}, { x: 0.5 }, { x: 0.5, y: 0.25 }, { y: 0.25 }]), AT))).toEqual([
			object('Bicycle', rectangle(0, 0, 100, 25), { score: 0.75 }),
		]);
	});

	test('has polygons, and may have no objects', () => {
		expect(objectsOf(readGoogleVision(annotation([{}, { x: 0.5 }, { x: 0.5, y: 0.25 }]), AT))[0]?.geometry.type).toBe(
			'polygon',
		);
		expect(objectsOf(readGoogleVision({ responses: [{}] }, AT))).toEqual([]);
		expect(objectsOf(readGoogleVision({ labelAnnotations: [] }, AT))).toEqual([]);
	});

	test.each([{}, { responses: [] }, { responses: [null] }, [], 'error', { data: 'x' }])(
		'is not %j, which is no answer that found nothing',
		(answer) => {
			expect(faultsOf(readGoogleVision(answer, AT))).toEqual(['unreadable localizedObjectAnnotations']);
		},
	);
});

describe('plain boxes', () => {
	test('have the fields and the meaning that the user names', () => {
		const item = { cls: 'car', a: '10', b: 20, c: 30, d: 60, p: '0.5' };
		const fields = { box: ['a', 'b', 'c', 'd'], className: 'cls', score: 'p' } as const;
		expect(objectsOf(readPlainBoxes([item], AT, { ...fields, meaning: 'corners' }))).toEqual([
			object('car', rectangle(10, 20, 20, 40), { score: 0.5 }),
		]);
		expect(objectsOf(readPlainBoxes([item], AT, { ...fields, meaning: 'corner-size' }))).toEqual([
			object('car', rectangle(10, 20, 30, 60), { score: 0.5 }),
		]);
		expect(objectsOf(readPlainBoxes([item], AT, { ...fields, meaning: 'center-size' }))).toEqual([
			object('car', rectangle(-5, -10, 30, 60), { score: 0.5 }),
		]);
	});

	test('may be lists, of fractions, with numbers for classes', () => {
		expect(
			objectsOf(
				readPlainBoxes([{ label: 3, bbox: [0.25, 0.5, 0.5, 1] }], AT, {
					meaning: 'corners',
					box: ['bbox'],
					className: 'label',
					unit: 'fractions',
				}),
			),
		).toEqual([object('3', rectangle(50, 50, 50, 50))]);
	});

	/** Each is 10, 20 of 30 × 40 pixels in a picture of 200 × 100. */
	test.each<[string, unknown, Partial<PlainBoxFields> & Pick<PlainBoxFields, 'box'>]>([
		[
			'paths with dots',
			[{ label: 'car', geo: { box: { l: 10, t: 20, r: 40, b: 60 } } }],
			{ box: ['geo.box.l', 'geo.box.t', 'geo.box.r', 'geo.box.b'] },
		],
		[
			'places in lists',
			[{ label: 'car', bbox: [0.9, 10, 20, 40, 60] }],
			{ box: ['bbox.1', 'bbox[2]', 'bbox.3', 'bbox.4'] },
		],
		['keys with dots', [{ label: 'car', 'box.xyxy': [10, 20, 40, 60] }], { box: ['box.xyxy'] }],
		['lists of lists', [[10, 20, 40, 60, 0.9, 'car']], { box: ['0', '1', '2', '3'], className: '5' }],
		['parallel lists', { boxes: [[10, 20, 40, 60]], names: ['car'] }, { box: ['boxes'], className: 'names' }],
		[
			'four parallel lists',
			{ x: [10], y: [20], X: [40], Y: [60], names: ['car'] },
			{ box: ['x', 'y', 'X', 'Y'], className: 'names' },
		],
		['a list in an answer', { result: { detections: [{ label: 'car', b: [10, 20, 40, 60] }] } }, { box: ['b'] }],
		['thousandths', [{ label: 'car', b: [50, 200, 200, 600] }], { box: ['b'], unit: 'thousandths' }],
		['percentages', [{ label: 'car', b: [5, 20, 20, 60] }], { box: ['b'], unit: 'percentages' }],
		['corners, y first', [{ label: 'car', b: [20, 10, 60, 40] }], { box: ['b'], meaning: 'corners-y-first' }],
		[
			'corner and size, y first',
			[{ label: 'car', b: [20, 10, 40, 30] }],
			{ box: ['b'], meaning: 'corner-size-y-first' },
		],
		[
			'center and size, y first',
			[{ label: 'car', b: [40, 25, 40, 30] }],
			{ box: ['b'], meaning: 'center-size-y-first' },
		],
	])('take %s', (_, value, fields) => {
		expect(objectsOf(readPlainBoxes(value, AT, { meaning: 'corners', className: 'label', ...fields }))).toEqual([
			object('car', rectangle(10, 20, 30, 40)),
		]);
	});

	test('without a class are objects', () => {
		const fields = { meaning: 'corners', box: [''], className: '' } as const;
		expect(objectsOf(readPlainBoxes([[10, 20, 40, 60]], AT, fields))).toEqual([
			object('object', rectangle(10, 20, 30, 40)),
		]);
	});

	test('tell fields that are not there', () => {
		const { problems } = readPlainBoxes([{ label: 'car' }], AT, {
			meaning: 'corners',
			box: ['l', 't', 'r', 'b'],
			className: 'label',
		});
		expect(problems[0]?.message).toBe(
			'The box is not in "l", "t", "r", "b". Enter the fields that contain the four numbers.',
		);
	});
});

test('readers of predictions never crash and never make numbers that are none', () => {
	const keys = [
		'label',
		'name',
		'class',
		'box',
		'bbox',
		'xmin',
		'ymin',
		'xmax',
		'ymax',
		'x',
		'y',
		'width',
		'height',
		'x1',
		'y1',
		'x2',
		'y2',
		'segments',
		'points',
		'predictions',
		'image',
		'Labels',
		'Instances',
		'BoundingBox',
		'Left',
		'Top',
		'Width',
		'Height',
		'CustomLabels',
		'Geometry',
		'responses',
		'localizedObjectAnnotations',
		'boundingPoly',
		'normalizedVertices',
	];
	const readers: ((value: unknown) => PredictionReading)[] = [
		(value) => readHuggingFaceDetections(value, AT),
		(value) => readRoboflow(value, AT),
		(value) => readUltralytics(value, AT),
		(value) => readRekognition(value, AT),
		(value) => readGoogleVision(value, AT),
		(value) => readPlainBoxes(value, AT, { meaning: 'corners', box: ['box'], className: 'label' }),
	];
	fc.assert(
		fc.property(hostileJson(keys), (value) => {
			for (const read of readers) expect(JSON.stringify(read(value).image)).not.toContain('null');
		}),
		{ numRuns: 500 },
	);
});
