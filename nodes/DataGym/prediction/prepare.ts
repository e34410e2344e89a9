import type { INodeProperties } from 'n8n-workflow';
import {
	checkPrediction,
	type LabelClass,
	type LabeledImage,
	type LabelProblem,
	ConversionReport,
	type PredictionPreparation,
	preparePrediction,
	type ProjectRules,
	shown,
	withKnownClassifications,
	withProjectClasses,
	withRegionsApart,
	withStoredKeys,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { ItemInput } from '../runner/itemInput';
import type { Run } from '../runner/runContext';
import {
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
import { mappedClasses } from './classMapping';
import { refuseWrongUnit, unlikelyLabels } from './doubts';
import { allowPeoplesTasks, countExisting, existingLabels } from './existingFields';
import { findImages, type FoundImage, type FoundImages } from './findImages';
import { refuseUnknownAuthors, refuseWorkOfPeople } from './taskGuard';
import type { ProjectImages } from './projectImages';
import { type KnownClasses, unknownClasses, withKnownClasses } from './unknownClasses';
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
	const { classes, drawsSegmentations } = images;
	const rules = isStrict ? undefined : projectRules(item, preparation);
	const fitted = fitTo(classes, given, preparation, rules);
	const isAsGiven = classes === undefined || (isStrict && !item.options.isSet(unknownClasses));
	const { additions, doubt, ...known }: KnownClasses = isAsGiven
		? fitted
		: withKnownClasses(fitted.image, classes, preparation, item.options, fitted.report);
	const allClasses = withAdditions(classes, additions);
	const { image, report } =
		additions === undefined ? { ...known, report: fitted.report } : fitTo(allClasses, given, preparation, rules);
	if (unread.length > 0) report.add('unreadable', given.imageName || given.imageId, undefined, unread.length);
	const problems = [...found, ...checkPrediction(image, allClasses, undefined, { drawsSegmentations })];
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
		...(additions !== undefined && { additions }),
		...(doubt !== undefined && { doubt }),
	};
}

interface Fitted {
	readonly image: LabeledImage;
	readonly report: ConversionReport;
}

/**
 * The image as the classes want it, and what of it was skipped or converted.
 *
 * @param rules undefined if the labels are imported as they are.
 */
function fitTo(
	classes: readonly LabelClass[] | undefined,
	given: LabeledImage,
	preparation: PredictionPreparation,
	rules: ProjectRules | undefined,
): Fitted {
	const report = new ConversionReport();
	// Before the classifications, which belong to the class that the model's name stands for.
	const prepared = preparePrediction(given, { ...preparation, ...(rules !== undefined && { classes }) }, report);
	const known =
		rules === undefined || classes === undefined
			? prepared
			: withKnownClassifications(withProjectClasses(prepared, classes, rules, report), classes, report);
	const stored = classes === undefined ? known : withStoredKeys(known, classes);
	return { image: withRegionsApart(stored, report), report };
}

function withAdditions(
	classes: readonly LabelClass[] | undefined,
	additions: KnownClasses['additions'],
): readonly LabelClass[] | undefined {
	if (classes === undefined || additions === undefined) return classes;
	const added = [...additions].map(([key, type]) => ({ key, name: key, type, number: -1, parents: [] }));
	return [...classes, ...added];
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
		classNames: mappedClasses(item),
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
