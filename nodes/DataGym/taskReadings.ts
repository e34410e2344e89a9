import { taskLabels, type Task, type TaskDetails, type TaskLabels } from '../../client';
import { readTask, type TaskReading } from '../../labels/datagym/task';
import { InputError } from '../nodeErrors';
import { withLifeSigns } from './lifeSigns';
import type { Run } from './run';

/** A task with all its details. */
export interface ReadTask extends TaskReading {
	readonly task: Task;
	readonly details: TaskDetails;
	readonly labels: TaskLabels;
}

/**
 * Reads the details of tasks, several at a time, in the order of the tasks. The server needs the longer for each, the more
 * finished tasks the project has (CONTRACT.md, section 10), so a long wait shows in n8n's log how far it is.
 */
export async function readTasks(run: Run, tasks: readonly Task[]): Promise<readonly ReadTask[]> {
	let count = 0;
	const readings = tasks.map((task) =>
		run.limit(async (): Promise<ReadTask> => {
			if (run.isCancelled) throw new InputError('The execution was cancelled', `${count} of ${tasks.length} tasks were read before.`);
			const details = await run.api.getTask(task.taskId);
			count++;
			const { image, ...reading } = readTask(details);
			return { ...reading, image: { ...image, labeler: task.labeler }, task, details, labels: taskLabels(details) };
		}),
	);
	return await withLifeSigns(run.n8n, () => `${count} of ${tasks.length} tasks are read`, Promise.all(readings));
}
