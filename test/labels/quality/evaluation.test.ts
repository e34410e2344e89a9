import { atOnce } from '@datagym/labels/steps/steps';
import fc from 'fast-check';
import type { LabeledImage, LabelObject } from '@datagym/labels/model';
import { evaluate, Evaluator } from '@datagym/labels/quality/evaluation/evaluator';
import type { Evaluation, ImagePair } from '@datagym/labels/quality/evaluation/evaluation';
import { instancesOf } from '@datagym/labels/quality/evaluation/instances';
import { keypointSigmas } from '@datagym/labels/quality/evaluation/keypoints';
import { image, object, polygon, rectangle } from '../build';

/** A prediction. */
function predicted(className: string, score: number, ...box: Parameters<typeof rectangle>): LabelObject {
	return object(className, rectangle(...box), { score });
}

function pair(truth: LabelObject[], found: LabelObject[]): ImagePair {
	return { truth: image(truth, { width: 600, height: 600 }), predicted: image(found, { width: 600, height: 600 }) };
}

const CLASS_NAMES = ['car', 'bike', 'road'] as const;
const box = fc
	.record({
		x: fc.nat(500),
		y: fc.nat(500),
		width: fc.integer({ min: 4, max: 150 }),
		height: fc.integer({ min: 4, max: 150 }),
	})
	.map(({ x, y, width, height }) => rectangle(x, y, width, height));
const label = fc
	.tuple(fc.constantFrom(...CLASS_NAMES), box)
	.map(([className, geometry]) => object(className, geometry));

/** Labels, and predictions that are near them, with a score of its own for each. */
const pairs = fc
	.array(
		fc.array(fc.record({ truth: label, isFound: fc.boolean(), isMoved: fc.boolean(), guess: fc.option(label) }), {
			maxLength: 8,
		}),
		{ minLength: 1, maxLength: 5 },
	)
	.map((images) => {
		let number = 0;
		const scored = (each: LabelObject): LabelObject => ({ ...each, score: 1 - ((number += 37) % 1009) / 1010 });
		return images.map((objects) =>
			pair(
				objects.map(({ truth }) => truth),
				objects.flatMap(({ truth, isFound, isMoved, guess }) => [
					...(isFound ? [scored(isMoved ? moved(truth) : truth)] : []),
					...(guess === null ? [] : [scored(guess)]),
				]),
			),
		);
	});

function moved(each: LabelObject): LabelObject {
	if (each.geometry.type !== 'rectangle') return each;
	return { ...each, geometry: { ...each.geometry, x: each.geometry.x + each.geometry.width / 5 } };
}

const OPTIONS = { kind: 'boxes', classes: CLASS_NAMES } as const;

describe('laws', () => {
	it('predictions that are the labels are perfect', () => {
		fc.assert(
			fc.property(
				fc.array(fc.array(label, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 }),
				(images) => {
					const evaluator = new Evaluator(OPTIONS);
					for (const objects of images) {
						const judged = evaluator.add(pair(objects, objects));
						expect(judged).toMatchObject({ score: 1, missed: [], extra: [], confused: [] });
					}
					const { summary, rates, curve } = evaluator.result();
					expect(summary).toMatchObject({ ap: 1, ap50: 1, ap75: 1, ar: 1 });
					expect(rates).toMatchObject({ precision: 1, recall: 1, f1: 1 });
					expect(curve.best).toMatchObject({ score: 1, precision: 1, recall: 1, f1: 1 });
				},
			),
		);
	});

	it('the order of images changes nothing as long as no two scores are equal', () => {
		fc.assert(
			fc.property(pairs, (images) => {
				const { curve, ...rest } = evaluate(images, OPTIONS);
				const { curve: turnedCurve, ...turned } = evaluate([...images].reverse(), OPTIONS);
				expect(turned).toEqual(rest);
				expect(turnedCurve).toEqual(curve);
			}),
		);
	});

	it('a prediction where nothing is raises no number', () => {
		fc.assert(
			fc.property(pairs, fc.double({ min: 0, max: 1, noNaN: true }), (images, score) => {
				const before = evaluate(images, OPTIONS);
				const after = evaluate([...images, pair([], [predicted('car', score)])], OPTIONS);
				for (const key of ['ap', 'ap50', 'ap75', 'ar'] as const)
					expect(after.summary[key] ?? 0).toBeLessThanOrEqual((before.summary[key] ?? 0) + 1e-12);
				expect(after.rates.precision ?? 0).toBeLessThanOrEqual(before.rates.precision ?? 1);
				expect(after.rates.recall).toBe(before.rates.recall);
				expect(after.curve.best?.f1 ?? 0).toBeLessThanOrEqual(before.curve.best?.f1 ?? 0);
			}),
		);
	});

	it('only the order of the scores counts for average precision', () => {
		fc.assert(
			fc.property(pairs, (images) => {
				const flattened = images.map(({ truth, predicted: found }) => ({
					truth,
					predicted: { ...found, objects: found.objects.map((each) => ({ ...each, score: (each.score ?? 1) / 7 })) },
				}));
				expect(evaluate(flattened, OPTIONS).summary).toEqual(evaluate(images, OPTIONS).summary);
			}),
		);
	});

	it('every label and every prediction stands in the matrix and in the images once', () => {
		fc.assert(
			fc.property(pairs, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (images, score) => {
				const evaluator = new Evaluator({ ...OPTIONS, score });
				let [labels, found, matched] = [0, 0, 0];
				for (const each of images) {
					const judged = evaluator.add(each);
					const truths = [...judged.matched, ...judged.confused].map(({ truth }) => truth);
					expect(new Set([...truths, ...judged.missed])).toEqual(new Set(each.truth.objects));
					labels += truths.length + judged.missed.length;
					found += truths.length + judged.extra.length;
					matched += judged.matched.length;
				}
				const { rates, confusion, classes } = evaluator.result();
				expect(labels).toBe(images.reduce((sum, { truth }) => sum + truth.objects.length, 0));
				expect(rates).toMatchObject({ labels, predicted: found, matched });
				const all = confusion.counts.flat().reduce((sum, count) => sum + count, 0);
				expect(all).toBe(labels + found - matched - confusedIn(confusion.counts));
				expect(classes.reduce((sum, each) => sum + each.rates.matched, 0)).toBe(matched);
			}),
		);
	});

	function confusedIn(counts: Evaluation['confusion']['counts']): number {
		return counts
			.slice(0, -1)
			.reduce(
				(sum, row, place) =>
					sum + row.slice(0, -1).reduce((inRow, count, column) => inRow + (column === place ? 0 : count), 0),
				0,
			);
	}
});

describe('what counts', () => {
	it('says which objects are matched, confused, missed and extra', () => {
		const [car, bike, road] = [
			object('car', rectangle(0, 0, 100, 100)),
			object('bike', rectangle(200, 0, 50, 50)),
			object('road', rectangle(300, 300, 80, 80)),
		];
		const found = [
			predicted('car', 0.9, 0, 0, 100, 80),
			predicted('car', 0.8, 200, 0, 50, 50),
			predicted('road', 0.2, 300, 300, 80, 80),
			predicted('road', 0.7, 0, 400, 80, 80),
		] as const;
		const evaluator = new Evaluator(OPTIONS);
		const judged = evaluator.add(pair([car, bike, road], [...found]));
		expect(judged.matched).toEqual([{ truth: car, predicted: found[0], overlap: 0.8 }]);
		expect(judged.confused).toEqual([{ truth: bike, predicted: found[1], overlap: 1 }]);
		expect([judged.missed, judged.extra]).toEqual([[road], [found[3]]]);
		// 0.8 / (1 matched + half of: two for the confused, one missed, one extra)
		expect(judged.score).toBeCloseTo(0.8 / 3, 12);
		expect(evaluator.result().confusion).toEqual({
			classNames: ['car', 'bike', 'road'],
			counts: [
				[1, 0, 0, 0],
				[1, 0, 0, 0],
				[0, 0, 0, 1],
				[0, 0, 1, 0],
			],
		});
	});

	it('takes keys as the server compares them, and lists classes as they are given', () => {
		const { classes } = evaluate([pair([object('Car ', rectangle())], [predicted('car', 0.9)])], {
			kind: 'boxes',
			classes: ['CAR', 'bike'],
		});
		expect(classes.map(({ className, labels, predicted: count }) => [className, labels, count])).toEqual([
			['CAR', 1, 1],
			['bike', 0, 0],
		]);
		expect(classes[0]?.summary.ap).toBe(1);
		expect(classes[1]?.summary).toEqual({});
	});

	it('takes a prediction without a score for a sure one', () => {
		const { rates, curve } = evaluate([pair([object('car', rectangle())], [object('car', rectangle())])], {
			...OPTIONS,
			score: 1,
		});
		expect(rates.matched).toBe(1);
		expect(curve.best?.score).toBe(1);
	});

	it('compares nested objects, and counts what has no box', () => {
		const plate = object('bike', rectangle(20, 20, 10, 10));
		const car = object('car', rectangle(0, 0, 100, 100), {
			children: [plate, object('road', { type: 'point', x: 1, y: 1 })],
		});
		const lamp = object('road', { type: 'point', x: 5, y: 5 });
		const result = evaluate([pair([car, lamp], [predicted('bike', 0.9, 20, 20, 10, 10)])], OPTIONS);
		expect(result).toMatchObject({
			labels: 2,
			predicted: 1,
			skippedLabels: 1,
			skippedPredictions: 0,
			rates: { matched: 1 },
		});
	});

	it('takes the box around any shape', () => {
		const triangle = object('road', polygon([0, 0], [100, 0], [100, 100]));
		expect(evaluate([pair([triangle], [predicted('road', 0.9, 0, 0, 100, 100)])], OPTIONS).summary.ap).toBe(1);
		const masks = evaluate([pair([triangle], [predicted('road', 0.9, 0, 0, 100, 100)])], { ...OPTIONS, kind: 'masks' });
		// Half of the square: at the first threshold only, and not quite, as the pixels on the edge are counted.
		expect(masks.summary.ap75).toBe(0);
	});

	it('an overlap that is the threshold is enough', () => {
		const half = pair([object('car', rectangle(0, 0, 100, 100))], [predicted('car', 0.9, 0, 0, 100, 50)]);
		expect(evaluate([half], OPTIONS).rates.matched).toBe(1);
		expect(evaluate([half], { ...OPTIONS, overlap: 0.51 }).rates.matched).toBe(0);
	});

	it('takes an object of the same class first, then the one that overlaps more, whatever the scores are', () => {
		const [car, bike] = [object('car', rectangle(0, 0, 100, 100)), object('bike', rectangle(0, 0, 100, 90))];
		const found = [
			predicted('bike', 0.5, 0, 0, 100, 100),
			predicted('car', 0.9, 0, 0, 100, 60),
			predicted('car', 0.4, 0, 0, 100, 80),
		] as const;
		const { matched, confused, extra } = new Evaluator(OPTIONS).add(pair([car, bike], [...found]));
		expect(matched.map(({ truth, predicted: each }) => [truth, each])).toEqual([
			[bike, found[0]],
			[car, found[2]],
		]);
		expect([confused, extra]).toEqual([[], [found[1]]]);
	});

	it('takes predictions of one score all or none of them for the highest F1', () => {
		const truth = [object('car', rectangle(0, 0, 10, 10))];
		const found = [predicted('car', 0.9, 0, 0, 10, 10), predicted('car', 0.9, 300, 0, 10, 10)];
		const { curve } = evaluate([pair(truth, found)], OPTIONS);
		expect(curve.best).toMatchObject({ score: 0.9, matched: 1, predicted: 2, precision: 1 / 2 });
		expect(curve.rates).toHaveLength(1);
	});

	it.each(['boxes', 'masks'] as const)('nothing in a crowd is wrong: %s', (kind) => {
		const size = { width: 600, height: 600 };
		const read = (objects: LabelObject[], role: 'label' | 'prediction') =>
			atOnce(instancesOf(image(objects), kind, role, size, () => 0)).instances;
		const [crowd] = read([object('car', rectangle(0, 0, 400, 400))], 'label');
		const [single] = read([object('car', rectangle(500, 500, 50, 50))], 'label');
		if (crowd === undefined || single === undefined) throw new Error('Both are labels.');
		const found = read(
			[
				predicted('car', 0.9, 10, 10, 40, 40),
				predicted('car', 0.8, 90, 90, 40, 40),
				predicted('car', 0.7, 500, 500, 50, 50),
			],
			'prediction',
		);
		const evaluator = new Evaluator({ kind, classes: ['car'] });
		atOnce(evaluator.addingInstances([{ ...crowd, isCrowd: true }, single], found));
		expect(evaluator.result().summary).toMatchObject({ ap: 1, ar: 1 });
	});

	it('says nothing about what is not there', () => {
		const empty = evaluate([pair([], [])], { kind: 'boxes' });
		expect(empty).toMatchObject({
			images: 1,
			summary: {},
			rates: { matched: 0 },
			classes: [],
			confusion: { counts: [[0]] },
		});
		expect(empty.rates).not.toHaveProperty('precision');
		expect(new Evaluator({ kind: 'boxes' }).add(pair([], [])).score).toBe(1);
	});

	it('compares masks of images whose size nobody knows', () => {
		const shape = object('road', polygon([10, 10], [200, 10], [200, 300], [10, 300]));
		const unknown = (objects: LabelObject[]): LabeledImage => image(objects);
		const { summary } = evaluate([{ truth: unknown([shape]), predicted: unknown([{ ...shape, score: 0.5 }]) }], {
			kind: 'masks',
		});
		expect(summary.ap).toBe(1);
	});

	it.each(['boxes', 'masks', 'keypoints'] as const)(
		'takes numbers of any size, and those that are none: %s',
		(kind) => {
			const shapes = [
				object('car', rectangle(NaN, 0, 10, 10)),
				object('car', rectangle(0, 0, Infinity, 10)),
				object('car', rectangle(-1e300, -1e300, 1e301, 1e301)),
				object('car', rectangle(10, 10, -5, -5)),
				object('car', polygon([0, 0], [1e15, 3], [5, 1e12])),
				object('car', polygon([-1e300, 0], [10, 1e301], [20, 1e301])),
				object('car', polygon([0, 0], [NaN, 3], [5, 5])),
				object('car', { type: 'polygon', points: [] }),
				object('car', { type: 'segmentation', regions: [] }),
				object('car', rectangle(0, 0, 10, 10), { score: NaN }),
			];
			const evaluator = new Evaluator({ kind });
			const { score } = evaluator.add({ truth: image(shapes), predicted: image(shapes) });
			expect(score >= 0 && score <= 1).toBe(true);
			for (const number of Object.values(evaluator.result().summary)) expect(number >= 0 && number <= 1).toBe(true);
		},
	);

	it('finds the highest F1', () => {
		const truth = [object('car', rectangle(0, 0, 10, 10)), object('car', rectangle(100, 0, 10, 10))];
		const found = [
			predicted('car', 0.9, 0, 0, 10, 10),
			predicted('car', 0.6, 100, 0, 10, 10),
			predicted('car', 0.4, 300, 0, 10, 10),
		];
		const { curve } = evaluate([pair(truth, found)], OPTIONS);
		expect(curve.best).toEqual({ score: 0.6, precision: 1, recall: 1, f1: 1, matched: 2, predicted: 2, labels: 2 });
		expect(curve.rates.map(({ score, f1 }) => [score, f1])).toEqual([
			[0.9, 2 / 3],
			[0.6, 1],
			[0.4, 4 / 5],
		]);
	});

	it('works in steps between which others have a turn', () => {
		const evaluator = new Evaluator(OPTIONS);
		evaluator.add(pair([object('car', rectangle())], [predicted('car', 0.9)]));
		const steps = evaluator.steps();
		let count = 0;
		let step = steps.next();
		for (; step.done !== true; step = steps.next()) count++;
		expect(count).toBeGreaterThan(CLASS_NAMES.length);
		expect(step.value).toEqual(evaluator.result());
	});
});

describe('keypoints', () => {
	const point = (className: string, x: number, y: number) => object(className, { type: 'point', x, y });
	const hand = (score: number | undefined, ...points: LabelObject[]) =>
		object('hand', rectangle(0, 0, 100, 100), { children: points, ...(score === undefined ? {} : { score }) });

	it('a keypoint that is not predicted counts 0', () => {
		const evaluator = new Evaluator({ kind: 'keypoints' });
		const judged = evaluator.add(
			pair([hand(undefined, point('a', 10, 10), point('b', 50, 50))], [hand(0.9, point('A', 10, 10))]),
		);
		expect(judged.matched[0]?.overlap).toBe(0.5);
	});

	it('falls with the distance as the sigma says', () => {
		// exp(-d² / (2 area (2 sigma)²)): a distance of twice the sigma times the size of the box is exp(-1/2).
		const judged = new Evaluator({ kind: 'keypoints', sigmas: new Map([['tip', 0.05]]) }).add(
			pair([hand(undefined, point('tip', 50, 50))], [hand(0.9, point('tip', 60, 50))]),
		);
		expect(judged.matched[0]?.overlap).toBeCloseTo(Math.exp(-0.5), 10);
	});

	it('a label without keypoints is neither found nor missed', () => {
		const result = evaluate([pair([hand(undefined)], [])], { kind: 'keypoints' });
		expect(result).toMatchObject({ labels: 0, skippedLabels: 1, summary: {}, rates: { labels: 0 } });
	});

	it('knows the sigmas of people, and shares out those of others', () => {
		const people = ['nose', 'Left-Eye', 'right hip'];
		expect([...keypointSigmas(people).values()]).toEqual([0.26 / 10, 0.25 / 10, 1.07 / 10]);
		expect([...keypointSigmas([...people, 'tail']).values()]).toEqual([1 / 4, 1 / 4, 1 / 4, 1 / 4]);
	});
});
