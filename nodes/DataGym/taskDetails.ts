import { taskLabels, type Task, type TaskDetails, type TaskLabels } from '@datagym/client';
import { readTask, type TaskReading } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { withLifeSigns } from './runner/progress';
import type { Run } from './runner/run';

/** A task with all its details. */
export interface ReadTask extends TaskReading {
	readonly task: Task;
	readonly details: TaskDetails;
	readonly labels: TaskLabels;
}

/** Reads the details of tasks, several at a time, in the order of the tasks. */
export async function readTasks(run: Run, tasks: readonly Task[]): Promise<readonly ReadTask[]> {
	return await fromEachTask(run, tasks, (details, task) => {
		const { image, ...reading } = readTask(details);
		return { ...reading, image: { ...image, labeler: task.labeler }, task, details, labels: taskLabels(details) };
	});
}

/**
 * What `take` makes of the details of each task, so that no more than that is held. The server needs the longer for each, the
 * more finished tasks the project has (CONTRACT.md, section 10), so a long wait shows in n8n's log how far it is.
 */
export async function fromEachTask<Value>(
	run: Run,
	tasks: readonly Task[],
	take: (details: TaskDetails, task: Task) => Value,
): Promise<readonly Value[]> {
	let count = 0;
	const read = async (task: Task): Promise<Value> => {
		if (run.isCanceled)
			throw new InputError('The execution was canceled', `${count} of ${tasks.length} tasks were read before.`);
		const value = take(await run.api.getTask(task.taskId), task);
		count++;
		return value;
	};
	const all = Promise.all(tasks.map((task) => run.limit(read, task)));
	return await withLifeSigns(run.n8n, () => `${count} of ${tasks.length} tasks are read`, all);
}
