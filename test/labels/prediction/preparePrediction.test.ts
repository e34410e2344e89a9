import fc from 'fast-check';
import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import { checkPrediction } from '@datagym/labels/prediction/checkPrediction';
import type { Geometry, LabeledImage } from '@datagym/labels/model';
import { overlap, preparePrediction, type PredictionPreparation } from '@datagym/labels/prediction/preparePrediction';
import { boundingBox } from '@datagym/labels/geometry/shapes';
import { FLEET_CLASSES, image, object, polygon, rectangle } from '../build';

const SIZE = { width: 100, height: 80 };

function prepare(labeled: LabeledImage, preparation: PredictionPreparation) {
	const report = new ConversionReport();
	const { objects } = preparePrediction(labeled, preparation, report);
	return { objects, report: report.list().map(({ reason, className, count }) => `${reason} ${className} ${count}`) };
}

describe("preparing a model's output", () => {
	test('does nothing that is not asked for', () => {
		const labeled = image([object('dog', rectangle(-5, 0.4, 500, 3), { score: 0.01 })], SIZE);
		expect(prepare(labeled, {})).toEqual({ objects: labeled.objects, report: [] });
	});

	test('leaves out low scores and classes, and renames the others', () => {
		const labeled = image([
			object('dog', rectangle(), { score: 0.2 }),
			object('dog', rectangle(), { score: 0.5 }),
			object('cat', rectangle()),
			object('dog', rectangle()),
		]);
		expect(prepare(labeled, { minimumScore: 0.5, classNames: { dog: 'animal' }, exclude: ['cat'] })).toEqual({
			objects: [object('animal', rectangle(), { score: 0.5 }), object('animal', rectangle())],
			report: ['low-score animal 1', 'excluded cat 1'],
		});
	});

	test('makes shapes those of their classes', () => {
		const parts: Geometry = { type: 'segmentation', regions: [[polygonOf(0)], [polygonOf(50)]] };
		const labeled = image([
			object('car', polygon([1, 2], [5, 2], [5, 8])),
			object('road', rectangle(0, 0, 5, 5)),
			object('road', parts),
			object('lamp', { type: 'point', x: 1, y: 1 }),
		]);
		expect(prepare(labeled, { classes: FLEET_CLASSES })).toEqual({
			objects: [
				object('car', rectangle(1, 2, 4, 6)),
				object('road', polygon([0, 0], [5, 0], [5, 5], [0, 5])),
				object('road', { type: 'polygon', points: polygonOf(0) }),
				object('road', { type: 'polygon', points: polygonOf(50) }),
				object('lamp', { type: 'point', x: 1, y: 1 }),
			],
			report: ['converted car 1', 'converted road 2', 'several-labels road 1'],
		});
	});

	test('cuts shapes off at the edge and leaves out those outside', () => {
		const labeled = image(
			[
				object('car', rectangle(90, 70, 20, 20)),
				object('car', rectangle(200, 0, 5, 5)),
				object('road', polygon([-10, 0], [10, 0], [10, 20], [-10, 20])),
				object('lamp', { type: 'point', x: 101, y: 1 }),
			],
			SIZE,
		);
		const { objects, report } = prepare(labeled, { clip: true });
		expect(objects.map(({ geometry }) => boundingBox(geometry))).toEqual([
			expect.objectContaining({ x: 90, y: 70, width: 10, height: 10 }),
			{ x: 0, y: 0, width: 10, height: 20 },
		]);
		expect(report).toEqual(['clipped car 1', 'outside car 1', 'clipped road 1', 'outside lamp 1']);
	});

	test('cuts shapes off at the top and the left of an image of unknown size', () => {
		const labeled = image([object('car', rectangle(-5, 10, 20, 2000)), object('car', rectangle(-50, 0, 20, 20))]);
		expect(prepare(labeled, { clip: true })).toEqual({
			objects: [object('car', rectangle(0, 10, 15, 2000))],
			report: ['clipped car 1', 'outside car 1'],
		});
	});

	test('rounds edges to the nearest pixel, not sizes', () => {
		expect(prepare(image([object('car', rectangle(0.6, 0.4, 1.5, 1))]), { round: true }).objects).toEqual([
			object('car', rectangle(1, 0, 1, 1)),
		]);
	});

	test('keeps the best of boxes of one class that overlap', () => {
		const boxes = [
			object('car', rectangle(0, 0, 10, 10), { score: 0.5 }),
			object('car', rectangle(1, 0, 10, 10), { score: 0.9 }),
			object('van', rectangle(0, 0, 10, 10), { score: 0.1 }),
			object('car', rectangle(50, 0, 10, 10), { score: 0.2 }),
		];
		expect(prepare(image(boxes), { maxOverlap: 0.5 })).toEqual({
			objects: boxes.slice(1),
			report: ['overlapping car 1'],
		});
		expect(overlap({ x: 0, y: 0, width: 2, height: 2 }, { x: 1, y: 0, width: 2, height: 2 })).toBeCloseTo(1 / 3);
	});

	test('keeps boxes that overlap by no more than the given share', () => {
		const half = [
			object('car', rectangle(0, 0, 10, 10), { score: 0.9 }),
			object('car', rectangle(0, 0, 10, 5), { score: 0.8 }),
		];
		expect(prepare(image(half), { maxOverlap: 0.5 }).objects).toEqual(half);
		expect(prepare(image(half), { maxOverlap: 0.49 }).objects).toEqual(half.slice(0, 1));
	});

	test('keeps the best of more than two, also where the worse ones only overlap each other', () => {
		const row = [0, 4, 8].map((x, index) => object('car', rectangle(x, 0, 10, 10), { score: [0.8, 0.9, 0.7][index]! }));
		// The middle one is the best, and overlaps both by 6 of 14.
		expect(prepare(image(row), { maxOverlap: 0.4 })).toEqual({ objects: [row[1]], report: ['overlapping car 2'] });
		// The left one is the best: the middle one goes, and so does not stand in the way of the right one.
		const best = [object('car', rectangle(0, 0, 10, 10), { score: 1 }), row[1]!, row[2]!];
		expect(prepare(image(best), { maxOverlap: 0.4 }).objects).toEqual([best[0], row[2]]);
	});

	test('compares the boxes around shapes, and leaves alone what has none', () => {
		const shapes = [
			object('car', polygon([0, 0], [10, 0], [10, 10]), { score: 0.9 }),
			object('car', rectangle(0, 0, 10, 10), { score: 0.8 }),
			object('car', rectangle(Number.NaN, 0, 10, 10), { score: 0.7 }),
			object('car', rectangle(Number.NaN, 0, 10, 10), { score: 0.7 }),
		];
		expect(prepare(image(shapes), { maxOverlap: 0.5 }).objects).toEqual([shapes[0], shapes[2], shapes[3]]);
	});

	test('keeps both of boxes that only touch, even where nothing may overlap', () => {
		const boxes = [
			[0, 0],
			[10, 0],
			[0, 10],
			[10, 10],
		].map(([x, y]) => object('car', rectangle(x, y, 10, 10)));
		expect(prepare(image(boxes), { maxOverlap: 0 }).objects).toEqual(boxes);
	});

	test('looks for overlaps among labels nested in one, apart from the others', () => {
		const plate = object('plate', rectangle(1, 1, 5, 5));
		const car = object('car', rectangle(), { children: [plate, plate] });
		const { objects, report } = prepare(image([car, car]), { maxOverlap: 0.5 });
		expect(objects.map(({ children }) => children.length)).toEqual([1]);
		expect(report).toContain('overlapping car 1');
	});

	test.each([
		[{ x: 0, y: 0, width: 4, height: 4 }, 1],
		[{ x: 1, y: 1, width: 2, height: 2 }, 4 / 16],
		[{ x: 2, y: 2, width: 4, height: 4 }, 4 / 28],
		[{ x: -2, y: 0, width: 4, height: 4 }, 8 / 24],
		[{ x: 0, y: 3, width: 4, height: 4 }, 4 / 28],
		[{ x: 4, y: 0, width: 4, height: 4 }, 0],
		[{ x: 0, y: 4, width: 4, height: 4 }, 0],
		[{ x: 5, y: 5, width: 4, height: 4 }, 0],
		[{ x: 5, y: 1, width: 4, height: 4 }, 0],
		[{ x: 1, y: 5, width: 4, height: 4 }, 0],
		[{ x: 1, y: 1, width: 0, height: 0 }, 0],
	])('the overlap of a box of 4 × 4 with %j is %d, whichever comes first', (other, expected) => {
		const box = { x: 0, y: 0, width: 4, height: 4 };
		expect(overlap(box, other)).toBeCloseTo(expected, 9);
		expect(overlap(other, box)).toBeCloseTo(expected, 9);
	});

	test('has no overlap of boxes without an area', () => {
		const flat = { x: 1, y: 1, width: 0, height: 0 };
		expect(overlap(flat, flat)).toBe(0);
		for (const thin of [
			{ ...flat, height: 3 },
			{ ...flat, width: 3 },
		])
			expect(overlap(thin, thin)).toBe(0);
	});

	test('says which holes are filled, and what was converted', () => {
		const holed: Geometry = { type: 'segmentation', regions: [[polygonOf(0), polygonOf(1)], [polygonOf(50)]] };
		const plain: Geometry = { type: 'segmentation', regions: [[polygonOf(0)]] };
		expect(prepare(image([object('road', holed)]), { classes: FLEET_CLASSES }).report).toEqual([
			'converted road 1',
			'several-labels road 1',
			'holes-filled road 1',
		]);
		expect(prepare(image([object('road', plain)]), { classes: FLEET_CLASSES }).report).toEqual(['converted road 1']);
		expect(prepare(image([object('car', holed)]), { classes: FLEET_CLASSES }).report).toEqual(['converted car 1']);
		expect(prepare(image([object('sky', holed)]), { classes: FLEET_CLASSES }).report).toEqual([]);
		expect(
			prepare(image([object('road', polygon([0, 0], [5, 0], [5, 5]))]), { classes: FLEET_CLASSES }).report,
		).toEqual([]);
	});

	test('names the image by its file, or by its ID where the name is not known', () => {
		const report = new ConversionReport();
		for (const imageName of ['car_001.jpg', ''])
			preparePrediction(image([object(imageName, rectangle())], { imageName }), { exclude: [imageName] }, report);
		expect(report.list().map(({ example }) => example)).toEqual(['car_001.jpg', 'id-1']);
	});

	test('cuts off at the edge that is known only', () => {
		const wide = image([object('car', rectangle(90, 70, 20, 20))], { width: 100 });
		expect(prepare(wide, { clip: true }).objects).toEqual([object('car', rectangle(90, 70, 10, 20))]);
		const high = image([object('car', rectangle(90, 70, 20, 20))], { height: 80 });
		expect(prepare(high, { clip: true }).objects).toEqual([object('car', rectangle(90, 70, 20, 10))]);
	});

	test('changes nothing of the image that was given, and prepares nested labels as well', () => {
		const car = object('auto', rectangle(0.6, 0, 5, 5), { children: [object('auto', rectangle(0.6, 0, 5, 5))] });
		const labeled = image([car]);
		const before = structuredClone(labeled);
		const { objects } = prepare(labeled, { round: true, clip: true, classNames: { auto: 'car' } });
		expect(labeled).toEqual(before);
		expect(objects).toEqual([
			object('car', rectangle(1, 0, 5, 5), { children: [object('car', rectangle(1, 0, 5, 5))] }),
		]);
	});

	test('takes a label without a score for certain where labels overlap', () => {
		const boxes = [object('car', rectangle(), { score: 0.9 }), object('car', rectangle())];
		expect(prepare(image(boxes), { maxOverlap: 0.5 }).objects).toEqual(boxes.slice(1));
	});

	test('of a shape in several parts nests what is in it once', () => {
		const road = object(
			'road',
			{ type: 'segmentation', regions: [[polygonOf(0)], [polygonOf(20)]] },
			{ children: [object('hole', rectangle(1, 1, 2, 2))] },
		);
		const { objects } = prepare(image([road]), { classes: FLEET_CLASSES });
		expect(objects.map(({ geometry, children }) => [geometry.type, children.length])).toEqual([
			['polygon', 1],
			['polygon', 0],
		]);
	});

	test('of nested shapes goes with the shape that they are in', () => {
		const car = object('car', rectangle(0, 0, 300, 10), {
			children: [
				object('plate', polygon([0, 0], [1, 0], [1, 1])),
				object('plate', polygon([200, 0], [201, 0], [201, 1])),
			],
		});
		expect(prepare(image([car], SIZE), { clip: true }).objects[0]?.children).toHaveLength(1);
		expect(prepare(image([{ ...car, score: 0.1 }], SIZE), { minimumScore: 0.5 }).objects).toEqual([]);
	});

	test('with cutting leaves nothing that the import would refuse for its numbers', () => {
		const number = fc.double({ min: -200, max: 300, noNaN: true });
		const shape: fc.Arbitrary<Geometry> = fc.oneof(
			fc
				.tuple(number, number, number, number)
				.map(([x, y, width, height]): Geometry => rectangle(x, y, Math.abs(width), Math.abs(height))),
			fc.array(fc.tuple(number, number), { minLength: 3, maxLength: 6 }).map((corners) => polygon(...corners)),
			fc.tuple(number, number).map(([x, y]): Geometry => ({ type: 'point', x, y })),
			fc
				.array(fc.record({ x: number, y: number }), { minLength: 2, maxLength: 5 })
				.map((points): Geometry => ({ type: 'line', points: points.map(({ x, y }) => ({ x, y })) })),
		);
		fc.assert(
			fc.property(fc.array(shape), fc.boolean(), (shapes, round) => {
				const prepared = preparePrediction(
					image(
						shapes.map((geometry) => object('a', geometry)),
						SIZE,
					),
					{ clip: true, round },
					new ConversionReport(),
				);
				expect(checkPrediction(prepared, undefined).filter(({ reason }) => reason !== 'empty')).toEqual([]);
			}),
		);
	});
});

function polygonOf(x: number) {
	return [
		{ x, y: 0 },
		{ x: x + 5, y: 0 },
		{ x: x + 5, y: 5 },
	];
}
