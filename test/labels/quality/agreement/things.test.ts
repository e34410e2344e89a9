import fc from 'fast-check';
import type { LabelObject } from '@datagym/labels/model';
import { atOnce } from '@datagym/labels/steps/steps';
import { eachNeighbor } from '@datagym/labels/quality/agreement/similarity';
import { matchThings } from '@datagym/labels/quality/agreement/things';
import { object, polygon, rectangle } from '../../build';
import '../../../support/seed';

const CLOSENESS = { minimumIou: 0.5, maximumDistance: 10 };

const number = fc.integer({ min: 0, max: 60 });
const label: fc.Arbitrary<LabelObject> = fc
	.tuple(fc.constantFrom('rectangle', 'polygon', 'point', 'line'), fc.constantFrom('car', 'van'), number, number)
	.map(([type, className, x, y]) => {
		if (type === 'rectangle') return object(className, rectangle(x, y, 40, 40));
		if (type === 'polygon') return object(className, polygon([x, y], [x + 40, y], [x + 40, y + 40]));
		if (type === 'point') return object(className, { type: 'point', x, y });
		return object(className, {
			type: 'line',
			points: [
				{ x, y },
				{ x: x + 50, y },
			],
		});
	});
const labels = fc.array(fc.array(label, { maxLength: 6 }), { minLength: 2, maxLength: 4 });

test('each label is of one thing, and at the place of its project', () => {
	fc.assert(
		fc.property(labels, fc.constantFrom(undefined, 1, 3), (given, mostCandidates) => {
			const things = atOnce(matchThings(given, CLOSENESS, mostCandidates));
			given.forEach((own, project) => {
				const found = things.flatMap((thing) => [thing.labels[project], thing.apart[project]]);
				const present = found.filter((each) => each !== undefined);
				expect(present).toHaveLength(own.length);
				expect(new Set(present)).toEqual(new Set(own));
			});
		}),
		{ numRuns: 40 },
	);
});

test('a project compared with itself has every label matched with itself', () => {
	fc.assert(
		fc.property(fc.uniqueArray(label, { maxLength: 6, selector: (each) => JSON.stringify(each.geometry) }), (own) => {
			const copies = own.map((each) => ({ ...each }));
			for (const {
				labels: [one, other],
			} of atOnce(matchThings([own, copies], CLOSENESS)))
				expect(other).toEqual(one);
		}),
	);
});

// Undecided candidates of each with each would take gigabytes.
test('labels in one place are all matched, also if they are decided in parts', () => {
	const pile = Array.from({ length: 40 }, () => object('car', rectangle(1, 2, 30, 40)));
	const things = atOnce(matchThings([pile, pile.map((each) => ({ ...each }))], CLOSENESS, 100));
	expect(things).toHaveLength(40);
	expect(things.every(({ labels: own }) => own.every((label) => label !== undefined))).toBe(true);
});

test('the neighbors of a pile are visited in steps, whose shapes may take long to compare', () => {
	const pile = Array.from({ length: 100 }, () => object('car', rectangle(1, 2, 30, 40)));
	let [visits, most] = [0, 0];
	const visit = () => {
		visits++;
		return undefined;
	};
	const steps = eachNeighbor(pile, pile, 10, visit);
	for (let step = steps.next(), before = 0; step.done !== true; step = steps.next()) {
		most = Math.max(most, visits - before);
		before = visits;
	}
	expect(visits).toBe(100 * 100);
	expect(most).toBeLessThanOrEqual(16);
});
