import fc from 'fast-check';
import type {
	Classification,
	Classifications,
	Geometry,
	LabeledImage,
	LabelObject,
	Point,
} from '@datagym/labels/model';

/** Keys as the server allows them, and those that trip up objects. */
export const classKey = fc.oneof(
	fc.stringMatching(/^[a-zA-Z0-9_ -]{1,12}$/),
	fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', '1', '10'),
);

/** Coordinates that the import takes: finite, not below 0, decimals. */
export const coordinate = fc
	.oneof(fc.nat(5000), fc.double({ min: 0, max: 5000, noNaN: true }))
	.map((number) => number + 0);

export const point: fc.Arbitrary<Point> = fc.record({ x: coordinate, y: coordinate }).map(({ x, y }) => ({ x, y }));

const importableGeometry: fc.Arbitrary<Geometry> = fc.oneof(
	fc
		.tuple(coordinate, coordinate, coordinate, coordinate)
		.map(([x, y, width, height]): Geometry => ({ type: 'rectangle', x, y, width, height })),
	point.map(({ x, y }): Geometry => ({ type: 'point', x, y })),
	fc.array(point, { minLength: 2, maxLength: 8 }).map((points): Geometry => ({ type: 'line', points })),
	fc.array(point, { minLength: 3, maxLength: 8 }).map((points): Geometry => ({ type: 'polygon', points })),
);

/** Deeper than DataGym's three, and as deep as is read. */
const ANSWER_LEVELS = 7;

/** Answers with something below only where there is at most one value. */
export const answers: fc.Arbitrary<Classifications> = fc.letrec<{ answers: Classifications }>((tie) => ({
	answers: fc
		.array(
			fc.tuple(
				classKey,
				fc.oneof(
					{ maxDepth: ANSWER_LEVELS, depthSize: 'small', withCrossShrink: true },
					fc.uniqueArray(fc.string(), { maxLength: 4 }).map((values) => ({ values, children: {} })),
					fc
						.record({ values: fc.array(fc.string(), { maxLength: 1 }), children: tie('answers') })
						.map((plain) => ({ ...plain })),
				),
			),
			{ maxLength: 3 },
		)
		.map((entries) => Object.fromEntries(entries)),
})).answers;

/** Answers as the import takes them: below one, the server reads the first key only, so there is one at most, and it is answered. */
export const importableAnswers = answers.map(withOneBelow);

function withOneBelow(classifications: Classifications): Classifications {
	return Object.fromEntries(
		Object.entries(classifications).map(([key, { values, children }]) => {
			const [below] = Object.entries(withOneBelow(children)).filter(([, child]) => isAnswered(child));
			return [key, { values, children: below === undefined ? {} : Object.fromEntries([below]) }];
		}),
	);
}

function isAnswered({ values, children }: Classification): boolean {
	return values.length > 0 || Object.values(children).some(isAnswered);
}

function objectWith(
	classifications: fc.Arbitrary<Classifications>,
	children: fc.Arbitrary<LabelObject[]>,
): fc.Arbitrary<LabelObject> {
	return fc
		.tuple(classKey, importableGeometry, classifications, children)
		.map(([className, geometry, own, nested]) => ({
			className,
			geometry,
			classifications: own,
			children: nested,
		}));
}

function imageWith(classifications: fc.Arbitrary<Classifications>): fc.Arbitrary<LabeledImage> {
	const leaf = objectWith(classifications, fc.constant([]));
	const root = objectWith(classifications, fc.array(leaf, { maxLength: 3 }));
	return fc
		.tuple(fc.uuid(), fc.array(root, { maxLength: 6 }), classifications)
		.map(([imageId, objects, own]) => ({ imageId, imageName: '', objects, classifications: own }));
}

/** An image that the import can hold completely. */
export const importableImage = imageWith(importableAnswers);

/** One whose answers the export can hold, and the import not always. */
export const answeredImage = imageWith(answers);

/** JSON that looks like DataGym's often enough to reach the inner readers. */
export function hostileJson(keys: readonly string[]): fc.Arbitrary<unknown> {
	const key = fc.oneof(fc.constantFrom(...keys), fc.string());
	return fc.letrec((tie) => ({
		value: fc.oneof(
			{ maxDepth: 7, depthSize: 'medium', withCrossShrink: true },
			fc.constantFrom<unknown>(
				null,
				true,
				'',
				'car',
				'12',
				1,
				-1,
				0.5,
				Infinity,
				'RECTANGLE',
				'SELECT',
				'POLYGON',
				'IMAGE_SEGMENTATION',
			),
			fc.array(tie('value'), { maxLength: 4 }),
			fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
			fc.jsonValue(),
		),
	})).value;
}
