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
import { giveWay } from '@datagym/shared/turns';
import type { ItemInput } from '../../runner/itemInput';
import type { Run } from '../../runner/runContext';
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
} from '../fields';
import { mappedClasses } from '../classes/classMapping';
import { refuseWrongUnit, unlikelyLabels } from './doubts';
import { findImages, type FoundImage, type FoundImages } from '../images/findImages';
import type { ProjectImages } from '../images/projectImages';
import { type KnownClasses, unknownClasses, withKnownClasses } from '../classes/unknownClasses';
import { describeProblem, isRejection, orRejection, type PreparedLabels, type Rejection } from './report';

/**
 * What a model's labels are prepared for: to be imported, they become what the server can store and are checked for it; to be compared with
 * people's labels, they stay as the model found them, as far as their class allows it.
 */
export type Purpose = 'import' | 'comparison';

/** Reads and prepares what one item gives. Images with which that cannot be done come back as rejections. */
export async function prepare(
	item: ItemInput,
	images: ProjectImages,
	run: Run,
	purpose: Purpose,
): Promise<readonly (PreparedLabels | Rejection)[]> {
	return await prepareFound(item, await findImages(item, images, run), images, purpose);
}

/** Prepares labels whose images are known. Images with which that cannot be done come back as rejections. */
export async function prepareFound(
	item: ItemInput,
	input: FoundImages,
	images: ProjectImages,
	purpose: Purpose,
): Promise<readonly (PreparedLabels | Rejection)[]> {
	const { found, unread } = input;
	const { isStrict } = input.format.reads;
	const preparation: PredictionPreparation = {
		...readPreparation(item, isStrict, purpose),
		...(!isStrict && { classes: images.classes }),
	};
	const met = new Set<string>();
	const first = found.find((each) => !isRejection(each));
	const prepared: (PreparedLabels | Rejection)[] = [];
	for (const each of found) {
		if (isRejection(each)) {
			prepared.push(each);
			continue;
		}
		await giveWay();
		const isRepeated = met.has(each.image.imageId) && !isStrict;
		met.add(each.image.imageId);
		const lost = each === first ? unread : [];
		const setting = { ...input, images, preparation, purpose };
		prepared.push(await orRejection(each.image, () => prepareImage(item, each, setting, isRepeated, lost)));
	}
	return prepared;
}

function prepareImage(
	item: ItemInput,
	{ image: given, problems: found, isStrict }: FoundImage,
	{ format, detected, unit, source, images, preparation, purpose }: Setting,
	isRepeated: boolean,
	unread: readonly LabelProblem[],
): PreparedLabels {
	const { classes, drawsSegmentations } = images;
	const isForImport = purpose === 'import';
	const rules = isStrict ? undefined : projectRules(item, preparation, purpose);
	const fitted = fitTo(classes, given, preparation, rules, purpose);
	const isAsGiven = classes === undefined || (isStrict && isForImport && !item.options.isSet(unknownClasses));
	const { additions, doubt, ...known }: KnownClasses = isAsGiven
		? fitted
		: withKnownClasses(fitted.image, classes, preparation, item.options, fitted.report);
	const allClasses = withAdditions(classes, additions);
	const { image, report } =
		additions === undefined
			? { ...known, report: fitted.report }
			: fitTo(allClasses, given, preparation, rules, purpose);
	if (unread.length > 0) report.add('unreadable', given.imageName || given.imageId, undefined, unread.length);
	const faults = isForImport ? checkPrediction(image, allClasses, undefined, { drawsSegmentations }) : [];
	const problems = [...found, ...faults];
	const errors = problems.filter(({ severity }) => severity === 'error');
	if (errors.length > 0) throw refusal(image, errors, source);
	refuseWrongUnit(given, format, unit);
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
		...(detected !== undefined && { format: detected }),
		task: images.task(image.imageId),
		warnings,
		report: report.list(),
		unread,
		...(additions !== undefined && { additions }),
		...(doubt !== undefined && { doubt }),
	};
}

/** What all images of one item have in common. */
interface Setting extends Pick<FoundImages, 'format' | 'detected' | 'unit' | 'source'> {
	readonly images: ProjectImages;
	readonly preparation: PredictionPreparation;
	readonly purpose: Purpose;
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
	purpose: Purpose,
): Fitted {
	const report = new ConversionReport();
	const shapes = purpose === 'import' ? classes : classes?.map(ofAnyArea);
	// Before the classifications, which belong to the class that the model's name stands for.
	const prepared = preparePrediction(
		given,
		{ ...preparation, ...(rules !== undefined && { classes: shapes }) },
		report,
	);
	const known =
		rules === undefined || classes === undefined
			? prepared
			: withKnownClassifications(withProjectClasses(prepared, classes, rules, report), classes, report);
	const stored = classes === undefined ? known : withStoredKeys(known, classes);
	return { image: purpose === 'import' ? withRegionsApart(stored, report) : stored, report };
}

/** A mask is compared with a polygon as it is: as polygons it would be several labels, without its holes. */
function ofAnyArea(labelClass: LabelClass): LabelClass {
	return labelClass.type === 'polygon' ? { ...labelClass, type: 'segmentation' } : labelClass;
}

function withAdditions(
	classes: readonly LabelClass[] | undefined,
	additions: KnownClasses['additions'],
): readonly LabelClass[] | undefined {
	if (classes === undefined || additions === undefined) return classes;
	const added = [...additions].map(([key, type]) => ({ key, name: key, type, number: -1, parents: [] }));
	return [...classes, ...added];
}

function refusal(image: LabeledImage, errors: readonly LabelProblem[], source = '"Predictions"'): InputError {
	const [first, ...rest] = errors.map(describeProblem);
	const name = image.imageName || image.imageId;
	const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`;
	return new InputError(
		`${source} cannot be imported${name === '' ? '' : ` for the image "${name}"`}: ${first ?? ''}${more}`,
		rest.length === 0
			? 'Correct the prediction and run the node again.'
			: `Correct these as well: ${rest.slice(0, 20).join(' ')}`,
	);
}

/** Reads how a model's output is to be prepared; a strict format's labels are imported as they are, unless an option is added. */
function readPreparation(item: ItemInput, isStrict: boolean, purpose: Purpose): PredictionPreparation {
	const isAsFound = isStrict || purpose === 'comparison';
	return {
		minimumScore: share(item, minimumScore),
		maxOverlap: share(item, maxOverlap),
		classNames: mappedClasses(item),
		exclude: item.options.list(excludeClasses),
		clip: item.options.isSet(clip) ? item.options.flag(clip) : !isAsFound,
		round: item.options.flag(round),
		maskTolerance: isAsFound && !item.options.isSet(maskTolerance) ? 0 : item.options.number(maskTolerance),
	};
}

function projectRules(
	{ options }: ItemInput,
	{ classNames, minimumScore: least }: PredictionPreparation,
	purpose: Purpose,
): ProjectRules {
	const key = options.text(imageClassification);
	return {
		classNames,
		minimumScore: least,
		keypoints: options.list(keypoints),
		// Those that fail stay where they are, for the check of an import to refuse them.
		withoutParent: purpose === 'comparison' ? 'fail' : options.choice(withoutParent),
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
