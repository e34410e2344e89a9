import { comparableKey } from '../../classes/classKey';
import { classTree, type ClassTree } from '../../classes/classTree';
import type { Classifications, LabelClass } from '../../model';
import type { IssueKind } from './issue';

export const missingValue: IssueKind = {
	key: 'missingValue',
	name: 'Missing Required Values',
	description: 'Missing values of required classifications',
	search: (project) => {
		const tree = classTree(project.classes);
		return {
			*look({ image, labels }) {
				for (const { name } of unanswered(image.classifications, [], tree))
					yield {
						severity: 'high',
						reason: `The image has no value for "${name}", which is required. Add it.`,
						image,
						...NOTHING,
					};
				for (const { object, parent } of labels) {
					const place = parent === undefined ? [object.className] : [parent.className, object.className];
					for (const { name } of unanswered(object.classifications, place, tree))
						yield {
							severity: 'high',
							reason: `This "${project.nameOf(object.className)}" has no value for "${name}", which is required. Add it.`,
							image,
							label: object,
							...NOTHING,
						};
				}
			},
		};
	},
};

const NOTHING = { measure: 'values', value: 0, limit: 1 };

/** The classifications without a value that need one; those below others only where there is a place for them. */
function unanswered(classifications: Classifications, place: readonly string[], tree: ClassTree): LabelClass[] {
	const given = new Map(Object.entries(classifications).map(([key, value]) => [comparableKey(key), value]));
	const missing = tree
		.required(place)
		.filter(({ key }) => !(given.get(comparableKey(key))?.values.some((value) => value !== '') ?? false));
	const below = Object.entries(classifications).flatMap(([key, { children }]) =>
		unanswered(children, [...place, key], tree),
	);
	return [...missing, ...below];
}
