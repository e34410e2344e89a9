import fc from 'fast-check';
import { datasetClasses } from '@datagym/labels/classes/datasetClasses';
import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import { COCO_KEYPOINTS } from '@datagym/labels/formats/shared/predictedKeypoints';
import { readYolo } from '@datagym/labels/formats/yolo';
import { writeYoloPose } from '@datagym/labels/formats/yoloPose';
import { readYoloPose, type YoloPoseParameters } from '@datagym/labels/formats/yoloPoseReader';
import type { LabelClass, LabelObject } from '@datagym/labels/model';
import { image, object, rectangle } from '../build';

const IMAGE = { imageId: 'i', imageName: 'a.jpg', width: 1000, height: 500 };

function read(text: string, parameters: Partial<YoloPoseParameters> = {}) {
	const { image: labeled, problems } = readYoloPose(text, IMAGE, {
		classNames: ['person'],
		keypoints: [],
		...parameters,
	});
	return {
		labels: labeled.objects.map(({ className, score, children }) => ({
			className,
			...(score !== undefined && { score }),
			points: children.map(({ className: name, geometry }) =>
				geometry.type === 'point' ? `${name} ${geometry.x} ${geometry.y}` : geometry.type,
			),
		})),
		problems: problems.map(({ path, message }) => `${path}: ${message}`),
	};
}

const person = (count: number): LabelClass[] => [
	{ key: 'person', name: 'Person', type: 'rectangle', number: 0, parents: [] },
	...Array.from({ length: count }, (_, index): LabelClass => {
		const key = `p${index + 1}`;
		return { key, name: key, type: 'point', number: index + 1, parents: ['person'] };
	}),
];

describe('a pose file of YOLO', () => {
	// A row as in Ultralytics' coco8-pose, which writes visibilities as 2.000000.
	const COCO8 =
		'0 0.671279 0.617945 0.645759 0.726859 0.519751 0.381250 2.000000 0.550936 0.348438 2.000000 0.488565 0.367188 2.000000 0.642412 0.354687 2.000000 0.488565 0.395313 2.000000 0.738046 0.526563 2.000000 0.446985 0.534375 2.000000 0.846154 0.771875 2.000000 0.442827 0.812500 2.000000 0.925156 0.964063 2.000000 0.507277 0.698438 2.000000 0.702703 0.942187 2.000000 0.555094 0.950000 2.000000 0.000000 0.000000 0.000000 0.000000 0.000000 0.000000 0.000000 0.000000 0.000000 0.000000 0.000000 0.000000';

	test('of a dataset of people has the keypoints of COCO, without those that are not there', () => {
		const { labels, problems } = read(COCO8);
		expect(problems).toEqual([]);
		expect(labels[0]?.points).toHaveLength(13);
		expect(labels[0]?.points[0]).toBe('nose 519.751 190.625');
		expect(labels[0]?.points.map((point) => point.split(' ')[0])).toEqual(COCO_KEYPOINTS.slice(0, 13));
	});

	test('of a model has scores, and no points of which it is not even half sure', () => {
		const row = `0 0.5 0.5 0.4 0.8 ${'0.51 0.52 0.97 '.repeat(16)}0.4 0.4 0.31 0.88`;
		const { labels, problems } = read(row);
		expect(problems).toEqual([]);
		expect(labels).toEqual([
			{ className: 'person', score: 0.88, points: COCO_KEYPOINTS.slice(0, 16).map((name) => `${name} 510 260`) },
		]);
	});

	test('without visibilities has all points but those at 0, 0', () => {
		expect(read('0 0.5 0.5 0.2 0.2 0.45 0.5 0 0', { keypoints: ['head', 'tail'] }).labels).toEqual([
			{ className: 'person', points: ['head 450 250'] },
		]);
	});

	// 6 numbers behind the box are two points with a visibility, or three without.
	const TWO_OR_THREE = '0 0.5 0.5 0.9 0.9 0.4 0.5 0.6 0.5 0.6 0.5';

	test('that can be read in two ways is refused, with what to do', () => {
		expect(read(TWO_OR_THREE)).toEqual({
			labels: [],
			problems: [
				': The rows can have 2 or 3 keypoints. Enter their point classes in "Keypoints", in the order of the model.',
			],
		});
	});

	test('is decided by the keypoints that the user gave', () => {
		expect(read(TWO_OR_THREE, { keypoints: ['a', 'b'] }).labels[0]?.points).toEqual(['a 400 250', 'b 500 300']);
		expect(read(TWO_OR_THREE, { keypoints: ['a', 'b', 'c'] }).labels[0]?.points).toEqual([
			'a 400 250',
			'b 600 250',
			'c 600 250',
		]);
		expect(read(TWO_OR_THREE, { keypoints: ['a'] }).problems[0]).toMatch('The rows can have 2 or 3 keypoints');
		expect(read('0 0.5 0.5 0.2 0.2 0.5 0.5 2 0.5 0.5 2', { keypoints: ['a'] }).problems).toEqual([
			'line 1: The model has 2 keypoints, but "Keypoints" has 1. Enter one for each, in their order.',
		]);
	});

	test('is decided by the points of the class in the project', () => {
		expect(read(TWO_OR_THREE, { labelClasses: person(3) }).labels[0]?.points).toHaveLength(3);
		expect(read(TWO_OR_THREE, { labelClasses: person(2) }).labels[0]?.points).toHaveLength(2);
	});

	test('is decided by where the points would be', () => {
		// As three points, the first two would lie far from the small box.
		expect(read('0 0.2 0.2 0.1 0.1 0.2 0.2 0.9 0.21 0.21 0.9').labels[0]?.points).toEqual([
			'keypoint_1 200 100',
			'keypoint_2 210 105',
		]);
	});

	test('reports rows of other columns, of unknown classes, and of no numbers', () => {
		const good = '0 0.5 0.5 0.2 0.2 0.5 0.5 2';
		expect(
			read([good, '0 0.5 0.5 0.2 0.2 0.5 0.5', '7 0.5 0.5 0.2 0.2 0.5 0.5 2', 'person', ''].join('\n')).problems,
		).toEqual([
			'line 4: "person" is no class, box and keypoints in numbers. Correct the row.',
			'line 2: The row has other columns than the first one, which has 1 keypoints. Correct the row.',
			'line 3: There is no class name for the class ID 7. Enter all class names, as in data.yaml.',
		]);
	});

	test('of boxes alone has boxes, and an empty one nothing', () => {
		expect(read('0 0.5 0.5 0.2 0.2').labels).toEqual([{ className: 'person', points: [] }]);
		expect(read('')).toEqual({ labels: [], problems: [] });
	});

	test('needs the size of the image', () => {
		const { problems } = readYoloPose(
			'0 0.5 0.5 0.2 0.2 0.5 0.5 2',
			{ imageId: '', imageName: '' },
			{ classNames: [], keypoints: [] },
		);
		expect(problems.map(({ reason }) => reason)).toEqual(['no-size']);
	});

	test('that we wrote is read back, whatever points are missing', () => {
		const keypoints = ['p1', 'p2', 'p3', 'p4', 'p5'];
		const labelClasses = person(5);
		const classes = datasetClasses(labelClasses, { types: ['rectangle'] });
		const someone = fc
			.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 200 }), fc.subarray(keypoints))
			.map(([x, y, present]): LabelObject => {
				const children = present.map((key, index) => object(key, { type: 'point', x: x + index, y: y + 2 * index }));
				return object('person', rectangle(x, y, 50, 40), { children });
			});
		fc.assert(
			fc.property(fc.array(someone, { minLength: 1, maxLength: 4 }), (objects) => {
				const text = writeYoloPose(image(objects, IMAGE), { classes, keypoints, report: new ConversionReport() }) ?? '';
				const { image: labeled, problems } = readYoloPose(text, IMAGE, {
					classNames: classes.names,
					keypoints: [],
					labelClasses,
				});
				expect(problems).toEqual([]);
				const written = new Map(objects.map((each) => [JSON.stringify(each.geometry), each]));
				const places = ({ children }: LabelObject) =>
					children.map(({ className, geometry }) => [
						className.replace('keypoint_', 'p'),
						...(geometry.type === 'point' ? [Math.round(geometry.x), Math.round(geometry.y)] : []),
					]);
				const known = [...written.values()].map(places);
				for (const label of labeled.objects) expect(known).toContainEqual(places(label));
			}),
		);
	});

	test('is not taken for outlines by the reader of the other files', () => {
		const asOutlines = (text: string) => readYolo(text, IMAGE, ['person']);
		const visible = '0.45 0.4 0.91 0.55 0.4 0.88 0.5 0.6 0.93 0.42 0.66 0.77';
		for (const row of [COCO8, `0 0.5 0.5 0.3 0.5 ${visible}`, `0 0.5 0.5 0.3 0.5 ${visible} 0.9`]) {
			const { image: labeled, problems } = asOutlines(`0 0.1 0.1 0.2 0.1 0.2 0.2\n${row}`);
			expect(labeled.objects).toEqual([]);
			expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
				'line 2: The row has keypoints, which would become an outline. Choose the format "YOLO Pose".',
			]);
		}
		const outline = Array.from({ length: 24 }, (_, index) => {
			const angle = (index / 24) * 2 * Math.PI;
			return `${(0.5 + 0.2 * Math.cos(angle)).toFixed(6)} ${(0.5 + 0.2 * Math.sin(angle)).toFixed(6)}`;
		});
		expect(asOutlines(`0 ${outline.join(' ')}\n0 ${outline.slice(0, 13).join(' ')} 0.93`).problems).toEqual([]);
	});
});
