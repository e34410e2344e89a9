import type { Classification, Classifications } from '../model';
import { ownValue, setOwn } from '../parsing/record';
import { classificationOf, isAnswered, isAnsweredWithin, isLabel } from './answers';
import { isDrawnByImport } from './importMark';
import type { LabelValue } from './labelValue';

/** The labeler of what a token made or changed last (docs/contract.md#task-details). */
const TOKEN = 'token_user';

/** What the server's import has not made, since it stores segmentations empty. Those that a node has drawn bear its mark. */
const NEVER_IMPORTED = 'image_segmentation';

/** What lies in a task before an import, by who made it. Labels are counted with those nested in them. */
export interface TaskWork {
	/** The top-level labels that the API put there, and that nobody has touched since, with anything in them. */
	readonly imported: readonly ImportedLabel[];
	/** How many labels people made, corrected or answered something about, or that no import can have made. */
	readonly otherLabels: number;
	/** What the API answered about the image. */
	readonly importedAnswers: Classifications;
	/** The classifications of the image about which a person has answered something, at any depth. */
	readonly peoplesAnswers: ReadonlySet<string>;
}

export interface ImportedLabel {
	readonly valueId: string;
	/** How many labels it is, with those nested in it. */
	readonly count: number;
}

/**
 * Sorts a task's labels and answers, as `readTask` identifies them, by who made them.
 *
 * @param completesDrawing whether nobody can be at work on the task and an import goes on with another one, so that an area without a shape is what an import has left that was
 * killed between the two requests that draw it.
 */
export function taskWork(values: readonly LabelValue[], completesDrawing = false): TaskWork {
	const labels = values.filter(isLabel);
	const answers = values.filter((value) => !isLabel(value) && isAnsweredWithin(value));
	const imported = labels.filter((label) => isImported(label) || (completesDrawing && isEmptyArea(label)));
	const importedAnswers: Record<string, Classification> = {};
	const peoplesAnswers = new Set<string>();
	for (const answer of answers) {
		if (isImported(answer)) setOwn(importedAnswers, answer.key, classificationOf(answer));
		else peoplesAnswers.add(answer.key);
	}
	return {
		imported: imported.map((label) => ({ valueId: label.valueId, count: labelsIn([label]) })),
		otherLabels: labelsIn(labels) - labelsIn(imported),
		importedAnswers,
		peoplesAnswers,
	};
}

/** Whether everything in it comes from the API. Classifications that nobody has answered belong to nobody. */
function isImported(value: LabelValue): boolean {
	// Its mark covers its answers, too.
	if (isLabel(value) && isDrawnByImport(value)) return value.children.filter(isLabel).every(isImported);
	const isNobodys = !isLabel(value) && !isAnswered(value);
	const isApis = value.labeler === TOKEN && value.type !== NEVER_IMPORTED && value.isAnimated !== true;
	return (isNobodys || isApis) && value.children.every(isImported);
}

function isEmptyArea({ type, content, children }: LabelValue): boolean {
	const isEmpty = type === NEVER_IMPORTED && (content.pointsCollection ?? []).length === 0;
	return isEmpty && !children.some((child) => isLabel(child) || isAnsweredWithin(child));
}

function labelsIn(values: readonly LabelValue[]): number {
	return values.reduce((sum, value) => sum + (isLabel(value) ? 1 : 0) + labelsIn(value.children), 0);
}

/** How many of the answers are gone or different afterward. */
export function countLostAnswers(before: Classifications, after: Classifications): number {
	return Object.entries(before).reduce((sum, [key, { values, children }]) => {
		const now = ownValue(after, key);
		const isLost = values.length > 0 && !isSame(values, now?.values ?? []);
		return sum + (isLost ? 1 : 0) + countLostAnswers(children, now?.children ?? {});
	}, 0);
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
	return some.length === others.length && some.every((value) => others.includes(value));
}

/** The earlier answers, and over them the new ones. */
export function mergedAnswers(earlier: Classifications, later: Classifications): Classifications {
	const merged: Record<string, Classification> = {};
	for (const [key, classification] of Object.entries(earlier)) setOwn(merged, key, classification);
	for (const [key, { values, children }] of Object.entries(later)) {
		const before = ownValue(earlier, key);
		setOwn(merged, key, {
			values: values.length > 0 ? values : (before?.values ?? []),
			children: mergedAnswers(before?.children ?? {}, children),
		});
	}
	return merged;
}
