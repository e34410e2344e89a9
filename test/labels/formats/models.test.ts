import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectFormat, type Detection, inputsOfFormat } from '@datagym/labels/formats/detect';
import { readInput, type ReadingParameters } from '@datagym/labels/formats/format';
import { openAnswer } from '@datagym/labels/formats/openedAnswer';
import type { ImageSize, LabeledImage } from '@datagym/labels/model';
import { boundingBox } from '@datagym/labels/geometry/shapes';
import { overlap } from '@datagym/labels/prediction/preparePrediction';
import { ROOT } from '@datagym/tools/paths';

/** An answer of a model, as documented, with what is in the picture; both are worked out by hand from the documentation. */
interface ModelAnswer {
	readonly family: string;
	/** Where the shape is documented. */
	readonly source: string;
	/** Of the picture, if it is known. */
	readonly size: ImageSize | null;
	/** The value of the format, the values of those between which the user must choose, or why there is none. */
	readonly expected: string | readonly string[];
	/** Left, top, right and bottom edges in pixels of the picture. */
	readonly truth: readonly { readonly className: string; readonly box: readonly [number, number, number, number] }[];
	/** Classes of the picture as a whole. */
	readonly classes?: readonly string[];
	/** Points in the first label. */
	readonly keypoints?: readonly (readonly [string, number, number])[];
	/** What a user enters as class names. */
	readonly classNames?: readonly string[];
	readonly warnings?: number;
	/** More than the first, about which the truth is. */
	readonly images?: number;
	readonly answer: unknown;
}

const FOLDER = join(ROOT, 'test', 'fixtures', 'models');
const ANSWERS = readdirSync(FOLDER).map((file): [string, ModelAnswer] => [
	file.replace('.json', ''),
	JSON.parse(readFileSync(join(FOLDER, file), 'utf8')),
]);

const WITHOUT_FORMAT = ['unknown', 'cut', 'nothing-found'];

const detected = ({ answer, size }: ModelAnswer) => detectFormat(openAnswer(answer), size ?? undefined);

function read(model: ModelAnswer, detection: Detection) {
	if (detection.kind !== 'format') throw new Error(`${model.family} is ${detection.kind}`);
	const { format, input, parameters } = detection.recognized;
	const all: ReadingParameters = {
		image: { imageId: 'i', imageName: 'a.jpg', ...model.size },
		classNames: model.classNames ?? [],
		keypoints: [],
		cocoReferences: { categories: new Map(), imageReference: '' },
		firstPixel: 0,
		isNormalized: false,
		labelClasses: undefined,
		plainBoxFields: { meaning: 'corners', box: ['box'], className: '' },
		...parameters,
	};
	return readInput(format.reads, input, all);
}

const boxesIn = (image: LabeledImage | undefined) =>
	(image?.objects ?? []).map(({ className, geometry }) => ({ className, box: boundingBox(geometry)! }));

test('there are enough answers of enough families', () => {
	expect(ANSWERS.length).toBeGreaterThanOrEqual(30);
	expect(new Set(ANSWERS.map(([, { family }]) => family)).size).toBeGreaterThanOrEqual(20);
	for (const [, { source }] of ANSWERS) expect(source).toMatch(/^https:\/\//);
});

describe.each(ANSWERS.filter(([, { expected }]) => typeof expected === 'string' && !WITHOUT_FORMAT.includes(expected)))(
	'The answer %s',
	(_, model) => {
		test('is recognized and gives the labels of the picture', () => {
			const detection = detected(model);
			expect(detection).toMatchObject({ kind: 'format', recognized: { format: { key: model.expected } } });
			const { images, problems } = read(model, detection);
			expect(problems).toEqual([]);
			const [found] = images;
			expect(images).toHaveLength(model.images ?? 1);
			const boxes = boxesIn(found?.image);
			expect(boxes.map(({ className }) => className)).toEqual(model.truth.map(({ className }) => className));
			model.truth.forEach(({ box: [left, top, right, bottom] }, index) => {
				const truth = { x: left, y: top, width: right - left, height: bottom - top };
				expect(overlap(boxes[index]!.box, truth)).toBeGreaterThanOrEqual(0.99);
			});
			const classes = Object.values(found?.image.classifications ?? {}).flatMap(({ values }) => values);
			expect(classes).toEqual(model.classes ?? []);
			const points = (found?.image.objects[0]?.children ?? []).map(({ className, geometry }) =>
				geometry.type === 'point' ? [className, geometry.x, geometry.y] : [className],
			);
			expect(points).toEqual(model.keypoints ?? []);
			expect(found?.problems).toHaveLength(model.warnings ?? 0);
		});

		test('is read in the same way when its format is chosen', () => {
			const detection = detected(model);
			if (detection.kind !== 'format') throw new Error(detection.kind);
			const { format, input } = detection.recognized;
			if (format.key === 'plainBoxes') return;
			expect(inputsOfFormat(format, model.answer, openAnswer(model.answer))).toEqual([input]);
		});
	},
);

describe.each(ANSWERS.filter(([, { expected }]) => typeof expected !== 'string'))('The answer %s', (_, model) => {
	test('can be read in several ways, which are all named', () => {
		const detection = detected(model);
		const keys = detection.kind === 'ambiguous' ? detection.choices.map(({ format }) => format.key) : detection;
		expect(keys).toEqual(model.expected);
	});
});

test.each([
	[{ objects: [{ box_2d: [1, 2, 30, 40], label: 'car' }], people: [{ box_2d: [5, 6, 70, 80], label: 'man' }] }],
	[{ output: { boxes: [{ x1: 1.5, y1: 2, x2: 30, y2: 40 }], more: [{ x1: 1.5, y1: 2, x2: 30, y2: 40 }], scores: [] } }],
])('Labels are not lost because others lie beside them: %j', (answer) => {
	const detection = detectFormat(openAnswer(answer), { width: 640, height: 480 });
	expect(detection.kind === 'ambiguous' && detection.choices).toHaveLength(2);
});

describe('An answer without predictions', () => {
	const of = (expected: string) => ANSWERS.filter(([, model]) => model.expected === expected).map(([, model]) => model);

	test('is no model that found nothing if it is words', () => {
		for (const model of of('unknown')) {
			expect(detected(model).kind).toBe('unknown');
			expect(openAnswer(model.answer).prose).toContain("I can't identify");
		}
	});

	test('is no class of the whole image if a text has a place in it', () => {
		const inText = [{ label: 'car', score: 0.9, bbox: '10, 20, 110, 220' }];
		expect(detectFormat(openAnswer(inText)).kind).toBe('unknown');
		const named = [{ label: 'car', score: 0.9, id: '550e8400-e29b-41d4-a716-446655440000' }];
		expect(detectFormat(openAnswer(named))).toMatchObject({
			recognized: { format: { key: 'huggingFaceClassification' } },
		});
	});

	test('is known to be cut off', () => {
		for (const model of of('cut')) {
			expect(detected(model).kind).toBe('unknown');
			expect(openAnswer(model.answer).cut).toMatch(/\[234, 649, 6$/);
		}
	});

	test('is a model that found nothing if it is an empty list', () => {
		for (const model of of('nothing-found')) expect(detected(model).kind).toBe('nothing-found');
	});
});
