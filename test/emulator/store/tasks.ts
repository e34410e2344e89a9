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
	store.board(task.project).move(task, success ? accepted : 'WAITING_CHANGED');
}

const BACK_TO_WAITING: readonly TaskState[] = ['COMPLETED', 'REVIEWED', 'SKIPPED', 'REVIEWED_SKIP', 'IN_PROGRESS'];

/** The user interface's "back to labeling" and its drag between backlog and waiting. */
export function moveByPerson(store: Store, task: Task, to: 'WAITING' | 'BACKLOG'): void {
	const board = store.board(task.project);
	if (to === 'WAITING' && BACK_TO_WAITING.includes(task.state)) {
		board.move(task, 'WAITING_CHANGED');
		task.labeler = null;
		return;
	}
	const from: readonly TaskState[] =
		to === 'WAITING' ? ['BACKLOG', 'WAITING', 'WAITING_CHANGED'] : ['WAITING', 'WAITING_CHANGED', 'BACKLOG'];
	if (!from.includes(task.state)) throw ruleBroken('wrong_label_task_state', task.id);
	board.move(task, to);
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

/** What a labeler gets next: what he has begun, then what came back, then what is waiting [351]. */
export function takeNextTask(store: Store, project: Project, user: string): Task | undefined {
	const board = store.board(project);
	const task =
		board.first('IN_PROGRESS', (begun) => begun.labeler === user) ??
		board.first('WAITING_CHANGED', (returned) => returned.labeler === null || returned.labeler === user) ??
		board.first('WAITING');
	if (!task) return undefined;
	board.move(task, 'IN_PROGRESS');
	task.labeler = user;
	return task;
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
