import type { LabeledImage, LabelObject } from '../../model';
import type { Steps } from '../../steps/steps';
import type { ExaminedImage } from './examined';
import type { ProjectFacts } from './projectFacts';
import type { Thresholds } from './thresholds';

/** `high`: surely wrong. `medium`: most likely wrong. `low`: worth a look. */
export const SEVERITIES = ['high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a kind of issue has found. The numbers say why: a value that is beyond a limit, and what is typical in this project. */
export interface Finding {
	readonly severity: Severity;
	/** A sentence for people, and what to do. */
	readonly reason: string;
	/** Missing for what is about the whole project. */
	readonly image?: LabeledImage;
	/** Missing for what is about a whole image. */
	readonly label?: LabelObject;
	/** The other one of two labels that contradict each other. */
	readonly otherLabel?: LabelObject;
	/** The other one of two images that are the same. */
	readonly otherImage?: LabeledImage;
	/** The class it is about, where no label tells. */
	readonly className?: string;
	/** What was measured: `iou`, `area`, `aspectRatio`, … */
	readonly measure: string;
	readonly value: number;
	/** From which value on it is an issue; missing where any is one. */
	readonly limit?: number;
	/** The median of the project, of the same measure. */
	readonly typical?: number;
	/** How many labels, images or parents the limit was learned from; missing for a limit that is fixed. */
	readonly sampleSize?: number;
}

export interface Issue extends Finding {
	/** The kind, machine-readable: `duplicate`, `outside`, … */
	readonly issue: string;
}

/** One search for issues of a kind: it sees each image once. */
interface Search {
	readonly look?: (image: ExaminedImage) => Iterable<Finding>;
	/** What only all images together show. */
	readonly end?: () => Steps<readonly Finding[]>;
}

/** A kind of issue, as one value: all that the node, its fields and the documentation know of it. */
export interface IssueKind {
	/** The value that workflows save and items carry. It is never renamed. */
	readonly key: string;
	/** The name in drop-down lists, in Title Case. */
	readonly name: string;
	readonly description: string;
	readonly search: (project: ProjectFacts, thresholds: Thresholds) => Search;
}
