import { sameKey } from '../../classes/classKey';
import type { ConversionReport } from '../../dataset/conversionReport';
import { type Classifications, type LabelClass, labelOf } from '../../model';
import { ownValue } from '../../parsing/record';
import type { Steps } from '../../steps/steps';
import { type BriefImage, type ImageList, withBriefs } from '../../store/imageList';

/** The class of each image, from the value of a global classification. Images without a value have none, and are counted, as are further values. */
export function* imageClassesOf(
	images: ImageList,
	classificationKey: string,
	report: ConversionReport,
): Steps<Map<BriefImage, string>> {
	const values = new Map<BriefImage, string>();
	for (const [image, brief] of withBriefs(images)) {
		yield;
		const [value, ...others] = ownValue(image.classifications, classificationKey)?.values ?? [];
		if (value === undefined) report.add('without-class', labelOf(image), classificationKey);
		else values.set(brief, value);
		if (others.length > 0) report.add('several-classes', labelOf(image), classificationKey);
	}
	return values;
}

/** The options of a classification in the label configuration. */
export function optionsOf(labelClasses: readonly LabelClass[], classificationKey: string): readonly string[] {
	return labelClasses.flatMap((each) => (sameKey(each.key, classificationKey) ? (each.options ?? []) : []));
}

/**
 * The names of the classes that images have by their numbers: the options in their order, and the values that are no options any
 * more.
 */
export function imageClassNames(options: readonly string[], values: Iterable<string>): readonly string[] {
	const others = new Set(values);
	for (const option of options) others.delete(option);
	return [...new Set(options), ...[...others].sort()];
}

/** The answers without that of a key, which has a place of its own. */
export function answersBeside(classifications: Classifications, key: string): Classifications {
	return Object.fromEntries(Object.entries(classifications).filter(([each]) => each !== key));
}
