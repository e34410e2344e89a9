import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cocoIndex, readCoco, readCocoResults } from '@datagym/labels/formats/cocoReader';
import { readCreateMl } from '@datagym/labels/formats/createMl';
import { readCvat } from '@datagym/labels/formats/cvatReader';
import { readGoogleVision } from '@datagym/labels/formats/googleVision';
import { readHuggingFaceDetections } from '@datagym/labels/formats/huggingFace';
import { readLabelMe } from '@datagym/labels/formats/labelMeReader';
import { readLabelStudio } from '@datagym/labels/formats/labelStudioReader';
import { readPascalVoc } from '@datagym/labels/formats/pascalVocReader';
import { readRekognition } from '@datagym/labels/formats/rekognition';
import { readRoboflow } from '@datagym/labels/formats/roboflow';
import { readUltralytics } from '@datagym/labels/formats/ultralytics';
import { readYolo } from '@datagym/labels/formats/yolo';
import { readYoloPose } from '@datagym/labels/formats/yoloPoseReader';
import type { Geometry, LabeledImage } from '@datagym/labels/model';
import type { LabelProblem } from '@datagym/labels/parsing/problem';

/** Samples that the formats' own tools wrote (`fixtures/write.py`): `<format>.<tool>-<version>.<extension>`. */
const FOLDER = join(__dirname, 'fixtures');

const IMAGE = { imageId: '', imageName: 'street 1.jpg', width: 640, height: 480 };
const CAR: Geometry = { type: 'rectangle', x: 100.5, y: 50.25, width: 200, height: 100 };
const PERSON: Geometry = { type: 'rectangle', x: 0, y: 0, width: 32, height: 64 };
const ROAD: Geometry = { type: 'polygon', points: points([10, 400], [630, 410], [600, 470], [20, 460]) };
const LANE: Geometry = { type: 'line', points: points([300, 400], [310, 430], [330, 470]) };
const LAMP: Geometry = { type: 'point', x: 500, y: 20 };
/** As VOC and Hugging Face round to whole pixels; 50.25 + 100 is 150. */
const WHOLE_CAR: Geometry = { type: 'rectangle', x: 100, y: 50, width: 200, height: 100 };

function points(...pairs: [number, number][]) {
	return pairs.map(([x, y]) => ({ x, y }));
}

function textOf(format: string, tool: string): string {
	const files = readdirSync(FOLDER).filter((file) => file.startsWith(`${format}.${tool}`));
	expect(files).toHaveLength(1);
	return readFileSync(join(FOLDER, files[0] ?? ''), 'utf8');
}

function jsonOf(format: string, tool: string): unknown {
	return JSON.parse(textOf(format, tool));
}

/** `car 100.5,50.25 200x100`, to two decimals. */
function described({ image, problems }: { image: LabeledImage; problems: readonly LabelProblem[] }) {
	expect(problems).toEqual([]);
	return image.objects.map(({ className, geometry, score }) => ({
		className,
		geometry: rounded(geometry),
		...(score !== undefined && { score: Math.round(score * 1e4) / 1e4 }),
	}));
}

/** The only image of a dataset, with the name and size that it should have. */
function only(
	{ images, problems }: { images: readonly LabeledImage[]; problems: readonly LabelProblem[] },
	hasSize = true,
) {
	const [image] = images;
	if (image === undefined) throw new Error('No image was read');
	expect(images).toHaveLength(1);
	expect(image).toMatchObject(
		hasSize ? { imageName: 'street 1.jpg', width: 640, height: 480 } : { imageName: 'street 1.jpg' },
	);
	return described({ image, problems });
}

/** Coordinates to a twentieth of a pixel, which the tools' own rounding leaves. */
function rounded(geometry: Geometry): unknown {
	return JSON.parse(JSON.stringify(geometry), (_, value: unknown) =>
		typeof value === 'number' ? Math.round(value * 20) / 20 + 0 : value,
	);
}

const label = (className: string, geometry: Geometry, score?: number) => ({
	className,
	geometry,
	...(score !== undefined && { score }),
});
const BOXES = [label('car', CAR), label('person', PERSON)];
const SCORED = [label('car', CAR, 0.9), label('person', PERSON, 0.75)];

describe('COCO', () => {
	test.each(['globox', 'supervision'])('boxes of %s', (tool) => {
		expect(only(readCoco(jsonOf('coco', tool)))).toEqual(BOXES);
	});

	test('boxes, a polygon and run lengths of datumaro', () => {
		const sky: Geometry = { type: 'segmentation', regions: [[points([30, 5], [50, 5], [50, 15], [30, 15])]] };
		const read = readCoco(jsonOf('coco', 'datumaro'));
		expect(only(read)).toEqual([...BOXES, label('road', ROAD), label('sky', sky)]);
		expect(read.images[0]?.objects[0]?.classifications.color?.values).toEqual(['red']);
	});

	test('boxes and a polygon of Label Studio', () => {
		// Its converter names images by where it would have loaded them to.
		const { images, problems } = readCoco(jsonOf('coco', 'label-studio-sdk'));
		expect(images[0]?.imageName).toMatch(/street 1\.jpg$/);
		expect(only({ images: images.map((image) => ({ ...image, imageName: 'street 1.jpg' })), problems })).toEqual([
			...BOXES,
			label('road', ROAD),
		]);
	});

	test('results with masks that pycocotools compressed, and category ids with gaps', () => {
		const index = cocoIndex({
			images: [{ id: 1, file_name: 'street 1.jpg', width: 640, height: 480 }],
			annotations: [],
			categories: [
				{ id: 18, name: 'car' },
				{ id: 44, name: 'bottle' },
			],
		});
		const ring: Geometry = {
			type: 'segmentation',
			regions: [
				[
					points([200, 100], [260, 100], [260, 140], [200, 140]),
					points([210, 110], [210, 120], [230, 120], [230, 110]),
				],
			],
		};
		expect(only(readCocoResults(jsonOf('coco-results', 'pycocotools'), index))).toEqual([
			label('car', CAR, 0.9),
			label('bottle', ring, 0.5),
		]);
	});
});

describe('Pascal VOC', () => {
	test.each(['datumaro', 'globox', 'supervision'])('boxes of %s', (tool) => {
		const read = readPascalVoc(textOf('pascal-voc', tool), tool === 'supervision' ? 1 : 0);
		expect(read.image).toMatchObject({ imageName: 'street 1.jpg', width: 640, height: 480 });
		// Tools round each in their own way, to whole pixels and to even ones.
		const close = described(read).map(({ className, geometry }) => ({
			className,
			isClose: isClose(geometry, className === 'car' ? CAR : PERSON),
		}));
		expect(close).toEqual([
			{ className: 'car', isClose: true },
			{ className: 'person', isClose: true },
		]);
	});
});

describe('CVAT', () => {
	test('every kind of shape of datumaro', () => {
		expect(only(readCvat(textOf('cvat', 'datumaro')))).toEqual([
			...BOXES,
			label('road', ROAD),
			label('lane', LANE),
			label('lamp', LAMP),
		]);
	});

	test('boxes of globox, which writes no version and no labels', () => {
		expect(only(readCvat(textOf('cvat', 'globox')))).toEqual(BOXES);
	});
});

describe('YOLO', () => {
	test.each(['datumaro', 'supervision'])('boxes of %s', (tool) => {
		expect(described(readYolo(textOf('yolo', tool), IMAGE, ['car', 'person']))).toEqual(BOXES);
	});

	test('boxes with scores of globox', () => {
		expect(described(readYolo(textOf('yolo-scores', 'globox'), IMAGE, ['car', 'person']))).toEqual(SCORED);
	});
});

test('YOLO Pose: keypoints of which the model of Ultralytics is at least half sure', () => {
	const named = { classNames: ['car', 'person'], keypoints: [] };
	const { image, problems } = readYoloPose(textOf('yolo-pose', 'ultralytics'), IMAGE, named);
	expect(problems).toEqual([]);
	const places = image.objects.map(({ className, score, children }) => [
		`${className} ${score}`,
		...children.map(
			({ className: name, geometry, score: sure }) =>
				`${name} ${geometry.type === 'point' ? `${geometry.x.toFixed(2)} ${geometry.y.toFixed(2)}` : ''} ${sure}`,
		),
	]);
	expect(places).toEqual([
		['car 0.9', 'keypoint_1 110.00 140.00 0.98', 'keypoint_2 290.00 141.00 0.75'],
		['person 0.75', 'keypoint_1 16.00 4.00 0.9', 'keypoint_2 4.00 60.00 0.625', 'keypoint_3 28.00 60.00 0.5'],
	]);
});

describe('LabelMe', () => {
	test('every kind of shape of LabelMe, with the image in the file and a path of Windows', () => {
		const wheel: Geometry = { type: 'rectangle', x: 130, y: 100, width: 40, height: 40 };
		const sky: Geometry = {
			type: 'segmentation',
			regions: [[points([0, 0], [50, 0], [50, 20])], [points([100, 0], [150, 0], [150, 20])]],
		};
		const { image, problems } = readLabelMe(jsonOf('labelme', 'labelme'));
		expect(only({ images: [image], problems })).toEqual([
			label('car', CAR),
			label('road', ROAD),
			label('lane', LANE),
			label('lamp', LAMP),
			label('wheel', wheel),
			label('sky', sky),
		]);
	});

	test.each(['globox', 'supervision'])('boxes of %s', (tool) => {
		const { image, problems } = readLabelMe(jsonOf('labelme', tool));
		expect(only({ images: [image], problems })).toEqual(BOXES);
	});
});

test('Label Studio: predictions that its SDK made of COCO, with an address of its local storage', () => {
	expect(only(readLabelStudio(jsonOf('label-studio', 'label-studio-sdk')))).toEqual([
		...BOXES,
		label('person', LAMP),
		label('road', ROAD),
	]);
});

test('CreateML: boxes of supervision', () => {
	expect(only(readCreateMl(jsonOf('createml', 'supervision')), false)).toEqual(BOXES);
});

describe('Ultralytics', () => {
	test('boxes', () =>
		expect(described(readUltralytics(jsonOf('ultralytics-detect', 'ultralytics'), IMAGE))).toEqual(SCORED));
	test('boxes in fractions', () =>
		expect(described(readUltralytics(jsonOf('ultralytics-normalised', 'ultralytics'), IMAGE, true))).toEqual(SCORED));

	test('segments', () => {
		const wedge: Geometry = { type: 'polygon', points: points([0, 0], [32, 0], [16, 64]) };
		expect(described(readUltralytics(jsonOf('ultralytics-segment', 'ultralytics'), IMAGE))).toEqual([
			label('car', ROAD, 0.9),
			label('person', wedge, 0.75),
		]);
	});

	test('turned boxes', () => {
		const square: Geometry = { type: 'polygon', points: points([0, 0], [32, 0], [32, 64], [0, 64]) };
		expect(described(readUltralytics(jsonOf('ultralytics-obb', 'ultralytics'), IMAGE))).toEqual([
			label('car', ROAD, 0.9),
			label('person', square, 0.75),
		]);
	});
});

describe('Roboflow', () => {
	test('boxes', () => expect(described(readRoboflow(jsonOf('roboflow-detect', 'docs'), IMAGE))).toEqual(SCORED));
	test('an outline, with the size as texts', () =>
		expect(described(readRoboflow(jsonOf('roboflow-segment', 'docs'), IMAGE))).toEqual([label('road', ROAD, 0.5)]));
});

test('Hugging Face: detections', () => {
	expect(described(readHuggingFaceDetections(jsonOf('hugging-face', 'docs'), IMAGE))).toEqual([
		label('car', WHOLE_CAR, 0.9),
		label('person', PERSON, 0.75),
	]);
});

describe('Rekognition', () => {
	test('instances of labels; labels without a place are no objects', () => {
		expect(described(readRekognition(jsonOf('rekognition-labels', 'botocore'), IMAGE))).toEqual([
			label('Car', CAR, 0.9),
			label('Person', PERSON, 0.75),
		]);
	});

	test('custom labels', () => {
		expect(described(readRekognition(jsonOf('rekognition-custom-labels', 'botocore'), IMAGE))).toEqual([
			label('car', CAR, 0.9),
		]);
	});

	test("Amazon's own example of faces", () => {
		const face: Geometry = { type: 'rectangle', x: 355.55, y: 161.6, width: 153.6, height: 86.4 };
		expect(described(readRekognition(jsonOf('rekognition-faces', 'botocore'), IMAGE))).toEqual([
			label('face', face, 1),
		]);
	});
});

test('Google Vision: objects at the edge, whose zeros are left out', () => {
	expect(described(readGoogleVision(jsonOf('google-vision', 'google-cloud-vision'), IMAGE))).toEqual([
		label('Car', CAR, 0.9),
		label('Person', PERSON, 0.75),
	]);
});

function isClose(found: unknown, expected: Geometry): boolean {
	return Object.entries(expected).every(([key, value]) => {
		const other = (found as Record<string, unknown>)[key];
		return typeof value === 'number' && typeof other === 'number' ? Math.abs(other - value) <= 1 : other === value;
	});
}
