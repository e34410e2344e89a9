import {
	checkPrediction,
	eachObject,
	isGeometryClass,
	type LabelClass,
	type LabeledImage,
	type LabelProblem,
	type Conversion,
	ConversionReport,
	type PredictionPreparation,
	preparePrediction,
	withKnownAnswers,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { ItemInput } from '../itemInput';
import type { Run } from '../run';
import { doubtsAbout } from './doubts';
import { findImages, type FoundImage } from './findImages';
import type { ProjectImages } from './projectImages';
import { describeProblem } from './reading';
import { isRejection, orRejection, type Rejection } from './rejection';
import { readPreparation } from './wishes';

/** The labels of one image, checked. */
export interface Prediction {
	readonly image: LabeledImage;
	readonly keepData: boolean;
	readonly taskId?: string;
	readonly warnings: readonly LabelProblem[];
	/** What was left out or changed. */
	readonly report: readonly Conversion[];
	/** What of the model's output could not be read. */
	readonly unread: readonly LabelProblem[];
}

/** Reads, prepares and checks what one item gives. Images that cannot be imported come back as rejections. */
export async function prepare(
	item: ItemInput,
	images: ProjectImages,
	run: Run,
): Promise<readonly (Prediction | Rejection)[]> {
	const { found, unread, isAsIs } = await findImages(item, images, run);
	const preparation: PredictionPreparation = {
		...readPreparation(item, isAsIs),
		...(!isAsIs && { classes: images.classes }),
	};
	const met = new Set<string>();
	const first = found.find((each) => !isRejection(each));
	return await Promise.all(
		found.map(async (each) => {
			if (isRejection(each)) return each;
			const isRepeated = met.has(each.image.imageId) && !isAsIs;
			met.add(each.image.imageId);
			const lost = each === first ? unread : [];
			return await orRejection(each.image, () => prepareImage(item, each, images, preparation, isRepeated, lost));
		}),
	);
}

function prepareImage(
	item: ItemInput,
	{ image: given, problems: found, isAsIs }: FoundImage,
	images: ProjectImages,
	preparation: PredictionPreparation,
	isRepeated: boolean,
	unread: readonly LabelProblem[],
): Prediction {
	const report = new ConversionReport();
	const name = given.imageName || given.imageId;
	if (unread.length > 0) report.add('unreadable', name, undefined, unread.length);
	const { classes } = images;
	const image = preparePrediction(
		isAsIs || classes === undefined ? given : withKnownAnswers(given, classes, report),
		preparation,
		report,
	);
	if (!isAsIs && classes !== undefined) refuseUnknownClasses(image, classes, preparation);
	const problems = [...found, ...checkPrediction(image, classes)];
	const errors = problems.filter(({ severity }) => severity === 'error');
	if (errors.length > 0) throw refusal(image, errors);
	if (images.isFinished(image.imageId) && !item.flag('allowFinished')) {
		throw new InputError(
			`The task of the image “${name}” is finished, so its labels were left alone`,
			'Turn on “Allow Finished Tasks” to change labels that people have finished.',
		);
	}
	const warnings = [
		...problems.filter(({ severity }) => severity === 'warning'),
		...(isAsIs ? [] : doubtsAbout({ given, prepared: image, isRepeated, isClipWanted: item.option('clip') === true })),
	];
	return {
		image,
		keepData: item.text('existingLabels') === 'add',
		taskId: images.task(image.imageId)?.taskId,
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
	const known = new Set(classes.filter(isGeometryClass).map(({ key }) => key));
	const met = new Set<string>();
	eachObject(image, ({ className }) => met.add(className));
	const unknown = [...met].filter((name) => !known.has(name));
	if (unknown.length === 0) return;
	const names = unknown
		.slice(0, MOST_NAMES)
		.map((name) => `“${name}”${mappedFrom(name, classNames)}`)
		.join(', ');
	const more = unknown.length > MOST_NAMES ? ` and ${unknown.length - MOST_NAMES} more` : '';
	throw new InputError(
		`The project has no class ${names}${more}, which the model found in the image “${image.imageName || image.imageId}”`,
		`Map the model’s names to the project’s classes in the option “Class Mapping”, or name them in “Leave Out Classes”. The project has: ${[...known].slice(0, MOST_NAMES).join(', ') || 'no class'}.`,
	);
}

const MOST_NAMES = 20;

function mappedFrom(key: string, classNames: Readonly<Record<string, string>>): string {
	const names = Object.entries(classNames).flatMap(([name, mapped]) => (mapped === key ? [name] : []));
	return names.length === 0 ? '' : ` (mapped from ${names.join(', ')})`;
}

function refusal(image: LabeledImage, errors: readonly LabelProblem[]): InputError {
	const [first, ...rest] = errors.map(describeProblem);
	const name = image.imageName || image.imageId;
	const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`;
	return new InputError(
		`“Predictions” cannot be imported${name === '' ? '' : ` for the image “${name}”`}: ${first ?? ''}${more}`,
		rest.length === 0 ? 'Correct the prediction and run the node again.' : `All: ${rest.slice(0, 20).join(' ')}`,
	);
}
