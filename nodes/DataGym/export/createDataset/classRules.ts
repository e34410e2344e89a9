import { type DatasetClasses, isGeometryClass, type LabelClass } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { DatasetParameters } from './parameters';
import type { ProjectLabels } from './readDataset';

/** The keys of the user as the project has them: DataGym stores keys in lower case and compares them so. */
export function withProjectKeys(parameters: DatasetParameters, { classes }: ProjectLabels): DatasetParameters {
	const keys = new Map(classes.map(({ key }) => [key.toLowerCase(), key]));
	const exact = new Set(classes.map(({ key }) => key));
	const keyOf = (key: string) => (exact.has(key) ? key : (keys.get(key.toLowerCase()) ?? key));
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
			classificationKey: keyOf(formatParameters.classificationKey),
			keypoints: formatParameters.keypoints.map(keyOf),
		},
	};
}

/** Refuses what names a class or classification that the project does not have, and more classes than the format can hold. */
export function checkClasses(
	{ format: { name: formatName, writes }, classRules, formatParameters }: DatasetParameters,
	labels: ProjectLabels,
	{ classOf, names: classNames }: DatasetClasses,
): void {
	const { exclude = [], names = {} } = classRules;
	const keys = keysOf(labels.classes.filter(isGeometryClass));
	const unknown = [...exclude, ...Object.keys(names)].filter((key) => classOf(key) === 'unknown-class');
	if (unknown.length > 0 && keys.length > 0) {
		throw new InputError(
			`The project has no class "${unknown.join('", "')}"`,
			`Correct "Class Names" or "Exclude Classes". Use one of: ${keys.join(', ')}.`,
		);
	}
	if (writes.maxClasses !== undefined && classNames.length > writes.maxClasses) {
		throw new InputError(
			`${formatName} supports ${writes.maxClasses} classes, but the project has ${classNames.length}`,
			'Merge classes with "Class Names", or exclude some with "Exclude Classes".',
		);
	}
	checkKeypoints(formatParameters.keypoints, labels);
	checkClassification(formatParameters.classificationKey, labels);
}

function checkKeypoints(keypoints: readonly string[], { classes }: ProjectLabels): void {
	const nested = keysOf(classes.filter(({ type, parents }) => type === 'point' && parents?.length !== 0));
	const repeated = keypoints.find((key, index) => keypoints.indexOf(key) !== index);
	if (repeated !== undefined)
		throw new InputError(`"Keypoints" contains "${repeated}" more than once`, 'Enter each class once.');
	const unknown = keypoints.filter((key) => !nested.includes(key));
	if (unknown.length === 0 || classes.length === 0) return;
	throw new InputError(
		`The project has no nested point class "${unknown.join('", "')}"`,
		nested.length > 0
			? `Correct "Keypoints". Use some of: ${nested.join(', ')}.`
			: 'Add point classes to the box class in the label configuration, or choose another format.',
	);
}

function checkClassification(key: string, { classes, images }: ProjectLabels): void {
	const known = keysOf(classes.filter((each) => !isGeometryClass(each) && (each.parents?.length ?? 0) === 0));
	// Configurations of old servers have no classifications, but labels do.
	const isUsed = images.some(({ classifications }) => Object.hasOwn(classifications, key));
	if (key === '' || known.includes(key) || isUsed || classes.length === 0) return;
	throw new InputError(
		`The project has no whole-image classification "${key}"`,
		known.length > 0
			? `Correct "Classification Key". Use one of: ${known.join(', ')}.`
			: 'Add one to the label configuration, or choose another format.',
	);
}

function keysOf(classes: readonly LabelClass[]): string[] {
	return [...new Set(classes.map(({ key }) => key))].sort();
}
