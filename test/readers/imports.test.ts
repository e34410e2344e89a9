import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cocoIndex, readCoco, readCocoResults } from '@datagym/labels/formats/cocoReader';
import { readCreateMl } from '@datagym/labels/formats/createMl';
import { readParquet } from '@datagym/labels/codecs/parquet';
import { detectFormat } from '@datagym/labels/formats/detect';
import { huggingFaceMetadata } from '@datagym/labels/formats/huggingFaceMetadata';
import { readClassMask } from '@datagym/labels/formats/masksReader';
import { openAnswer } from '@datagym/labels/formats/openedAnswer';
import { type FormatReading, readInput } from '@datagym/labels/formats/format';
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
import { readClassFolders } from '@datagym/labels/formats/yoloClassifyReader';
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

function bytesOf(format: string, tool: string, extension: string): Uint8Array {
	const files = readdirSync(FOLDER).filter((file) => file.startsWith(`${format}.${tool}`) && file.endsWith(extension));
	expect(files).toHaveLength(1);
	return new Uint8Array(readFileSync(join(FOLDER, files[0] ?? '')));
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

test("YOLO Classify: the classes that Hugging Face's reader of such folders sees in them", () => {
	const files = jsonOf('yolo-classify', 'datasets') as { readonly path: string; readonly class: string }[];
	const paths = files.map(({ path }) => path);
	const items = paths.map((path) => {
		const [, split, folder, fileName] = /^(\w+)\/(.+)\/(.+)$/.exec(path) ?? [];
		return { mimeType: 'image/jpeg', fileName, directory: `/data/pets/${split}/${folder}`, fileSize: '1 kB' };
	});
	for (const input of [paths, items, paths.join('\r\n')]) {
		expect(detectFormat(openAnswer(input))).toMatchObject({ recognized: { format: { key: 'yoloClassify' } } });
		const { images, problems } = readClassFolders(input, undefined);
		expect(problems).toEqual([]);
		expect(images.map(({ imageName, classifications }) => [imageName, classifications.class?.values])).toEqual(
			files.map((file) => [file.path.split('/').at(-1), [file.class]]),
		);
	}
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

const withoutReadings = ({ images, problems }: FormatReading) => ({
	images: images.map(({ image }) => image),
	problems,
});

describe('Masks of Pillow, with what is of no class around an object', () => {
	const part = (left: number, top: number, right: number, bottom: number, hole: [number, number][] = []): Geometry => {
		const exterior = points([left, top], [right, top], [right, bottom], [left, bottom]);
		return { type: 'segmentation', regions: [hole.length === 0 ? [exterior] : [exterior, points(...hole)]] };
	};
	const HOLE: [number, number][] = [
		[150, 80],
		[150, 100],
		[170, 100],
		[170, 80],
	];
	const PARTS = [
		label('car', part(100, 50, 300, 150, HOLE)),
		label('car', part(400, 300, 420, 310)),
		label('person', part(0, 0, 32, 64)),
	];

	test.each(['palette', 'gray'])('in %s', (kind) => {
		const bytes = bytesOf(`masks-${kind}`, 'pillow', '.png');
		expect(detectFormat(openAnswer(bytes))).toMatchObject({ kind: 'format', recognized: { format: { key: 'masks' } } });
		// By class ID, and as the lines of classes.txt.
		for (const names of [
			['car', 'person'],
			['background', 'car', 'person'],
		])
			expect(only(withoutReadings(readClassMask(bytes, IMAGE, names, undefined)))).toEqual(PARTS);
	});

	test('of an image of twice the size', () => {
		const bytes = bytesOf('masks-gray', 'pillow', '.png');
		const { images } = readClassMask(bytes, { ...IMAGE, width: 1280, height: 960 }, ['car', 'person'], undefined);
		expect(images[0]?.image.objects[1]).toMatchObject(label('car', part(800, 600, 840, 620)));
	});

	test('of which one class has no name', () => {
		const { problems } = readClassMask(bytesOf('masks-gray', 'pillow', '.png'), IMAGE, ['car'], undefined);
		expect(problems.map(({ reason, message }) => [reason, message])).toEqual([
			['unknown-class', expect.stringContaining('no class name for the class ID 1 (value 2 of the mask)')],
		]);
	});
});

describe('Hugging Face: tables of datasets', () => {
	const read = (input: unknown, classNames: readonly string[] = []) => {
		const detection = detectFormat(openAnswer(input));
		if (detection.kind !== 'format') throw new Error(`It is ${detection.kind}`);
		expect(detection.recognized.format).toBe(huggingFaceMetadata);
		const parameters = { ...NO_PARAMETERS, classNames };
		return withoutReadings(readInput(huggingFaceMetadata.reads, detection.recognized.input, parameters));
	};
	const NO_PARAMETERS = {
		image: { imageId: '', imageName: '' },
		classNames: [],
		keypoints: [],
		cocoReferences: { categories: new Map(), imageReference: '' },
		firstPixel: 0,
		isNormalized: false,
		labelClasses: undefined,
		plainBoxFields: { meaning: 'corners', box: ['box'], className: '' },
	} as const;

	test('metadata.parquet with the numbers of classes', async () => {
		const rows = await readParquet(bytesOf('metadata-columns', 'datasets', '.parquet'));
		expect(only(read(rows, ['car', 'person']))).toEqual(BOXES);
	});

	test('metadata.parquet and metadata.jsonl with an object for each box', async () => {
		const rows = await readParquet(bytesOf('metadata-rows', 'datasets', '.parquet'));
		expect(only(read(rows), false)).toEqual(BOXES);
		const text = new TextDecoder().decode(bytesOf('metadata-rows', 'datasets', '.jsonl'));
		expect(only(read([JSON.parse(text)]), false)).toEqual(BOXES);
		expect(only(read(`${text}${text.replace(/^.*$/m, '')}`), false)).toEqual(BOXES);
	});

	test('metadata.csv with the class of each image', () => {
		const { images, problems } = read(textOf('metadata-label', 'datasets'));
		expect(problems).toEqual([]);
		expect(images.map(({ imageName, classifications }) => [imageName, classifications.class?.values])).toEqual([
			['street 1.jpg', ['snow, "ice"']],
			['b, c.jpg', ['sun']],
		]);
	});

	test('a file that is cut off says so', async () => {
		const bytes = bytesOf('metadata-rows', 'datasets', '.parquet');
		expect(await readParquet(bytes.subarray(0, bytes.length - 20))).toMatch(
			/^The Parquet file cannot be read \(.*\)\. /,
		);
	});
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
