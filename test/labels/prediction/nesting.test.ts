import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import type { LabelClass, LabelObject } from '@datagym/labels/model';
import { withParents } from '@datagym/labels/prediction/nesting';
import { FLEET_CLASSES, image, object, polygon, rectangle } from '../build';

const plate = (x: number, y: number, width = 10, height = 10): LabelObject =>
	object('plate', polygon([x, y], [x + width, y], [x + width, y + height], [x, y + height]));

function nested(objects: LabelObject[], withoutParent: 'skip' | 'fail' = 'skip', classes = FLEET_CLASSES) {
	const report = new ConversionReport();
	const result = withParents(image(objects), classes, withoutParent, report);
	return {
		objects: result.objects,
		report: report.list().map(({ reason, className, count }) => `${reason} ${className} ${count}`),
	};
}

describe('a flat label of a nested class', () => {
	test('goes into the label of its parent class that contains it', () => {
		const [left, right] = [object('car', rectangle(0, 0, 100, 100)), object('car', rectangle(200, 0, 100, 100))];
		expect(nested([plate(240, 50), left, right, plate(10, 10)])).toEqual({
			objects: [
				{ ...left, children: [plate(10, 10)] },
				{ ...right, children: [plate(240, 50)] },
			],
			report: [],
		});
	});

	test('goes where most of it is', () => {
		const [left, right] = [object('car', rectangle(0, 0, 106, 100)), object('car', rectangle(100, 0, 100, 100))];
		// From 100 to 110: 6 pixels in the left one, all 10 in the right one.
		expect(nested([left, right, plate(100, 50)]).objects).toEqual([left, { ...right, children: [plate(100, 50)] }]);
	});

	test('goes into the smallest of several that contain it', () => {
		const [large, small] = [object('car', rectangle(0, 0, 300, 300)), object('car', rectangle(50, 50, 100, 100))];
		expect(nested([large, small, plate(60, 60)]).objects).toEqual([large, { ...small, children: [plate(60, 60)] }]);
	});

	test('goes into no label of another class, and none that covers less than half of it', () => {
		const road = object('road', polygon([0, 0], [500, 0], [500, 500]));
		const car = object('car', rectangle(0, 0, 104, 100));
		expect(nested([road, car, plate(100, 50)])).toEqual({ objects: [road, car], report: ['no-parent plate 1'] });
	});

	test('stays next to what is nested in its parent already', () => {
		const car = object('car', rectangle(0, 0, 100, 100), { children: [plate(5, 5)] });
		expect(nested([car, plate(60, 60)]).objects).toEqual([{ ...car, children: [plate(5, 5), plate(60, 60)] }]);
	});

	test('without a parent is counted and left out, or stays to be refused, as the user wants', () => {
		expect(nested([plate(1, 1), plate(2, 2)])).toEqual({ objects: [], report: ['no-parent plate 2'] });
		expect(nested([plate(1, 1)], 'fail')).toEqual({ objects: [plate(1, 1)], report: [] });
	});

	test('stays if its class is at the top level, too', () => {
		const classes: LabelClass[] = [
			...FLEET_CLASSES,
			{ key: 'plate', name: 'Plate', type: 'polygon', number: 9, parents: [] },
		];
		const labels = [object('car', rectangle(0, 0, 100, 100)), plate(10, 10)];
		expect(nested(labels, 'skip', classes)).toEqual({ objects: labels, report: [] });
	});

	test('finds its parent by the edge, and as a point or a line', () => {
		const classes: LabelClass[] = [
			{ key: 'car', name: 'Car', type: 'rectangle', number: 0, parents: [] },
			{ key: 'lamp', name: 'Lamp', type: 'point', number: 1, parents: ['car'] },
			{ key: 'edge', name: 'Edge', type: 'line', number: 2, parents: ['car'] },
		];
		const car = object('Car', rectangle(10, 10, 100, 100));
		const lamp = object('lamp', { type: 'point', x: 110, y: 110 });
		const edge = object('edge', {
			type: 'line',
			points: [
				{ x: 20, y: 30 },
				{ x: 20, y: 90 },
			],
		});
		const outside = object('lamp', { type: 'point', x: 111, y: 50 });
		expect(nested([car, lamp, edge, outside], 'skip', classes)).toEqual({
			objects: [{ ...car, children: [lamp, edge] }],
			report: ['no-parent lamp 1'],
		});
	});
});
