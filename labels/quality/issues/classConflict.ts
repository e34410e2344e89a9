import { sameKey } from '../../classes/classKey';
import { BOX_SHARE, likenessInWords } from './duplicate';
import type { Finding, IssueKind } from './issue';
import { nearPairs, type PlacedLabel } from './nearPairs';
import { likenessOf } from './sameShape';

/**
 * Two classes on the same shape as often as this, as a share of the rarer one's labels, are a way of labeling, such as a "vehicle"
 * around each "car", and no mistake.
 */
const HABIT = { share: 0.1, fewest: 5 };

export const classConflict: IssueKind = {
	key: 'classConflict',
	name: 'Two Classes for One Shape',
	description: 'Labels of two classes with nearly the same shape, of which one must be wrong',
	search: (project, { sameShape }) => {
		const byClasses = new Map<string, Finding[]>();
		return {
			look({ image, labels }) {
				const reported = new Set<number>();
				for (const [first, second] of nearPairs(labels, sameShape * BOX_SHARE, (index) => reported.has(index))) {
					const [className, other] = [second.object.className, first.object.className];
					if (sameKey(className, other) || isNested(first, second)) continue;
					const likeness = haveAreas(first, second) ? likenessOf(first, second, sameShape) : undefined;
					if (likeness === undefined) continue;
					reported.add(second.index);
					const classes = [className, other].sort().join('\n');
					const found = byClasses.get(classes) ?? [];
					byClasses.set(classes, found);
					found.push({
						severity: 'high',
						reason: `One thing is labeled as "${project.nameOf(other)}" and as "${project.nameOf(className)}": ${likenessInWords(likeness)}. Delete the wrong one.`,
						image,
						label: second.object,
						otherLabel: first.object,
						...likeness,
					});
				}
				return [];
			},
			*end() {
				for (const [classes, found] of byClasses) {
					const rarer = Math.min(...classes.split('\n').map((key) => project.counts.get(key) ?? 0));
					if (found.length < HABIT.fewest || found.length < HABIT.share * rarer) yield* found;
				}
			},
		};
	},
};

function isNested(a: PlacedLabel, b: PlacedLabel): boolean {
	return a.parent === b.object || b.parent === a.object;
}

/** Points and lines of two classes may well be in one place, such as two joints of a person. */
function haveAreas(...labels: readonly PlacedLabel[]): boolean {
	return labels.every(({ object }) => object.geometry.type !== 'point' && object.geometry.type !== 'line');
}
