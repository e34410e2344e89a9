import fc from 'fast-check';
import { READABLE_FORMATS, WRITABLE_FORMATS } from '@datagym/labels/formats/catalog';
import { detectFormat } from '@datagym/labels/formats/detect';
import { openAnswer } from '@datagym/labels/formats/openedAnswer';
import type { WritableFormat } from '@datagym/labels/formats/format';
import type { LabeledImage } from '@datagym/labels/model';
import { labeledImage, writtenDataset } from '@datagym/test/readers/datasets';
import { hostileJson } from '../arbitraries';

/** Files beside those with labels: lists of classes, splits and settings. */
const NO_LABELS =
	/(^|\/)(data\.yaml|classes\.txt|labelmap\.txt|label_config\.xml|(train|val|test|trainval|valid)\.txt)$/;

const labelTexts = (format: WritableFormat, images: readonly LabeledImage[]) =>
	[...writtenDataset(format, images).files].flatMap((file) => {
		if (!('text' in file) || NO_LABELS.test(file.path)) return [];
		const text = [...file.text].join('');
		return text.trim() === '' ? [] : [{ path: file.path, text }];
	});

/** Of a file of JSON Lines, the list of its lines. */
const parsedFile = (path: string, text: string): unknown =>
	path.endsWith('.jsonl')
		? text
				.trim()
				.split('\n')
				.map((line): unknown => JSON.parse(line))
		: JSON.parse(text);

/** The formats that have the files of another one. */
const WRITTEN_AS: Readonly<Record<string, string>> = {
	cocoKeypoints: 'coco',
	cocoRfDetr: 'coco',
	yoloDetect: 'yolo',
	yoloObb: 'yolo',
	yoloSegment: 'yolo',
};
const READ_BACK = WRITABLE_FORMATS.map((format) => ({ format, key: WRITTEN_AS[format.key] ?? format.key })).filter(
	({ key }) => READABLE_FORMATS.some((readable) => readable.key === key && readable.reads.input !== undefined),
);

const pictures = fc.array(
	fc.record({
		index: fc.nat(500),
		width: fc.integer({ min: 200, max: 3000 }),
		height: fc.integer({ min: 200, max: 3000 }),
		orientation: fc.integer({ min: 1, max: 8 }),
	}),
	{ minLength: 1, maxLength: 4 },
);

describe.each(READ_BACK)('What $format.key writes', ({ format, key }) => {
	test('is detected as that format and as no other, as a text and as JSON', () => {
		fc.assert(
			fc.property(pictures, (plan) => {
				const images = plan.map(({ index, ...size }, position) => ({
					...labeledImage({ name: `photo ${position}.jpg`, ...size }, index),
					imageId: `${position}`,
				}));
				for (const { path, text } of labelTexts(format, images)) {
					const inputs: unknown[] = /^\s*[[{]/.test(text) ? [text, parsedFile(path, text)] : [text, { data: text }];
					for (const input of inputs) {
						const detection = detectFormat(openAnswer(input));
						const found =
							detection.kind === 'format' ? detection.recognized.format.key : `${detection.kind} for ${path}`;
						// A file without any label is a list of nothing.
						if (detection.kind !== 'nothing-found') expect(found).toBe(key);
					}
				}
			}),
			{ numRuns: 25 },
		);
	});
});

const KEYS =
	'label labels box boxes bbox predictions annotations images shapes points choices message content text output outputs data box_2d bbox_2d xmin ymin xmax ymax scores phrases'.split(
		' ',
	);

test('any input at all is looked at without an error', () => {
	fc.assert(
		fc.property(hostileJson(KEYS), fc.string(), (value, text) => {
			for (const input of [value, text, JSON.stringify(value)]) {
				const detection = detectFormat(openAnswer(input), { width: 100, height: 50 });
				expect(['format', 'ambiguous', 'nothing-found', 'unknown']).toContain(detection.kind);
			}
		}),
	);
});
