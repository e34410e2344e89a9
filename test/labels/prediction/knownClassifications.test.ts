import { withKnownClassifications } from '@datagym/labels/prediction/classifications';
import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import { answers, FLEET_CLASSES, image, object, polygon, rectangle } from '../build';

describe('answers of other tools', () => {
	test('stay when the label configuration has them, at any level', () => {
		const plate = object('plate', polygon([0, 0], [1, 0], [1, 1]), { classifications: answers({ text: ['M-AB 1'] }) });
		const damage = { damage: { values: ['dent'], children: answers({ note: ['left'] }) } };
		const labeled = image([object('car', rectangle(), { classifications: damage, children: [plate] })], {
			classifications: answers({ weather: ['sun'] }),
		});
		const report = new ConversionReport();
		expect(withKnownClassifications(labeled, FLEET_CLASSES, report)).toEqual(labeled);
		expect(report.list()).toEqual([]);
	});

	test('are left out and counted when it has not', () => {
		const labeled = image(
			[object('car', rectangle(), { classifications: answers({ color: ['pink'], occluded: ['false'] }) })],
			{ classifications: answers({ scene: ['street'] }) },
		);
		const report = new ConversionReport();
		expect(withKnownClassifications(labeled, FLEET_CLASSES, report)).toEqual(
			image([object('car', rectangle(), { classifications: answers({ color: [] }) })]),
		);
		expect(report.list()).toMatchObject([
			{ reason: 'unknown-value', className: 'car', count: 2 },
			{ reason: 'unknown-value', count: 1 },
		]);
	});

	test('of a select are never taken apart', () => {
		const labeled = image([object('car', rectangle(), { classifications: answers({ color: ['red,blue'] }) })]);
		expect(
			withKnownClassifications(labeled, FLEET_CLASSES, new ConversionReport()).objects[0]?.classifications,
		).toEqual(answers({ color: [] }));
	});

	test('of a checklist may stand in one text, as CVAT has them', () => {
		const labeled = image([object('car', rectangle(), { classifications: answers({ damage: ['dent, scratch'] }) })]);
		expect(
			withKnownClassifications(labeled, FLEET_CLASSES, new ConversionReport()).objects[0]?.classifications,
		).toEqual(answers({ damage: ['dent', 'scratch'] }));
	});
});
