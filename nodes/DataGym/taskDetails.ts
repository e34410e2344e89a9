import type { ListedTask, TaskDetails } from '@datagym/client';
import { readTask, type TaskReading } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { manyAtOnce } from './runner/manyAtOnce';
import { withProgress } from './runner/progress';
import type { Run } from './runner/runContext';

/** A task with all its details: as the server wrote them, and as they were read. */
export interface TaskWithDetails extends TaskReading {
	readonly task: ListedTask;
	readonly details: TaskDetails;
}

/** Reads the details of tasks, several at a time, in the order of the tasks. */
export async function readTaskDetails(
	run: Run,
	tasks: readonly ListedTask[],
	read = detailsOf,
): Promise<readonly TaskWithDetails[]> {
	return await mapTaskDetails(
		run,
		tasks,
		(details, task) => {
			const { image, ...reading } = readTask(details);
			return {
				...reading,
				image: task.labeler === undefined ? image : { ...image, labeler: task.labeler },
				task,
				details,
			};
		},
		read,
	);
}

/** Without opening the task where the server can do without; what is the same for all tasks of a project is read once a run. */
export async function detailsOf(run: Run, task: ListedTask): Promise<TaskDetails> {
	const { projectId } = task;
	const make = async () => await Promise.resolve(run.api.tasks.detailsOf(projectId));
	return await (await run.once(`task details of ${projectId}`, make)).read(task);
}

/** As `GET /task/{taskId}` answers. */
export async function rawDetailsOf({ api }: Run, { taskId }: ListedTask): Promise<TaskDetails> {
	return await api.tasks.get(taskId);
}

/**
 * What `map` makes of the details of each task, so that no more than that is held. A server that has to open each task needs the
 * longer, the more finished tasks the project has (docs/contract.md#timing-and-limits), so a long wait shows in n8n's log how far
 * it is.
 */
export async function mapTaskDetails<Value>(
	run: Run,
	tasks: readonly ListedTask[],
	map: (details: TaskDetails, task: ListedTask) => Value,
	details = detailsOf,
): Promise<readonly Value[]> {
	let count = 0;
	const read = async (task: ListedTask): Promise<Value> => {
		if (run.isCanceled)
			throw new InputError(
				'The execution was canceled',
				`${count} of ${tasks.length} tasks had been read. Run the workflow again.`,
			);
		const value = map(await details(run, task), task);
		count++;
		return value;
	};
	const all = manyAtOnce(tasks, async (work) => await run.limit(work), read);
	return await withProgress(run.n8n, () => `read ${count} of ${tasks.length} tasks`, all);
}
