import { isDataGymError, type DataGymError } from '@datagym/client';
import type { TaskSummary } from './sources/listedTask';

/** If more tasks of one poll cannot be read, it is not the tasks. */
const MOST = 20;

/**
 * Passes over a task that the server fails to read, though it answers otherwise: it would fail every poll, for ever, and keep the
 * events of all others back. It is tried again in the next poll.
 *
 * @param earlier how many tasks were passed over in this poll.
 * @throws the error, if it says nothing of the task.
 */
export function passOver(
	error: unknown,
	{ imageId, imageName }: TaskSummary,
	warn: (message: string) => void,
	earlier = 0,
): void {
	if (!isDataGymError(error) || !isAboutTask(error) || earlier >= MOST) throw error;
	warn(`DataGym: the labels of the image "${imageName || imageId}" could not be read, so it waits. ${error.message}.`);
}

/** An answer of DataGym's own that stays the same, other than one about the token. */
function isAboutTask({ failure, isRetryable, status = 0 }: DataGymError): boolean {
	const isUnreadable = failure.kind === 'unreadable' && failure.isWebPage !== true;
	const isAnswer = isUnreadable || (failure.kind === 'refused' && failure.key !== undefined);
	return isAnswer && !isRetryable && status !== 401 && status !== 403;
}
