import { datasetClasses } from '@datagym/labels/classes/datasetClasses';
import { maskPalette, paintClassMask } from '@datagym/labels/formats/masks';
import { COCO_TRAINED_CATEGORIES } from '@datagym/labels/formats/cocoResults';
import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import type { LabeledImage } from '@datagym/labels/model';
import { image, object, polygon, rectangle } from '../build';
import { CLASSES } from './datasets';

const SIZE = { width: 6, height: 4 };

function paint(labeled: LabeledImage) {
	const report = new ConversionReport();
	const mask = paintClassMask(labeled, { classes: CLASSES, report });
	const rows =
		mask &&
		Array.from({ length: mask.height }, (_, row) =>
			[...mask.pixels.subarray(row * mask.width, (row + 1) * mask.width)].join(''),
		);
	return { rows, report: report.list().map(({ reason, count }) => `${reason} ${count}`) };
}

describe('a mask of classes', () => {
	test('is painted in the order of the labels, nested ones over their parents', () => {
		const car = object('car', rectangle(0, 0, 4, 4), {
			children: [object('plate', polygon([1, 1], [3, 1], [3, 3], [1, 3]))],
		});
		expect(paint(image([car, object('road', rectangle(3, 0, 10, 2))], SIZE)).rows).toEqual([
			'111555',
			'144555',
			'144100',
			'111100',
		]);
	});

	test('keeps holes', () => {
		const ring = (x: number, size: number) => [
			{ x, y: x },
			{ x: x + size, y: x },
			{ x: x + size, y: x + size },
			{ x, y: x + size },
		];
		expect(
			paint(image([object('sky', { type: 'segmentation', regions: [[ring(0, 4), ring(1, 2)]] })], SIZE)).rows,
		).toEqual(['666600', '600600', '600600', '666600']);
	});

	test('counts what it cannot hold', () => {
		const labels = [
			object('lamp', { type: 'point', x: 1, y: 1 }),
			object('car', rectangle(0.1, 0.1, 0.2, 0.2)),
			object('car', rectangle(NaN)),
			object('bike', rectangle()),
		];
		expect(paint(image(labels, SIZE)).report).toEqual([
			'geometry-type 1',
			'too-small 1',
			'broken 1',
			'unknown-class 1',
		]);
		expect(paint(image([]))).toEqual({ rows: undefined, report: ['no-size 1'] });
	});

	test('refuses more classes than a byte holds', () => {
		const many = datasetClasses(
			Array.from({ length: 256 }, (_, number) => ({ key: `c${number}`, name: '', type: 'point' as const, number })),
		);
		expect(() => paintClassMask(image([], SIZE), { classes: many, report: new ConversionReport() })).toThrow(
			RangeError,
		);
	});

	test("has Pascal VOC's colors", () => {
		expect([...maskPalette(CLASSES).subarray(0, 15)]).toEqual([0, 0, 0, 128, 0, 0, 0, 128, 0, 128, 128, 0, 0, 0, 128]);
	});
});

test('the categories of COCO-trained models are 80 with ids up to 90', () => {
	expect(COCO_TRAINED_CATEGORIES.size).toBe(80);
	expect(['1', '3', '13', '44', '62', '90'].map((id) => COCO_TRAINED_CATEGORIES.get(id)?.name)).toEqual([
		'person',
		'car',
		'stop sign',
		'bottle',
		'chair',
		'toothbrush',
	]);
});
