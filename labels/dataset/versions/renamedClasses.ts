import type { ClassMapping } from '../../classes/datasetClasses';
import { ownValue } from '../../parsing/record';

/** Earlier name to later name of the classes whose ID has another name, which no class of the other version has. */
export function renamedClasses(before: ClassMapping, after: ClassMapping): ReadonlyMap<string, string> {
	const laterNames = new Map(Object.entries(after).map(([name, id]) => [id, name]));
	return new Map(
		Object.entries(before).flatMap(([earlier, id]) => {
			const later = laterNames.get(id);
			const isRenamed =
				later !== undefined &&
				later !== earlier &&
				ownValue(after, earlier) === undefined &&
				ownValue(before, later) === undefined;
			return isRenamed ? [[earlier, later] as const] : [];
		}),
	);
}
