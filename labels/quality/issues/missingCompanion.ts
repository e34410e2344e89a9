import type { LabeledImage } from '../../model';
import type { Steps } from '../../steps/steps';
import { classesOf, type Rule, rulesOf, type SeenImage } from './companionRules';
import type { Finding, IssueKind } from './issue';
import { NestedCompanions } from './nestedCompanions';
import { shownCount, shownShare } from './numbers';
import type { ProjectFacts } from './projectFacts';

export const missingCompanion: IssueKind = {
	key: 'missingCompanion',
	name: 'Missing Companions',
	description: 'A class without its usual companion',
	search: (project, { exceptions }) => {
		const seen: SeenImage[] = [];
		const numbers = new Map<string, number>();
		const nested = new NestedCompanions();
		return {
			look({ image, labels }) {
				if (labels.length > 0) seen.push({ image, classes: classesOf(labels, numbers) });
				nested.count(labels);
				return [];
			},
			*end() {
				const inImage = yield* inImages(seen, [...numbers.keys()], project, exceptions);
				return inImage.concat(yield* nested.findings(project, exceptions));
			},
		};
	},
};

function* inImages(
	seen: readonly SeenImage[],
	names: readonly string[],
	project: ProjectFacts,
	exceptions: number,
): Steps<Finding[]> {
	const found: Finding[] = [];
	const rules = yield* rulesOf(seen, names.length, exceptions);
	for (const { image, classes } of seen) {
		yield;
		const here = new Set(classes);
		const reported = new Set<number>();
		for (const rule of classes.flatMap((number) => rules.get(number) ?? [])) {
			if (here.has(rule.companion) || reported.has(rule.companion)) continue;
			reported.add(rule.companion);
			found.push(finding(image, rule, names, project));
		}
	}
	return found;
}

function finding(image: LabeledImage, rule: Rule, names: readonly string[], project: ProjectFacts): Finding {
	const { number, companion, share, limit, sampleSize } = rule;
	const [className = '', missing = ''] = [names[number], names[companion]];
	return {
		severity: 'medium',
		reason: `The image has a "${project.nameOf(className)}" but no "${project.nameOf(missing)}", which ${shownShare(share)} of the ${shownCount(sampleSize)} images with one have. Check whether it was forgotten.`,
		image,
		className: missing,
		measure: 'share',
		value: share,
		limit,
		sampleSize,
	};
}
