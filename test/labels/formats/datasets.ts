import fc from 'fast-check';
import { datasetClasses } from '@datagym/labels/classes/datasetClasses';
import type { Classifications, Geometry, LabeledImage, LabelObject, Region } from '@datagym/labels/model';
import { answers as anyAnswers, coordinate, point } from '../arbitraries';
import { FLEET_CLASSES } from '../build';

/** The classes of the fleet: car 0, lamp 1, lane 2, plate 3, road 4, sky 5. */
export const CLASSES = datasetClasses(FLEET_CLASSES);

const ring = fc.array(point, { minLength: 3, maxLength: 6 });
const side = fc.double({ min: 1, max: 3000, noNaN: true });
const square = ([x, y, size]: [number, number, number]): Region => [
	[
		{ x, y },
		{ x: x + size, y },
		{ x: x + size, y: y + size },
	],
];

const rectangles: fc.Arbitrary<Geometry> = fc
	.tuple(coordinate, coordinate, side, side)
	.map(([x, y, width, height]) => ({ type: 'rectangle', x, y, width, height }));
const polygons: fc.Arbitrary<Geometry> = ring.map((points) => ({ type: 'polygon', points }));
const points: fc.Arbitrary<Geometry> = point.map(({ x, y }) => ({ type: 'point', x, y }));
const lines: fc.Arbitrary<Geometry> = fc
	.array(point, { minLength: 2, maxLength: 6 })
	.map((path) => ({ type: 'line', points: path }));
/** Several parts without holes. */
const segmentations: fc.Arbitrary<Geometry> = fc
	.array(fc.tuple(coordinate, coordinate, side).map(square), { minLength: 2, maxLength: 4 })
	.map((regions) => ({ type: 'segmentation', regions }));

export interface Kind {
	readonly className: string;
	readonly geometry: fc.Arbitrary<Geometry>;
}

export const KINDS = {
	car: { className: 'car', geometry: rectangles },
	road: { className: 'road', geometry: polygons },
	lamp: { className: 'lamp', geometry: points },
	lane: { className: 'lane', geometry: lines },
	sky: { className: 'sky', geometry: segmentations },
} satisfies Record<string, Kind>;

export interface Holding {
	readonly kinds: readonly Kind[];
	readonly answers?: boolean;
	readonly nesting?: boolean;
	readonly scores?: boolean;
}

const nothing = fc.constant<Classifications>({});

function objects({ kinds, answers = false, nesting = false, scores = false }: Holding): fc.Arbitrary<LabelObject> {
	const shape = fc.oneof(
		...kinds.map(({ className, geometry }) => geometry.map((each) => ({ className, geometry: each }))),
	);
	const children: fc.Arbitrary<LabelObject[]> = nesting
		? fc.array(objects({ kinds, answers, scores }), { maxLength: 2 })
		: fc.constant([]);
	const score = scores
		? fc.option(
				fc.double({ min: 0, max: 1, noNaN: true }).map((each) => each + 0),
				{ nil: undefined },
			)
		: fc.constant(undefined);
	return fc
		.tuple(shape, answers ? anyAnswers.map(answered) : nothing, children, score)
		.map(([each, classifications, inner, confidence]) => ({
			...each,
			classifications,
			children: inner,
			...(confidence !== undefined && { score: confidence }),
		}));
}

/** Images that a format can hold completely, with different names and ids. */
export function datasetImages(holding: Holding): fc.Arbitrary<LabeledImage[]> {
	// Larger than all coordinates, so that nothing is cut off.
	const size = fc.integer({ min: 8001, max: 9000 });
	const image = fc.tuple(
		fc.array(objects(holding), { maxLength: 5 }),
		holding.answers === true ? anyAnswers.map(answered) : nothing,
		size,
		size,
	);
	return fc.array(image, { maxLength: 4 }).map((images) =>
		images.map(([all, classifications, width, height], index) => ({
			imageId: `id-${index}`,
			imageName: `image ${index}.jpg`,
			width,
			height,
			objects: all,
			classifications,
		})),
	);
}

/** Without questions that nobody answered, which other formats do not write. */
function answered(classifications: Classifications): Classifications {
	return Object.fromEntries(
		Object.entries(classifications)
			.map(([key, { values, children }]) => [key, { values, children: answered(children) }] as const)
			.filter(([, { values, children }]) => values.length > 0 || Object.keys(children).length > 0),
	);
}
