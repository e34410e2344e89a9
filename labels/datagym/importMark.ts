import { shortHash } from '../dataset/stableHash';
import { comparableKey } from '../classes/classKey';
import type { Classifications } from '../model';
import { answersAmong } from './answers';
import type { LabelContent, LabelValue } from './labelValue';

/** The labelers of what this package makes value by value: of a token, and of everybody in the open core, people included. */
const POSSIBLE_LABELERS: readonly unknown[] = ['token_user', 'open-core-dummy-user-sub'];

/**
 * The comment of a label that an import has drawn itself. It tells the label from those of people also where all bear the same
 * name, and stops fitting as soon as anybody changes the shape or an answer, since it holds a hash of both.
 *
 * @param content as it is sent; the server keeps its numbers exactly (docs/contract.md#label-values).
 */
export function importMark(content: LabelContent, answers: Classifications): string {
	const shape = JSON.stringify(content, ['x', 'y', 'width', 'height', 'points', 'pointsCollection']);
	return `Imported by n8n (${shortHash(`${shape} ${JSON.stringify(comparable(answers))}`)})`;
}

/** Whether an import has drawn the label, and nobody has changed its shape, its comment or an answer in it since. */
export function isDrawnByImport({ labeler, comment, content, children, isAnimated }: LabelValue): boolean {
	if (comment === undefined || isAnimated === true || !POSSIBLE_LABELERS.includes(labeler)) return false;
	return comment === importMark(content, answersAmong(children));
}

type Comparable = readonly [key: string, values: readonly string[], below: readonly Comparable[]];

/** Without what is not answered, and without an order. */
function comparable(answers: Classifications): readonly Comparable[] {
	return Object.entries(answers)
		.map(([key, { values, children }]): Comparable => {
			return [comparableKey(key), values.filter((value) => value !== '').sort(), comparable(children)];
		})
		.filter(([, values, below]) => values.length + below.length > 0)
		.sort(([a], [b]) => (a < b ? -1 : 1));
}
