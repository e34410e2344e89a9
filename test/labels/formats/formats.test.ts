import fc from 'fast-check';
import { FORMATS, READABLE_FORMATS, WRITABLE_FORMATS } from '@datagym/labels/formats/catalog';
import { readInput, type ReadableFormat, type ReadingParameters } from '@datagym/labels/formats/format';
import type { LabeledImage } from '@datagym/labels/model';
import { packed } from '@datagym/test/support/containers';
import { labeledImage, SIZELESS, writtenDataset } from '@datagym/test/readers/datasets';
import { hostileJson } from '../arbitraries';
import { answers, object, polygon, rectangle } from '../build';

/** Values that are saved in workflows. A new format is added here; none is ever renamed or removed. */
const SAVED_READABLE =
	'coco cocoResults cvat dataGym florence2Jsonl googleVision huggingFace labelMe labelStudio paliGemmaJsonl pascalVoc plainBoxes qwen25VlJsonl qwen3VlJsonl rekognition roboflow ultralytics yolo';
const SAVED_WRITABLE =
	'coco cocoKeypoints cocoRfDetr createMl cropsByClass csv cvat dataGym florence2Jsonl huggingFaceParquet imageFolder labelMe labelStudio masks openAiJsonl paliGemmaJsonl pascalVoc qwen25VlJsonl qwen3VlJsonl webDataset yoloClassify yoloDetect yoloObb yoloPose yoloSegment';

const missing = (saved: string, formats: readonly { readonly key: string }[]) =>
	saved.split(' ').filter((key) => !formats.some((format) => format.key === key));

describe('The index of formats', () => {
	test('still has every value that workflows have saved, each once', () => {
		expect(missing(SAVED_READABLE, READABLE_FORMATS)).toEqual([]);
		expect(missing(SAVED_WRITABLE, WRITABLE_FORMATS)).toEqual([]);
		expect(new Set(FORMATS.map(({ key }) => key)).size).toBe(FORMATS.length);
	});

	test('is in the order of the names, which are different', () => {
		const names = FORMATS.map(({ name }) => name);
		expect(names).toEqual([...new Set(names)].sort((a, b) => a.localeCompare(b, 'en')));
	});

	test.each(FORMATS)('describes $key in texts that n8n does not cut', ({ reads, writes }) => {
		for (const text of [reads?.description, writes?.description].filter((each) => each !== undefined)) {
			expect(text).toMatch(/^[A-Z].*[^.]$/);
			expect(text.length).toBeLessThanOrEqual(95);
		}
	});
});

const polygonRings = (...corners: [number, number][]) => [corners.map(([x, y]) => ({ x, y }))];

/** Images of every orientation with every kind of label, some of them broken, and one whose size is not known. */
const IMAGES: readonly LabeledImage[] = [
	...Array.from({ length: 30 }, (_, index) =>
		labeledImage(
			{
				name: index === 5 ? 'photo.v5.jpg' : `photo ${index}.jpg`,
				width: 320,
				height: 240,
				orientation: (index % 8) + 1,
			},
			index,
		),
	),
	{
		imageId: 'broken',
		imageName: '=broken.jpg',
		width: 320,
		height: 240,
		objects: [
			object('car', rectangle(NaN, 1, 5, 5)),
			object('car', rectangle(5, 5, 0, 9)),
			object('person', rectangle(NaN, 1, 5, 5)),
			object('person', rectangle(5, 5, 0, 9)),
			object('person', rectangle(-5, 5, 20, 20)),
			object('road', polygon()),
			object('road', polygon([5, 5], [6, 6], [7, 7])),
			object('sky', { type: 'segmentation', regions: [[[{ x: NaN, y: 1 }]]] }),
			object('sky', { type: 'segmentation', regions: [polygonRings([-9, -9], [-5, -9], [-5, -5])] }),
			object('sky', { type: 'segmentation', regions: [polygonRings([5.6, 5.6], [5.8, 5.6], [5.8, 5.8])] }),
			// Only classes with keypoints are in COCO Keypoints.
			object('person', rectangle(NaN, 1, 5, 5)),
			object('person', rectangle(5, 5, 0, 9)),
			object('person', rectangle(-5, 5, 20, 20)),
			object('separators', rectangle()),
			object('colons', rectangle()),
			object('semicolons', rectangle()),
			object('person', rectangle(), {
				children: [
					object('nose', { type: 'point', x: 12, y: 22 }, { score: 0.5 }),
					object('left_hand', { type: 'point', x: 12, y: 22 }, { classifications: answers({ glove: ['yes'] }) }),
				],
			}),
		],
		classifications: { scene: { values: ['indoor', 'outdoor'], children: {} } },
	},
	SIZELESS,
];

describe.each(WRITABLE_FORMATS)('A dataset as $key', (format) => {
	const { files, conversions } = writtenDataset(format, IMAGES);
	const all = [...files];
	const paths = all.map((file) => {
		if ('text' in file) [...file.text].join('');
		return file.path;
	});
	const { writes } = format;

	beforeAll(async () => {
		for (const file of all)
			if ('parts' in file)
				await packed(file, (image) => new Uint8Array(image === file.parts[0]?.file.image ? 10_000_001 : 0));
	});

	test('skips and converts labels for the reasons that the format declares, and for no other', () => {
		expect([...new Set(conversions().map(({ reason }) => reason))].sort()).toEqual([...writes.conversions].sort());
	});

	test('has different files', () => {
		expect(new Set(paths).size).toBe(paths.length);
	});

	test('asks for sizes if it skips images without one', () => {
		if (writes.conversions.includes('no-size')) expect(writes.needsSizes).toBe(true);
		if (writes.orientation === 'mixed') expect(writes.needsSizes).toBe(true);
	});
});

const PARAMETERS: ReadingParameters = {
	image: { imageId: 'i', imageName: 'a.jpg', width: 200, height: 100 },
	classNames: ['car'],
	cocoReferences: { categories: new Map(), imageReference: '' },
	firstPixel: 0,
	isNormalized: false,
	labelClasses: undefined,
	keypoints: [],
	plainBoxFields: { meaning: 'corners', box: ['box'], className: 'label' },
};

const KEYS = 'label labels box predictions annotations images shapes points image_id bbox name Labels name'.split(' ');

function read({ reads }: ReadableFormat, value: unknown) {
	return readInput(reads, value, PARAMETERS);
}

describe.each(READABLE_FORMATS)('The reader of $key', (format) => {
	test('takes any input without throwing, and says what is wrong in sentences', () => {
		const input = {
			text: fc.string(),
			json: hostileJson(KEYS),
			bytes: fc.oneof(fc.uint8Array(), hostileJson(KEYS)),
		}[format.reads.input];
		fc.assert(
			fc.property(input, (value) => {
				const { images, problems } = read(format, value);
				for (const { message } of [...problems, ...images.flatMap((each) => each.problems)])
					expect(message).toMatch(/[.…]$/);
			}),
		);
	});
});

describe.each(READABLE_FORMATS.filter(({ writes }) => writes !== undefined))('What $key writes', (format) => {
	test('is read back by its own reader with the same image and a label', () => {
		const [writable] = WRITABLE_FORMATS.filter(({ key }) => key === format.key);
		const labeled = labeledImage({ name: 'a.jpg', width: 320, height: 240, orientation: 1 }, 0);
		const files = [...(writable === undefined ? [] : writtenDataset(writable, [labeled]).files)];
		const readings = files.flatMap((file) => {
			if ('image' in file) return format.reads.readsPaths === true ? [read(format, file.path)] : [];
			if ('parts' in file) return [];
			if ('bytes' in file) return format.reads.input === 'bytes' ? [read(format, file.bytes)] : [];
			const text = [...file.text].join('');
			if (format.reads.input === 'text') return [read(format, text)];
			if (file.path.endsWith('.jsonl'))
				return [
					read(
						format,
						text
							.trim()
							.split('\n')
							.map((line): unknown => JSON.parse(line)),
					),
				];
			return /^\s*[[{]/.test(text) ? [read(format, JSON.parse(text))] : [];
		});
		const isLabeled = (image: LabeledImage) =>
			image.objects.length > 0 || (format.reads.readsPaths === true && Object.keys(image.classifications).length > 0);
		const images = readings.flatMap(({ images: all }) => all).filter(({ image }) => isLabeled(image));
		expect(images.map(({ image }) => image.imageName)).toEqual(['a.jpg']);
	});
});
