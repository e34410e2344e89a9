import type { IDataObject } from 'n8n-workflow';
import type { LossReason } from '@datagym/labels';
import type { Prediction } from './prepare';
import { describeProblem } from './reading';
import type { Rejection } from './rejection';

const DROPPED: ReadonlySet<LossReason> = new Set<LossReason>([
	'left-out',
	'low-score',
	'outside',
	'overlapping',
	'unread',
]);
/** Of a kind; thousands of labels can have the same fault. */
const MOST_SENTENCES = 20;

/** What happened to one image, or would happen. */
export function reportOf(
	projectId: string,
	{ image, taskId, warnings, keepData, losses, unread }: Prediction,
	isDryRun: boolean,
): IDataObject {
	const count = (isMeant: (reason: LossReason) => boolean) =>
		losses.reduce((sum, loss) => (isMeant(loss.reason) ? sum + loss.count : sum), 0);
	return {
		projectId,
		imageId: image.imageId,
		imageName: image.imageName,
		...(taskId === undefined ? {} : { taskId }),
		status: isDryRun ? 'wouldImport' : 'imported',
		labelCount: image.objects.length,
		droppedCount: count((reason) => DROPPED.has(reason)),
		clippedCount: count((reason) => reason === 'clipped'),
		existingLabels: keepData ? 'kept' : 'replaced',
		...(losses.length === 0
			? {}
			: {
					changes: losses.map(({ reason, className, count: labels, message }) => ({
						reason,
						...(className === undefined ? {} : { className }),
						count: labels,
						message,
					})),
				}),
		...(unread.length === 0 ? {} : { unreadLabels: sentences(unread.map(describeProblem)) }),
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
