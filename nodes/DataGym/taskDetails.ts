import type { Task, TaskDetails } from '@datagym/client';
import { readTask, type TaskReading } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { withProgress } from './runner/progress';
import type { Run } from './runner/runContext';

/** A task with all its details: as the server wrote them, and as they were read. */
export interface TaskWithDetails extends TaskReading {
	readonly task: Task;
	readonly details: TaskDetails;
}

/** Reads the details of tasks, several at a time, in the order of the tasks. */
export async function readTaskDetails(run: Run, tasks: readonly Task[]): Promise<readonly TaskWithDetails[]> {
	return await mapTaskDetails(run, tasks, (details, task) => {
		const { image, ...reading } = readTask(details);
		return {
			...reading,
			image: task.labeler === undefined ? image : { ...image, labeler: task.labeler },
			task,
			details,
		};
	});
}

/**
 * What `map` makes of the details of each task, so that no more than that is held. The server needs the longer for each, the
 * more finished tasks the project has (docs/contract.md#timing-and-limits), so a long wait shows in n8n's log how far it is.
 */
export async function mapTaskDetails<Value>(
	run: Run,
	tasks: readonly Task[],
	map: (details: TaskDetails, task: Task) => Value,
): Promise<readonly Value[]> {
	let count = 0;
	const read = async (task: Task): Promise<Value> => {
		if (run.isCanceled)
			throw new InputError(
				'The execution was canceled',
				`${count} of ${tasks.length} tasks had been read. Run the workflow again.`,
			);
		const value = map(await run.api.tasks.get(task.taskId), task);
		count++;
		return value;
	};
	const all = Promise.all(tasks.map((task) => run.limit(read, task)));
	return await withProgress(run.n8n, () => `read ${count} of ${tasks.length} tasks`, all);
}
