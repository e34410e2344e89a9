import fc from 'fast-check';
import { writeCoco } from '@datagym/labels/formats/coco';
import { cocoIndex, readCoco, readCocoResults } from '@datagym/labels/formats/cocoReader';
import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import { datasetClasses } from '@datagym/labels/classes/datasetClasses';
import { flattenLabelConfig, type LabelConfigEntry } from '@datagym/labels/classes/labelClass';
import { keypointNames } from '@datagym/labels/formats/shared/keypoints';
import type { Geometry, LabeledImage, LabelObject } from '@datagym/labels/model';
import { regionArea } from '@datagym/labels/geometry/shapes';
import { hostileJson } from '../arbitraries';
import { answers, FLEET_CLASSES, image, object, polygon, rectangle } from '../build';
import { atOnce } from '@datagym/labels/steps/steps';
import datumaroFile from '../fixtures/coco-datumaro-1.13.12.json';
import { CLASSES, datasetImages, KINDS } from './datasets';

const SIZE = { width: 640, height: 480 };

function write(images: LabeledImage[]) {
	const report = new ConversionReport();
	const keypoints = atOnce(keypointNames(images, FLEET_CLASSES, CLASSES));
	const file = JSON.parse([...writeCoco(images, { classes: CLASSES, report, keypoints })].join(''));
	return { file, report: report.list() };
}

/** Outlines of any form that have an area: corners all around a middle. */
const outlines = fc
	.tuple(
		fc.nat(5000),
		fc.nat(5000),
		fc.array(fc.double({ min: 1, max: 900, noNaN: true }), { minLength: 3, maxLength: 8 }),
	)
	.map(([x, y, radii]): Geometry => {
		const corner = (radius: number, index: number): [number, number] => {
			const angle = (index / radii.length) * 2 * Math.PI;
			return [1000 + x + radius * Math.cos(angle), 1000 + y + radius * Math.sin(angle)];
		};
		return polygon(...radii.map(corner));
	});

describe('a COCO file', () => {
	test.each([0, 999, 1000, 1001, 2500])('lists %d images in the order of their labels', (count) => {
		const images = Array.from({ length: count }, (_, index) =>
			image([object('car', rectangle())], { ...SIZE, imageId: `id-${index}`, imageName: `${index}.jpg` }),
		);
		const { file } = write(images);
		const ids = images.map((_, index) => index + 1);
		expect(file.images.map(({ id }: { id: number }) => id)).toEqual(ids);
		expect(file.images.map(({ file_name }: { file_name: string }) => file_name)).toEqual(
			images.map(({ imageName }) => imageName),
		);
		expect(file.annotations.map(({ image_id }: { image_id: number }) => image_id)).toEqual(ids);
	});

	test('has integer ids from 1, and all that readers ask for', () => {
		const { file, report } = write([
			image([object('car', rectangle())], SIZE),
			image([object('road', polygon([0, 0], [4, 0], [0, 4]))], { ...SIZE, imageId: 'id-2' }),
		]);
		expect(report).toEqual([]);
		expect(file.images).toEqual([
			{ id: 1, file_name: 'car_001.jpg', ...SIZE, datagym_id: 'id-1' },
			{ id: 2, file_name: 'car_001.jpg', ...SIZE, datagym_id: 'id-2' },
		]);
		expect(file.annotations).toEqual([
			{
				id: 1,
				image_id: 1,
				category_id: 1,
				iscrowd: 0,
				bbox: [10, 20, 30, 40],
				area: 1200,
				segmentation: [[10, 20, 40, 20, 40, 60, 10, 60]],
			},
			{
				id: 2,
				image_id: 2,
				category_id: 5,
				iscrowd: 0,
				bbox: [0, 0, 4, 4],
				area: 8,
				segmentation: [[0, 0, 4, 0, 0, 4]],
			},
		]);
		expect(file.categories[0]).toEqual({ id: 1, name: 'car', supercategory: '' });
		expect(file.categories).toHaveLength(6);
	});

	test('keeps the parts of a shape in one annotation, and holes as run lengths', () => {
		const square = (x: number, size: number) => [
			{ x, y: x },
			{ x: x + size, y: x },
			{ x: x + size, y: x + size },
			{ x, y: x + size },
		];
		const { file } = write([
			image(
				[
					object('sky', { type: 'segmentation', regions: [[square(0, 2)], [square(5, 2)]] }),
					object('sky', { type: 'segmentation', regions: [[square(0, 6), square(2, 2)]] }),
				],
				{ width: 8, height: 8 },
			),
		]);
		expect(file.annotations[0]).toMatchObject({
			area: 8,
			bbox: [0, 0, 7, 7],
			segmentation: [{ length: 8 }, { length: 8 }],
		});
		expect(file.annotations[1]).toMatchObject({ area: 32, segmentation: { size: [8, 8], counts: expect.any(String) } });
		const read = readCoco(file).images[0]?.objects[1]?.geometry;
		expect(read).toMatchObject({ type: 'segmentation', regions: [[{ length: 4 }, { length: 4 }]] });
	});

	test('has the points nested in a label as its keypoints, in every annotation of the category', () => {
		const lamp = (x: number, y: number, more: Partial<LabelObject> = {}) =>
			object('lamp', { type: 'point', x, y }, more);
		const { file, report } = write([
			image(
				[
					object('car', rectangle(), { children: [lamp(1, 2)] }),
					object('car', rectangle()),
					object('car', rectangle(), {
						children: [lamp(-1, 2, { score: 0.5 }), object('plate', polygon([1, 1], [9, 1], [9, 9]))],
					}),
					object('road', polygon([0, 0], [4, 0], [0, 4])),
				],
				SIZE,
			),
		]);
		expect(file.annotations).toMatchObject([
			{ keypoints: [1, 2, 2], num_keypoints: 1 },
			{ keypoints: [0, 0, 0], num_keypoints: 0 },
			{ keypoints: [0, 0, 0], num_keypoints: 0 },
			{ category_id: 4, parent_id: 3 },
			{ category_id: 5 },
		]);
		expect(file.annotations.map((annotation: object) => 'keypoints' in annotation)).toEqual([
			true,
			true,
			true,
			false,
			false,
		]);
		expect(file.categories[0]).toEqual({ id: 1, name: 'car', supercategory: '', keypoints: ['lamp'], skeleton: [] });
		expect(file.categories[1]).toEqual({ id: 2, name: 'lamp', supercategory: '' });
		expect(report.map(({ reason, className, count }) => [reason, className, count])).toEqual([['outside', 'lamp', 1]]);
	});

	test('knows the keypoints of a class from the label configuration, also without a point', () => {
		const entry = (entryKey: string, type: string, children: LabelConfigEntry[] = []) =>
			({ entryKey, entryValue: entryKey, type, children }) as LabelConfigEntry;
		const labelClasses = flattenLabelConfig([
			entry('person', 'rectangle', [entry('nose', 'point'), entry('hand', 'point'), entry('hat', 'polygon')]),
			entry('lamp', 'point'),
		]);
		expect(atOnce(keypointNames([], labelClasses, datasetClasses(labelClasses)))).toEqual(
			new Map([[4, ['hand', 'nose']]]),
		);
		const renamed = datasetClasses(labelClasses, { names: { nose: 'face' }, exclude: ['hand'] });
		expect([...atOnce(keypointNames([], labelClasses, renamed)).values()]).toEqual([['face']]);
	});

	test('skips points that are in nothing, and second points of a class', () => {
		const lamp = object('lamp', { type: 'point', x: 1, y: 2 });
		const { file, report } = write([image([lamp, object('car', rectangle(), { children: [lamp, lamp] })], SIZE)]);
		expect(file.annotations).toHaveLength(1);
		expect(report.map(({ reason, className, count }) => [reason, className, count])).toEqual([
			['geometry-type', 'lamp', 2],
		]);
	});

	test('has shapes cut off at the edge, and none without an area', () => {
		const { file, report } = write([
			image(
				[
					object('car', rectangle(-10, -10, 20, 20)),
					object('car', rectangle(700, 0, 5, 5)),
					object('car', rectangle(5, 5, 0, 9)),
					object('car', rectangle(500, 5, 1e-9, 9)),
					object('road', polygon([630, 0], [650, 0], [650, 10], [630, 10])),
					object('road', polygon([5, 5], [6, 6], [7, 7])),
					object('road', polygon([5, 5], [6, 6])),
					object('road', polygon([-5, -5], [-6, -6], [-7, -9])),
				],
				SIZE,
			),
		]);
		expect(file.annotations.map(({ bbox, area }: { bbox: number[]; area: number }) => [bbox, area])).toEqual([
			[[0, 0, 10, 10], 100],
			[[630, 0, 10, 10], 100],
		]);
		expect(report.map(({ reason, className, count }) => `${reason} ${className} ${count}`).sort()).toEqual([
			'broken road 1',
			'clipped car 1',
			'clipped road 1',
			'outside car 1',
			'outside road 1',
			'too-small car 2',
			'too-small road 1',
		]);
	});

	test('has the area that a polygon covers, also if it crosses itself', () => {
		const bowTie = polygon([0, 0], [10, 10], [10, 0], [0, 10]);
		const { file } = write([image([object('road', bowTie)], SIZE)]);
		// Two triangles of 10 by 5.
		expect(file.annotations[0].area).toBeCloseTo(50, 1);
		expect(file.annotations[0].bbox).toEqual([0, 0, 10, 10]);
	});

	test('counts what it cannot hold', () => {
		const { file, report } = write([
			image(
				[
					object('lane', {
						type: 'line',
						points: [
							{ x: 1, y: 1 },
							{ x: 2, y: 2 },
						],
					}),
					object('bike', rectangle()),
					object('car', rectangle(Number.NaN)),
					object('road', polygon([1, 1])),
				],
				SIZE,
			),
			image([], { imageName: 'unknown size.jpg' }),
		]);
		expect(file.annotations).toEqual([]);
		expect(report.map(({ reason, className, count, example }) => [reason, className, count, example])).toEqual([
			['geometry-type', 'lane', 1, 'car_001.jpg'],
			['unknown-class', 'bike', 1, 'car_001.jpg'],
			['broken', 'car', 1, 'car_001.jpg'],
			['broken', 'road', 1, 'car_001.jpg'],
			['no-size', undefined, 1, 'unknown size.jpg'],
		]);
	});

	test('survives hostile names', () => {
		const imageName = '../"<b>\n\u2028\\.jpg';
		expect(write([image([], { ...SIZE, imageName })]).file.images[0].file_name).toBe(imageName);
	});

	test('gives everything back that it can hold, keypoints too', () => {
		const { car, lamp, sky } = KINDS;
		const road = { className: 'road', geometry: outlines };
		const lampOf = fc.option(
			lamp.geometry.map((geometry) => object('lamp', geometry)),
			{ nil: undefined },
		);
		fc.assert(
			fc.property(
				datasetImages({ kinds: [car, road, sky], answers: true, nesting: true, scores: true }),
				fc.array(lampOf, { minLength: 1 }),
				(all, lamps) => {
					let next = 0;
					const lit = (each: LabelObject): LabelObject => {
						const point = lamps[next++ % lamps.length];
						return { ...each, children: [...(point === undefined ? [] : [point]), ...each.children.map(lit)] };
					};
					const images = all.map((each) => ({ ...each, objects: each.objects.map(lit) }));
					const { file, report } = write(images);
					expect(report).toEqual([]);
					expect(readCoco(file)).toEqual({ images, problems: [] });
				},
			),
			{ numRuns: 200 },
		);
	});
});

describe('a COCO file of another tool', () => {
	const file = {
		images: [{ id: 'a', file_name: 'a.jpg', height: 4, width: 5 }],
		annotations: [
			{ id: 1, image_id: 'a', category_id: 7, bbox: [1, 2, 3, 4] },
			{
				id: 2,
				image_id: 'a',
				category_id: 7,
				bbox: [1, 1, 2, 2],
				iscrowd: 1,
				segmentation: { size: [4, 5], counts: [5, 2, 2, 2, 9] },
			},
			{ id: 3, image_id: 'a', category_id: 7, bbox: [1, 1, 2, 2], segmentation: { size: [4, 5], counts: '52207' } },
			{ id: 4, image_id: 'a', category_id: 9, bbox: [1, 1, 2, 2], keypoints: [1, 1, 2, 0, 0, 0], num_keypoints: 1 },
		],
		categories: [
			{ id: 7, name: 'cat' },
			{ id: 9, name: 'person', keypoints: ['nose', 'ear'] },
		],
	};

	test('is read without supercategory and iscrowd, with run lengths of either kind and keypoints', () => {
		const { images, problems } = readCoco(file);
		expect(problems).toEqual([]);
		const mask = {
			type: 'segmentation',
			regions: [
				[
					[
						{ x: 1, y: 1 },
						{ x: 3, y: 1 },
						{ x: 3, y: 3 },
						{ x: 1, y: 3 },
					],
				],
			],
		};
		expect(images[0]?.objects).toEqual([
			object('cat', rectangle(1, 2, 3, 4)),
			expect.objectContaining({ geometry: mask }),
			expect.objectContaining({ geometry: mask }),
			object('person', rectangle(1, 1, 2, 2), { children: [object('nose', { type: 'point', x: 1, y: 1 })] }),
		]);
	});

	test('is read as datumaro wrote it, with the holes of its mask', () => {
		const { images, problems } = readCoco(datumaroFile);
		expect(problems).toEqual([]);
		expect(images).toHaveLength(1);
		const [car, outline, mask] = images[0]?.objects ?? [];
		expect(car).toEqual(object('car', rectangle(1, 2, 3, 4), { classifications: answers({ color: ['red'] }) }));
		expect(outline?.geometry).toEqual(polygon([0, 0], [5, 0], [5, 5]));
		const regions = mask?.geometry.type === 'segmentation' ? mask.geometry.regions : [];
		expect(regions.map((rings) => rings.length)).toEqual([2]);
		expect(regions.map(regionArea)).toEqual([28]);
	});

	test('has its faults told with their paths', () => {
		const { problems } = readCoco({
			images: [{ id: 1 }, { id: 1 }, 5],
			annotations: [
				{ image_id: 2 },
				{ image_id: 1, category_id: 3 },
				{ image_id: 1, category_id: 1, bbox: [1, 2, 3] },
				{ image_id: 1, category_id: 1, segmentation: [[1, 2, 3]] },
			],
			categories: [{ id: 1, name: 'a' }],
		});
		expect(problems.map(({ path, reason }) => `${path} ${reason}`)).toEqual([
			'images[1].id duplicate',
			'images[2] unreadable',
			'annotations[0].image_id no-image',
			'annotations[1].category_id unknown-class',
			'annotations[2] coordinates',
			'annotations[3] coordinates',
		]);
	});

	test('with a chain of parents, or with itself as parent, does not exhaust anything', () => {
		const annotations = Array.from({ length: 50_000 }, (_, index) => ({
			id: index + 1,
			image_id: 'a',
			category_id: 7,
			bbox: [1, 2, 3, 4],
			parent_id: index === 0 ? 1 : index,
			attributes: { ['a/'.repeat(20_000)]: index === 0 ? 'x' : undefined },
		}));
		const { images } = readCoco({ ...file, annotations });
		expect(JSON.stringify(images)).toContain('"className":"cat"');
	});

	test('is read without a crash, whatever it is', () => {
		const keys = [
			'images',
			'annotations',
			'categories',
			'id',
			'image_id',
			'category_id',
			'name',
			'bbox',
			'segmentation',
			'counts',
			'size',
			'keypoints',
			'attributes',
			'parent_id',
		];
		fc.assert(
			fc.property(hostileJson(keys), (value) => {
				expect(readCoco(value).images).toBeDefined();
				expect(readCocoResults(value, cocoIndex(value)).images).toBeDefined();
			}),
			{ numRuns: 400 },
		);
	});
});

describe('COCO results', () => {
	const { file } = write([image([], SIZE), image([], { ...SIZE, imageId: 'id-2', imageName: 'b.jpg' })]);

	test('find their images and classes in the instances file', () => {
		const { images, problems } = readCocoResults(
			[
				{ image_id: 2, category_id: 1, bbox: [1, 2, 3, 4], score: 0.5 },
				{ image_id: 2, category_id: 1, bbox: [5, 6, 7, 8], score: 0.25 },
			],
			cocoIndex(file),
		);
		expect(problems).toEqual([]);
		expect(images).toEqual([
			image(
				[object('car', rectangle(1, 2, 3, 4), { score: 0.5 }), object('car', rectangle(5, 6, 7, 8), { score: 0.25 })],
				{ ...SIZE, imageId: 'id-2', imageName: 'b.jpg' },
			),
		]);
	});

	test('of images that the file does not have are told', () => {
		const { images, problems } = readCocoResults(
			[{ image_id: 9, category_id: 1, bbox: [1, 2, 3, 4], score: 0.5 }],
			cocoIndex(file),
		);
		expect(images).toEqual([]);
		expect(problems).toEqual([expect.objectContaining({ reason: 'no-image', path: '[0].image_id' })]);
	});
});
