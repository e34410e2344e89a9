import type { LabelClass, LabeledImage } from '../../model';
import { compareTexts } from '../../datagym/labelOrder';
import { sorted } from '../../steps/sorted';
import type { Steps } from '../../steps/steps';
import { aspectRatio } from './aspectRatio';
import { atEdge } from './atEdge';
import { examine } from './examined';
import { type Issue, SEVERITIES } from './issue';
import { ISSUE_KINDS } from './kinds';
import { outside } from './outside';
import { type DatasetOfImage, ProjectFacts } from './projectFacts';
import { selfCrossing } from './selfCrossing';
import { SENSITIVITIES, type Sensitivity } from './thresholds';
import { tooLarge, tooSmall } from './unusualSize';

export interface IssueSearch {
	/** Keys of `ISSUE_KINDS`; all if missing. */
	readonly kinds?: readonly string[];
	readonly sensitivity?: Sensitivity;
	/** By image ID, as far as they are known. */
	readonly datasets?: Pick<ReadonlyMap<string, DatasetOfImage>, 'get'>;
}

/**
 * What is suspicious in the labels of a project, the most severe first, then by kind (as in `ISSUE_KINDS`) and image name. Limits
 * are learned from the images that are given, so give all of them. What each kind means and where its limits come from:
 * docs/quality.md#find-issues.
 */
export function* findIssues(
	unordered: readonly LabeledImage[],
	classes: readonly LabelClass[],
	{ kinds: keys, sensitivity = 'normal', datasets = new Map() }: IssueSearch = {},
): Steps<Issue[]> {
	const kinds = ISSUE_KINDS.filter(({ key }) => keys?.includes(key) ?? true);
	// Which of two images is "the other one" shall not depend on the order of an answer.
	const images = yield* sorted(unordered, byName);
	const project = yield* new ProjectFacts(images, classes, datasets).learn();
	const searches = kinds.map(({ key, search }) => ({ key, ...search(project, SENSITIVITIES[sensitivity]) }));
	const issues: Issue[] = [];
	for (const image of images) {
		const examined = examine(image);
		for (const { key, look } of searches)
			for (const finding of look?.(examined) ?? []) issues.push({ issue: key, ...finding });
		yield;
	}
	for (const { key, end } of searches)
		for (const finding of end === undefined ? [] : yield* end()) issues.push({ issue: key, ...finding });
	return yield* inOrder(yield* withoutRepetition(issues));
}

function inOrder(issues: readonly Issue[]): Steps<Issue[]> {
	const ranks = new Map(ISSUE_KINDS.map(({ key }, rank) => [key, rank]));
	const rankOf = ({ severity, issue }: Issue) =>
		SEVERITIES.indexOf(severity) * ISSUE_KINDS.length + (ranks.get(issue) ?? 0);
	const none = { imageName: '', imageId: '' };
	return sorted(issues, (a, b) => rankOf(a) - rankOf(b) || byName(a.image ?? none, b.image ?? none));
}

type NamedImage = Pick<LabeledImage, 'imageName' | 'imageId'>;

function byName(a: NamedImage, b: NamedImage): number {
	return compareTexts(a.imageName, b.imageName) || compareTexts(a.imageId, b.imageId);
}

/** What the shape of a label tells twice is said once: a strip at the edge has an unusual aspect ratio, too. */
function* withoutRepetition(issues: readonly Issue[]): Steps<Issue[]> {
	const explained = new Set<Issue['label']>();
	for (const { issue, label } of issues) if (EXPLAINING.has(issue)) explained.add(label);
	yield;
	return issues.filter(({ issue, label }) => issue !== aspectRatio.key || !explained.has(label));
}

const EXPLAINING: ReadonlySet<string> = new Set(
	[outside, selfCrossing, tooSmall, tooLarge, atEdge].map(({ key }) => key),
);
