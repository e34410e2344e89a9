import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { keepCopy, restoreNewest } from './processCopy';

/**
 * How n8n keeps what a trigger remembers.
 * - `workflow`: in memory, with the workflow. Saved with items, and after the poll that activation does, but not when a
 *   scheduled poll returns null.
 * - `cursor` (`N8N_POLLER_DURABLE_CURSORS_ENABLED`): each poll gets a copy, which is saved with its items or, of a scheduled
 *   poll, when it returns null, but not when the poll that activation does returns null.
 */
export type Keeping = 'workflow' | 'cursor';

/** n8n watches the data that it keeps with the workflow by this property, which does not show. A cursor is a plain copy. */
const WATCHED = '__dataChanged';

export interface StaticData {
	readonly data: IDataObject;
	readonly keeping: Keeping;
	/** Whether n8n saves the data after this poll, though it returns null. */
	readonly isFirstPoll: boolean;
}

const polled = new WeakSet<IDataObject>();
/** To be called during a poll only; later n8n may keep the data elsewhere. */
export function openStaticData(context: IPollFunctions): StaticData {
	const data = context.getWorkflowStaticData('node');
	const keeping = WATCHED in data ? 'workflow' : 'cursor';
	if (keeping === 'workflow') followCopy(context, data);
	return { data, keeping, isFirstPoll: !polled.has(data) };
}

/** To be called after a poll that succeeded. */
export function notePoll({ data }: StaticData): void {
	polled.add(data);
}

/** A cursor has a row of its own in n8n's database, which no execution overwrites. */
function followCopy(context: IPollFunctions, data: IDataObject): void {
	// n8n stores it under the node's name, so that a renamed trigger starts over.
	const key = `${nodeKey(context)} ${context.getNode().name}`;
	if (!polled.has(data) && restoreNewest(key, data))
		context.logger.warn(
			"What the DataGym trigger remembers was older in n8n's database than in this process, and has been restored.",
		);
	keepCopy(key, data);
}

export function nodeKey(context: IPollFunctions): string {
	return `${context.getWorkflow().id ?? ''} ${context.getNode().id}`;
}
