import { ownValue, setOwn } from '../../parsing/record';
import type { Classification, Classifications, Geometry, LabeledImage, LabelObject, Point } from '../../model';
import type { ComparedImage } from './compareImage';
import { givenValues } from './questions';
import { measure } from './similarity';
import { hasSameClass, type Thing } from './things';

/**
 * Where the geometry of an agreed label comes from. `first`: the first project that agrees. `mean`: the mean of the edges of boxes
 * and of the coordinates of points; of other shapes, the one that is nearest to all others.
 */
export type ConsensusGeometry = 'first' | 'mean';

/**
 * What more than half of the projects that have the image agree on; of two, what both agree on. Labels keep their nesting: one whose
 * parent is not agreed on is left out, since it cannot stand alone.
 */
export function consensusOf(
	{ images, things }: ComparedImage,
	geometry: ConsensusGeometry,
): Pick<LabeledImage, 'objects' | 'classifications'> {
	const present = images.flatMap((image) => (image === undefined ? [] : [image]));
	const majority = Math.floor(present.length / 2) + 1;
	const agreed = new Map<Thing, readonly LabelObject[]>();
	const thingOf = new Map<LabelObject, Thing>();
	for (const thing of things) {
		const labels = majorityOf(thing, majority);
		if (labels === undefined) continue;
		agreed.set(thing, labels);
		for (const label of labels) thingOf.set(label, thing);
	}
	const parents = parentsIn(present);
	const childrenOf = new Map<Thing | undefined, Thing[]>();
	for (const [thing, labels] of agreed) {
		const parent = parentOf(labels, parents, thingOf, majority);
		if (parent === 'disputed') continue;
		childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), thing]);
	}
	const objectsIn = (parent: Thing | undefined): LabelObject[] =>
		(childrenOf.get(parent) ?? []).map((thing) => {
			const labels = agreed.get(thing) ?? [];
			return {
				className: labels[0]?.className ?? '',
				geometry: geometryOf(labels, geometry),
				classifications: agreedAnswers(
					labels.map(({ classifications }) => classifications),
					majority,
				),
				children: objectsIn(thing),
			};
		});
	return {
		objects: objectsIn(undefined),
		classifications: agreedAnswers(
			present.map(({ classifications }) => classifications),
			majority,
		),
	};
}

/** The labels of the class that enough projects gave a thing. */
function majorityOf({ labels }: Thing, majority: number): readonly LabelObject[] | undefined {
	const given = labels.flatMap((label) => (label === undefined ? [] : [label]));
	const groups = given.map((label) => given.filter((other) => hasSameClass(label, other)));
	return groups.find((group) => group.length >= majority);
}

function parentsIn(images: readonly LabeledImage[]): ReadonlyMap<LabelObject, LabelObject> {
	const parents = new Map<LabelObject, LabelObject>();
	const note = (object: LabelObject) => {
		for (const child of object.children) {
			parents.set(child, object);
			note(child);
		}
	};
	for (const { objects } of images) objects.forEach(note);
	return parents;
}

/** The thing that enough of the labels lie in; undefined if enough lie in none. */
function parentOf(
	labels: readonly LabelObject[],
	parents: ReadonlyMap<LabelObject, LabelObject>,
	thingOf: ReadonlyMap<LabelObject, Thing>,
	majority: number,
): Thing | undefined | 'disputed' {
	const found = labels.map((label) => {
		const parent = parents.get(label);
		return parent === undefined ? undefined : (thingOf.get(parent) ?? 'disputed');
	});
	const isEnough = (parent: Thing | undefined | 'disputed') =>
		found.filter((each) => each === parent).length >= majority;
	return (
		found.find((parent) => parent !== 'disputed' && isEnough(parent)) ?? (isEnough(undefined) ? undefined : 'disputed')
	);
}

function agreedAnswers(answers: readonly Classifications[], majority: number): Classifications {
	const agreed: Record<string, Classification> = {};
	for (const key of new Set(answers.flatMap((each) => Object.keys(each)))) {
		const given = answers.flatMap((each) => ownValue(each, key) ?? []);
		const valuesOfEach = given.map(givenValues);
		const values = [...new Set(valuesOfEach.flat())].filter(
			(value) => valuesOfEach.filter((each) => each.includes(value)).length >= majority,
		);
		const children = agreedAnswers(
			given.map((each) => each.children),
			majority,
		);
		if (values.length > 0 || Object.keys(children).length > 0) setOwn(agreed, key, { values, children });
	}
	return agreed;
}

function geometryOf(labels: readonly LabelObject[], source: ConsensusGeometry): Geometry {
	const geometries = labels.map(({ geometry }) => geometry);
	const [first] = geometries;
	if (first === undefined) return { type: 'point', x: 0, y: 0 };
	return source === 'first' ? first : (meanOf(geometries) ?? mostTypical(geometries, first));
}

/** Source of the mean box, without scores: Solovyev et al., “Weighted boxes fusion”, Image and Vision Computing 107, 2021. */
function meanOf(geometries: readonly Geometry[]): Geometry | undefined {
	const boxes = geometries.flatMap((each) => (each.type === 'rectangle' ? [each] : []));
	if (boxes.length === geometries.length)
		return {
			type: 'rectangle',
			...meanPoint(boxes),
			width: mean(boxes.map(({ width }) => width)),
			height: mean(boxes.map(({ height }) => height)),
		};
	const points = geometries.flatMap((each) => (each.type === 'point' ? [each] : []));
	return points.length === geometries.length ? { type: 'point', ...meanPoint(points) } : undefined;
}

const meanPoint = (points: readonly Point[]): Point => ({
	x: mean(points.map(({ x }) => x)),
	y: mean(points.map(({ y }) => y)),
});

const mean = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/** The shape that is nearest to all others together, the first of several: the medoid. */
function mostTypical(geometries: readonly Geometry[], first: Geometry): Geometry {
	const nearnessOf = (geometry: Geometry) =>
		geometries.reduce((sum, other) => {
			const found = measure(geometry, other);
			return sum + (found === undefined ? 0 : 'iou' in found ? found.iou : -found.distance);
		}, 0);
	return geometries.reduce(
		(best, geometry) => (nearnessOf(geometry) > nearnessOf(best) + 1e-9 ? geometry : best),
		first,
	);
}
