import { hasKey, readTaskRow, type DataGymApi, type TaskRow, type TaskState } from '@datagym/client';
import { readTask } from '@datagym/labels';
import { originIn } from '@datagym/shared/imageFile';
import { FINISHED_STATES, isFinished, type ObservedState } from '../events';
import type { Missing, ProjectSource, ListedTask, TaskSummary, TaskLabels } from './projectSource';
import { taskHash, type Identity } from '../memory/hashes';

/** Where a task that was sent back is first, and where only a manager moves it. */
const SENT_BACK: readonly TaskState[] = ['WAITING_CHANGED', 'IN_PROGRESS'];
const PUT_ASIDE: readonly TaskState[] = ['WAITING', 'BACKLOG'];

/**
 * Reads the task list, a request for each state, and the labels from the details of single tasks (docs/contract.md#detecting-finished-work).
 *
 * @param identity `image` if the tasks were remembered by their images, before the server got its task list.
 */
export function taskListSource(api: DataGymApi, projectId: string, identity: Identity): ProjectSource {
	const list = async (states: readonly TaskState[]) => {
		const listed: ListedTask[] = [];
		// One after the other, so that a task that moves on meanwhile is in the later list at least.
		for (const state of states)
			for (const row of await api.tasks.listRows(projectId, state)) listed.push(listedTask(identity, row));
		return listed;
	};
	return {
		projectId,
		identity,
		listFinished: list,
		locate: async (missing, states) => {
			const found: ListedTask[] = [];
			let isEmpty = true;
			const others = FINISHED_STATES.filter((state) => !states.includes(state));
			for (const places of [SENT_BACK, states, others, PUT_ASIDE]) {
				if (isComplete(missing, found)) break;
				const tasks = await list(places);
				isEmpty &&= tasks.length === 0;
				found.push(...tasks.filter(({ hash }) => missing.has(hash)));
			}
			return { tasks: found, isEmpty };
		},
		examples: async (state, most) => (await api.tasks.listRows(projectId, state, most)).map(describe),
		readLabels: async (task) => await readLabels(api, task),
	};
}

function isComplete({ count }: Missing, found: readonly ListedTask[]): boolean {
	return new Set(found.map(({ hash }) => hash)).size >= count;
}

function listedTask(identity: Identity, row: TaskRow): ListedTask {
	const id = identity === 'task' ? row.taskId : readTaskRow(row).imageId;
	return { hash: taskHash(id), state: observedState(row.labelTaskState), describe: () => describe(row) };
}

function observedState(state: string): ObservedState {
	return isFinished(state) ? state : 'UNFINISHED';
}

function describe(row: TaskRow): TaskSummary {
	const { taskId, imageId, imageName, state, projectName, labeler, reviewComment } = readTaskRow(row);
	return {
		taskId,
		imageId,
		imageName,
		status: state.toLowerCase(),
		projectName,
		...(labeler === undefined ? {} : { labeler }),
		...(reviewComment === undefined ? {} : { reviewComment }),
	};
}

/** Reads finished tasks only: a request for one that is being worked on could block its completion (docs/contract.md#task-details). */
async function readLabels(
	api: DataGymApi,
	{ taskId = '', imageId, imageName }: TaskSummary,
): Promise<TaskLabels | undefined> {
	const details = await api.tasks.get(taskId).catch((error: unknown) => {
		// A proxy's 404 has no key, and says nothing of the task.
		if (hasKey(error, 'ex_notfound')) return undefined;
		if (hasKey(error, 'ex_service_unavailable')) return 'video' as const;
		throw error;
	});
	if (details === undefined) return undefined;
	if (details === 'video')
		return {
			image: { imageId, imageName, objects: [], classifications: {} },
			classes: [],
			problems: [VIDEO],
			origin: { source: 'AWS_S3' },
			isUnavailable: true,
		};
	if (!isFinished(details.labelTaskState)) return undefined;
	const { image, classes, problems, datasetId, datasetName } = readTask(details);
	const origin = originIn(details);
	return {
		image,
		classes,
		problems,
		origin,
		...(datasetId ? { datasetId } : {}),
		...(datasetName ? { datasetName } : {}),
	};
}

/** docs/contract.md#task-details: the details of a video's task need the server's S3. */
const VIDEO = {
	path: '',
	message: 'The labels of videos are not available to the trigger. Use Export: Get Video Task to get them.',
};
