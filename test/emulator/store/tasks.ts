import { ruleBroken } from '../errors';
import type { Medium, Project, Task, TaskState } from './model';
import { UI_USER, type Store } from './store';
import { forgetValues, validateAll } from './values';

export function createTask(store: Store, project: Project, medium: Medium): Task {
	const task: Task = {
		id: store.newId(),
		project,
		medium,
		state: 'BACKLOG',
		type: 'DEFAULT',
		labeler: null,
		reviewComment: null,
		hasJsonUpload: false,
		benchmark: false,
		approvals: 0,
		rejections: 0,
		values: [],
		seeded: null,
	};
	enterTask(store, task);
	return task;
}

export function enterTask(store: Store, task: Task): void {
	store.tasks.set(task.id, task);
	task.medium.tasks.add(task);
	store.board(task.project).add(task);
}

export function destroyTask(store: Store, task: Task): void {
	forgetValues(store, task);
	store.board(task.project).remove(task);
	task.medium.tasks.delete(task);
	store.tasks.delete(task.id);
}

/**
 * Works from every state, for a token counts as administrator [321, 327]. Returns false, and does nothing, when the configuration
 * was changed after the time the caller knows [275].
 */
export function completeTask(store: Store, task: Task, knownConfigurationTime: number): boolean {
	if (knownConfigurationTime < task.project.configuration.changedAt) return false;
	if (task.medium.sourceType !== 'AWS_S3') validateAll(task);
	store.board(task.project).move(task, 'COMPLETED');
	return true;
}

export function skipTask(store: Store, task: Task): void {
	store.board(task.project).move(task, 'SKIPPED');
}

const REVIEW_SUCCESS: Partial<Record<TaskState, TaskState>> = { COMPLETED: 'REVIEWED', SKIPPED: 'REVIEWED_SKIP' };

export function review(store: Store, task: Task, success: boolean, comment: string | null): void {
	const accepted = REVIEW_SUCCESS[task.state];
	if (!accepted) throw ruleBroken('wrong_label_task_state', task.id);
	task.reviewComment = comment;
	rate(task, success);
	store.board(task.project).move(task, success ? accepted : 'WAITING_CHANGED');
}

/** Counts a review for the project's dashboard. */
export function rate(task: Task, success: boolean): void {
	if (success) task.approvals++;
	else task.rejections++;
}

/** Where the user interface's drag between backlog and waiting, and its "back to labeling", may begin; staying is allowed. */
const MOVES_FROM = {
	WAITING: ['BACKLOG', 'WAITING'],
	BACKLOG: ['WAITING', 'WAITING_CHANGED', 'BACKLOG'],
	WAITING_CHANGED: ['COMPLETED', 'REVIEWED', 'SKIPPED', 'REVIEWED_SKIP', 'IN_PROGRESS', 'WAITING_CHANGED'],
} as const satisfies Partial<Record<TaskState, readonly TaskState[]>>;

export function moveByPerson(store: Store, task: Task, to: keyof typeof MOVES_FROM): void {
	const from: readonly TaskState[] = MOVES_FROM[to];
	if (!from.includes(task.state)) throw ruleBroken('wrong_label_task_state', task.id);
	store.board(task.project).move(task, to);
	if (to === 'WAITING_CHANGED') task.labeler = null;
}

export function moveAll(store: Store, project: Project, datasetId: string, direction: string): void {
	const concerns = (task: Task) => datasetId === 'ALL' || task.medium.dataset.id === datasetId;
	const board = store.board(project);
	if (direction === 'WAITING') {
		board.moveAll('BACKLOG', 'WAITING', concerns);
	} else if (direction === 'BACKLOG') {
		board.moveAll('WAITING', 'BACKLOG', concerns);
		board.moveAll('WAITING_CHANGED', 'BACKLOG', concerns);
	} else {
		throw ruleBroken('wrong_label_task_state');
	}
}

/** What a labeler gets next, by the media's names: what came back, what is waiting, and what he has begun [351, ui 210, 257]. */
export function takeNextTask(store: Store, projects: readonly Project[], user: string): Task | undefined {
	const task = firstByName(
		projects.flatMap((project) => {
			const board = store.board(project);
			return [
				board.first('WAITING_CHANGED'),
				board.first('WAITING'),
				board.first('IN_PROGRESS', (begun) => begun.labeler === user),
			];
		}),
	);
	if (!task) return undefined;
	store.board(task.project).move(task, 'IN_PROGRESS');
	task.labeler = user;
	return task;
}

/** What a reviewer gets next; it stays as it is [ui 263]. */
export function nextReview(store: Store, project: Project): Task | undefined {
	const board = store.board(project);
	const usual = ({ type }: Task) => type === 'DEFAULT';
	return firstByName([board.first('COMPLETED', usual), board.first('SKIPPED', usual)]);
}

function firstByName(candidates: ReadonlyArray<Task | undefined>): Task | undefined {
	return candidates.reduce(
		(first, task) => (task && (!first || task.medium.sortKey < first.medium.sortKey) ? task : first),
		undefined,
	);
}

export function resetLabeler(store: Store, task: Task): void {
	if (task.state === 'IN_PROGRESS') store.board(task.project).move(task, 'WAITING_CHANGED');
	if (task.state !== 'WAITING_CHANGED' && task.state !== 'COMPLETED')
		throw ruleBroken('wrong_label_task_state', task.id);
	task.labeler = null;
}

/** The task becomes the master of a benchmark and goes back to work [703, 704]. */
export function activateBenchmark(store: Store, task: Task): void {
	task.benchmark = true;
	task.type = 'BENCHMARK_MASTER';
	task.labeler = UI_USER;
	store.board(task.project).move(task, 'IN_PROGRESS');
}

/** The state stays [ui 280, 281]. */
export function deactivateBenchmark(task: Task): void {
	task.benchmark = false;
	task.type = 'DEFAULT';
	task.labeler = null;
}
