import type { INodeProperties } from 'n8n-workflow';
import {
	checkPrediction,
	eachObject,
	findKey,
	isGeometryClass,
	type LabelClass,
	type LabeledImage,
	isRecord,
	type LabelProblem,
	ConversionReport,
	type PredictionPreparation,
	preparePrediction,
	type ProjectRules,
	shown,
	withKnownClassifications,
	withProjectClasses,
	withStoredKeys,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { ItemInput } from '../runner/itemInput';
import type { Run } from '../runner/runContext';
import {
	classMapping as classMappingField,
	clip,
	excludeClasses,
	imageClassification,
	keypoints,
	maskTolerance,
	maxOverlap,
	minimumScore,
	round,
	withoutParent,
} from './fields';
import { refuseWrongUnit, unlikelyLabels } from './doubts';
import { allowPeoplesTasks, countExisting, existingLabels } from './existingFields';
import { findImages, type FoundImage, type FoundImages } from './findImages';
import { refuseUnknownAuthors, refuseWorkOfPeople } from './taskGuard';
import type { ProjectImages } from './projectImages';
import { describeProblem, isRejection, orRejection, type Prediction, type Rejection } from './report';

/** Reads, prepares and checks what one item gives. Images that cannot be imported come back as rejections. */
export async function prepare(
	item: ItemInput,
	images: ProjectImages,
	run: Run,
): Promise<readonly (Prediction | Rejection)[]> {
	const input = await findImages(item, images, run);
	const { found, unread } = input;
	const { isStrict } = input.format.reads;
	const preparation: PredictionPreparation = {
		...readPreparation(item, isStrict),
		...(!isStrict && { classes: images.classes }),
	};
	const met = new Set<string>();
	const first = found.find((each) => !isRejection(each));
	return await Promise.all(
		found.map(async (each) => {
			if (isRejection(each)) return each;
			const isRepeated = met.has(each.image.imageId) && !isStrict;
			met.add(each.image.imageId);
			const lost = each === first ? unread : [];
			return await orRejection(each.image, () =>
				prepareImage(item, each, input, images, preparation, isRepeated, lost),
			);
		}),
	);
}

function prepareImage(
	item: ItemInput,
	{ image: given, problems: found, isStrict }: FoundImage,
	{ format, detected, unit }: Pick<FoundImages, 'format' | 'detected' | 'unit'>,
	images: ProjectImages,
	preparation: PredictionPreparation,
	isRepeated: boolean,
	unread: readonly LabelProblem[],
): Prediction {
	const report = new ConversionReport();
	const name = given.imageName || given.imageId;
	if (unread.length > 0) report.add('unreadable', name, undefined, unread.length);
	const { classes } = images;
	// Before the classifications, which belong to the class that the model's name stands for.
	const prepared = preparePrediction(given, preparation, report);
	const known =
		isStrict || classes === undefined
			? prepared
			: withKnownClassifications(
					withProjectClasses(prepared, classes, projectRules(item, preparation), report),
					classes,
					report,
				);
	const image = classes === undefined ? known : withStoredKeys(known, classes);
	if (!isStrict && classes !== undefined) refuseUnknownClasses(image, classes, preparation);
	const problems = [...found, ...checkPrediction(image, classes)];
	const errors = problems.filter(({ severity }) => severity === 'error');
	if (errors.length > 0) throw refusal(image, errors);
	refuseWrongUnit(given, format, unit);
	const existing = item.choice(existingLabels);
	const mayChangePeoplesTasks = item.flag(allowPeoplesTasks);
	if (!mayChangePeoplesTasks) refuseWorkOfPeople(image, images.state(image.imageId));
	if (!images.tellsAuthors) refuseUnknownAuthors(image, existing);
	const warnings = [
		...problems.filter(({ severity }) => severity === 'warning'),
		...(isStrict
			? []
			: unlikelyLabels({
					given,
					prepared: image,
					isRepeated,
					isClipWanted: item.options.isSet(clip) && item.options.flag(clip),
				})),
	];
	return {
		image,
		existing,
		...(detected !== undefined && { format: detected }),
		task: images.task(image.imageId),
		mayChangePeoplesTasks,
		countsExisting: item.options.flag(countExisting),
		warnings,
		report: report.list(),
		unread,
	};
}

/** Said once for all labels, in the words of the model and with what can be done about it. */
function refuseUnknownClasses(
	image: LabeledImage,
	classes: readonly LabelClass[],
	{ classNames = {} }: PredictionPreparation,
): void {
	const known = classes.filter(isGeometryClass).map(({ key }) => key);
	const met = new Set<string>();
	eachObject(image, ({ className }) => met.add(className));
	const unknown = [...met].filter((name) => findKey(known, name) === undefined);
	if (unknown.length === 0) return;
	const names = unknown
		.slice(0, MAX_NAMES)
		.map((name) => `"${name}"${mappedFrom(name, classNames)}`)
		.join(', ');
	const more = unknown.length > MAX_NAMES ? ` and ${unknown.length - MAX_NAMES} more` : '';
	throw new InputError(
		`The project has no class ${names}${more}, which the model found in the image "${image.imageName || image.imageId}"`,
		`Map them to the project's classes with "Class Mapping", or skip them with "Exclude Classes". The project has: ${[...new Set(known)].slice(0, MAX_NAMES).join(', ') || 'no class'}.`,
	);
}

const MAX_NAMES = 20;

function mappedFrom(key: string, classNames: Readonly<Record<string, string>>): string {
	const names = Object.entries(classNames).flatMap(([name, mapped]) => (mapped === key ? [name] : []));
	return names.length === 0 ? '' : ` (mapped from ${names.join(', ')})`;
}

function refusal(image: LabeledImage, errors: readonly LabelProblem[]): InputError {
	const [first, ...rest] = errors.map(describeProblem);
	const name = image.imageName || image.imageId;
	const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`;
	return new InputError(
		`"Predictions" cannot be imported${name === '' ? '' : ` for the image "${name}"`}: ${first ?? ''}${more}`,
		rest.length === 0
			? 'Correct the prediction and run the node again.'
			: `Correct these as well: ${rest.slice(0, 20).join(' ')}`,
	);
}

/** Reads how a model's output is to be prepared; a strict format's labels are imported as they are, unless an option is added. */
function readPreparation(item: ItemInput, isStrict: boolean): PredictionPreparation {
	return {
		minimumScore: share(item, minimumScore),
		maxOverlap: share(item, maxOverlap),
		classNames: classMapping(item),
		exclude: item.options.list(excludeClasses),
		clip: item.options.isSet(clip) ? item.options.flag(clip) : !isStrict,
		round: item.options.flag(round),
		maskTolerance: isStrict && !item.options.isSet(maskTolerance) ? 0 : item.options.number(maskTolerance),
	};
}

function projectRules(
	{ options }: ItemInput,
	{ classNames, minimumScore: least }: PredictionPreparation,
): ProjectRules {
	const key = options.text(imageClassification);
	return {
		classNames,
		minimumScore: least,
		keypoints: options.list(keypoints),
		withoutParent: options.choice(withoutParent),
		...(key !== '' && { imageClassification: key }),
	};
}

function share(item: ItemInput, field: INodeProperties): number | undefined {
	const value = item.options.raw(field);
	if (value === undefined || value === null || value === '') return undefined;
	const number = Number(value);
	if (number >= 0 && number <= 1) return number;
	throw new InputError(
		`"${field.displayName}" must be between 0 and 1, but is ${shown(value)}`,
		'Divide percentages by 100.',
	);
}

function classMapping(item: ItemInput): Readonly<Record<string, string>> {
	const value = item.options.optionalJson(classMappingField) ?? {};
	const names = isRecord(value) ? Object.entries(value) : undefined;
	const known = names?.flatMap(([name, key]) =>
		typeof key === 'string' && key.trim() !== '' ? [[name, key] as const] : [],
	);
	if (known === undefined || known.length !== names?.length)
		throw new InputError(
			'"Class Mapping" must be an object of class keys',
			'Enter JSON such as {"automobile": "car"}, from the model\'s name to the class key.',
		);
	return Object.fromEntries(known);
}
