import type { IPollFunctions } from 'n8n-workflow';
import { InputError } from '@datagym/shared/errors';
import { nodeKey, notePoll, type StaticData } from './memory/staticData';
import { inMinutes } from './pollTime';

/** So many polls in a row are skipped until it becomes an error: not everybody reads n8n's log. */
const SKIPPED_POLLS = 3;

interface RunningPoll {
	/** Epoch milliseconds. */
	readonly since: number;
	/** Polls that were skipped meanwhile. */
	skipped: number;
}

const running = new Map<unknown, RunningPoll>();

/**
 * Does the work unless another poll of the same node is still at it, which n8n does not prevent. The one that is skipped
 * would see the same tasks and tell them twice.
 *
 * @throws InputError for the last of some that are skipped in a row; for the others there is a warning in n8n's log.
 */
export async function unlessRunning<Value>(
	context: IPollFunctions,
	staticData: StaticData,
	work: () => Promise<Value>,
): Promise<Value | null> {
	// With the workflow, each activation has its own data: a poll of an older activation, whose result n8n discards, must not keep a newer one away.
	const owner = staticData.keeping === 'workflow' ? staticData.data : nodeKey(context);
	const earlier = running.get(owner);
	if (earlier !== undefined) return reportSkipped(context, earlier);
	running.set(owner, { since: Date.now(), skipped: 0 });
	try {
		const value = await work();
		notePoll(staticData);
		return value;
	} finally {
		running.delete(owner);
	}
}

function reportSkipped({ logger }: IPollFunctions, earlier: RunningPoll): null {
	earlier.skipped++;
	const reason = `because an earlier poll has been running for ${inMinutes(Date.now() - earlier.since)}`;
	if (earlier.skipped === SKIPPED_POLLS)
		throw new InputError(
			`${SKIPPED_POLLS} polls in a row were skipped, ${reason}`,
			'No event is lost. Poll less often, watch fewer projects with one trigger, or find out why the DataGym server is slow.',
		);
	logger.warn(`The DataGym trigger skipped a poll, ${reason}. No event is lost.`);
	return null;
}
