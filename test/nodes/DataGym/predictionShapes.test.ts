/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { IDataObject } from 'n8n-workflow';
import { compressRunLengths } from '@datagym/labels/geometry/mask';
import type { Content, LabelValue, Task } from '../../emulator/store/model';
import { valuesOf } from '../../emulator/store/values';
import { jsonOf } from '../../support/datagym';
import { drawn } from '../../labels/geometry/pictures';
import { PredictionHarness } from './predictionHarness';

/** Masks, keypoints, flat labels of nested classes and classes of images, as they are stored in a project that has places for them. */

let lab: PredictionHarness;

beforeAll(async () => {
	lab = await PredictionHarness.open();
});
afterAll(async () => await lab.close());

/** A task for an image of 640 × 480 pixels. */
function newTask(): Task {
	const { seed, store } = lab.datagym.server;
	const name = `Shapes ${store.projects.size}`;
	const { project, dataset } = seed.project({
		name,
		datasetName: name,
		classes: [
			{ entryKey: 'car', type: 'rectangle', children: [{ entryKey: 'plate', type: 'rectangle' }] },
			{
				entryKey: 'person',
				type: 'rectangle',
				children: ['nose', 'left eye', 'tail'].map((entryKey) => ({ entryKey, type: 'point' as const })),
			},
			{ entryKey: 'road', type: 'polygon' },
			{ entryKey: 'weather', type: 'select', options: { sun: 'Sun', rain: 'Rain' } },
		],
	});
	const [task] = seed.tasks(project, dataset!, { count: 1, name: () => 'a.jpg' });
	return task!;
}

async function imported(format: string, parameters: IDataObject) {
	const task = newTask();
	const run = await lab.import(task.project.id, format, { imageReference: 'a.jpg', ...parameters }, [{ json: {} }], {
		onError: 'continueRegularOutput',
	});
	const [output] = jsonOf(run);
	const hints = run.hintsOf('DataGym').map(({ message }) => message);
	return { hints, output: output!, stored: valuesOf(task).map(described), task };
}

function described({ entry, content, children }: LabelValue): string {
	const nested = children.map(described);
	return `${entry.key} ${numbersIn(content)}${nested.length === 0 ? '' : ` (${nested.join(', ')})`}`;
}

function numbersIn(content: Content): string {
	if (content.type === 'RECTANGLE') return [content.x, content.y, content.width, content.height].join(' ');
	if (content.type === 'POINT') return `${content.x} ${content.y}`;
	if (content.type === 'POLYGON') return `${content.points.length} points`;
	return content.type === 'SELECT' ? String(content.selectKey) : content.type;
}

/** Points of the only polygon. */
function pointsIn(stored: readonly string[]): number {
	const [road] = stored.filter((label) => label.startsWith('road'));
	return Number(/^road (\d+) points$/.exec(road ?? '')?.[1]);
}

/** Column by column, as COCO counts. */
function runLengths(isIn: (x: number, y: number) => boolean): IDataObject {
	const { width, height, pixels } = drawn(640, 480, isIn);
	const counts = [0];
	for (let at = 0, isOn = 0; at < width * height; at++) {
		const pixel = pixels[(at % height) * width + Math.floor(at / height)] ?? 0;
		if (pixel !== isOn) counts.push(0);
		isOn = pixel;
		counts[counts.length - 1]! += 1;
	}
	return { size: [height, width], counts: compressRunLengths(counts) };
}

const CATEGORIES = ['car', 'plate', 'person', 'road'].map((name, index) => ({ id: index + 1, name }));
const coco = (annotations: IDataObject[], image: IDataObject = {}, categories: IDataObject[] = CATEGORIES) => ({
	predictions: JSON.stringify({
		images: [{ id: 1, file_name: 'a.jpg', width: 640, height: 480, ...image }],
		categories,
		annotations: annotations.map((annotation) => ({ image_id: 1, ...annotation })),
	}),
});

describe('Prediction: Import', () => {
	const DISC = runLengths((x, y) => Math.hypot(x - 320, y - 240) < 200 && Math.hypot(x - 320, y - 240) > 50);

	test('makes a mask a polygon of some dozens of points, and tells what became of its hole', async () => {
		const { output, stored } = await imported('coco', coco([{ category_id: 4, segmentation: DISC }]));
		const points = pointsIn(stored);
		expect(points).toBeGreaterThan(20);
		expect(points).toBeLessThan(60);
		expect(output.conversionReport).toMatchObject([
			{ reason: 'converted', className: 'road', count: 1 },
			{ reason: 'holes-filled', className: 'road', count: 1 },
		]);
	});

	test('keeps the edges of the pixels of a mask with a tolerance of 0', async () => {
		const options = { maskTolerance: 0 };
		const { stored } = await imported('coco', { ...coco([{ category_id: 4, segmentation: DISC }]), options });
		expect(pointsIn(stored)).toBeGreaterThan(900);
	});

	test('makes a mask the box around it for a class of boxes', async () => {
		const { stored } = await imported('coco', coco([{ category_id: 1, segmentation: DISC }]));
		expect(stored).toContain('car 120 40 400 400');
	});

	test('gives the keypoints of COCO the points nested in their class, and counts the others', async () => {
		const categories = [{ id: 1, name: 'person', keypoints: ['nose', 'left_eye', 'right_eye'] }];
		const annotation = { category_id: 1, bbox: [10, 20, 100, 200], keypoints: [50, 60, 2, 40, 50, 1, 60, 50, 2] };
		const { output, stored } = await imported('coco', coco([annotation], {}, categories));
		expect(stored).toContain('person 10 20 100 200 (nose 50 60, left eye 40 50)');
		expect(output).toMatchObject({
			skippedCount: 1,
			conversionReport: [{ reason: 'keypoint', className: 'person', count: 1 }],
		});
	});

	test('reads the keypoints of people that a model for COCO finds, in the box around them', async () => {
		const keypoints = [50, 60, 1, 40, 50, 1, ...new Array<number>(45).fill(0)];
		const { stored } = await imported('cocoResults', {
			categoriesFrom: 'coco',
			predictions: JSON.stringify([{ image_id: 1, category_id: 1, keypoints, score: 0.9 }]),
		});
		expect(stored).toContain('person 40 50 10 10 (nose 50 60, left eye 40 50)');
	});

	const POSE = `0 0.5 0.5 0.25 0.5 0.5 0.5 2 0.46875 0.4375 2 0 0 0`;

	test('reads pose files of YOLO, with the keypoints in the order of the model', async () => {
		const options = { keypoints: 'nose, left eye, tail', imageWidth: 640, imageHeight: 480 };
		const { stored } = await imported('yoloPose', { labelText: POSE, classNames: 'person', options });
		expect(stored).toContain('person 240 120 160 240 (nose 320 240, left eye 300 210)');
	});

	test('does not guess what the keypoints of a pose file are', async () => {
		const options = { imageWidth: 640, imageHeight: 480 };
		const { hints, output, stored } = await imported('yoloPose', { labelText: POSE, classNames: 'person', options });
		expect(stored).toContain('person 240 120 160 240');
		expect(output).toMatchObject({ skippedCount: 2, conversionReport: [{ reason: 'keypoint', count: 2 }] });
		expect(hints.join()).toContain('enter "Keypoints" if they have no names');
	});

	test('does not take pose files for outlines', async () => {
		const options = { imageWidth: 640, imageHeight: 480 };
		const { output, stored } = await imported('yolo', { labelText: POSE, classNames: 'person', options });
		expect(stored.filter((label) => label.startsWith('person'))).toEqual([]);
		expect(output.error).toMatch('Choose the format "YOLO Pose"');
	});

	const PLATES = coco([
		{ category_id: 2, bbox: [30, 70, 20, 10] },
		{ category_id: 1, bbox: [10, 20, 100, 80] },
		{ category_id: 2, bbox: [400, 400, 20, 10] },
	]);

	test('puts a flat label of a nested class into the label that contains it, and counts those without one', async () => {
		const { output, stored } = await imported('coco', PLATES);
		expect(stored).toContain('car 10 20 100 80 (plate 30 70 20 10)');
		expect(output).toMatchObject({
			labelCount: 1,
			skippedCount: 1,
			conversionReport: [{ reason: 'no-parent', className: 'plate', count: 1 }],
		});
	});

	test('fails for labels without a parent if the user wants that', async () => {
		const { output, stored } = await imported('coco', { ...PLATES, options: { withoutParent: 'fail' } });
		expect(stored.filter((label) => label.startsWith('car'))).toEqual([]);
		expect(output.error).toMatch('"plate" is not defined at the top level');
	});

	test('changes nothing in an image in which nothing but labels without a parent is left', async () => {
		const { output } = await imported('coco', coco([{ category_id: 2, bbox: [30, 70, 20, 10] }]));
		expect(output.error).toMatch('Nothing is left of what the model found in the image "a.jpg": 1 of nested classes');
	});

	test('answers the classification that has the class of the image as an option', async () => {
		const { stored } = await imported('coco', coco([], { attributes: { class: 'Rain' } }));
		expect(stored).toContain('weather rain');
	});

	test('changes nothing in an image whose class is no option', async () => {
		const { output } = await imported('coco', coco([], { attributes: { class: 'cat' } }));
		expect(output).toMatchObject({
			error: 'Nothing is left of what the model found in the image "a.jpg": 1 not an option',
			details: expect.stringContaining('"Class Mapping"'),
		});
	});
});
