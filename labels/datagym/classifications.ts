import { DEEPEST_LEVEL, type Classification, type Classifications } from '../model';
import { relocate, type LabelProblem } from '../parsing/problem';
import { isList, isRecord, ownValue, setOwn, shown } from '../parsing/record';

/** Shared by all that have none: an export holds millions of them, and a third of its memory would be empty objects. */
export const NO_CLASSIFICATIONS: Classifications = Object.freeze({});
const NO_VALUES: readonly string[] = Object.freeze([]);
const UNANSWERED: Classification = Object.freeze({ values: NO_VALUES, children: NO_CLASSIFICATIONS });

/**
 * Reads `{"color": ["red"], "damage": ["dent", "scratch", {"note": ["left door"]}]}`: values first, then objects with the
 * classifications that belong to this one; null stands for no value.
 *
 * Paths of problems are relative to the given value. Source: docs/contract.md#import-classifications.
 */
export function readClassifications(value: unknown, problems: LabelProblem[], level = 1): Classifications {
	if (value === undefined || value === null) return NO_CLASSIFICATIONS;
	if (!isRecord(value) || level > DEEPEST_LEVEL) {
		problems.push(
			unreadable(
				isRecord(value)
					? 'Classifications are nested too deeply: DataGym supports three levels. Remove the inner ones.'
					: `Classifications must be an object, but got ${shown(value)}. Provide an object such as {"color": ["red"]}.`,
			),
		);
		return NO_CLASSIFICATIONS;
	}
	let classifications: Record<string, Classification> | undefined;
	for (const key of Object.keys(value)) {
		const before = problems.length;
		const classification = readClassification(ownValue(value, key), problems, level);
		if (problems.length > before) relocate(problems, before, key);
		if (classification !== undefined) setOwn((classifications ??= {}), key, classification);
	}
	return classifications ?? NO_CLASSIFICATIONS;
}

function readClassification(value: unknown, problems: LabelProblem[], level: number): Classification | undefined {
	if (!isList(value)) {
		problems.push(
			unreadable(
				`A classification must be a list, but got ${shown(value)}. Put its values in brackets, such as ["red"].`,
			),
		);
		return undefined;
	}
	let values: string[] | undefined;
	let children: Record<string, Classification> | undefined;
	for (const [index, item] of value.entries()) {
		if (typeof item === 'string') {
			// A literal takes no more room than its values; an array that is pushed to has place for 17.
			if (values === undefined) values = [item];
			else values.push(item);
		} else if (isRecord(item)) {
			children ??= {};
			addChildren(children, item, `[${index}]`, problems, level + 1);
		} else if (item !== null) {
			problems.push({
				...unreadable(`A value must be text, but got ${shown(item)}. Put it in quotes.`),
				path: `[${index}]`,
			});
		}
	}
	if (values === undefined && children === undefined) return UNANSWERED;
	return { values: values ?? NO_VALUES, children: children ?? NO_CLASSIFICATIONS };
}

function addChildren(
	children: Record<string, Classification>,
	value: unknown,
	place: string,
	problems: LabelProblem[],
	level: number,
): void {
	const before = problems.length;
	for (const [key, child] of Object.entries(readClassifications(value, problems, level))) {
		if (ownValue(children, key) === undefined) {
			setOwn(children, key, child);
		} else {
			problems.push({
				severity: 'warning',
				reason: 'duplicate',
				path: key,
				message: `The classification "${key}" occurs twice; the first one is used. Remove the other.`,
			});
		}
	}
	if (problems.length > before) relocate(problems, before, place);
}

function unreadable(message: string): LabelProblem {
	return { severity: 'error', reason: 'unreadable', path: '', message };
}

/** A classification as the import and the export write it. */
export type WireClassification = (string | null | WireClassifications)[];
export interface WireClassifications {
	[key: string]: WireClassification;
}

/**
 * Writes classifications so that the import takes them: an object only in the second place, so a classification with two
 * or more values keeps its values, and those below it are skipped and reported. Of the object the server reads the first key
 * only, so it holds the one child that is answered; further answered ones are skipped and reported.
 * Source: docs/contract.md#import-classifications, recordings 612-616.
 */
export function writeImportClassifications(
	classifications: Classifications,
	problems: LabelProblem[],
): WireClassifications {
	const written: WireClassifications = {};
	for (const [key, { values, children }] of Object.entries(classifications)) {
		const before = problems.length;
		const wire: WireClassification = values.length === 0 ? [null] : [...values];
		if (values.length < 2) {
			const below = writeImportClassifications(Object.fromEntries(answeredChildren(children)), problems);
			const [first, ...others] = Object.entries(below);
			if (first !== undefined) wire.push(Object.fromEntries([first]));
			if (others.length > 0) problems.push(severalChildren(others.map(([name]) => name)));
		} else if (hasValues(children)) {
			problems.push({
				severity: 'error',
				reason: 'not-supported',
				path: '',
				message:
					'DataGym cannot import nested classifications below two or more values; the nested ones were skipped. Keep one value, or add them in DataGym.',
			});
		}
		if (problems.length > before) relocate(problems, before, key);
		setOwn(written, key, wire);
	}
	return written;
}

/** The children that have a value, or one below them. */
export function answeredChildren(children: Classifications): Array<[string, Classification]> {
	return Object.entries(children).filter(([, { values, children: below }]) => values.length > 0 || hasValues(below));
}

function severalChildren(skipped: readonly string[]): LabelProblem {
	return {
		severity: 'error',
		reason: 'not-supported',
		path: '',
		message: `DataGym can import one nested classification per classification; "${skipped.join('", "')}" was skipped. Add it with Label: Update.`,
	};
}

/** Whether any classification has a value. */
export function hasValues(classifications: Classifications): boolean {
	return Object.values(classifications).some(({ values, children }) => values.length > 0 || hasValues(children));
}
