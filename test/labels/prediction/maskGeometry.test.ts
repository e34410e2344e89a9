import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import { polygonsOfMask } from '@datagym/labels/geometry/maskShapes';
import type { Geometry, LabeledImage } from '@datagym/labels/model';
import { preparePrediction } from '@datagym/labels/prediction/preparePrediction';
import { FLEET_CLASSES, image, object, polygon } from '../build';
import { drawn, painted, sharedPixels } from '../geometry/pictures';

/** A disc with a hole, another disc, and a speck. */
const MASK = drawn(400, 300, (x, y) => {
	const isRing = Math.abs(Math.hypot(x - 120, y - 120) - 60) < 40;
	return isRing || Math.hypot(x - 320, y - 150) < 50 || (x < 2 && y > 298);
});
const MASK_SHAPE: Geometry = { type: 'segmentation', regions: polygonsOfMask(MASK) ?? [] };

function prepared(className: string, maskTolerance: number | undefined, shape = MASK_SHAPE) {
	const report = new ConversionReport();
	const given: LabeledImage = image([object(className, shape)], { width: 400, height: 300 });
	const { objects } = preparePrediction(given, { classes: FLEET_CLASSES, maskTolerance, clip: true }, report);
	return {
		shapes: objects.map(({ geometry }) => geometry),
		report: report.list().map(({ reason, className: name, count }) => `${reason} ${name} ${count}`),
	};
}

describe('the mask of a model', () => {
	test('becomes a segmentation with its parts and holes', () => {
		const { shapes, report } = prepared('sky', 1);
		const [shape] = shapes;
		const regions = shape?.type === 'segmentation' ? shape.regions : [];
		expect(regions.map((rings) => rings.length)).toEqual([2, 1]);
		expect(regions.flat(2).length).toBeLessThan(120);
		expect(sharedPixels(painted(regions, MASK), MASK)).toBeGreaterThan(0.99);
		expect(report).toEqual(['specks sky 1']);
	});

	test('becomes a polygon for each part, and counts the holes', () => {
		const { shapes, report } = prepared('road', 1);
		expect(shapes.map(({ type }) => type)).toEqual(['polygon', 'polygon']);
		expect(report).toEqual(['specks road 1', 'converted road 1', 'several-labels road 1', 'holes-filled road 1']);
	});

	test('becomes the box around it, to the pixel and without specks', () => {
		expect(prepared('car', 1).shapes).toEqual([{ type: 'rectangle', x: 20, y: 20, width: 350, height: 200 }]);
	});

	test('stays as its pixels are with a tolerance of 0, or none', () => {
		for (const tolerance of [0, undefined])
			expect(prepared('sky', tolerance)).toEqual({ shapes: [MASK_SHAPE], report: [] });
	});

	test('that is drawn by its outline stays as it was drawn', () => {
		const drawing = polygon([0, 0], [100, 2], [100.5, 3], [100, 90], [99.6, 90.2]);
		expect(prepared('road', 5, drawing)).toEqual({ shapes: [drawing], report: [] });
	});
});
