import { classTree, type ClassTree } from '../classes/classTree';
import {
	type Classification,
	type Classifications,
	type LabelClass,
	type LabeledImage,
	type LabelObject,
	labelOf,
} from '../model';
import type { ConversionReport } from '../dataset/conversionReport';
import { setOwn } from '../parsing/record';

/**
 * The labels without answers to questions, or of options, that the label configuration does not have: other tools write
 * attributes of their own, such as `occluded`. What is left out is counted. Several options in one text, separated by
 * commas, are taken apart for a checklist. Pure: the given image stays as it is.
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
		classifications: knownAnswers(image.classifications, [], undefined, known),
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
			classifications: knownAnswers(object.classifications, below, object.className, known),
			children: knownObjects(object.children, below, known),
		};
	});
}

function knownAnswers(
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
			known.report.add('unknown-value', known.name, className, values.length - kept.length);
		if (typeof question !== 'string')
			setOwn(answers, key, { values: kept, children: knownAnswers(children, [...parents, key], className, known) });
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
