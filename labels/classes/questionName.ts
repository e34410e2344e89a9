import { isGeometryType, type LabelClass } from '../model';

/** A question's name in formats whose names are flat: `class/question/below` for one about an object, `question/below` for one about the image. */
export function classificationName(question: LabelClass, labelClasses: readonly LabelClass[]): string {
	const { parents = [], key } = question;
	const ownerKey = ownerOf(question, labelClasses);
	const below = ownerKey === undefined ? parents : parents.slice(parents.lastIndexOf(ownerKey));
	return [...below, key].join('/');
}

/** Key of the innermost geometry that a question is about; nothing for one about the image. */
export function ownerOf({ parents = [] }: LabelClass, labelClasses: readonly LabelClass[]): string | undefined {
	return parents.findLast((parent, level) =>
		labelClasses.some(
			({ key, type, parents: above }) => key === parent && isGeometryType(type) && above?.length === level,
		),
	);
}
