import fc from 'fast-check';
import { datasetClasses } from '@datagym/labels/classes/datasetClasses';
import { ConversionReport, type Conversion } from '@datagym/labels/dataset/conversionReport';
import { datasetFiles, WRITABLE_FORMATS } from '@datagym/labels/formats/catalog';
import { paintClassMask } from '@datagym/labels/formats/masks';
import type { WritableFormat } from '@datagym/labels/formats/format';
import { eachObject, type Geometry, type LabeledImage, type LabelObject, type Point } from '@datagym/labels/model';
import { importableAnswers } from '../arbitraries';
import { FLEET_CLASSES, object } from '../build';
import { LABEL_COUNTERS, textFiles } from './writtenLabels';

/** The reasons for which a label is not written. The others say what was lost or changed of one that is. */
const SKIPPED = [
	'geometry-type',
	'unknown-class',
	'excluded',
	'broken',
	'outside',
	'too-small',
	'duplicate',
	'without-keypoints',
];
/** Reasons that count images. */
const OF_IMAGES = ['no-size', 'without-labels', 'without-class', 'several-classes'];

const SIZE = { width: 60, height: 40 };

/** Coordinates in, on the edge of and far from the image, few enough for equal rows, and what is none. */
const coordinate = fc.oneof(
	{ weight: 12, arbitrary: fc.integer({ min: -10, max: 70 }) },
	{ weight: 4, arbitrary: fc.double({ min: -10, max: 70, noNaN: true }) },
	{ weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -1e300, 1e-9, 59.999999999) },
);
const point: fc.Arbitrary<Point> = fc.record({ x: coordinate, y: coordinate }, { noNullPrototype: true });
const ring = fc.array(point, { maxLength: 6 });
const geometry: fc.Arbitrary<Geometry> = fc.oneof(
	fc
		.tuple(coordinate, coordinate, fc.constantFrom(-5, 0, 1e-9, 0.3, 8, 30, 90), fc.constantFrom(0, 0.3, 8, 30))
		.map(([x, y, width, height]): Geometry => ({ type: 'rectangle', x, y, width, height })),
	point.map(({ x, y }): Geometry => ({ type: 'point', x, y })),
	ring.map((points): Geometry => ({ type: 'line', points })),
	ring.map((points): Geometry => ({ type: 'polygon', points })),
	fc
		.array(fc.array(ring, { maxLength: 3 }), { maxLength: 3 })
		.map((regions): Geometry => ({ type: 'segmentation', regions })),
);
const { objects } = fc.letrec<{ objects: LabelObject[]; object: LabelObject }>((tie) => ({
	objects: fc.oneof(
		{ maxDepth: 3, depthSize: 'small' },
		fc.constant<LabelObject[]>([]),
		fc.array(tie('object'), { maxLength: 5 }),
	),
	object: fc
		.tuple(
			fc.constantFrom('car', 'car', 'lamp', 'lamp', 'lane', 'plate', 'road', 'sky', 'gone'),
			geometry,
			fc.oneof(fc.constant({}), importableAnswers),
			tie('objects'),
			fc.constantFrom(undefined, 0.5),
		)
		.map(([className, shape, classifications, children, score]) => ({
			className,
			geometry: shape,
			classifications,
			children,
			...(score !== undefined && { score }),
		})),
}));
/** The second of three images has no size. */
const images: fc.Arbitrary<LabeledImage[]> = fc.array(objects, { minLength: 3, maxLength: 3 }).map((all) =>
	all.map((each, index) => ({
		imageId: `id-${index}`,
		imageName: `image ${index}.jpg`,
		...(index !== 1 && SIZE),
		objects: each,
		classifications: index === 0 ? { weather: { values: ['sun', 'rain'], children: {} } } : {},
	})),
);

function write(format: WritableFormat, all: readonly LabeledImage[]) {
	const report = new ConversionReport();
	const files = datasetFiles(format, all, {
		classes: datasetClasses(FLEET_CLASSES, { exclude: ['plate'], types: format.writes.classTypes }),
		labelClasses: FLEET_CLASSES,
		report,
		splitOf: ({ imageId }) => (imageId === 'id-2' ? 'val' : 'train'),
		fileNameOf: ({ imageName }) => imageName,
		includesImages: true,
		classificationKey: 'weather',
		keypoints: ['lamp'],
	});
	return { files: [...files], report: () => report.list() };
}

function countBy(names: readonly string[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
	return counts;
}

const sumOf = (report: readonly Conversion[], reasons: readonly string[], className: string) =>
	report
		.filter((kind) => reasons.includes(kind.reason) && kind.className === className)
		.reduce((sum, { count }) => sum + count, 0);

/** The class of every label, nested ones too, in images that the format can have. */
function classesRead(all: readonly LabeledImage[], { writes, key }: WritableFormat): string[] {
	const names: string[] = [];
	for (const image of all) {
		if (image.width === undefined && writes.conversions.includes('no-size')) continue;
		eachObject(image, ({ className }) => void (key === 'yoloClassify' || names.push(className)));
	}
	return names;
}

test('A mask has pixels of a label exactly if the report does not skip it', () => {
	fc.assert(
		fc.property(fc.constantFrom('car', 'lamp', 'plate', 'road', 'gone'), geometry, (className, shape) => {
			const report = new ConversionReport();
			const image = {
				imageId: 'id',
				imageName: 'a.jpg',
				...SIZE,
				objects: [object(className, shape)],
				classifications: {},
			};
			const mask = paintClassMask(image, { classes: datasetClasses(FLEET_CLASSES, { exclude: ['plate'] }), report });
			expect(mask?.pixels.some((pixel) => pixel > 0)).toBe(report.list().length === 0);
		}),
		{ numRuns: 500 },
	);
});

describe.each(WRITABLE_FORMATS)('The report of a dataset as $key', (format) => {
	const { conversions } = format.writes;

	test('gives a class for every number that counts labels, and none above the number of labels', () => {
		fc.assert(
			fc.property(images, (all) => {
				const { files, report } = write(format, all);
				for (const file of files) if ('text' in file) [...file.text].join('');
				const read = countBy(classesRead(all, format));
				for (const { reason, className, count } of report()) {
					expect(count).toBeGreaterThan(0);
					expect(conversions).toContain(reason);
					if (OF_IMAGES.includes(reason)) continue;
					// Answers about the whole image have no class; a label has several answers and parts, and so several rows.
					if (['classification', 'split-into-parts', 'duplicate'].includes(reason)) continue;
					expect(className).toBeDefined();
					expect(count).toBeLessThanOrEqual(read[className ?? ''] ?? 0);
				}
			}),
			{ numRuns: 60 },
		);
	});
});

test('The labels of all formats can be counted but those of masks, and of classes of whole images', () => {
	const others = WRITABLE_FORMATS.filter(({ key }) => LABEL_COUNTERS[key] === undefined);
	expect(others.map(({ key }) => key)).toEqual(['masks', 'yoloClassify']);
});

describe.each(WRITABLE_FORMATS.filter(({ key }) => LABEL_COUNTERS[key] !== undefined))(
	'The report of a dataset as $key',
	(format) => {
		test('adds up: labels read are labels written and skipped, by class', async () => {
			await fc.assert(
				fc.asyncProperty(images, async (all) => {
					const { files, report } = write(format, all);
					const written = countBy((await LABEL_COUNTERS[format.key]?.(await textFiles(files))) ?? []);
					const read = countBy(classesRead(all, format));
					const kinds = report();
					const names = [...new Set([...Object.keys(read), ...Object.keys(written)])].sort();
					const right = names.map((name) => `${name}: ${(read[name] ?? 0) + sumOf(kinds, ['split-into-parts'], name)}`);
					const found = names.map((name) => `${name}: ${(written[name] ?? 0) + sumOf(kinds, SKIPPED, name)}`);
					expect(found).toEqual(right);
				}),
				{ numRuns: 150 },
			);
		});
	},
);
