import { type DatasetClasses, findKey, isGeometryClass, type LabelClass } from '@datagym/labels';
import { projectKeys } from '@datagym/shared/classKeys';
import { InputError } from '@datagym/shared/errors';
import { classificationKey, classNames, excludeClasses, keypoints, labelKey } from './fields';
import type { DatasetParameters } from './parameters';
import type { ProjectLabels } from './readDataset';

/** The keys of the user as the project has them. */
export function withProjectKeys(parameters: DatasetParameters, { classes }: ProjectLabels): DatasetParameters {
	const keys = classes.map(({ key }) => key);
	const keyOf = (key: string) => findKey(keys, key) ?? key;
	const { classRules, formatParameters } = parameters;
	const { names = {}, exclude = [], saved } = classRules;
	return {
		...parameters,
		classRules: {
			names: Object.fromEntries(Object.entries(names).map(([key, name]) => [keyOf(key), name])),
			exclude: exclude.map(keyOf),
			...(saved && { saved }),
		},
		formatParameters: {
			...formatParameters,
			classificationKey: keyOf(formatParameters.classificationKey),
			keypoints: formatParameters.keypoints.map(keyOf),
			...(formatParameters.labelKey !== undefined && { labelKey: keyOf(formatParameters.labelKey) }),
		},
	};
}

/** Refuses what names a class or classification that the project does not have, and more classes than the format can hold. */
export function checkClasses(
	{ format: { name: formatName, writes }, classRules, formatParameters }: DatasetParameters,
	labels: ProjectLabels,
	{ names }: DatasetClasses,
): void {
	const keys = keysOf(labels.classes.filter(isGeometryClass));
	if (keys.length > 0) {
		projectKeys(classNames.displayName, Object.keys(classRules.names ?? {}), keys);
		projectKeys(excludeClasses.displayName, classRules.exclude ?? [], keys);
	}
	if (writes.maxClasses !== undefined && names.length > writes.maxClasses) {
		throw new InputError(
			`${formatName} supports ${writes.maxClasses} classes, but the project has ${names.length}`,
			'Merge classes with "Class Names", or exclude some with "Exclude Classes".',
		);
	}
	checkKeypoints(formatParameters.keypoints, labels);
	checkClassification(classificationKey, formatParameters.classificationKey, labels);
	checkClassification(labelKey, formatParameters.labelKey ?? '', labels);
}

function checkKeypoints(points: readonly string[], { classes }: ProjectLabels): void {
	const repeated = points.find((key, index) => points.indexOf(key) !== index);
	if (repeated !== undefined)
		throw new InputError(`"Keypoints" contains "${repeated}" more than once`, 'Enter each class once.');
	const nested = keysOf(classes.filter(({ type, parents }) => type === 'point' && parents?.length !== 0));
	if (classes.length > 0) projectKeys(keypoints.displayName, points, nested, 'nested point class');
}

function checkClassification(
	{ displayName }: { readonly displayName: string },
	key: string,
	{ classes, images }: ProjectLabels,
): void {
	const known = keysOf(classes.filter((each) => !isGeometryClass(each) && (each.parents?.length ?? 0) === 0));
	if (key === '' || classes.length === 0 || known.includes(key)) return;
	// Configurations of old servers have no classifications, but labels do.
	for (const { classifications } of images) if (Object.hasOwn(classifications, key)) return;
	projectKeys(displayName, [key], known, 'classification of the whole image');
}

function keysOf(classes: readonly LabelClass[]): string[] {
	return [...new Set(classes.map(({ key }) => key))].sort();
}
