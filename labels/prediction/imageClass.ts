import { findKey, KeyMap, sameKey, sameWords } from '../classes/classKey';
import type { ConversionReport } from '../dataset/conversionReport';
import { IMAGE_CLASS } from '../formats/shared/predictions';
import {
	type Classification,
	type Classifications,
	isGeometryType,
	type LabelClass,
	type LabeledImage,
	labelOf,
} from '../model';
import { ownValue, setOwn } from '../parsing/record';

/** How classes of the whole image become answers. */
export interface ImageClassRules {
	readonly classes: readonly LabelClass[];
	/** Names of the model to options. */
	readonly classNames?: Readonly<Record<string, string>> | undefined;
	/** Less certain classes are left out. */
	readonly minimumScore?: number | undefined;
	/** The key of the classification that is meant, if the user says so. */
	readonly classification?: string | undefined;
}

/**
 * Makes the classes that a model gives the whole image answers of the project's classifications: `cat` answers the one of the
 * image (not of a label) that has the option `cat`. What several could hold, and what none can, is counted in `report` and left
 * out, as is a second answer to a select. A freetext takes the class only if the user names it. Pure.
 */
export function withImageClass(image: LabeledImage, rules: ImageClassRules, report: ConversionReport): LabeledImage {
	const answer = ownValue(image.classifications, IMAGE_CLASS);
	if (answer === undefined || rules.classes.some(isItself)) return image;
	const given = Object.entries(image.classifications).filter(([key]) => key !== IMAGE_CLASS);
	const others: Classifications = Object.fromEntries(given);
	if ((answer.score ?? Infinity) < (rules.minimumScore ?? -Infinity)) {
		report.add('low-score', labelOf(image), undefined, answer.values.length);
		return { ...image, classifications: others };
	}
	const candidates = rules.classes.filter(
		({ key, type, parents }) =>
			(type === 'select' || type === 'checklist' || rules.classification !== undefined) &&
			parents?.length === 0 &&
			(rules.classification === undefined || sameKey(key, rules.classification)),
	);
	const mapped = KeyMap.of(rules.classNames ?? {});
	const answers: Record<string, Classification> = { ...others };
	for (const name of answer.values) {
		const value = mapped.get(name) ?? name;
		const reason = addAnswer(answers, value, answer.score, candidates);
		if (reason !== undefined) report.add(reason, labelOf(image), value);
	}
	return { ...image, classifications: answers };
}

/** A classification of the project whose key is what the classes of an image come under. */
function isItself({ key, type, parents }: LabelClass): boolean {
	return !isGeometryType(type) && parents?.length === 0 && sameKey(key, IMAGE_CLASS);
}

/** Why there is no answer, if there is none. */
function addAnswer(
	answers: Record<string, Classification>,
	value: string,
	score: number | undefined,
	candidates: readonly LabelClass[],
): 'image-class' | 'several-classifications' | 'several-answers' | undefined {
	const holding = candidates.flatMap((labelClass) => {
		const option = optionFor(value, labelClass);
		return option === undefined ? [] : [{ ...labelClass, option }];
	});
	const [only, other] = holding;
	if (only === undefined) return 'image-class';
	if (other !== undefined) return 'several-classifications';
	const before = ownValue(answers, only.key)?.values ?? [];
	if (before.length > 0 && only.type !== 'checklist') return 'several-answers';
	if (before.includes(only.option)) return undefined;
	const values = [...before, only.option];
	setOwn(answers, only.key, { values, children: {}, ...(score !== undefined && { score }) });
	return undefined;
}

/** The option as it is written in the project; a freetext and a class whose options are not known take anything. */
function optionFor(value: string, { type, options }: LabelClass): string | undefined {
	return type === 'freetext' || options === undefined
		? value
		: (findKey(options, value) ?? options.find((option) => sameWords(option, value)));
}
