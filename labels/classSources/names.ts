import { namesIn, readClassNames } from '../classes/classNames';
import { isList, isRecord } from '../parsing/record';
import type { ChosenGeometry, ClassReport, ClassSource, SourceClass } from './classSource';

/** Lines of a text that are still taken for names. */
const LONGEST_NAME = 200;

/** A plain list of names: lines, with commas, as JSON, or by class ID. */
export const classNames: ClassSource = {
	key: 'names',
	name: 'List of Names',
	description: 'Names in lines, with commas, or as JSON',
	partOf(value) {
		const names =
			typeof value === 'string' ? namesInText(value) : isList(value) || isRecord(value) ? namesOf(value) : undefined;
		return names === undefined || names.every((name) => name.trim() === '') ? undefined : names;
	},
	read: (part, report, geometry) =>
		classesOfNames(isList(part) ? part.filter((name) => typeof name === 'string') : [], report, geometry),
};

/** Classes that the source has only the names of. An ID without a name is no class. */
export function classesOfNames(
	names: readonly string[],
	report: ClassReport,
	geometry: ChosenGeometry | undefined,
): readonly SourceClass[] {
	const named = names.map((name) => name.trim()).filter((name) => name !== '');
	if (geometry === undefined) for (const name of named) report.add('assumed-geometry', name);
	return named.map((name) => ({ name, type: geometry ?? 'rectangle', children: [] }));
}

function namesInText(text: string): readonly string[] | undefined {
	if (text.trimStart().startsWith('<')) return undefined;
	const names = readClassNames(text);
	return names?.some((name) => name.length > LONGEST_NAME) === true ? undefined : names;
}

/** Lists of objects have names, too, if they have nothing else that another source would read. */
function namesOf(value: unknown): readonly string[] | undefined {
	if (!isList(value) || !value.every(isRecord)) return namesIn(value);
	const names = value.flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
	return names.length === value.length ? names : undefined;
}
