import type { Classification, Classifications } from '../model';
import { setOwn } from '../parsing/record';
import type { LabelValue } from './labelValue';

/** Whether the value is drawn, and not chosen or written. */
export function isLabel({ type }: LabelValue): boolean {
	return type !== 'select' && type !== 'checklist' && type !== 'freetext';
}

export function isAnswered({ content }: LabelValue): boolean {
	return valuesOf(content).length > 0;
}

/** Whether it or anything below it is answered. */
export function isAnsweredWithin(value: LabelValue): boolean {
	return isAnswered(value) || value.children.some(isAnsweredWithin);
}

export function classificationOf({ content, children }: LabelValue): Classification {
	return { values: valuesOf(content), children: answersAmong(children) };
}

/** What of the values is answered, by key. Labels among them are left out. */
export function answersAmong(values: readonly LabelValue[]): Classifications {
	const answers: Record<string, Classification> = {};
	for (const value of values)
		if (!isLabel(value) && isAnsweredWithin(value)) setOwn(answers, value.key, classificationOf(value));
	return answers;
}

function valuesOf({ selectKey, checkedValues, text }: LabelValue['content']): readonly string[] {
	const [only] = [selectKey, text].filter((value) => typeof value === 'string' && value !== '');
	return checkedValues ?? (typeof only === 'string' ? [only] : []);
}
