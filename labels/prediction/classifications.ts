import type { PredictionCheck } from './checkPrediction';
import { hasValues } from '../datagym/classifications';
import {
	type Classification,
	type Classifications,
	type LabelClass,
	type LabeledImage,
	type LabelObject,
	labelOf,
} from '../model';
import type { LabelProblem } from '../parsing/problem';
import { ownValue, setOwn } from '../parsing/record';
import { classTree, type ClassTree } from '../classes/classTree';
import type { Losses } from '../dataset/losses';

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

/**
 * The labels without answers to questions, or of options, that the label configuration does not have: other tools write
 * attributes of their own, such as `occluded`. What is left out is counted. Several options in one text, separated by
 * commas, are taken apart for a checklist. Pure: the given image stays as it is.
 */
export function withKnownClassifications(
	image: LabeledImage,
	classes: readonly LabelClass[],
	losses: Losses,
): LabeledImage {
	const known: Known = { tree: classTree(classes), losses, name: labelOf(image) };
	return {
		...image,
		objects: knownObjects(image.objects, [], known),
		classifications: knownClassifications(image.classifications, [], undefined, known),
	};
}

interface Known {
	readonly tree: ClassTree;
	readonly losses: Losses;
	readonly name: string;
}

function knownObjects(objects: readonly LabelObject[], parents: readonly string[], known: Known): LabelObject[] {
	return objects.map((object) => {
		const below = [...parents, object.className];
		return {
			...object,
			classifications: knownClassifications(object.classifications, below, object.className, known),
			children: knownObjects(object.children, below, known),
		};
	});
}

function knownClassifications(
	classifications: Classifications,
	parents: readonly string[],
	className: string | undefined,
	known: Known,
): Classifications {
	const answers: Record<string, Classification> = {};
	for (const [key, { values, children }] of Object.entries(classifications)) {
		const question = known.tree.find('classification', parents, key);
		const kept = typeof question === 'string' ? [] : knownValues(values, question);
		if (kept.length < values.length)
			known.losses.add('unknown-answer', known.name, className, values.length - kept.length);
		if (typeof question !== 'string')
			setOwn(answers, key, { values: kept, children: knownClassifications(children, [...parents, key], className, known) });
	}
	return answers;
}

function knownValues(values: readonly string[], { type, options }: LabelClass): readonly string[] {
	if (options === undefined) return values;
	return values.flatMap((value) => {
		if (options.includes(value)) return [value];
		const parts = value.split(',').map((part) => part.trim());
		return type === 'checklist' && parts.every((part) => options.includes(part)) ? parts : [];
	});
}
