import type { INodeProperties } from 'n8n-workflow';
import {
	boundingBox,
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
	type ProblemReason,
	shown,
	withKnownClassifications,
	withStoredKeys,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { allowFinished } from '../fields';
import type { ItemInput } from '../runner/itemInput';
import type { Run } from '../runner/runContext';
import {
	classMapping as classMappingField,
	clip,
	excludeClasses,
	existingLabels,
	maxOverlap,
	minimumScore,
	round,
} from './fields';
import { findImages, type FoundImage } from './findImages';
import type { ProjectImages } from './projectImages';
import { describeProblem, isRejection, orRejection, type Prediction, type Rejection } from './report';

/** Reads, prepares and checks what one item gives. Images that cannot be imported come back as rejections. */
export async function prepare(
	item: ItemInput,
	images: ProjectImages,
	run: Run,
): Promise<readonly (Prediction | Rejection)[]> {
	const { found, unread, isStrict } = await findImages(item, images, run);
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
			return await orRejection(each.image, () => prepareImage(item, each, images, preparation, isRepeated, lost));
		}),
	);
}

function prepareImage(
	item: ItemInput,
	{ image: given, problems: found, isStrict }: FoundImage,
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
	const known = isStrict || classes === undefined ? prepared : withKnownClassifications(prepared, classes, report);
	const image = classes === undefined ? known : withStoredKeys(known, classes);
	if (!isStrict && classes !== undefined) refuseUnknownClasses(image, classes, preparation);
	const problems = [...found, ...checkPrediction(image, classes)];
	const errors = problems.filter(({ severity }) => severity === 'error');
	if (errors.length > 0) throw refusal(image, errors);
	if (images.isFinished(image.imageId) && !item.flag(allowFinished)) {
		throw new InputError(
			`The task of the image "${name}" is finished, so its labels were not changed`,
			'Turn on "Allow Finished Tasks" to change the labels of finished tasks.',
		);
	}
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
		keepData: item.choice(existingLabels) === 'add',
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

interface PreparedImage {
	/** As the model gave it. */
	readonly given: LabeledImage;
	/** As it is imported. */
	readonly prepared: LabeledImage;
	/** Whether the predictions hold the same image once more before. */
	readonly isRepeated: boolean;
	/** Whether the user wants to have labels clipped, not only the default. */
	readonly isClipWanted: boolean;
}

/** Warns of what can be imported, but is probably a mistake. */
function unlikelyLabels({ given, prepared, isRepeated, isClipWanted }: PreparedImage): LabelProblem[] {
	const name = given.imageName || given.imageId;
	const warnings: LabelProblem[] = [];
	const warn = (reason: ProblemReason, message: string) =>
		warnings.push({ severity: 'warning', reason, path: '', message });
	if (isRepeated)
		warn(
			'duplicate',
			`The predictions contain the image "${name}" more than once, so all its labels are imported together. Check the file names.`,
		);
	if (isClipWanted && prepared.width === undefined) {
		warn(
			'no-size',
			`The size of the image "${name}" is unknown, so labels are clipped at the top and the left only. Set "Image Size From" to "Item or Server".`,
		);
	}
	const boxes = given.objects.map(({ geometry }) => boundingBox(geometry)).filter((box) => box !== undefined);
	if (boxes.length === 0) return warnings;
	if (boxes.every(({ x, y, width, height }) => x >= 0 && y >= 0 && x + width <= 1 && y + height <= 1)) {
		warn(
			'empty',
			'All labels lie within the first pixel, so the numbers are probably fractions. Choose a format or unit of fractions.',
		);
	}
	const { width: right, height: bottom } = given;
	if (right !== undefined && bottom !== undefined && boxes.every(({ x, y }) => x >= right || y >= bottom)) {
		warn(
			'outside',
			`All labels lie outside the image of ${right} × ${bottom} pixels. Check its size, and whether the numbers are pixels or fractions.`,
		);
	}
	return warnings;
}
