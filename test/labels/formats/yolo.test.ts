import fc from 'fast-check';
import { fileNamesOf } from '@datagym/labels/dataset/fileNames';
import { type CoordinateFrame, datasetFiles } from '@datagym/labels/formats/catalog';
import type { WritableFormat } from '@datagym/labels/formats/format';
import { yoloDataYaml, yoloLabelPath, type YoloWriter } from '@datagym/labels/formats/shared/yoloDataset';
import { readYolo } from '@datagym/labels/formats/yolo';
import { yoloClassFolders, yoloClassify } from '@datagym/labels/formats/yoloClassify';
import { writeYoloDetect, yoloDetect } from '@datagym/labels/formats/yoloDetect';
import { writeYoloObb } from '@datagym/labels/formats/yoloObb';
import { writeYoloPose } from '@datagym/labels/formats/yoloPose';
import { writeYoloSegment, yoloSegment } from '@datagym/labels/formats/yoloSegment';
import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import { datasetClasses } from '@datagym/labels/classes/datasetClasses';
import { atOnce } from '@datagym/labels/steps/steps';
import type { BriefImage } from '@datagym/labels/store/imageList';
import type { LabeledImage, LabelObject } from '@datagym/labels/model';
import { geometryPoints } from '@datagym/labels/geometry/shapes';
import { displayedSize, SAVED_BOXES } from '@datagym/test/support/paintedPhotographs';
import { answers, FLEET_CLASSES, image, object, polygon, rectangle } from '../build';
import { CLASSES, datasetImages, KINDS, type Kind } from './datasets';

const SIZE = { width: 200, height: 100 };

function write(writer: YoloWriter, labeled: LabeledImage) {
	const report = new ConversionReport();
	const text = writer(labeled, { classes: CLASSES, report });
	return { text, report: report.list().map(({ reason, count }) => `${reason} ${count}`) };
}

const DATASET = {
	classes: CLASSES,
	labelClasses: [],
	splitOf: () => 'train' as const,
	fileNameOf: ({ imageId }: BriefImage) => `${imageId}.jpg`,
	includesImages: true,
	classificationKey: 'weather',
	keypoints: [],
};

/** The label file of an image in a dataset. */
function writeInDataset(format: WritableFormat, labeled: LabeledImage, frame?: CoordinateFrame) {
	const report = new ConversionReport();
	const texts = [...datasetFiles(format, [labeled], { ...DATASET, report }, frame)].flatMap((file) =>
		'text' in file && file.path.startsWith('labels/') ? [...file.text] : [],
	);
	return { text: texts.join(''), report: report.list().map(({ reason, count }) => `${reason} ${count}`) };
}

describe('a YOLO label file', () => {
	test('has the class, the center and the size as fractions', () => {
		expect(write(writeYoloDetect, image([object('car', rectangle(10, 20, 30, 40))], SIZE))).toEqual({
			text: '0 0.125 0.4 0.15 0.4\n',
			report: [],
		});
	});

	test('is empty for an image without labels, and is not there without a size', () => {
		expect(write(writeYoloDetect, image([], SIZE))).toEqual({ text: '', report: [] });
		expect(write(writeYoloDetect, image([]))).toEqual({ text: undefined, report: ['no-size 1'] });
	});

	test('follows the image as it is shown, or as it is stored where the orientation is removed', () => {
		// What DataGym's editor saved for the block at 30, 20 of 60 × 40 stored pixels (docs/contract.md#coordinates).
		const [x, y, width, height] = SAVED_BOXES[6];
		const turned = image([object('car', rectangle(x, y, width, height))], { ...displayedSize(6), orientation: 6 });
		expect(writeInDataset(yoloDetect, turned).text).toBe('0 0.666667 0.375 0.333333 0.375\n');
		expect(writeInDataset(yoloDetect, turned, 'stored').text).toBe('0 0.375 0.333333 0.375 0.333333\n');
	});

	test('has shapes cut off at the edge, and none from outside', () => {
		const cars = [
			object('car', rectangle(-10, -10, 20, 20)),
			object('car', rectangle(300, 0, 5, 5)),
			object('car', rectangle(5, 5, 0, 9)),
		];
		expect(write(writeYoloDetect, image(cars, SIZE))).toEqual({
			text: '0 0.025 0.05 0.05 0.1\n',
			report: ['clipped 1', 'outside 1', 'too-small 1'],
		});
	});

	test('has equal rows once', () => {
		expect(
			write(writeYoloDetect, image([object('car', rectangle()), object('car', rectangle())], SIZE)).report,
		).toEqual(['duplicate 1']);
	});

	test('of boxes holds the boxes of outlines, and counts what else is lost', () => {
		const car = object('car', rectangle(), {
			classifications: answers({ color: ['red'] }),
			children: [object('plate', polygon([10, 10], [20, 10], [20, 20]))],
			score: 0.5,
		});
		const labeled = image([car, object('lamp', { type: 'point', x: 1, y: 1 })], {
			...SIZE,
			classifications: answers({ weather: ['sun'] }),
		});
		expect(write(writeYoloDetect, labeled)).toEqual({
			text: '0 0.125 0.4 0.15 0.4\n3 0.075 0.15 0.05 0.1\n',
			report: ['classification 1', 'classification 1', 'score 1', 'reduced-to-box 1', 'nesting 1', 'geometry-type 1'],
		});
	});

	test('of outlines has boxes as corners and the parts of a segmentation as rows', () => {
		const square = (x: number) => [
			{ x, y: 0 },
			{ x: x + 20, y: 0 },
			{ x: x + 20, y: 20 },
		];
		const sky = object('sky', { type: 'segmentation', regions: [[square(0), square(5)], [square(100)]] });
		expect(write(writeYoloSegment, image([object('car', rectangle(0, 0, 20, 20)), sky], SIZE))).toEqual({
			text: '0 0 0 0.1 0 0.1 0.2 0 0.2\n5 0 0 0.1 0 0.1 0.2\n5 0.5 0 0.6 0 0.6 0.2\n',
			report: ['split-into-parts 1', 'reduced-to-polygon 1'],
		});
	});

	test('of turned boxes has four corners for every shape', () => {
		const diamond = polygon([50, 0], [100, 50], [50, 100], [0, 50]);
		const house = polygon([0, 20], [20, 0], [40, 20], [40, 60], [0, 60]);
		const { text, report } = write(writeYoloObb, image([object('road', diamond), object('road', house)], SIZE));
		expect(text?.split('\n')[0]).toBe('4 0.25 0 0.5 0.5 0.25 1 0 0.5');
		const corners = text?.split('\n')[1]?.split(' ').slice(1).map(Number) ?? [];
		expect(corners).toHaveLength(8);
		expect(Math.min(...corners.filter((_, index) => index % 2 === 0))).toBe(0);
		expect(report).toEqual(['reduced-to-box 1']);
	});

	test('of poses has the points that are nested in a box', () => {
		const lamp = (x: number) => object('lamp', { type: 'point', x, y: 50 });
		const car = object('car', rectangle(0, 0, 100, 100), { children: [lamp(50), lamp(60)] });
		const report = new ConversionReport();
		const text = writeYoloPose(image([car, lamp(1)], SIZE), {
			classes: CLASSES,
			report,
			keypoints: ['mirror', 'lamp'],
		});
		expect(text).toBe('0 0.25 0.5 0.5 1 0 0 0 0.25 0.5 2\n');
		expect(report.list()).toEqual([expect.objectContaining({ reason: 'geometry-type', className: 'lamp', count: 2 })]);
	});

	test('of poses tells what is lost of keypoints, also those of boxes that are not written', () => {
		const lamp = (x: number, more: Partial<LabelObject> = {}) => object('lamp', { type: 'point', x, y: 50 }, more);
		const cars = [
			object('car', rectangle(0, 0, 100, 100), { children: [lamp(-5)] }),
			object('car', rectangle(0, 0, 50, 50), { children: [lamp(5, { score: 0.5 })] }),
			object('car', rectangle(500, 0, 50, 50), { children: [lamp(5)] }),
			object('car', rectangle(9, 9, 50, 50), { children: [lamp(7)] }),
			object('car', rectangle(9, 9, 50, 50), { children: [lamp(7)] }),
		];
		const report = new ConversionReport();
		const classes = datasetClasses(FLEET_CLASSES, { types: ['rectangle', 'polygon', 'segmentation'] });
		expect(classes.names).toEqual(['car', 'plate', 'road', 'sky']);
		const text = writeYoloPose(image([...cars, lamp(8)], SIZE), { classes, report, keypoints: ['lamp'] });
		expect(text?.trim().split('\n')).toHaveLength(3);
		expect(report.list().map(({ reason, className, count }) => `${reason} ${className} ${count}`)).toEqual([
			'outside car 1',
			'geometry-type lamp 2',
			'outside lamp 1',
			'score lamp 1',
			'duplicate car 1',
			'duplicate lamp 1',
		]);
	});

	test.each<[string, WritableFormat, Kind]>([
		['boxes', yoloDetect, KINDS.car],
		['outlines', yoloSegment, KINDS.road],
	])('of %s is read back within a hundredth of a pixel', (_what, format, kind) => {
		const corners = (labeled: LabeledImage) =>
			labeled.objects.flatMap(({ geometry }) => geometryPoints(geometry).flatMap(({ x, y }) => [x, y]));
		fc.assert(
			fc.property(datasetImages({ kinds: [kind] }), (all) => {
				for (const each of all) {
					const labeled = { ...each, width: 9000, height: 9500 };
					const { text, report } = writeInDataset(format, labeled);
					if (report.length > 0) continue;
					const { image: read, problems } = readYolo(text, labeled, CLASSES.names);
					const expected = corners(labeled);
					expect(problems).toEqual([]);
					expect(read).toMatchObject({ width: 9000, height: 9500 });
					expect(corners(read).filter((number, index) => Math.abs(number - (expected[index] ?? NaN)) > 0.011)).toEqual(
						[],
					);
					expect(corners(read)).toHaveLength(expected.length);
				}
			}),
		);
	});

	test('never has a number outside of 0 to 1, whatever the shapes are', () => {
		const anywhere = fc.double({ min: -1000, max: 1000, noNaN: true });
		const shape = fc.array(fc.tuple(anywhere, anywhere), { minLength: 3, maxLength: 7 });
		fc.assert(
			fc.property(fc.array(shape, { maxLength: 3 }), (shapes) => {
				const labeled = image(
					shapes.map((corners) => object('road', polygon(...corners))),
					SIZE,
				);
				for (const writer of [writeYoloDetect, writeYoloSegment, writeYoloObb]) {
					const rows =
						write(writer, labeled)
							.text?.trim()
							.split('\n')
							.filter((row) => row !== '') ?? [];
					for (const number of rows.flatMap((row) => row.split(' ').slice(1).map(Number))) {
						expect(number).toBeGreaterThanOrEqual(0);
						expect(number).toBeLessThanOrEqual(1);
					}
				}
			}),
		);
	});
});

describe('a YOLO label file of a model', () => {
	const at = { imageId: '', imageName: 'a.jpg', ...SIZE };

	test('has scores at the end of its rows', () => {
		const { image: read } = readYolo('0 0.5 0.5 0.5 0.5 0.9\n1 0 0 0.5 0 0.5 1 0.25\n', at, ['car', 'road']);
		expect(read.objects).toEqual([
			object('car', rectangle(50, 25, 100, 50), { score: 0.9 }),
			object('road', polygon([0, 0], [100, 0], [100, 100]), { score: 0.25 }),
		]);
	});

	test('has its faults told by line', () => {
		const { image: read, problems } = readYolo('0 0.5 0.5 x 0.5\n9 0 0 1 1\n0 1\n\n0 0.5 0.5 1 1', at, ['car']);
		expect(problems.map(({ path }) => path)).toEqual(['line 1', 'line 2', 'line 3']);
		expect(read.objects).toHaveLength(1);
	});

	test('cannot be read without the size of its image, and never crashes', () => {
		expect(readYolo('', { imageId: '', imageName: '' }, []).problems).toEqual([
			expect.objectContaining({ reason: 'no-size' }),
		]);
		fc.assert(fc.property(fc.string(), (text) => expect(readYolo(text, at, ['car']).image).toBeDefined()));
	});
});

describe("a YOLO dataset's data.yaml", () => {
	test('names train and val, also when one has no images, and quotes hostile names', () => {
		expect(yoloDataYaml({ names: ['car', '"a": \n- b'], splits: ['train', 'test'] })).toBe(
			[
				'# Folders are relative to this file.',
				'path: ""',
				'train: images/train',
				'val: images/train',
				'test: images/test',
				'names:',
				'  0: "car"',
				'  1: "\\"a\\": \\n- b"',
				'',
			].join('\n'),
		);
	});

	test('has the shape of keypoints for poses', () => {
		expect(yoloDataYaml({ names: ['car'], splits: ['val'], keypoints: ['nose', 'tail'] })).toContain(
			'train: images/val\nval: images/val\nkpt_shape: [2, 3]\n',
		);
	});

	test('names the keypoints of each class, as Ultralytics reads them by class ID', () => {
		expect(yoloDataYaml({ names: ['car', 'van'], splits: ['train'], keypoints: ['nose', 'a"b'] })).toContain(
			'kpt_names:\n  0: ["nose", "a\\"b"]\n  1: ["nose", "a\\"b"]\nnames:\n',
		);
	});

	// flip_idx of cfg/datasets/coco8-pose.yaml in Ultralytics, and sets whose names do not tell the sides.
	test.each([
		[
			'nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow right_elbow left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle right_ankle',
			'[0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]',
		],
		['eye-Right nose Eye-Left', '[2, 1, 0]'],
		['l_wing beak r_wing', '[2, 1, 0]'],
		['beak', '[0]'],
		['left_eye nose', undefined],
		['nose hand', undefined],
		['tl tr br bl', undefined],
		['left_eye right_eye left_ear', undefined],
		['left', undefined],
	])('swaps the sides of %s when an image is mirrored', (keys, expected) => {
		const yaml = yoloDataYaml({ names: ['car'], splits: ['train'], keypoints: keys.split(' ') });
		expect(/^flip_idx: (.*)$/m.exec(yaml)?.[1]).toBe(expected);
		expect(/^# No flip_idx/m.test(yaml)).toBe(expected === undefined);
	});

	test('keeps label files in its folders, whatever images are called', () => {
		const named = fileNamesOf([{ imageId: 'id-1', imageName: '../../a.b.jpg' }], new ConversionReport());
		expect(yoloLabelPath(named.get('id-1')!, 'val')).toBe('labels/val/_.._a.b.txt');
	});

	test('has label files that differ from their image in folder and extension only', () => {
		expect(yoloLabelPath('a.b.jpg', 'val')).toBe('labels/val/a.b.txt');
		expect(yoloLabelPath('no extension', 'val')).toBe('labels/val/no extension.txt');
	});

	test('puts an image into the folder of its answer', () => {
		const report = new ConversionReport();
		const images = [['sun'], ['../x', 'y'], []].map((values) =>
			image([], { classifications: answers({ weather: values }) }),
		);
		expect([...atOnce(yoloClassFolders(images, 'weather', report)).values()]).toEqual(['sun', '_x']);
		expect(report.list().map(({ reason }) => reason)).toEqual(['several-classes', 'without-class']);
	});

	test('has a folder of answers in each side, and leaves out what has no answer', () => {
		const images = [['sun'], ['../x', 'y'], []].map((values, index) =>
			image([], { imageId: `id-${index}`, classifications: answers({ weather: values }) }),
		);
		const files = datasetFiles(yoloClassify, images, { ...DATASET, report: new ConversionReport() });
		expect([...files].map(({ path }) => path)).toEqual(['train/sun/id-0.jpg', 'train/_x/id-1.jpg']);
	});

	test('keeps answers apart that a disk would put into one folder', () => {
		const images = ['wet/icy', 'wet:icy', 'Wet_icy', 'dry', 'wet/icy'].map((value) =>
			image([], { classifications: answers({ road: [value] }) }),
		);
		const folders = [...atOnce(yoloClassFolders(images, 'road', new ConversionReport())).values()];
		expect(folders).toEqual([
			expect.stringMatching(/^wet_icy_[0-9a-f]{8}$/),
			expect.stringMatching(/^wet_icy_[0-9a-f]{8}$/),
			expect.stringMatching(/^Wet_icy_[0-9a-f]{8}$/),
			'dry',
			folders[0],
		]);
		expect(new Set(folders.map((folder) => folder.toLowerCase())).size).toBe(4);
	});
});
