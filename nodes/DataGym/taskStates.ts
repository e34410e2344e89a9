import type { INodeProperties } from 'n8n-workflow';
import { TASK_STATES, type TaskState } from '../../client';

/** The states of a task for a field, as the server writes them. */
export const TASK_STATE_OPTIONS = [
	{ name: 'Backlog', value: 'BACKLOG', description: 'Not released for labelling' },
	{ name: 'Completed', value: 'COMPLETED', description: 'Labelled, perhaps to be reviewed' },
	{ name: 'In Progress', value: 'IN_PROGRESS', description: 'Taken by a labeller' },
	{ name: 'Reviewed', value: 'REVIEWED', description: 'Completed and accepted by a reviewer' },
	{ name: 'Reviewed and Skipped', value: 'REVIEWED_SKIP', description: 'Skipped, which a reviewer has accepted' },
	{ name: 'Skipped', value: 'SKIPPED', description: 'Left out by a labeller' },
	{ name: 'Waiting', value: 'WAITING', description: 'To be labelled' },
	{ name: 'Waiting Again', value: 'WAITING_CHANGED', description: 'Back after a review or a change of the label configuration' },
] as const satisfies INodeProperties['options'];

/** The known ones of the texts, in the order in which a task goes through them; all if there are none. */
export function taskStates(texts: readonly string[]): readonly TaskState[] {
	return texts.length === 0 ? TASK_STATES : TASK_STATES.filter((state) => texts.includes(state));
}
