import fc from 'fast-check';
import { readImportElement, writeImportElement } from '@datagym/labels/datagym/import';
import type { LabeledImage, LabelObject } from '@datagym/labels/model';
import { hostileJson, importableImage } from '../arbitraries';
import { answers, FLEET_CLASSES, image, object, polygon, rectangle } from '../build';
import recorded from '../fixtures/imports.json';
import { refusals } from './serverRules';

const REPLACE = { keepData: false };

describe('writing an import', () => {
	test('makes the shape of the contract', () => {
		const car = object('car', rectangle(), {
			classifications: {
				color: { values: ['red'], children: {} },
				damage: { values: ['dent'], children: answers({ note: ['hi'] }) },
			},
			children: [object('plate', polygon([1, 1], [5, 1], [5, 5]), { classifications: answers({ text: ['M-AB 1'] }) })],
			score: 0.9,
			id: 'x',
		});
		const { element, problems } = writeImportElement(
			image([car], { classifications: answers({ weather: ['rain'], tags: [] }) }),
			{ keepData: true },
		);
		expect(problems).toEqual([]);
		expect(element).toEqual({
			internal_media_ID: 'id-1',
			keepData: true,
			global_classifications: { weather: ['rain'], tags: [null] },
			labels: {
				car: [
					{
						rectangle: [{ x: 10, y: 20, w: 30, h: 40 }],
						classifications: { color: ['red'], damage: ['dent', { note: ['hi'] }] },
						nested_geometries: {
							plate: [
								{
									polygon: [
										{ x: 1, y: 1 },
										{ x: 5, y: 1 },
										{ x: 5, y: 5 },
									],
									classifications: { text: ['M-AB 1'] },
								},
							],
						},
					},
				],
			},
		});
	});

	test('writes the id and the geometries as a server of 2020 wants them', () => {
		const car = object('car', rectangle(), { children: [object('plate', polygon([1, 1], [5, 1], [5, 5]))] });
		const { element } = writeImportElement(image([car]), { keepData: false, for2020: true });
		expect(element).toMatchObject({
			internal_media_ID: 'id-1',
			internal_image_ID: 'id-1',
			labels: {
				car: [
					{
						geometry: [{ x: 10, y: 20, w: 30, h: 40 }],
						nested_geometries: { plate: [{ geometry: [{ x: 1 }, { x: 5 }, { x: 5 }] }] },
					},
				],
			},
		});
		expect(JSON.stringify(element)).not.toMatch(/"(rectangle|polygon)"/);
	});

	test('puts what belongs to an unanswered classification second', () => {
		const { element } = writeImportElement(
			image([], { classifications: { weather: { values: [], children: answers({ wetness: ['low'] }) } } }),
			REPLACE,
		);
		expect(element.global_classifications).toEqual({ weather: [null, { wetness: ['low'] }] });
	});

	test.each<[string, LabeledImage, string, string]>([
		[
			'a segmentation',
			image([object('sky', { type: 'segmentation', regions: [] })]),
			'not-supported',
			'labels.sky[0].image_segmentation',
		],
		['a negative number', image([object('car', rectangle(-1))]), 'negative', 'labels.car[0].rectangle'],
		['NaN', image([object('car', rectangle(Number.NaN))]), 'coordinates', 'labels.car[0].rectangle'],
		['a polygon of two points', image([object('road', polygon([1, 1], [2, 2]))]), 'points', 'labels.road[0].polygon'],
		[
			'a line of one point',
			image([object('lane', { type: 'line', points: [{ x: 1, y: 1 }] })]),
			'points',
			'labels.lane[0].line',
		],
		[
			'two values with something below',
			image([
				object('car', rectangle(), {
					classifications: { damage: { values: ['dent', 'scratch'], children: answers({ note: ['x'] }) } },
				}),
			]),
			'not-supported',
			'labels.car[0].classifications.damage',
		],
		[
			'the second answer below an answer, since the server reads the first only',
			image([
				object('car', rectangle(), {
					classifications: { damage: { values: ['dent'], children: answers({ note: ['x'], side: ['left'] }) } },
				}),
			]),
			'not-supported',
			'labels.car[0].classifications.damage',
		],
		[
			'geometries in nested geometries',
			image([
				object('a', rectangle(), { children: [object('b', rectangle(), { children: [object('c', rectangle())] })] }),
			]),
			'not-supported',
			'labels.a[0].nested_geometries.b[0].nested_geometries',
		],
		['an image without an id', image([], { imageId: '' }), 'no-image', ''],
	])('leaves out %s and tells it', (_what, labeled, reason, path) => {
		const { element, problems } = writeImportElement(labeled, REPLACE);
		expect(problems).toEqual([expect.objectContaining({ reason, path, severity: 'error' })]);
		expect(refusals(element)).toEqual([]);
	});

	test('writes the answered child alone, so that the server reads it and no other', () => {
		const children = { ...answers({ aside: [], note: ['x'] }), deep: { values: [], children: {} } };
		const damage = { values: ['dent'], children };
		const { element, problems } = writeImportElement(
			image([object('car', rectangle(), { classifications: { damage } })]),
			REPLACE,
		);
		expect(problems).toEqual([]);
		expect(element.labels.car?.[0]?.classifications).toEqual({ damage: ['dent', { note: ['x'] }] });
	});

	test('never makes what the server refuses, whatever the numbers are', () => {
		const anyNumber = fc.oneof(fc.double(), fc.integer());
		const anyImage = fc
			.array(fc.tuple(anyNumber, anyNumber, fc.nat(4)), { maxLength: 5 })
			.map((shapes) =>
				image(
					shapes.map(([x, y, count]) =>
						count === 4
							? object('a', rectangle(x, y))
							: object('b', { type: 'polygon', points: new Array(count).fill({ x, y }) }),
					),
				),
			);
		fc.assert(
			fc.property(anyImage, (labeled) => {
				const { element, problems } = writeImportElement(labeled, REPLACE);
				const written = Object.values(element.labels).flat().length;
				expect(refusals(element)).toEqual([]);
				expect(written + problems.length).toBe(labeled.objects.length);
			}),
		);
	});
});

describe('reading an import', () => {
	test('takes every spelling that DataGym takes', () => {
		const labels = {
			car: [{ geometry: [{ x: '1', y: 2, w: '3', h: 4.5 }] }],
			road: [
				{
					polygon: [
						{ x: 1, y: 1 },
						{ x: 2, y: 2 },
						{ x: 3, y: 1 },
					],
				},
			],
		};
		const {
			image: read,
			keepData,
			problems,
		} = readImportElement({ internal_image_ID: 'old', keepData: true, labels }, FLEET_CLASSES);
		expect(problems).toEqual([]);
		expect(keepData).toBe(true);
		expect(read.imageId).toBe('old');
		expect(read.objects).toEqual([
			object('car', rectangle(1, 2, 3, 4.5)),
			object('road', polygon([1, 1], [2, 2], [3, 1])),
		]);
	});

	test('takes a missing id, for whoever finds images by name', () => {
		const { image: read, problems } = readImportElement({ external_media_ID: 'a.jpg', labels: {} });
		expect(read).toMatchObject({ imageId: '', imageName: 'a.jpg' });
		expect(problems).toEqual([]);
	});

	test("keeps a model's score apart from what is imported", () => {
		const { image: read } = readImportElement({
			internal_media_ID: 'i',
			labels: { lamp: [{ point: [{ x: 1, y: 1 }], score: 0.5 }] },
		});
		expect(read.objects).toEqual([object('lamp', { type: 'point', x: 1, y: 1 }, { score: 0.5 })]);
		expect(writeImportElement(read, REPLACE).element.labels).toEqual({
			lamp: [{ point: [{ x: 1, y: 1 }], classifications: {} }],
		});
	});

	test('tells keepData that is no boolean', () => {
		expect(readImportElement({ internal_media_ID: 'i', keepData: 'yes' }).problems).toEqual([
			expect.objectContaining({ path: 'keepData' }),
		]);
	});

	const readable = recorded.filter(({ status, errorMessages }) => status === 200 && errorMessages === '');
	test.each(readable)('of recording $recording ($name) loses nothing that the server stored', ({ body }) => {
		for (const element of body) {
			const { problems, image: read } = readImportElement(element);
			expect(problems).toEqual([]);
			const rewritten = writeImportElement(read, REPLACE);
			expect(refusals(rewritten.element)).toEqual([]);
		}
	});

	/** A third coordinate, a score, a missing null before an object: written again, they are as the server wants them. */
	const REPAIRED = ['397', '399', '615'];
	const refused = recorded.filter(({ errorMessages, body }) => errorMessages?.startsWith('Schema') && body.length > 0);
	test.each(refused)(
		'of recording $recording ($name) is told, or repaired, where the server refused it',
		({ body, recording }) => {
			const told = body.flatMap((element) => {
				const { image: read, problems } = readImportElement(element);
				const rewritten = writeImportElement(read, REPLACE);
				expect(refusals(rewritten.element)).toEqual([]);
				return [...problems, ...rewritten.problems];
			});
			expect(told.length > 0).toBe(!REPAIRED.includes(recording));
		},
	);

	test('never crashes, whatever is given', () => {
		const keys = [
			'internal_media_ID',
			'keepData',
			'labels',
			'car',
			'rectangle',
			'geometry',
			'polygon',
			'line',
			'classifications',
			'nested_geometries',
			'x',
			'y',
			'w',
			'h',
			'global_classifications',
			'score',
		];
		fc.assert(
			fc.property(hostileJson(keys), (value) => {
				const { image: read } = readImportElement(value, FLEET_CLASSES);
				expect(refusals(writeImportElement(read, REPLACE).element)).toEqual([]);
			}),
			{ numRuns: 400 },
		);
	});
});

describe('an import that is written and read again', () => {
	test('is the same, but for the order of classes', () => {
		fc.assert(
			fc.property(importableImage, fc.boolean(), (labeled, keepData) => {
				const { element, problems } = writeImportElement(labeled, { keepData });
				expect(problems).toEqual([]);
				const read = readImportElement(JSON.parse(JSON.stringify(element)));
				expect(read.problems).toEqual([]);
				expect(read.keepData).toBe(keepData);
				expect(sorted(read.image)).toEqual(sorted(labeled));
			}),
			{ numRuns: 300 },
		);
	});
});

/** Objects by class; the wire keeps the order within a class only. */
function sorted(labeled: LabeledImage): LabeledImage {
	return { ...labeled, objects: byClass(labeled.objects) };
}

function byClass(objects: readonly LabelObject[]): LabelObject[] {
	const inOrder = [...objects].sort((a, b) => (a.className < b.className ? -1 : Number(a.className > b.className)));
	return inOrder.map((each) => ({ ...each, children: byClass(each.children) }));
}
