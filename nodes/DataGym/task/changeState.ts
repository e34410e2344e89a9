import { hasKey, type DataGymApi } from '@datagym/client';
import { readTask } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';

/** A task as far as a change of its state tells of it. */
export interface ChangedTask {
	readonly taskId: string;
	readonly imageId: string;
	readonly imageName: string;
	/** In lower case. */
	readonly status: string;
}

/** What a task had become before the server refused to change it. */
export interface Refusal {
	readonly task: ChangedTask;
	/** Whether an earlier try of the same request, whose response was lost, may have made the change. */
	readonly isRetry: boolean;
}

/**
 * Changes the state of a task.
 *
 * @returns what `work` gives, or the task as it is if the server says that the change is not possible from its state.
 */
export async function changeState<Value>(
	api: DataGymApi,
	taskId: string,
	work: () => Promise<Value>,
): Promise<Value | Refusal> {
	return await work().catch(async (error: unknown) => {
		if (!hasKey(error, 'ex_gen_wrong_label_task_state')) throw error;
		return { task: await readState(api, taskId), isRetry: error.failure.isRetry === true };
	});
}

export async function readState(api: DataGymApi, taskId: string): Promise<ChangedTask> {
	const { imageId, imageName, status = '' } = readTask(await api.tasks.get(taskId)).image;
	return { taskId, imageId, imageName, status };
}

/** @param what such as `cannot be reviewed`. */
export function wrongState({ imageName, taskId, status }: ChangedTask, what: string, remedy: string): InputError {
	const name = imageName === '' ? taskId : `"${imageName}"`;
	return new InputError(`The task of ${name} ${what}, because its status is ${status.replaceAll('_', ' ')}`, remedy);
}
