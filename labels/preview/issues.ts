import type { LabelObject } from '../model';
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

export type Severity = 'high' | 'medium' | 'low';

/** A kind of issues as the page shows it. */
export interface IssueKind {
	readonly key: string;
	readonly name: string;
	/** What the page's style sheet calls it: `i0`, `i1`, ... */
	readonly css: string;
	/** Of all images of all pages. */
	readonly count: number;
}

/** What was found in the images, of those that have any. */
export interface PreviewIssues {
	readonly kinds: readonly IssueKind[];
	readonly byImageId: ReadonlyMap<string, readonly ShownIssue[]>;
}

/** What marks a label that issues are about. */
export interface Mark {
	/** Of the issues, as their list counts them, from 1. */
	readonly numbers: readonly number[];
	readonly severity: Severity;
}

/** The worst first. */
export const SEVERITIES: readonly Severity[] = ['high', 'medium', 'low'];

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
		return html`<li><b class="mark severity-${severity}">${index + 1}</b><span><strong>${name}</strong> <span>${text}</span></span></li>`;
	});
	const rest = issues.length - MOST_ISSUES;
	const more = rest > 0 ? html`<li class="quiet">and ${counted(rest, 'more issue')}</li>` : undefined;
	return html`<ul class="issues" aria-label="Issues">${rows}${more}</ul>`;
}
