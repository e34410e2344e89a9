import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { TASK_STATES, type ListedTask, type ProjectCounts, type TaskState } from '@datagym/client';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import type { Run } from './runner/runContext';

/** The states of a task, as the server writes them, with their names in the editor. */
const TASK_STATE_OPTIONS = [
	{ name: 'Backlog', value: 'BACKLOG', description: 'Not released for labeling' },
	{ name: 'Completed', value: 'COMPLETED', description: 'Labeled, and possibly waiting for a review' },
	{ name: 'In Progress', value: 'IN_PROGRESS', description: 'Taken by a labeler' },
	{ name: 'Reviewed', value: 'REVIEWED', description: 'Completed and accepted by a reviewer' },
	{ name: 'Reviewed and Skipped', value: 'REVIEWED_SKIP', description: 'Skipped and accepted by a reviewer' },
	{ name: 'Skipped', value: 'SKIPPED', description: 'Skipped by a labeler' },
	{ name: 'Waiting', value: 'WAITING', description: 'To be labeled' },
	{
		name: 'Waiting Again',
		value: 'WAITING_CHANGED',
		description: 'Back after a review or a change of the label configuration',
	},
] as const satisfies INodeProperties['options'];

/** The state as items and fields have it: in lower case. */
export const statusOf = (state: string) => state.toLowerCase();

/** The number of tasks in each status that has some, as items have it. */
export function tasksByStatus(counts: ProjectCounts): IDataObject {
	const some = Object.entries(counts).filter(([, count]) => count > 0);
	return Object.fromEntries(some.map(([state, count]) => [statusOf(state), count]));
}

/** A filter by status. */
export const statusFilter = (description: string, states: readonly TaskState[] = TASK_STATES) =>
	field({
		displayName: 'Status',
		name: 'status',
		type: 'multiOptions',
		default: [],
		options: TASK_STATE_OPTIONS.filter(({ value }) => states.includes(value)).map(({ name, value }) => ({
			name,
			value: statusOf(value),
		})),
		description,
	});

/** The states whose tasks the export has, and the bitmaps (docs/contract.md#export). */
export const LABELED_STATES = ['COMPLETED', 'REVIEWED', 'SKIPPED'] as const satisfies readonly TaskState[];

/**
 * The states that the texts name, in the order in which a task goes through them.
 * @throws InputError for a text that names none.
 */
export function taskStates(texts: readonly string[], ifNone: readonly TaskState[] = TASK_STATES): readonly TaskState[] {
	const named = texts.map(stateNamed);
	return named.length === 0 ? ifNone : TASK_STATES.filter((state) => named.includes(state));
}

function stateNamed(text: string): TaskState {
	const isNamed = ({ name, value }: (typeof TASK_STATE_OPTIONS)[number]) =>
		[name.toLowerCase(), value.toLowerCase()].includes(text.toLowerCase());
	const found = TASK_STATE_OPTIONS.find(isNamed);
	if (found !== undefined) return found.value;
	throw new InputError(
		`Unknown task status "${text.slice(0, 80)}"`,
		`Use one of: ${TASK_STATES.map(statusOf).join(', ')}.`,
	);
}

/** People have neither begun nor finished these tasks. */
export const UNTOUCHED_STATES: readonly TaskState[] = ['BACKLOG', 'WAITING'];

/** People have begun these tasks: they are in somebody's hands, or came back to be corrected. */
export const STARTED_STATES = ['IN_PROGRESS', 'WAITING_CHANGED'] as const satisfies readonly TaskState[];

export const FINISHED_STATES: readonly TaskState[] = ['COMPLETED', 'REVIEWED', 'SKIPPED', 'REVIEWED_SKIP'];

/**
 * The tasks in several states.
 *
 * @param most how many of each state, the first by image name; 0 for all.
 */
export async function getTasks(
	{ api, limit }: Run,
	projectId: string,
	states: readonly TaskState[],
	most = 0,
): Promise<readonly ListedTask[]> {
	return await limit(async () => await api.tasks.listStates(projectId, states, most));
}
