import { comparableKey } from '../../classes/classKey';
import { isGeometryClass } from '../../model';
import type { Finding, IssueKind } from './issue';
import { shownCount } from './numbers';

/** A project with fewer labels has just begun. */
const FEWEST_LABELS = 100;

export const classImbalance: IssueKind = {
	key: 'classImbalance',
	name: 'Class Imbalance',
	description: 'Classes with no labels, or far too few',
	search: (project, { imbalance }) => ({
		*end() {
			const found: Finding[] = [];
			const counts = new Map<string, number>();
			const keys = new Map<string, string>();
			for (const { key } of project.classes.filter(isGeometryClass)) {
				counts.set(key, 0);
				keys.set(comparableKey(key), key);
			}
			for (const [key, count] of project.counts) {
				const known = keys.get(comparableKey(key)) ?? key;
				keys.set(comparableKey(key), known);
				counts.set(known, (counts.get(known) ?? 0) + count);
			}
			const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
			const [mostFrequent, most] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0]);
			if (total < FEWEST_LABELS) return found;
			const sorted = [...counts.values()].sort((a, b) => a - b);
			for (const [className, value] of counts) {
				yield;
				if (value * imbalance >= most) continue;
				const name = project.nameOf(className);
				const other = `"${project.nameOf(mostFrequent)}" has ${shownCount(most)}`;
				found.push({
					severity: 'low',
					reason:
						value === 0
							? `The class "${name}" has no label, while ${other}. Label some, or remove the class.`
							: `The class "${name}" has only ${shownCount(value)} labels, while ${other}. Add images that show it.`,
					className,
					measure: 'labelCount',
					value,
					limit: most / imbalance,
					typical: sorted[Math.floor(sorted.length / 2)] ?? 0,
					sampleSize: total,
				});
			}
			return found;
		},
	}),
};
