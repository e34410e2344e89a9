import {
	hasKey,
	readTaskRow,
	type DataGymApi,
	type TaskDetails,
	type TaskDetailsReader,
	type TaskRow,
	type TaskState,
} from '@datagym/client';
import { readTask } from '@datagym/labels';
import { originIn } from '@datagym/shared/imageFile';
import { FINISHED_STATES, isFinished, type FinishedState, type ObservedState } from '../events';
import { projectSize } from './projectSize';
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
export function taskListSource(
	api: DataGymApi,
	projectId: string,
	identity: Identity,
	needsSize = false,
): ProjectSource {
	const listsAll = needsSize && api.tasks.listsAllStates;
	let all: readonly ListedTask[] = [];
	const listAll = async (states: readonly FinishedState[]) => {
		all = (await api.tasks.listRows(projectId, undefined)).map((row) => listedTask(identity, row));
		return all.filter(({ state }) => states.some((one) => one === state));
	};
	const reader = new FinishedTaskReader(api, projectId);
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
		listsAll,
		listFinished: listsAll ? listAll : list,
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
		size: async (needsImages) => {
			const [first] = all;
			if (!listsAll) return await projectSize(api, projectId, needsImages);
			if (needsImages || first === undefined) {
				const { projectName, datasets } = await projectSize(api, projectId, needsImages);
				return { projectName, images: all.length, datasets };
			}
			return { projectName: first.describe().projectName ?? '', images: all.length, datasets: [] };
		},
		readLabels: async (task) => await reader.readLabels(task),
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

/** Milliseconds for which a list still says which tasks are finished, where their labels do not. */
const FRESH_MS = 20_000;

/** Reads finished tasks only: a request for one that is being worked on could block its completion (docs/contract.md#task-details). */
class FinishedTaskReader {
	private readonly details: TaskDetailsReader;
	private readonly begunAt = Date.now();
	private finished: { readonly states: Promise<ReadonlyMap<string, string>>; readonly at: number } | undefined;

	constructor(
		private readonly api: DataGymApi,
		private readonly projectId: string,
	) {
		this.details = api.tasks.detailsOf(projectId);
	}

	async readLabels({
		taskId = '',
		imageId,
		imageName,
		status,
		reviewComment,
	}: TaskSummary): Promise<TaskLabels | undefined> {
		const state = await this.currentState(taskId, status.toUpperCase());
		if (!isFinished(state)) return undefined;
		const task = { taskId, imageId, imageName, state, ...(reviewComment !== undefined && { reviewComment }) };
		const details = await this.details.read(task).catch((error: unknown) => {
			// A proxy's 404 has no key, and says nothing of the task.
			if (hasKey(error, 'ex_notfound')) return undefined;
			if (hasKey(error, 'ex_service_unavailable')) return 'video' as const;
			throw error;
		});
		if (details === 'video') return videoLabels(imageId, imageName);
		return details === undefined || !isFinished(details.labelTaskState) ? undefined : labelsIn(details);
	}

	/** What the lists of this poll say, and later in a long one, what they say by then. */
	private async currentState(taskId: string, listed: string): Promise<string> {
		const now = Date.now();
		if (!this.api.tasks.areReadQuietly || now - (this.finished?.at ?? this.begunAt) < FRESH_MS) {
			return this.finished === undefined ? listed : ((await this.finished.states).get(taskId) ?? '');
		}
		const states = this.api.tasks
			.listStates(this.projectId, FINISHED_STATES)
			.then((tasks) => new Map(tasks.map((task) => [task.taskId, task.state])));
		this.finished = { states, at: now };
		return (await states).get(taskId) ?? '';
	}
}

function labelsIn(details: TaskDetails): TaskLabels {
	const { image, classes, problems, datasetId, datasetName, identified } = readTask(details);
	return {
		image,
		classes,
		problems,
		...(identified && { values: identified.values }),
		origin: originIn(details),
		...(datasetId ? { datasetId } : {}),
		...(datasetName ? { datasetName } : {}),
	};
}

function videoLabels(imageId: string, imageName: string): TaskLabels {
	return {
		image: { imageId, imageName, objects: [], classifications: {} },
		classes: [],
		problems: [VIDEO],
		origin: { source: 'AWS_S3' },
		isUnavailable: true,
	};
}

/** docs/contract.md#task-details: the details of a video's task need the server's S3. */
const VIDEO = {
	path: '',
	message: 'The labels of videos are not available to the trigger. Use Export: Get Video Task to get them.',
};
