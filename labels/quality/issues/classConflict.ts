import { sameKey } from '../../classes/classKey';
import { BOX_SHARE, likenessInWords } from './duplicate';
import type { Finding, IssueKind } from './issue';
import { NearLabels, placedLabels, type PlacedLabel } from './nearLabels';
import { type Likeness, likenessOf } from './sameShape';

/**
 * Two classes on the same shape as often as this, as a share of the rarer one's labels, are a way of labeling, such as a "vehicle"
 * around each "car", and no mistake.
 */
const HABIT = { share: 0.1, fewest: 5 };

export const classConflict: IssueKind = {
	key: 'classConflict',
	name: 'Two Classes for One Shape',
	description: 'Labels of two classes with one shape',
	search: (project, { sameShape }) => {
		const byClasses = new Map<string, Finding[]>();
		return {
			look({ image, labels }) {
				const kept = new NearLabels(sameShape * BOX_SHARE);
				for (const label of placedLabels(labels).filter(hasArea)) {
					const { isDuplicate, others } = sameShapesAs(label, kept, sameShape);
					if (isDuplicate) continue;
					kept.add(label);
					for (const { other, likeness } of others) {
						const [className, otherName] = [label.object.className, other.object.className];
						const classes = [className, otherName].sort().join('\n');
						const found = byClasses.get(classes) ?? [];
						byClasses.set(classes, found);
						found.push({
							severity: 'high',
							reason: `One thing is labeled as "${project.nameOf(otherName)}" and as "${project.nameOf(className)}": ${likenessInWords(likeness)}. Delete the wrong one.`,
							image,
							label: label.object,
							otherLabel: other.object,
							...likeness,
						});
					}
				}
				return [];
			},
			*end() {
				const all: Finding[] = [];
				for (const [classes, found] of byClasses) {
					yield;
					const rarer = Math.min(...classes.split('\n').map((key) => project.counts.get(key) ?? 0));
					if (found.length < HABIT.fewest || found.length < HABIT.share * rarer)
						for (const each of found) all.push(each);
				}
				return all;
			},
		};
	},
};

/** The labels of other classes with the same shape. A duplicate of a label is an issue of another kind, and none of this one once more. */
function sameShapesAs(label: PlacedLabel, kept: NearLabels, sameShape: number) {
	const others: Array<{ readonly other: PlacedLabel; readonly likeness: Likeness }> = [];
	for (const other of kept.near(label)) {
		const likeness = isNested(other, label) ? undefined : likenessOf(other, label, sameShape);
		if (likeness === undefined) continue;
		if (sameKey(other.object.className, label.object.className)) return { isDuplicate: true, others: [] };
		others.push({ other, likeness });
	}
	return { isDuplicate: false, others };
}

function isNested(a: PlacedLabel, b: PlacedLabel): boolean {
	return a.parent === b.object || b.parent === a.object;
}

/** Points and lines of two classes may well be in one place, such as two joints of a person. */
function hasArea({ object }: PlacedLabel): boolean {
	return object.geometry.type !== 'point' && object.geometry.type !== 'line';
}
