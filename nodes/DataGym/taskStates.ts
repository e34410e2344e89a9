import type { INodeProperties } from 'n8n-workflow';
import { TASK_STATES, type TaskState } from '@datagym/client';
import { InputError } from '@datagym/shared/errors';

/** The states of a task for a field, as the server writes them. */
export const TASK_STATE_OPTIONS = [
	{ name: 'Backlog', value: 'BACKLOG', description: 'Not released for labeling' },
	{ name: 'Completed', value: 'COMPLETED', description: 'Labeled, perhaps to be reviewed' },
	{ name: 'In Progress', value: 'IN_PROGRESS', description: 'Taken by a labeler' },
	{ name: 'Reviewed', value: 'REVIEWED', description: 'Completed and accepted by a reviewer' },
	{ name: 'Reviewed and Skipped', value: 'REVIEWED_SKIP', description: 'Skipped, which a reviewer has accepted' },
	{ name: 'Skipped', value: 'SKIPPED', description: 'Left out by a labeler' },
	{ name: 'Waiting', value: 'WAITING', description: 'To be labeled' },
	{
		name: 'Waiting Again',
		value: 'WAITING_CHANGED',
		description: 'Back after a review or a change of the label configuration',
	},
] as const satisfies INodeProperties['options'];

/** The states whose tasks the export has, and the bitmaps (CONTRACT.md, section 7). */
export const LABELLED_STATES = ['COMPLETED', 'REVIEWED', 'SKIPPED'] as const satisfies readonly TaskState[];

/**
 * The states that the texts name, in the order in which a task goes through them.
 * @throws InputError for a text that names none.
 */
export function taskStates(texts: readonly string[], ifNone: readonly TaskState[] = TASK_STATES): readonly TaskState[] {
	const wanted = texts.map(stateNamed);
	return wanted.length === 0 ? ifNone : TASK_STATES.filter((state) => wanted.includes(state));
}

function stateNamed(text: string): TaskState {
	const isNamed = ({ name, value }: (typeof TASK_STATE_OPTIONS)[number]) =>
		[name.toLowerCase(), value.toLowerCase()].includes(text.toLowerCase());
	const found = TASK_STATE_OPTIONS.find(isNamed);
	if (found !== undefined) return found.value;
	throw new InputError(`There is no task state “${text.slice(0, 80)}”`, `Use of these: ${TASK_STATES.join(', ')}.`);
}
