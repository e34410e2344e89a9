import type { IDataObject } from 'n8n-workflow';
import type { ListedTask } from '@datagym/client';
import {
	type Conversion,
	type ConversionReason,
	type GeometryType,
	hasValues,
	type LabeledImage,
	type LabelProblem,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { ChoiceOf } from '../../runner/itemInput';
import type { existingLabels } from '../existingFields';
import type { NamedImage } from '../images/projectImages';

export type ExistingLabels = ChoiceOf<typeof existingLabels>;

/** What a model found in one image, fitted to the project. */
export interface PreparedLabels {
	readonly image: LabeledImage;
	/** The name of the format that was detected. */
	readonly format?: string;
	/** Undefined on servers that do not list tasks. */
	readonly task: ListedTask | undefined;
	readonly warnings: readonly LabelProblem[];
	/** What was skipped or converted. */
	readonly report: readonly Conversion[];
	/** Geometry types of classes that are created in the project before. */
	readonly additions?: ReadonlyMap<string, GeometryType>;
	/** Why nothing is done with the image if none of the run has a class of the project. */
	readonly doubt?: InputError;
	/** What of the model's output could not be read. */
	readonly unread: readonly LabelProblem[];
}

/** The same, checked, and how it is imported. */
export interface Prediction extends PreparedLabels {
	readonly existing: ExistingLabels;
	/** Whether tasks that people have begun or finished may be changed. */
	readonly mayChangePeoplesTasks: boolean;
	/** Whether what is removed and kept is counted in any case. */
	readonly countsExisting: boolean;
	/** Whether an area without a shape, in a task that nobody has begun, is what an import has left that was killed while it drew. */
	readonly completesDrawing?: boolean;
}

/** What became of what was in the task, nested labels included; null if nobody has looked. Answers are those about the image. */
export interface Changes {
	readonly removedLabels: number | null;
	/** Gone, or overwritten by others. */
	readonly removedAnswers: number | null;
	readonly keptLabels: number | null;
	/** Those of people. */
	readonly keptAnswers: number | null;
}

const SKIPPED: ReadonlySet<ConversionReason> = new Set<ConversionReason>([
	'excluded',
	'image-class',
	'keypoint',
	'low-score',
	'no-parent',
	'not-in-project',
	'outside',
	'overlapping',
	'several-answers',
	'several-classifications',
	'unreadable',
]);
/** Of one kind, since thousands of labels can have the same fault. */
const MAX_SENTENCES = 20;

/** The output item of an image that was imported, or would be. */
export function reportOf(
	projectId: string,
	{ image, task, format, warnings, existing, report, unread }: Prediction,
	isDryRun: boolean,
	changes?: Changes,
): IDataObject {
	const count = (isMeant: (reason: ConversionReason) => boolean) =>
		report.reduce((sum, kind) => (isMeant(kind.reason) ? sum + kind.count : sum), 0);
	return {
		projectId,
		imageId: image.imageId,
		imageName: image.imageName,
		...(task === undefined ? {} : { taskId: task.taskId }),
		status: isDryRun ? 'wouldImport' : 'imported',
		...(format === undefined ? {} : { format }),
		labelCount: image.objects.length,
		skippedCount: count((reason) => SKIPPED.has(reason)),
		clippedCount: count((reason) => reason === 'clipped'),
		existingLabels: existing === 'add' ? 'kept' : 'replaced',
		...changes,
		...(report.length === 0
			? {}
			: {
					conversionReport: report.map(({ reason, className, count: labels }) => ({
						reason,
						...(className === undefined ? {} : { className }),
						count: labels,
					})),
				}),
		...(unread.length === 0 ? {} : { unreadableLabels: sentences(unread.map(describeProblem)) }),
		...(warnings.length === 0 ? {} : { warnings: sentences(warnings.map(describeProblem)) }),
	};
}

export function rejectionReport(projectId: string, { image, error }: Rejection, isDryRun: boolean): IDataObject {
	return {
		projectId,
		...(image.imageId === '' ? {} : { imageId: image.imageId }),
		imageName: image.imageName,
		status: isDryRun ? 'wouldFail' : 'failed',
		error: error.message,
		details: error.remedy,
	};
}

function sentences(all: readonly string[]): string[] {
	const rest = all.length - MAX_SENTENCES;
	return rest > 0 ? [...all.slice(0, MAX_SENTENCES), `and ${rest} more`] : [...all];
}

/** A problem as a sentence, with its place. */
export function describeProblem({ path, message }: LabelProblem): string {
	return path === '' ? message : `${path}: ${message}`;
}

/** Why everything that a model found can have been left out by mistake. A score below the minimum is none. */
const LEFT_OUT = {
	outside: {
		words: 'outside the image',
		remedy: 'Check the image size, and whether the numbers are pixels or fractions.',
	},
	excluded: {
		words: 'of excluded classes',
		remedy: 'Check "Exclude Classes", or filter out the image before this node.',
	},
	unreadable: { words: 'unreadable', remedy: 'Correct the output of the model.' },
	'image-class': { words: 'not an option', remedy: 'Map the class of the image to an option with "Class Mapping".' },
	'several-classifications': {
		words: 'an option of several classifications',
		remedy: 'Enter one of them in "Image Classification".',
	},
	'no-parent': {
		words: 'of nested classes without a parent',
		remedy: 'Import what they are nested in along with them.',
	},
} as const;

export function hasLabels({ image }: PreparedLabels): boolean {
	return image.objects.length > 0 || hasValues(image.classifications);
}

const LEFT_OUT_REASONS = [
	'outside',
	'excluded',
	'unreadable',
	'no-parent',
	'image-class',
	'several-classifications',
] as const;

/** The error if nothing is left of what the model found in an image, in all its predictions together. */
export function nothingLeft(predictions: readonly Prediction[]): InputError | undefined {
	const [first] = predictions;
	const isLeft = predictions.some(hasLabels);
	if (first === undefined || isLeft) return undefined;
	const report = predictions.flatMap((prediction) => prediction.report);
	const reasons = LEFT_OUT_REASONS.flatMap((reason) => {
		const count = report.reduce((sum, kind) => (kind.reason === reason ? sum + kind.count : sum), 0);
		return count === 0 ? [] : [{ ...LEFT_OUT[reason], count }];
	});
	if (reasons.length === 0) return undefined;
	return new InputError(
		`Nothing is left of what the model found in the image "${first.image.imageName || first.image.imageId}": ${reasons.map(({ words, count }) => `${count} ${words}`).join(', ')}`,
		`The image was not changed. ${reasons.map(({ remedy }) => remedy).join(' ')}`,
	);
}

/** An image that cannot be imported while others of its item can. */
export interface Rejection {
	readonly image: NamedImage;
	readonly error: InputError;
}

/** What the work gives, or a rejection of the image if the input is at fault. */
export async function orRejection<Value>(
	image: NamedImage,
	work: () => Value | Promise<Value>,
): Promise<Value | Rejection> {
	return await Promise.resolve()
		.then(work)
		.catch((error: unknown) => {
			if (error instanceof InputError) return { image, error };
			throw error;
		});
}

export function isRejection(entry: object): entry is Rejection {
	return 'error' in entry;
}

/**
 * The first of several rejections as the error of their item.
 *
 * @param done what cannot be done with the images.
 */
export function joined([first, ...others]: readonly Rejection[], done = 'imported'): InputError | undefined {
	if (first === undefined || others.length === 0) return first?.error;
	return new InputError(
		`${first.error.message} (${others.length} more ${others.length === 1 ? 'image' : 'images'} cannot be ${done} either)`,
		first.error.remedy,
	);
}
