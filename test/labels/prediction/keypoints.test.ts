import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import { COCO_KEYPOINTS } from '@datagym/labels/formats/shared/predictedKeypoints';
import type { LabelClass, LabelObject } from '@datagym/labels/model';
import { withKeypointClasses } from '@datagym/labels/prediction/keypoints';
import { image, object, rectangle } from '../build';

/** A class of boxes with points in it. */
function person(...points: string[]): LabelClass[] {
	return [
		{ key: 'person', name: 'Person', type: 'rectangle', number: 0, parents: [] },
		...points.map(
			(key, index): LabelClass => ({ key, name: key, type: 'point', number: index + 1, parents: ['person'] }),
		),
	];
}

const at = (className: string, x: number): LabelObject => object(className, { type: 'point', x, y: 1 });

function fitted(names: readonly string[], classes: LabelClass[], order: readonly string[] = [], className = 'person') {
	const children = names.map((name, index) => at(name, index));
	const report = new ConversionReport();
	const given = image([object(className, rectangle(), { children })]);
	const { objects } = withKeypointClasses(given, classes, order, report);
	return {
		points: objects.flatMap((label) =>
			label.children.map(({ className: key, geometry }) => `${key} ${geometry.type === 'point' ? geometry.x : '?'}`),
		),
		report: report.list().map(({ reason, className: name, count }) => `${reason} ${name} ${count}`),
	};
}

describe('keypoints', () => {
	test('become the nested points of their names, however these are written', () => {
		expect(fitted(['Left-Eye', 'nose', 'right eye'], person('left_eye', 'nose', 'right_eye'))).toEqual({
			points: ['left_eye 0', 'nose 1', 'right_eye 2'],
			report: [],
		});
	});

	test('without a class are counted and left out', () => {
		expect(fitted(['nose', 'tail', 'paw'], person('nose'))).toEqual({
			points: ['nose 0'],
			report: ['keypoint person 2'],
		});
		expect(fitted(['nose'], person('nose'), [], 'dog')).toEqual({ points: [], report: ['keypoint dog 1'] });
	});

	test('without names come in the order that the user gave', () => {
		const classes = person('ear', 'nose', 'tail');
		expect(fitted(['keypoint_1', 'keypoint_3'], classes, ['tail', 'nose', 'ear']).points).toEqual(['tail 0', 'ear 1']);
	});

	test('without names are never taken in the order of the keys, which is not that of a model', () => {
		expect(fitted(['keypoint_1', 'keypoint_2'], person('left_eye', 'nose'))).toEqual({
			points: [],
			report: ['keypoint person 2'],
		});
	});

	test('without names are those of COCO if the class has all of these', () => {
		const classes = person(...COCO_KEYPOINTS.map((name) => name.replace('_', ' ')).sort());
		expect(fitted(['keypoint_1', 'keypoint_2', 'keypoint_17'], classes).points).toEqual([
			'nose 0',
			'left eye 1',
			'right ankle 2',
		]);
	});

	test('without names are numbered if the keys are', () => {
		expect(
			fitted(['keypoint_2', 'keypoint_10'], person('p10', 'p2', 'p1', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8', 'p9')).points,
		).toEqual(['p2 0', 'p10 1']);
		expect(fitted(['keypoint_1', 'keypoint_2'], person('tip'))).toEqual({
			points: ['tip 0'],
			report: ['keypoint person 1'],
		});
	});

	test('stay where they are if they are no points of a label', () => {
		const labels = image([at('lamp', 1), object('person', rectangle(), { children: [object('hat', rectangle())] })]);
		expect(withKeypointClasses(labels, person('nose'), [], new ConversionReport())).toEqual(labels);
	});
});
