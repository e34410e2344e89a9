import type { PredictionCheck } from './checkPrediction';
import { hasValues } from '../datagym/classifications';
import type { Classification, Classifications, LabelClass } from '../model';
import type { LabelProblem } from '../parsing/problem';
import { ownValue } from '../parsing/record';

const LONGEST_FREETEXT = 255;

type Found = Pick<LabelProblem, 'reason' | 'message'>;

/** Checks answers, and that the required ones are there, against the questions below the parents; `className` is the object's. */
export function checkClassifications(
	classifications: Classifications,
	place: string,
	parents: readonly string[],
	className: string | undefined,
	check: PredictionCheck,
): void {
	const { tree, problems } = check;
	for (const [key, classification] of Object.entries(classifications)) {
		const path = `${place}.${key}`;
		const tell = ({ reason, message }: Found) =>
			problems.push({ severity: 'error', reason, path, ...(className !== undefined && { className }), message });
		checkChildrenShape(classification).forEach(tell);
		if (tree !== undefined) {
			const question = tree.find('classification', parents, key);
			if (typeof question === 'string') {
				tell(unknownQuestion(key, question, parents));
				continue;
			}
			checkValues(question, classification).forEach(tell);
		}
		checkClassifications(classification.children, path, [...parents, key], className, check);
	}
	for (const { key, name } of tree?.required(parents) ?? []) {
		if (isAnswered(ownValue(classifications, key))) continue;
		problems.push({
			severity: 'warning',
			reason: 'required',
			path: `${place}.${key}`,
			...(className !== undefined && { className }),
			message: `"${name}" must be answered before the task can be completed. Add a value.`,
		});
	}
}

function isAnswered(classification: Classification | undefined): boolean {
	return classification?.values.some((value) => value !== '') ?? false;
}

function checkChildrenShape({ values, children }: Classification): Found[] {
	if (values.length < 2 || !hasValues(children)) return [];
	return [
		{
			reason: 'not-supported',
			message:
				'The import refuses a classification with two values and classifications below it. Keep one value, or leave out what is below.',
		},
	];
}

function unknownQuestion(key: string, found: 'elsewhere' | 'unknown', parents: readonly string[]): Found {
	if (found === 'unknown') {
		return {
			reason: 'unknown-classification',
			message: `The label configuration has no classification "${key}". Add it to the configuration, or leave it out.`,
		};
	}
	const where = parents.length === 0 ? 'for the whole image' : `in "${parents.join('" / "')}"`;
	return {
		reason: 'wrong-parent',
		message: `The label configuration has no classification "${key}" ${where}, only elsewhere. Move it to where the configuration has it.`,
	};
}

function checkValues(question: LabelClass, { values }: Classification): Found[] {
	if (question.type === 'freetext') return checkText(question, values);
	const found: Found[] = [];
	if (question.type === 'select' && values.length > 1) {
		found.push({
			reason: 'too-many-values',
			message: `"${question.name}" takes one option, but has ${values.length}; the server would store none. Keep one.`,
		});
	}
	const { options } = question;
	if (options === undefined) return found;
	for (const value of values) {
		if (options.includes(value)) continue;
		found.push({
			reason: 'unknown-option',
			message: `"${question.name}" has no option "${value}". Choose one of ${options.slice(0, 20).join(', ') || '(none is configured)'}.`,
		});
	}
	return found;
}

function checkText(question: LabelClass, values: readonly string[]): Found[] {
	if (values.length > 1)
		return [
			{ reason: 'too-many-values', message: `"${question.name}" takes one text, but has ${values.length}. Join them.` },
		];
	const longest = question.maxLength ?? LONGEST_FREETEXT;
	const length = values[0]?.length ?? 0;
	if (length <= longest) return [];
	return [
		{ reason: 'too-long', message: `"${question.name}" takes ${longest} characters, but has ${length}. Shorten it.` },
	];
}
