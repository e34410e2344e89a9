import fc from 'fast-check';
import type { Geometry, Ring } from '@datagym/labels/model';
import { candidateFinder } from '@datagym/labels/quality/evaluation/candidates';
import type { Instance } from '@datagym/labels/quality/evaluation/instances';
import { matchByOverlap } from '@datagym/labels/quality/evaluation/objectMatching';
import { atOnce } from '@datagym/labels/steps/steps';
import { overlappingPairs, similarityOf } from '@datagym/labels/quality/evaluation/pairs';
import { boxOverlap, shapeOverlap } from '@datagym/labels/quality/overlap';
import { object, polygon, rectangle } from '../build';

const corner = fc.tuple(fc.nat(120), fc.nat(120));
const boxes = fc
	.record({
		x: fc.nat(90),
		y: fc.nat(90),
		width: fc.integer({ min: 1, max: 60 }),
		height: fc.integer({ min: 1, max: 60 }),
	})
	.map((box) => ({ type: 'rectangle' as const, ...box }));
const shapes: fc.Arbitrary<Geometry> = fc.oneof(
	boxes,
	fc.array(corner, { minLength: 3, maxLength: 7 }).map((corners) => polygon(...corners)),
);

describe('overlap of two shapes', () => {
	it.each([
		['the same box', rectangle(0, 0, 10, 10), rectangle(0, 0, 10, 10), 1],
		['half of it', rectangle(0, 0, 10, 10), rectangle(0, 0, 10, 5), 1 / 2],
		['a third', rectangle(0, 0, 10, 10), rectangle(5, 0, 10, 10), 1 / 3],
		['boxes that touch', rectangle(0, 0, 10, 10), rectangle(10, 0, 10, 10), 0],
		['parts of a pixel', rectangle(0, 0, 0.5, 0.5), rectangle(0.25, 0, 0.5, 0.5), 1 / 3],
		['a box without an area', rectangle(0, 0, 0, 10), rectangle(0, 0, 0, 10), 0],
		['a point', { type: 'point', x: 1, y: 1 } as const, rectangle(0, 0, 10, 10), 0],
		['a number that is none', rectangle(NaN, 0, 10, 10), polygon([0, 0], [9, 0], [9, 9]), 0],
	])('%s', (_, a, b, expected) => {
		expect(shapeOverlap(a, b)).toBeCloseTo(expected, 12);
		expect(shapeOverlap(b, a)).toBeCloseTo(expected, 12);
	});

	it('of a box drawn as a polygon is that of the box, on whole pixels', () => {
		fc.assert(
			fc.property(boxes, boxes, (a, b) => {
				const corners = polygon(
					[b.x, b.y],
					[b.x + b.width, b.y],
					[b.x + b.width, b.y + b.height],
					[b.x, b.y + b.height],
				);
				expect(shapeOverlap(a, corners)).toBeCloseTo(boxOverlap(a, b), 10);
			}),
		);
	});

	it('is the same in both directions, in 0 to 1, and 1 with itself', () => {
		fc.assert(
			fc.property(shapes, shapes, (a, b) => {
				const overlap = shapeOverlap(a, b);
				expect(overlap).toBe(shapeOverlap(b, a));
				expect(overlap >= 0 && overlap <= 1).toBe(true);
				if (shapeOverlap(a, a) > 0) expect(shapeOverlap(a, a)).toBe(1);
			}),
		);
	});

	it('leaves holes out', () => {
		const ring = (from: number, to: number): Ring => [
			{ x: from, y: from },
			{ x: to, y: from },
			{ x: to, y: to },
			{ x: from, y: to },
		];
		const frame: Geometry = { type: 'segmentation', regions: [[ring(0, 100), ring(25, 75)]] };
		expect(shapeOverlap(frame, rectangle(0, 0, 100, 100))).toBeCloseTo(0.75, 12);
		expect(shapeOverlap(frame, rectangle(30, 30, 40, 40))).toBe(0);
	});

	it('is exact to a hundredth for shapes of parts of a pixel, and of a million pixels', () => {
		for (const scale of [0.01, 1e6]) {
			const triangle = polygon([0, 0], [scale, 0], [scale, scale]);
			expect(shapeOverlap(triangle, rectangle(0, 0, scale, scale))).toBeGreaterThan(0.49);
			expect(shapeOverlap(triangle, rectangle(0, 0, scale, scale))).toBeLessThan(0.52);
		}
	});
});

describe('pairs that overlap', () => {
	it('are the same when labels are sorted first as when all are compared with all', () => {
		fc.assert(
			fc.property(
				fc.array(boxes, { minLength: 40, maxLength: 60 }),
				fc.array(boxes, { minLength: 40, maxLength: 60 }),
				fc.constantFrom(0.05, 0.5, 1),
				fc.nat(5),
				(labels, predicted, least, crowdEvery) => {
					const [ours, theirs] = [labels, predicted].map((list) =>
						list.map((box, index) => instanceOf(box, index % 6 < crowdEvery - 3)),
					);
					const similarity = similarityOf('boxes', () => 1);
					const all = (ours ?? []).map((_, index) => index);
					const finder = candidateFinder(ours ?? [], predicted.length, least, true);
					const found = atOnce(overlappingPairs(theirs ?? [], ours ?? [], similarity, finder, least));
					expect(found).toEqual(atOnce(overlappingPairs(theirs ?? [], ours ?? [], similarity, () => all, least)));
				},
			),
			{ numRuns: 60 },
		);
	});

	it('are compared in steps, of a heap of boxes in one place, too', () => {
		const heap = heapOf(300);
		const places = heap.map((_, place) => place);
		let [comparisons, most] = [0, 0];
		const compare = () => {
			comparisons++;
			return 1;
		};
		const steps = overlappingPairs(heap, heap, compare, () => places, 0.5);
		for (let step = steps.next(), before = 0; step.done !== true; step = steps.next()) {
			most = Math.max(most, comparisons - before);
			before = comparisons;
		}
		expect(comparisons).toBe(300 * 300);
		// Of masks, each takes some hundredths of a millisecond.
		expect(most).toBeLessThanOrEqual(128);
	});

	it('are matched in steps, of a heap of boxes in one place, too', () => {
		const heap = heapOf(300);
		const places = heap.map((_, place) => place);
		const pairs = atOnce(
			overlappingPairs(
				heap,
				heap,
				similarityOf('boxes', () => 1),
				() => places,
				0.5,
			),
		);
		let [reads, most] = [0, 0];
		const counted = {
			...pairs,
			labels: new Proxy(pairs.labels, {
				get: (labels, key) => {
					if (typeof key === 'string') reads++;
					return Reflect.get(labels, key) as unknown;
				},
			}),
		};
		const steps = matchByOverlap(heap, heap, counted, { overlap: 0.5, score: 0 });
		let step = steps.next();
		for (let before = 0; step.done !== true; step = steps.next()) {
			most = Math.max(most, reads - before);
			before = reads;
		}
		// Each is the same as itself, and no other.
		expect(step.value.map(({ overlap }) => overlap)).toEqual(heap.map(() => 1));
		expect(reads).toBeGreaterThan(pairs.labels.length);
		// A sort of 8,192 numbers in one step compares each with thirteen others.
		expect(most).toBeLessThan(1_000_000);
	});

	function heapOf(count: number): Instance[] {
		return Array.from({ length: count }, (_, index) =>
			instanceOf({ type: 'rectangle', x: index % 7, y: index % 5, width: 300, height: 200 }, false),
		);
	}

	function instanceOf(box: Extract<Geometry, { type: 'rectangle' }>, isCrowd: boolean): Instance {
		return { classNumber: 0, score: 1, box, area: box.width * box.height, isCrowd, object: object('car', box) };
	}
});
