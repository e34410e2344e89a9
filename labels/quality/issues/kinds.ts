import { aspectRatio } from './aspectRatio';
import { atEdge } from './atEdge';
import { classConflict } from './classConflict';
import { classImbalance } from './classImbalance';
import { degenerate } from './degenerate';
import { duplicate } from './duplicate';
import type { IssueKind } from './issue';
import { missingCompanion } from './missingCompanion';
import { missingValue } from './missingValue';
import { outside } from './outside';
import { sameImage } from './sameImage';
import { selfCrossing } from './selfCrossing';
import { splitLeak } from './splitLeak';
import { tooLarge, tooSmall } from './unusualSize';
import { withoutLabels } from './withoutLabels';

/** Every kind of issue, in the order in which those of one severity are given out. */
export const ISSUE_KINDS: readonly IssueKind[] = [
	missingValue,
	degenerate,
	outside,
	duplicate,
	classConflict,
	selfCrossing,
	atEdge,
	tooSmall,
	tooLarge,
	withoutLabels,
	missingCompanion,
	sameImage,
	splitLeak,
	aspectRatio,
	classImbalance,
];
