import type { IDataObject } from 'n8n-workflow';
import type { ConversionReason } from '@datagym/labels';
import type { Prediction } from './prepare';
import { describeProblem } from './reading';
import type { Rejection } from './rejection';

const SKIPPED: ReadonlySet<ConversionReason> = new Set<ConversionReason>([
	'excluded',
	'low-score',
	'outside',
	'overlapping',
	'unreadable',
]);
/** Of a kind; thousands of labels can have the same fault. */
const MOST_SENTENCES = 20;

/** What happened to one image, or would happen. */
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
	const rest = all.length - MOST_SENTENCES;
	return rest > 0 ? [...all.slice(0, MOST_SENTENCES), `and ${rest} more`] : [...all];
}
