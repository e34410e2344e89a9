import { allOf, bySchema, foldReader, listReader, type Fold } from '../answerReaders';
import type { Review } from '../dialects/dialect';
import { unreadable, type DataGymError } from '../errors';
import { needed } from '../features';
import { IDEMPOTENT } from '../idempotency';
import type { Server } from '../server';
import { TaskDetailsReader, type DetailSources } from './taskDetails';
import { wireCompletion, wireNothing } from '../wire/answers';
import { readAs } from '../wire/schema';
import {
	readRow,
	sharedTexts,
	TASK_STATES,
	taskRowReader,
	wireTask,
	wireTaskDetails,
	type ListedTask,
	type Task,
	type TaskDetails,
	type TaskRow,
	type TaskState,
} from '../wire/task';

/** Half of them. */
const MANY_STATES = TASK_STATES.length / 2;

/** Not on servers of the documented generation. */
export class TaskRequests {
	constructor(
		private readonly server: Server,
		private readonly others: Omit<DetailSources, 'tasks'>,
	) {}

	/** All tasks in one state, sorted by image name; there are no pages. */
	async list(projectId: string, state: TaskState, limit = 0): Promise<readonly Task[]> {
		return await this.foldIn(projectId, state, limit, allOf<Task>);
	}

	/**
	 * The tasks in several states, state by state. Of a server that can list all states at once, nearly all of them are one request,
	 * so that no task is missed or told twice that moves meanwhile; a few of them can be much less than all.
	 *
	 * @param limit how many are needed, the first by image name, so that each list may end there; 0 for all.
	 */
	async listStates(projectId: string, states: readonly TaskState[], limit = 0): Promise<readonly ListedTask[]> {
		const lists = await this.foldStates(projectId, states, byState, limit);
		return states.flatMap((state) => lists.flatMap((tasks) => tasks.get(state) ?? []));
	}

	/**
	 * The same, of which no more is kept than the folds keep: one for each list that is asked for, whose tasks are all in one of the
	 * states.
	 *
	 * @param newFold makes one for each try.
	 */
	async foldStates<Kept>(
		projectId: string,
		states: readonly TaskState[],
		newFold: () => Fold<Task, Kept>,
		limit = 0,
	): Promise<readonly Kept[]> {
		const isAll = states.length === TASK_STATES.length;
		const isOneRequest = this.server.dialect.listsAllStates && (limit === 0 ? states.length > MANY_STATES : isAll);
		if (!isOneRequest)
			return await Promise.all(states.map(async (state) => await this.foldIn(projectId, state, limit, newFold)));
		const wanted: ReadonlySet<string> = new Set(states);
		return [
			await this.foldIn(projectId, undefined, limit, () => {
				const fold = newFold();
				return { add: (task) => void (wanted.has(task.state) && fold.add(task)), end: () => fold.end() };
			}),
		];
	}

	/**
	 * The tasks in these states of images that can have this name, and of others whose names are like it. An image that is in the list has
	 * this name; one that is missing can have moved from one state to another meanwhile.
	 *
	 * @returns undefined if the server cannot look for such a name (docs/contract.md#task-list), or too many names are like it.
	 */
	async search(
		projectId: string,
		states: readonly TaskState[],
		imageName: string,
	): Promise<readonly ListedTask[] | undefined> {
		const words = searchableWords(imageName);
		if (words === '') return undefined;
		const asked = this.server.dialect.listsAllStates ? [undefined] : states;
		const lists = await Promise.all(
			asked.map(async (state) => await this.foldIn(projectId, state, MOST_FOUND, allListed, words)),
		);
		if (lists.some((tasks) => tasks.length >= MOST_FOUND)) return undefined;
		const wanted: ReadonlySet<string> = new Set(states);
		return lists.flat().filter(({ state }) => wanted.has(state));
	}

	/** Whether one list can have the tasks in all states. */
	get listsAllStates(): boolean {
		return this.server.dialect.listsAllStates;
	}

	/**
	 * The same list as rows that are hardly looked at, for comparing many; `readTaskRow` makes a task of one.
	 *
	 * @param state undefined for all, where `listsAllStates`.
	 */
	async listRows(projectId: string, state: TaskState | undefined, limit = 0): Promise<readonly TaskRow[]> {
		const { dialect, transport } = this.server;
		const rows = transport.elements(dialect.listTasks(projectId, state, limit), listReader(taskRowReader));
		return await this.server.require('tasks', rows);
	}

	/**
	 * The same list of any length, of which no more is kept than the fold keeps.
	 *
	 * @param newFold makes one for each try.
	 */
	async foldRows<Value>(
		projectId: string,
		state: TaskState | undefined,
		newFold: () => Fold<TaskRow, Value>,
	): Promise<Value> {
		const { dialect, transport } = this.server;
		const folded = transport.elements(
			dialect.listTasks(projectId, state, 0),
			foldReader(() => readRow, newFold),
		);
		return await this.server.require('tasks', folded);
	}

	/** Not quite read-only: adds the missing, empty global classifications to the task (docs/contract.md#task-details). */
	async get(taskId: string): Promise<TaskDetails> {
		const { dialect, transport } = this.server;
		return await this.server.require('tasks', transport.json(dialect.getTask(taskId), wireTaskDetails));
	}

	/** Whether details are read without opening the task, which then does not tell its state either. */
	get areReadQuietly(): boolean {
		return this.server.dialect.listLabels !== undefined;
	}

	/** For reading many tasks of a project, without opening them where the server can do without. */
	detailsOf(projectId: string): TaskDetailsReader {
		return new TaskDetailsReader(this.server, { ...this.others, tasks: this }, projectId);
	}

	/**
	 * The task may be in any state, since a token counts as an administrator.
	 *
	 * @param knownConfigTime `lastChangedConfig` of the task's details.
	 * @returns false if the label configuration was changed after that time; nothing has happened then.
	 */
	async complete(taskId: string, knownConfigTime: number): Promise<boolean> {
		const { dialect, transport } = this.server;
		const request = dialect.completeTask(taskId, knownConfigTime);
		const answer = await this.server.require('tasks', transport.json(request, wireCompletion, IDEMPOTENT));
		return !answer.hasLabelConfigChanged;
	}

	/** The task may be in any state, too. */
	async skip(taskId: string): Promise<void> {
		const { dialect, transport } = this.server;
		await this.server.require('tasks', transport.json(dialect.skipTask(taskId), wireNothing, IDEMPOTENT));
	}

	/** From the backlog to the labelers; a task that is waiting stays so. @throws DataGymError `ex_gen_wrong_label_task_state` */
	async release(taskId: string): Promise<Task> {
		const { dialect, transport } = this.server;
		return await transport.json(needed(dialect.releaseTask, 'taskRelease')(taskId), wireTask, IDEMPOTENT);
	}

	/** A waiting task back into the backlog. @throws DataGymError `ex_gen_wrong_label_task_state` */
	async recall(taskId: string): Promise<Task> {
		const { dialect, transport } = this.server;
		return await transport.json(needed(dialect.recallTask, 'taskRelease')(taskId), wireTask, IDEMPOTENT);
	}

	/**
	 * The same for all tasks of a project whose state allows it, which the server does not count.
	 *
	 * @param datasetId undefined for all datasets of the project.
	 */
	async moveAll(projectId: string, datasetId: string | undefined, to: 'WAITING' | 'BACKLOG'): Promise<void> {
		const { dialect, transport } = this.server;
		const request = needed(dialect.moveTasks, 'taskRelease')(projectId, datasetId, to);
		await transport.json(request, wireNothing, IDEMPOTENT);
	}

	/** Decides about a completed or skipped task. @throws DataGymError `ex_gen_wrong_label_task_state`, the second time, too. */
	async review(review: Review): Promise<void> {
		const { dialect, transport } = this.server;
		await transport.json(needed(dialect.reviewTask, 'reviews')(review), wireNothing, IDEMPOTENT);
	}

	/** Takes a task that is finished or in progress back to the labelers, without its labeler. @throws DataGymError `ex_gen_wrong_label_task_state` */
	async reopen(taskId: string): Promise<Task> {
		const { dialect, transport } = this.server;
		return await transport.json(needed(dialect.reopenTask, 'reviews')(taskId), wireTask, IDEMPOTENT);
	}

	/** For task details in which an ID or a key is missing. */
	unreadableLabels(taskId: string): DataGymError {
		const what = 'the labels of the task have an unexpected structure';
		return unreadable(this.server.dialect.getTask(taskId), 200, what);
	}

	private async foldIn<Kept>(
		projectId: string,
		state: TaskState | undefined,
		limit: number,
		newFold: () => Fold<Task, Kept>,
		search = '',
	): Promise<Kept> {
		const { dialect, transport } = this.server;
		const request = dialect.listTasks(projectId, state, limit, search);
		const reader = foldReader(() => bySchema(wireTask), newFold);
		return await this.server.require('tasks', transport.elements(request, reader));
	}
}

/** What a search may find in a state; a name that so many others resemble is not worth looking for. */
const MOST_FOUND = 200;

/** Whether the server's search can look for an image of this name. */
export function isSearchable(imageName: string): boolean {
	return searchableWords(imageName) !== '';
}

/**
 * What of the name, without its extension, the server can search for: letters, digits, `_` and `-`, of which it ignores what is shorter than
 * three and what is only digits (docs/contract.md#task-list).
 */
function searchableWords(imageName: string): string {
	const dot = imageName.lastIndexOf('.');
	const stem = dot > 0 ? imageName.slice(0, dot) : imageName;
	const words = stem.split(/[^A-Za-z0-9_-]/).filter((word) => word.length > 2 && !/^\d+$/.test(word));
	return words.join(' ');
}

function allListed(): Fold<Task, readonly ListedTask[]> {
	const listed = newListed();
	const tasks: ListedTask[] = [];
	return { add: (task) => void tasks.push(listed(task)), end: () => tasks };
}

function byState(): Fold<Task, ReadonlyMap<string, readonly ListedTask[]>> {
	const listed = newListed();
	const tasks = new Map<string, ListedTask[]>();
	return {
		add: (whole) => {
			const task = listed(whole);
			const known = tasks.get(task.state);
			if (known === undefined) tasks.set(task.state, [task]);
			else known.push(task);
		},
		end: () => tasks,
	};
}

/** Of a million tasks in one list, what is the same in all of them is kept once. */
function newListed(): (task: Task) => ListedTask {
	const once = sharedTexts();
	return (task) => {
		const { labeler } = task;
		return {
			...task,
			...(labeler !== undefined && { labeler: once(labeler) }),
			projectId: once(task.projectId),
			projectName: once(task.projectName),
			iterationId: once(task.iterationId),
			state: once(task.state),
			raw: undefined,
		};
	};
}

/** What a row has of a task. @throws DataGymError if the row is not one of DataGym. */
export function readTaskRow(
	row: TaskRow,
): Omit<Task, 'projectId' | 'iterationId' | 'hasPredictions' | 'isBenchmark' | 'raw'> {
	const read = readAs(wireTask, row);
	if (read.ok) return read.value;
	throw unreadable({ method: 'GET', path: 'task/list' }, 200, `the task ${row.taskId} has an unexpected structure`);
}
