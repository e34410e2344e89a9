import type { IDataObject } from 'n8n-workflow';
import type { Conversion, ConversionReason, LabeledImage, LabelProblem } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { NamedImage } from './projectImages';

/** The labels of one image, checked. */
export interface Prediction {
	readonly image: LabeledImage;
	readonly keepData: boolean;
	readonly taskId?: string | undefined;
	readonly warnings: readonly LabelProblem[];
	/** What was skipped or converted. */
	readonly report: readonly Conversion[];
	/** What of the model's output could not be read. */
	readonly unread: readonly LabelProblem[];
}

const SKIPPED: ReadonlySet<ConversionReason> = new Set<ConversionReason>([
	'excluded',
	'low-score',
	'outside',
	'overlapping',
	'unreadable',
]);
/** Of one kind, since thousands of labels can have the same fault. */
const MAX_SENTENCES = 20;

/** The output item of an image that was imported, or would be. */
export function reportOf(
	projectId: string,
	{ image, taskId, warnings, keepData, report, unread }: Prediction,
	isDryRun: boolean,
): IDataObject {
	const count = (isMeant: (reason: ConversionReason) => boolean) =>
		report.reduce((sum, kind) => (isMeant(kind.reason) ? sum + kind.count : sum), 0);
	return {
		projectId,
		imageId: image.imageId,
		imageName: image.imageName,
		...(taskId === undefined ? {} : { taskId }),
		status: isDryRun ? 'wouldImport' : 'imported',
		labelCount: image.objects.length,
		skippedCount: count((reason) => SKIPPED.has(reason)),
		clippedCount: count((reason) => reason === 'clipped'),
		existingLabels: keepData ? 'kept' : 'replaced',
		...(report.length === 0
			? {}
			: {
					conversionReport: report.map(({ reason, className, count: labels, message }) => ({
						reason,
						...(className === undefined ? {} : { className }),
						count: labels,
						message,
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
		remedy: error.remedy,
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

/** The first of several rejections as the error of their item. */
export function joined([first, ...others]: readonly Rejection[]): InputError | undefined {
	if (first === undefined || others.length === 0) return first?.error;
	return new InputError(
		`${first.error.message} (${others.length} more ${others.length === 1 ? 'image' : 'images'} cannot be imported either)`,
		first.error.remedy,
	);
}
