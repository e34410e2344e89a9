import type { LabelObject } from '../model';
import { type Issue, SEVERITIES, type Severity } from '../quality/issues/issue';
import { ISSUE_KINDS } from '../quality/issues/kinds';
import { counted, html, type Html } from './html';

/** Something suspicious about an image or some of its labels. */
export interface ShownIssue {
	/** Key of its kind, as in `PreviewIssues.kinds`. */
	readonly kind: string;
	/** A sentence. */
	readonly text: string;
	readonly severity: Severity;
	/** The objects of the image that it is about, nested ones, too; none if it is about the whole image. */
	readonly labels: readonly LabelObject[];
}

/** A kind of issues as the page shows it. */
interface ShownKind {
	readonly key: string;
	readonly name: string;
	/** What the page's style sheet calls it: `i0`, `i1`, ... */
	readonly css: string;
	/** Of all images of all pages. */
	readonly count: number;
}

/** What was found in the images, of those that have any. */
export interface PreviewIssues {
	readonly kinds: readonly ShownKind[];
	readonly byImageId: ReadonlyMap<string, readonly ShownIssue[]>;
	/** Of the whole project, as sentences. */
	readonly general: readonly string[];
}

/** What `findIssues` has found, as the page shows it: the kinds in their order, and each image's issues, the worst first. */
export function shownIssues(issues: readonly Issue[]): PreviewIssues {
	const counts = new Map<string, number>();
	const byImageId = new Map<string, ShownIssue[]>();
	for (const { issue: kind, image, label, otherLabel, reason: text, severity } of issues) {
		if (image === undefined) continue;
		const labels = [label, otherLabel].filter((one) => one !== undefined);
		counts.set(kind, (counts.get(kind) ?? 0) + 1);
		const others = byImageId.get(image.imageId);
		if (others === undefined) byImageId.set(image.imageId, [{ kind, text, severity, labels }]);
		else others.push({ kind, text, severity, labels });
	}
	const kinds = ISSUE_KINDS.filter(({ key }) => counts.has(key)).map(({ key, name }, index) => ({
		key,
		name,
		css: `i${index}`,
		count: counts.get(key) ?? 0,
	}));
	const general = issues.flatMap(({ image, reason }) => (image === undefined ? [reason] : []));
	return { kinds, byImageId, general };
}

/** What marks a label that issues are about. */
export interface Mark {
	/** Of the issues, as their list counts them, from 1. */
	readonly numbers: readonly number[];
	readonly severity: Severity;
}

/** The marks of all labels that issues are about; the worst severity decides. */
export function marksOf(issues: readonly ShownIssue[]): ReadonlyMap<LabelObject, Mark> {
	const marks = new Map<LabelObject, Mark>();
	issues.forEach(({ labels, severity }, index) => {
		for (const label of labels) {
			const earlier = marks.get(label);
			marks.set(label, {
				numbers: [...(earlier?.numbers ?? []), index + 1],
				severity: worst([severity, ...(earlier === undefined ? [] : [earlier.severity])]),
			});
		}
	});
	return marks;
}

export function worst(severities: readonly Severity[]): Severity {
	return SEVERITIES.find((severity) => severities.includes(severity)) ?? 'low';
}

/** More issues of one image are counted, not listed. */
const MOST_ISSUES = 20;

/** The issues of an image by number; the marks on its labels have the same ones. */
export function issuesList(issues: readonly ShownIssue[], { kinds }: PreviewIssues): Html | undefined {
	if (issues.length === 0) return undefined;
	const rows = issues.slice(0, MOST_ISSUES).map(({ kind, text, severity }, index) => {
		const name = kinds.find(({ key }) => key === kind)?.name ?? kind;
		return html`<li><b class="mark severity-${severity}">${index + 1}</b><span><b>${name}</b> <span>${text}</span></span></li>`;
	});
	const rest = issues.length - MOST_ISSUES;
	const more = rest > 0 ? html`<li class="quiet">and ${counted(rest, 'more issue')}</li>` : undefined;
	return html`<ul class="issues" aria-label="Issues">${rows}${more}</ul>`;
}
