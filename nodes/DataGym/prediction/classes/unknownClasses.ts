import {
	comparableKey,
	type ConversionReport,
	eachObject,
	findKey,
	type GeometryType,
	isGeometryClass,
	type LabelClass,
	type LabeledImage,
	type LabelObject,
	type PredictionPreparation,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import type { ChoiceOf, ItemInput } from '../../runner/itemInput';

export const unknownClasses = field({
	displayName: 'Unknown Classes',
	name: 'unknownClasses',
	type: 'options',
	default: 'exclude',
	options: [
		{
			name: 'Add to Label Configuration',
			value: 'add',
			description: 'Only in a project without classes',
		},
		{ name: 'Exclude', value: 'exclude', description: 'Skip and count their labels' },
		{ name: 'Fail', value: 'fail', description: 'Do not import the image' },
	],
	description: 'How to treat classes that are not in the project',
});

/** How an image goes on whose labels have classes that the project lacks. */
export interface KnownClasses {
	readonly image: LabeledImage;
	/** The geometry types of classes to create. */
	readonly additions?: ReadonlyMap<string, GeometryType>;
	/** Why nothing of the image can be imported, if nothing of the whole run can: names that do not fit are probably a mistake. */
	readonly doubt?: InputError;
}

/**
 * @param image as it is imported, with the model's names mapped.
 * @throws InputError if the user does not want to go on, or has mapped a name to a class that the project lacks.
 */
export function withKnownClasses(
	image: LabeledImage,
	classes: readonly LabelClass[],
	{ classNames = {} }: PredictionPreparation,
	options: ItemInput['options'],
	report: ConversionReport,
): KnownClasses {
	const known = classes.filter(isGeometryClass).map(({ key }) => key);
	const isUnknown = (name: string) => findKey(known, name) === undefined;
	const met = new Set<string>();
	eachObject(image, ({ className }) => met.add(className));
	const unknown = [...met].filter(isUnknown);
	if (unknown.length === 0) return { image };
	const rule: ChoiceOf<typeof unknownClasses> = options.choice(unknownClasses);
	const isMappingWrong = unknown.some((name) => mappedFrom(name, classNames) !== '');
	const refusal = refusalOf(unknown, known, image, classNames);
	if (rule === 'fail' || isMappingWrong) throw refusal;
	if (rule === 'add') return { image, additions: typesOf(image.objects, isUnknown) };
	const objects = knownObjects(image.objects, isUnknown, image.imageName || image.imageId, report);
	return { image: { ...image, objects }, ...(options.isSet(unknownClasses) ? {} : { doubt: refusal }) };
}

/** Of labels that are not nested; those inside others stay unknown, since a class has its place in the configuration. */
function typesOf(
	objects: readonly LabelObject[],
	isUnknown: (name: string) => boolean,
): ReadonlyMap<string, GeometryType> {
	const types = new Map<string, GeometryType>();
	for (const { className, geometry } of objects)
		if (isUnknown(className) && types.get(comparableKey(className)) !== 'polygon')
			types.set(comparableKey(className), importableType(geometry.type));
	return types;
}

/** Polygons are imported at once, and can be edited point by point. */
function importableType(type: GeometryType): GeometryType {
	return type === 'segmentation' ? 'polygon' : type;
}

function knownObjects(
	objects: readonly LabelObject[],
	isUnknown: (name: string) => boolean,
	imageName: string,
	report: ConversionReport,
): LabelObject[] {
	return objects.flatMap((object) => {
		if (!isUnknown(object.className))
			return [{ ...object, children: knownObjects(object.children, isUnknown, imageName, report) }];
		report.add('not-in-project', imageName, object.className);
		return [];
	});
}

/** Said once for all labels, in the words of the model and with what can be done about it. */
function refusalOf(
	unknown: readonly string[],
	known: readonly string[],
	image: LabeledImage,
	classNames: Readonly<Record<string, string>>,
): InputError {
	const names = unknown
		.slice(0, MAX_NAMES)
		.map((name) => `"${name}"${mappedFrom(name, classNames)}`)
		.join(', ');
	const more = unknown.length > MAX_NAMES ? ` and ${unknown.length - MAX_NAMES} more` : '';
	return new InputError(
		`The project has no class ${names}${more}, which the model found in the image "${image.imageName || image.imageId}"`,
		`Map them to the project's classes with "Class Mapping", or skip them with "Exclude Classes" or "Unknown Classes". The project has: ${[...new Set(known)].slice(0, MAX_NAMES).join(', ') || 'no class'}.`,
	);
}

const MAX_NAMES = 20;

function mappedFrom(key: string, classNames: Readonly<Record<string, string>>): string {
	const names = Object.entries(classNames).flatMap(([name, mapped]) => (mapped === key ? [name] : []));
	return names.length === 0 ? '' : ` (mapped from ${names.join(', ')})`;
}
