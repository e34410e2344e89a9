import { eachObject, type LabelObject } from '../../model';
import type { Steps } from '../../steps/steps';
import type { ExaminedLabel } from './examined';
import type { Finding } from './issue';
import { shownCount, shownShare } from './numbers';
import type { ProjectFacts } from './projectFacts';
import { SMALLEST_SAMPLE } from './thresholds';

interface ParentClass {
	labels: number;
	/** How many of the labels have a nested one of a class, by its key. */
	readonly withNested: Map<string, number>;
}

/** Which classes are nested in the labels of another one. */
export class NestedCompanions {
	private readonly parents = new Map<string, ParentClass>();

	count(labels: readonly ExaminedLabel[]): void {
		for (const { object } of labels) {
			const parent = this.parents.get(object.className) ?? { labels: 0, withNested: new Map<string, number>() };
			this.parents.set(object.className, parent);
			parent.labels++;
			for (const nested of nestedClasses(object))
				parent.withNested.set(nested, (parent.withNested.get(nested) ?? 0) + 1);
		}
	}

	/** The labels that lack what nearly all others of their class have. */
	*findings(project: ProjectFacts, exceptions: number): Steps<Finding[]> {
		const expected = this.expected(exceptions);
		const found: Finding[] = [];
		if (expected.size === 0) return found;
		for (const image of project.images) {
			eachObject(image, (label) => {
				const has = nestedClasses(label);
				for (const { nested, share, sampleSize } of expected.get(label.className) ?? []) {
					if (has.has(nested)) continue;
					found.push({
						severity: 'medium',
						reason: `This "${project.nameOf(label.className)}" has no "${project.nameOf(nested)}" in it, which ${shownShare(share)} of the ${shownCount(sampleSize)} have. Check whether it was forgotten.`,
						image,
						label,
						measure: 'share',
						value: share,
						limit: 1 - exceptions,
						sampleSize,
					});
				}
			});
			yield;
		}
		return found;
	}

	/** By class, the nested classes that all but a few of its labels have. */
	private expected(exceptions: number) {
		const expected = new Map<string, Array<{ nested: string; share: number; sampleSize: number }>>();
		for (const [className, { labels, withNested }] of this.parents) {
			if (labels < SMALLEST_SAMPLE) continue;
			const rules = [...withNested]
				.map(([nested, count]) => ({ nested, share: count / labels, sampleSize: labels }))
				.filter(({ share }) => share < 1 && share >= 1 - exceptions);
			if (rules.length > 0) expected.set(className, rules);
		}
		return expected;
	}
}

function nestedClasses({ children }: LabelObject): ReadonlySet<string> {
	return new Set(children.map(({ className }) => className));
}
