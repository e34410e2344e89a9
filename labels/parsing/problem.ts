/** Why a label could not be read, kept or accepted. Texts for people are in `LabelProblem.message`; counts go by these. */
export type ProblemReason =
	/** Something is not of the shape that the format demands. */
	| 'unreadable'
	/** A coordinate is missing, null, not a number or not finite. */
	| 'coordinates'
	/** A coordinate is below 0. */
	| 'negative'
	/** Too few (or too many) points for the geometry. */
	| 'points'
	/** A shape without an area. */
	| 'empty'
	| 'outside'
	| 'unknown-class'
	| 'unknown-classification'
	| 'unknown-option'
	| 'wrong-geometry'
	| 'wrong-parent'
	| 'too-many-values'
	| 'too-long'
	| 'required'
	| 'duplicate'
	| 'unknown-field'
	/** The target cannot hold this kind of thing. */
	| 'not-supported'
	/** The image is not known: it has no ID and no name. */
	| 'no-image'
	/** The size of the image is needed and not known. */
	| 'no-size'
	/** The model saw the image in another size. */
	| 'resized';

/** One thing that is wrong with a label. */
export interface LabelProblem {
	/** `error`: the label is lost, refused or would block its task. `warning`: it is kept, but look at it. */
	readonly severity: 'error' | 'warning';
	readonly reason: ProblemReason;
	/** Where it is, in the words of DataGym's JSON: `labels.car[0].rectangle`; empty for the whole element. */
	readonly path: string;
	readonly className?: string;
	/** A sentence for people that ends with the remedy. */
	readonly message: string;
}

/** Numbers of problems by reason. */
export function countByReason(problems: Iterable<LabelProblem>): Partial<Record<ProblemReason, number>> {
	const counts: Partial<Record<ProblemReason, number>> = {};
	for (const { reason } of problems) counts[reason] = (counts[reason] ?? 0) + 1;
	return counts;
}

/**
 * Puts the place of a part in front of the paths of the problems that were found in it (those from index `from` on). So
 * readers report paths relative to what they were given, and no path is built for labels that are right.
 */
export function relocate(problems: LabelProblem[], from: number, place: string, className?: string): void {
	for (let index = from; index < problems.length; index++) {
		const problem = problems[index];
		if (problem === undefined) continue;
		const separator = problem.path === '' || problem.path.startsWith('[') ? '' : '.';
		problems[index] = {
			...problem,
			path: `${place}${separator}${problem.path}`,
			...(className !== undefined && problem.className === undefined && { className }),
		};
	}
}

/** A problem that loses what was to be read. */
export function readingError(reason: ProblemReason, path: string, message: string, className?: string): LabelProblem {
	return { severity: 'error', reason, path, message, ...(className !== undefined && { className }) };
}
