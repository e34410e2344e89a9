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
import { finish } from '@datagym/shared/turns';
import { FINISHED_STATES, isFinished, type FinishedState, type ObservedState } from '../events';
import { projectSize } from './projectSize';
import type { RowReader, TaskSummary } from './listedTask';
import type { ProjectSource, TaskLabels } from './projectSource';
import type { TaskLister } from '../taskLister';
import { taskHash, type Identity } from '../memory/hashes';
import { stateCode, stateOf, UNSEEN } from '../memory/kinds';
import { indexedTasks, type IndexedTasks } from '../sighting';
import { TaskColumns } from '../taskColumns';

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
	const reader = rowReader(identity);
	let all = { images: 0, projectName: '' };
	const listAll = async (states: readonly FinishedState[], lister: TaskLister) => {
		const listed = await api.tasks.foldRows(projectId, undefined, () => {
			const fold = lister.begin(reader);
			const counted = { images: 0, projectName: '' };
			return {
				add: (row) => {
					if (counted.images++ === 0) counted.projectName = describe(row).projectName ?? '';
					if (states.some((state) => state === row.labelTaskState)) fold.add(row);
				},
				end: () => ({ counted, tasks: fold.end() }),
			};
		});
		all = listed.counted;
		await lister.take(listed.tasks);
	};
	const labels = new FinishedTaskReader(api, projectId);
	const list = async (states: readonly TaskState[], lister: TaskLister) => {
		// One after the other, so that a task that moves on meanwhile is in the later list at least.
		for (const state of states)
			await lister.take(await api.tasks.foldRows(projectId, state, () => lister.begin(reader)));
	};
	return {
		projectId,
		identity,
		listsAll,
		listsApart: !listsAll,
		listFinished: listsAll ? listAll : list,
		locate: async (lister, states) => {
			const others = FINISHED_STATES.filter((state) => !states.includes(state));
			for (const places of [SENT_BACK, states, others, PUT_ASIDE]) if (!lister.isComplete) await list(places, lister);
		},
		examples: async (state, most, passes) => {
			if (passes === undefined) return (await api.tasks.listRows(projectId, state, most)).map(describe);
			return await api.tasks.foldRows(projectId, state, () => {
				const found: TaskSummary[] = [];
				const add = (row: TaskRow) => {
					if (found.length >= most) return;
					const task = describe(row);
					if (passes(task)) found.push(task);
				};
				return { add, end: () => found };
			});
		},
		size: async (lists) => {
			if (!listsAll) return await projectSize(api, projectId, lists);
			if (lists === undefined && all.images > 0) return { ...all, isOfLists: true };
			return { ...(await projectSize(api, projectId, lists)), images: all.images, isOfLists: true };
		},
		readLabels: async (task) => await labels.readLabels(task),
	};
}

function rowReader(identity: Identity): RowReader<TaskRow> {
	const imageId = (row: TaskRow) => (typeof row.mediaId === 'string' ? row.mediaId : readTaskRow(row).imageId);
	return {
		id: identity === 'task' ? ({ taskId }) => taskId : imageId,
		state: ({ labelTaskState }) => observedState(labelTaskState),
		imageId,
		imageName: (row) => (typeof row.mediaName === 'string' ? row.mediaName : readTaskRow(row).imageName),
		sortId: ({ taskId }) => taskId,
		summary: describe,
		describe,
	};
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

type StateOfTask = (taskId: string) => string;

/** Milliseconds for which a list still says which tasks are finished, where their labels do not. */
const FRESH_MS = 20_000;

/** Reads finished tasks only: a request for one that is being worked on could block its completion (docs/contract.md#task-details). */
class FinishedTaskReader {
	private readonly details: TaskDetailsReader;
	private readonly begunAt = Date.now();
	private finished: { readonly states: Promise<StateOfTask>; readonly at: number } | undefined;

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
			return this.finished === undefined ? listed : (await this.finished.states)(taskId);
		}
		const states = this.readStates();
		this.finished = { states, at: now };
		return (await states)(taskId);
	}

	/** What tells the state of a finished task by its ID; of another one, an empty text. */
	private async readStates(): Promise<StateOfTask> {
		const lists = await Promise.all(
			FINISHED_STATES.map(async (state) => {
				return await this.api.tasks.foldRows(this.projectId, state, () => {
					const columns = new TaskColumns(false);
					const add = ({ taskId }: TaskRow) => columns.add(taskHash(taskId), -1, stateCode(state), 0);
					return { add, end: () => columns };
				});
			}),
		);
		// A task that is in two lists, since it moved, is where the later one says.
		const found: IndexedTasks[] = [];
		for (const columns of lists) found.unshift(await finish(indexedTasks(columns)));
		return (taskId) => {
			const hash = taskHash(taskId);
			for (const { index, states } of found) {
				const place = index.find(hash);
				if (place >= 0) return stateOf(states[place] ?? UNSEEN);
			}
			return '';
		};
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
