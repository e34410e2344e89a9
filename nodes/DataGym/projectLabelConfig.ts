import { TASK_STATES } from '@datagym/client';
import { exportElements } from '@datagym/shared/exportElements';
import { getTasks, statusOf } from './projectTasks';
import type { Run } from './runner/runContext';

export interface AffectedTasks {
	/** Tasks that hold or may hold labels. */
	readonly tasks: number;
	readonly byStatus: Readonly<Record<string, number>>;
}

/** The tasks whose labels are lost when the label configuration is cleared. */
export async function countTasksWithLabels(run: Run, projectId: string): Promise<AffectedTasks> {
	const byStatus: Record<string, number> = {};
	if (!(await run.api.has('tasks'))) {
		let finished = 0;
		for await (const { kind } of exportElements(run.api, projectId)) finished += kind === 'image' ? 1 : 0;
		return { tasks: finished, byStatus: { finished } };
	}
	for (const task of await getTasks(run, projectId, TASK_STATES)) {
		const isUntouched = (task.state === 'BACKLOG' || task.state === 'WAITING') && !task.hasPredictions;
		if (!isUntouched) byStatus[statusOf(task.state)] = (byStatus[statusOf(task.state)] ?? 0) + 1;
	}
	return { tasks: Object.values(byStatus).reduce((sum, count) => sum + count, 0), byStatus };
}
