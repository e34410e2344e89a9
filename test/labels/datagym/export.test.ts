import fc from 'fast-check';
import { readExport, readExportElement } from '@datagym/labels/datagym/export';
import type { LabeledImage } from '@datagym/labels/model';
import { hostileJson } from '../arbitraries';
import { object, polygon, rectangle } from '../build';
import export334 from '../fixtures/export-334.json';
import export631 from '../fixtures/export-631.json';

function imagesOf(elements: Iterable<unknown>): LabeledImage[] {
	return [...readExport(elements)].flatMap((element) => (element.kind === 'image' ? [element.image] : []));
}

function problemsOf(elements: Iterable<unknown>) {
	return [...readExport(elements)].flatMap(({ problems }) => problems);
}

describe('the export of the current server', () => {
	const [first, ...others] = imagesOf(export334);

	test('gives its classes with numbers and one image per task', () => {
		const [header] = readExport(export334);
		const classes = header?.kind === 'classes' ? header.classes : [];
		expect(classes.map(({ key, type, number }) => `${key} ${type} ${number}`)).toEqual([
			'car rectangle 0',
			'color select 0',
			'damage checklist 1',
			'lamp point 1',
			'lane line 2',
			'note freetext 2',
			'plate polygon 3',
			'remark freetext 3',
			'road polygon 4',
			'sky segmentation 5',
			'tags checklist 4',
			'text freetext 5',
			'van rectangle 6',
			'weather select 6',
			'wetness select 7',
		]);
		expect([first, ...others].map((image) => [image?.imageName, image?.status, image?.objects.length])).toEqual([
			['car_001.jpg', 'completed', 6],
			['car_003.jpg', 'skipped', 0],
			['car_002.png', 'completed', 0],
		]);
	});

	test('gives shapes, answers and nested shapes', () => {
		const cars = first?.objects.filter(({ className }) => className === 'car') ?? [];
		expect(cars.find(({ geometry }) => geometry.type === 'rectangle' && geometry.width === 100)).toEqual(
			object('car', rectangle(10, 20, 100, 50), {
				classifications: {
					color: { values: ['red'], children: {} },
					damage: { values: ['dent', 'scratch'], children: { note: { values: ['left door'], children: {} } } },
				},
				children: [
					object('plate', polygon([12, 22], [30, 22], [30, 28], [12, 28]), {
						classifications: { text: { values: [], children: {} } },
					}),
				],
			}),
		);
		expect(first?.classifications).toEqual({
			tags: { values: ['night'], children: {} },
			remark: { values: ['größe "ok"\nline2'], children: {} },
			weather: { values: ['sun'], children: { wetness: { values: [], children: {} } } },
		});
	});

	test('gives a segmentation as an outline with holes', () => {
		const sky = first?.objects.find(({ className }) => className === 'sky');
		expect(sky?.geometry).toMatchObject({ type: 'segmentation', regions: [[{ length: 4 }, { length: 3 }]] });
	});

	test('reports a lost coordinate instead of making a number of it', () => {
		expect(problemsOf(export334)).toEqual([
			{
				severity: 'error',
				reason: 'coordinates',
				path: '[1].labels.lamp[0].point',
				className: 'lamp',
				message:
					'"x" must be a number, but got null. DataGym exports negative coordinates as null: read the task details instead, or correct the shape.',
			},
		]);
		expect(first?.objects.filter(({ className }) => className === 'lamp')).toEqual([
			object('lamp', { type: 'point', x: 33, y: 44 }),
		]);
	});

	test('counts a class once that stands under several parents', () => {
		const [header] = readExport(export631);
		expect(header?.kind === 'classes' && header.classes.filter(({ key }) => key === 'tags')).toHaveLength(1);
		expect(problemsOf(export631)).toEqual([]);
	});

	test('names a video, its size and where its labels are', () => {
		const element = readExportElement({
			internal_media_ID: 'v',
			external_media_ID: 'v.mp4',
			labeler: null,
			status: 'completed',
			task_export_url: 'http://localhost/api/v1/exportVideoTask/t/',
			video_height: '720',
			video_width: '1280',
		});
		expect(element).toMatchObject({
			kind: 'video',
			taskExportUrl: 'http://localhost/api/v1/exportVideoTask/t/',
			image: { imageId: 'v', width: 1280, height: 720 },
			problems: [],
		});
	});
});

describe('the export of 2020', () => {
	const of2020 = (className: string, type: string, geometry: unknown[]) => [
		{ label_classes: [{ class_name: className, geometry_type: type }] },
		{
			internal_image_ID: 'i',
			external_image_ID: 'a.jpg',
			labeler: 'l',
			status: 'completed',
			global_classifications: {},
			labels: { [className]: [{ geometry, classifications: {} }] },
		},
	];

	test('is read with its old names, and geometries by the type of their class', () => {
		expect(imagesOf(of2020('rectangle1_key', 'rectangle', [{ x: 535, y: 258, w: 804, h: 541 }]))).toEqual([
			{
				imageId: 'i',
				imageName: 'a.jpg',
				labeler: 'l',
				status: 'completed',
				classifications: {},
				objects: [object('rectangle1_key', rectangle(535, 258, 804, 541))],
			},
		]);
		const three = [
			{ x: 1, y: 1 },
			{ x: 2, y: 2 },
			{ x: 3, y: 1 },
		];
		expect(imagesOf(of2020('lane', 'line', three))[0]?.objects[0]?.geometry.type).toBe('line');
		expect(imagesOf(of2020('road', 'polygon', three))[0]?.objects[0]?.geometry.type).toBe('polygon');
	});

	test('without a header gives geometries the type of their shape', () => {
		const typeOf = (geometry: unknown[]) => {
			const element = readExportElement({ internal_image_ID: 'i', labels: { a: [{ geometry }] } });
			return element.kind === 'image' && element.image.objects[0]?.geometry.type;
		};
		const at = { x: 1, y: 2 };
		expect([[{ ...at, w: 1, h: 1 }], [at], [at, at], [at, at, at], [[at, at, at]]].map(typeOf)).toEqual([
			'rectangle',
			'point',
			'line',
			'polygon',
			'segmentation',
		]);
	});
});

describe('a broken export', () => {
	test.each<[string, unknown, string, string]>([
		['an element that is no object', 5, 'unreadable', '[0]'],
		['an element without an image', { labels: {} }, 'no-image', '[0]'],
		['labels that are a list', { internal_media_ID: 'i', labels: [] }, 'unreadable', '[0].labels'],
		[
			'labels of a class that are no list',
			{ internal_media_ID: 'i', labels: { car: {} } },
			'unreadable',
			'[0].labels.car',
		],
		[
			'a label without a geometry',
			{ internal_media_ID: 'i', labels: { car: [{ classifications: {} }] } },
			'unreadable',
			'[0].labels.car[0]',
		],
		[
			'a label with two geometries',
			{ internal_media_ID: 'i', labels: { car: [{ point: [{ x: 1, y: 1 }], line: [] }] } },
			'duplicate',
			'[0].labels.car[0].line',
		],
		[
			'an infinite number',
			{ internal_media_ID: 'i', labels: { car: [{ point: [{ x: Infinity, y: 1 }] }] } },
			'coordinates',
			'[0].labels.car[0].point',
		],
		[
			'a segmentation without an outline',
			{ internal_media_ID: 'i', labels: { sky: [{ image_segmentation: [] }] } },
			'empty',
			'[0].labels.sky[0].image_segmentation',
		],
		[
			'an unknown field',
			{ internal_media_ID: 'i', labels: { car: [{ point: [{ x: 1, y: 1 }], color: 1 }] } },
			'unknown-field',
			'[0].labels.car[0].color',
		],
		[
			'a value that is no list',
			{ internal_media_ID: 'i', global_classifications: { weather: 'sun' } },
			'unreadable',
			'[0].global_classifications.weather',
		],
		[
			'a value that is a number',
			{ internal_media_ID: 'i', global_classifications: { weather: ['sun', 5] } },
			'unreadable',
			'[0].global_classifications.weather[1]',
		],
		[
			'an answer that stands twice',
			{ internal_media_ID: 'i', global_classifications: { a: ['x', { b: ['1'] }, { b: ['2'] }] } },
			'duplicate',
			'[0].global_classifications.a[2].b',
		],
	])('tells %s with its path', (_what, element, reason, path) => {
		expect(problemsOf([element])).toEqual([expect.objectContaining({ reason, path })]);
	});

	test('is read without a crash, whatever it is', () => {
		const keys = [
			'label_classes',
			'class_name',
			'geometry_type',
			'internal_media_ID',
			'internal_image_ID',
			'labels',
			'car',
			'rectangle',
			'polygon',
			'point',
			'geometry',
			'image_segmentation',
			'classifications',
			'nested_geometries',
			'x',
			'y',
			'w',
			'h',
			'global_classifications',
		];
		fc.assert(
			fc.property(fc.array(hostileJson(keys), { maxLength: 4 }), (elements) => {
				for (const image of imagesOf(elements)) expect(JSON.stringify(image)).not.toContain('null');
			}),
			{ numRuns: 400 },
		);
	});
});
