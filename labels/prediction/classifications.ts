import { answeredChildren } from '../datagym/classifications';
import {
	type Classification,
	type Classifications,
	type LabelClass,
	type LabeledImage,
	type LabelObject,
	labelOf,
	type ImageSize,
} from '../model';
import type { LabelProblem } from '../parsing/problem';
import { setOwn } from '../parsing/record';
import { comparableKey } from '../classes/classKey';
import { LONGEST_FREETEXT } from '../classes/labelClass';
import { classTree, type ClassTree } from '../classes/classTree';
import type { ConversionReport } from '../dataset/conversionReport';

/** More options are not listed in a message. */
const MOST_OPTIONS = 20;

type Found = Pick<LabelProblem, 'reason' | 'message'>;

/**
 * Checks classifications against those that the label configuration has below the parents, and that the required ones have
 * a value. `className` is the class of the object that they belong to.
 */
export function checkClassifications(
	classifications: Classifications,
	place: string,
	parents: readonly string[],
	className: string | undefined,
	check: PredictionCheck,
): void {
	const { tree, problems } = check;
	const answers = new Map<string, Classification>();
	for (const [key, classification] of Object.entries(classifications)) {
		const path = `${place}.${key}`;
		const report = ({ reason, message }: Found) =>
			problems.push({ severity: 'error', reason, path, ...(className !== undefined && { className }), message });
		checkChildrenShape(classification).forEach(report);
		if (tree !== undefined) {
			if (answers.has(comparableKey(key))) report(spelledTwice(key));
			answers.set(comparableKey(key), classification);
			const labelClass = tree.find('classification', parents, key);
			if (typeof labelClass === 'string') {
				report(notDefined(key, labelClass, parents, tree.classificationsBelow(parents)));
				continue;
			}
			checkValues(labelClass, classification).forEach(report);
		}
		checkClassifications(classification.children, path, [...parents, key], className, check);
	}
	for (const { key, name } of tree?.required(parents) ?? []) {
		if (isAnswered(answers.get(comparableKey(key)))) continue;
		problems.push({
			severity: 'warning',
			reason: 'required',
			path: `${place}.${key}`,
			...(className !== undefined && { className }),
			message: `"${name}" needs a value before the task can be completed. Add one.`,
		});
	}
}

function isAnswered(classification: Classification | undefined): boolean {
	return classification?.values.some((value) => value !== '') ?? false;
}

function checkChildrenShape({ values, children }: Classification): Found[] {
	const answered = answeredChildren(children).map(([key]) => key);
	if (values.length < 2 && answered.length < 2) return [];
	if (answered.length === 0) return [];
	if (values.length < 2)
		return [
			{
				reason: 'not-supported',
				message: `DataGym can import only one of the nested classifications "${answered.join('", "')}". Keep one, and add the others with Label: Update.`,
			},
		];
	return [
		{
			reason: 'not-supported',
			message:
				'DataGym cannot import nested classifications below two or more values. Keep one value, or remove the nested ones.',
		},
	];
}

/** What all checks of one image share. */
export interface PredictionCheck {
	readonly tree?: ClassTree | undefined;
	/** What is outside of one of them is reported only if it is outside of all. */
	readonly sizes: readonly ImageSize[];
	/** Whether segmentations at the top level are not imported, but made label by label. */
	readonly drawsSegmentations: boolean;
	readonly problems: LabelProblem[];
}

function spelledTwice(key: string): Found {
	return {
		reason: 'duplicate',
		message: `The classification "${key}" occurs twice, since keys are not case-sensitive. Remove one.`,
	};
}

function notDefined(
	key: string,
	found: 'elsewhere' | 'unknown',
	parents: readonly string[],
	known: readonly string[],
): Found {
	if (found === 'unknown') {
		return {
			reason: 'unknown-classification',
			message: `The label configuration has no classification "${key}". ${known.length === 0 ? 'Add it there, or remove it from the label.' : `Use one of: ${known.slice(0, MOST_OPTIONS).join(', ')}${known.length > MOST_OPTIONS ? ', …' : '.'}`}`,
		};
	}
	const where = parents.length === 0 ? 'for the whole image' : `inside "${parents.join('" / "')}"`;
	return {
		reason: 'wrong-parent',
		message: `The classification "${key}" is not defined ${where}, only elsewhere in the label configuration. Move it there.`,
	};
}

function checkValues(labelClass: LabelClass, { values }: Classification): Found[] {
	if (labelClass.type === 'freetext') return checkText(labelClass, values);
	const found: Found[] = [];
	if (labelClass.type === 'select' && values.length > 1) {
		found.push({
			reason: 'too-many-values',
			message: `"${labelClass.name}" allows one option, but has ${values.length}, and DataGym would store none. Keep one.`,
		});
	}
	const { options } = labelClass;
	if (options === undefined) return found;
	const remedy =
		options.length === 0
			? 'Add it to the label configuration.'
			: `Use one of: ${options.slice(0, MOST_OPTIONS).join(', ')}${options.length > MOST_OPTIONS ? ', …' : '.'}`;
	for (const value of values) {
		if (options.includes(value)) continue;
		found.push({
			reason: 'unknown-option',
			message: `"${labelClass.name}" has no option "${value}". ${remedy}`,
		});
	}
	return found;
}

function checkText({ name, maxLength = LONGEST_FREETEXT }: LabelClass, values: readonly string[]): Found[] {
	if (values.length > 1)
		return [
			{ reason: 'too-many-values', message: `"${name}" allows one text, but has ${values.length}. Combine them.` },
		];
	const length = values[0]?.length ?? 0;
	if (length <= maxLength) return [];
	return [
		{ reason: 'too-long', message: `"${name}" allows ${maxLength} characters, but has ${length}. Shorten the text.` },
	];
}

/**
 * Removes the classifications and options that the label configuration does not have: other tools write attributes of
 * their own, such as `occluded`. Removed values are counted in `report`. A text of several options, separated by commas,
 * becomes several values of a checklist. Pure: the given image stays as it is.
 */
export function withKnownClassifications(
	image: LabeledImage,
	classes: readonly LabelClass[],
	report: ConversionReport,
): LabeledImage {
	const known: Known = { tree: classTree(classes), report, name: labelOf(image) };
	return {
		...image,
		objects: knownObjects(image.objects, [], known),
		classifications: knownClassifications(image.classifications, [], undefined, known),
	};
}

interface Known {
	readonly tree: ClassTree;
	readonly report: ConversionReport;
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
	const kept: Record<string, Classification> = {};
	for (const [key, { values, children, ...rest }] of Object.entries(classifications)) {
		const labelClass = known.tree.find('classification', parents, key);
		const isKnown = typeof labelClass !== 'string';
		const keptValues = isKnown ? knownValues(values, labelClass) : [];
		if (keptValues.length < values.length)
			known.report.add('unknown-value', known.name, className, values.length - keptValues.length);
		if (!isKnown) continue;
		const below = knownClassifications(children, [...parents, key], className, known);
		setOwn(kept, key, { ...rest, values: keptValues, children: below });
	}
	return kept;
}

function knownValues(values: readonly string[], { type, options }: LabelClass): readonly string[] {
	if (options === undefined) return values;
	return values.flatMap((value) => {
		if (options.includes(value)) return [value];
		const parts = value.split(',').map((part) => part.trim());
		return type === 'checklist' && parts.every((part) => options.includes(part)) ? parts : [];
	});
}
