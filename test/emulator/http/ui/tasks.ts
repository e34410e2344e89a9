import { ApiError, EmptyAnswer, ruleBroken, systemFault } from '../../errors';
import { TASK_STATES, type Project, type Task, type TaskState } from '../../store/model';
import { UI_USER } from '../../store/store';
import {
	activateBenchmark,
	deactivateBenchmark,
	moveAll,
	moveByPerson,
	nextReview,
	rate,
	resetLabeler,
	review,
	takeNextTask,
} from '../../store/tasks';
import { taskRow } from '../../store/views';
import { type Answer, type Call, type Route, done, json, jsonArray, plain, withJson } from '../endpoint';
import { type FieldRule, asObject, checkField, refuse, textOrNull } from '../fields';
import { openTaskRoutes, ownTask, searchTerms, taskRows, wantedLimit } from '../tasks';
import { isOwn } from './owners';

export const taskRoutes: Route[] = [
	plain('ui', 'GET', '/api/project/:projectId/task', list),
	...openTaskRoutes('ui', '/api/task'),
	moving('/api/task/:id/toWaiting', 'WAITING'),
	moving('/api/task/:id/toBacklog', 'BACKLOG'),
	moving('/api/task/:id/skipToWC', 'WAITING_CHANGED'),
	plain('ui', 'PUT', '/api/task/:id/resetLabeler', (call) => {
		const task = ownTask(call);
		resetLabeler(call.store, task);
		return json(taskRow(task));
	}),
	plain('ui', 'PUT', '/api/task/:id/activateBenchmark', (call) => {
		activateBenchmark(call.store, ownTask(call));
		return done();
	}),
	plain('ui', 'PUT', '/api/task/:id/deactivateBenchmark', (call) => {
		deactivateBenchmark(ownTask(call));
		return done();
	}),
	withJson('ui', 'PUT', '/api/task/moveAll', readMove, ({ store }, { projectId, datasetId, direction }) => {
		const project = store.livingProject(projectId);
		// An unknown direction is refused before the dataset is looked up [ui 205].
		if (direction !== 'WAITING' && direction !== 'BACKLOG') throw ruleBroken('wrong_label_task_state');
		if (datasetId !== 'ALL') store.dataset(datasetId, 'Dataset');
		moveAll(store, project, datasetId, direction);
		return done();
	}),
	reviewing('/api/task/reviewedSuccess', true),
	reviewing('/api/task/reviewedFailed', false),
	rating('/api/rating/positive', true),
	rating('/api/rating/negative', false),
	plain('ui', 'GET', '/api/user/nextTask', (call) => {
		const own = [...call.store.projects.values()].filter(isOwn);
		const task = takeNextTask(call.store, own, UI_USER);
		if (!task) throw ruleBroken('no_tasks_for_user');
		return json(taskRow(task));
	}),
	plain('ui', 'GET', '/api/user/nextTask/:projectId', (call) => {
		const project = call.store.project(call.param('projectId'));
		return taskOrNothing(project, takeNextTask(call.store, project.deleted ? [] : [project], UI_USER));
	}),
	plain('ui', 'GET', '/api/user/nextReview/:projectId', (call) => {
		const project = call.store.project(call.param('projectId'));
		return taskOrNothing(project, nextReview(call.store, project));
	}),
];

/** "Nothing to do" is a success with the body of an error [ui 265, 283]. */
function taskOrNothing(project: Project, task: Task | undefined): Answer {
	if (!task) throw new ApiError(202, 'ex_no_content', ['project', 'name', project.name]);
	return json(taskRow(task));
}

/** What may be searched for; a dot and a comma, too [ui 193, 195]. */
const SEARCH: FieldRule = {
	label: '',
	pattern: /^[a-zA-Z0-9_ ,.-]*$/,
	patternText: '^([a-zA-Z0-9]|[_ ,.]|[-])*$',
};

/** Without a state, all tasks in one list [ui 187, 190]. */
function list(call: Call): Answer {
	const state = wantedState(call.query.get('state'));
	const limit = wantedLimit(call.query.get('limit'));
	const terms = searchTerms(call.query.get('search') ?? '', SEARCH);
	const board = call.store.board(call.store.livingProject(call.param('projectId')));
	if (limit < 0) throw systemFault();
	return jsonArray(taskRows(state === null ? board.listAll() : board.list(state), terms, limit));
}

function wantedState(text: string | null): TaskState | null {
	if (text === null || text === '') return null;
	const state = TASK_STATES.find((known) => known === text);
	if (!state) throw new EmptyAnswer(400);
	return state;
}

function moving(path: string, to: Parameters<typeof moveByPerson>[2]): Route {
	return plain('ui', 'PUT', path, (call) => {
		const task = ownTask(call);
		moveByPerson(call.store, task, to);
		return json(taskRow(task));
	});
}

function readMove(body: unknown) {
	const fields = asObject(body, ['projectId', 'datasetId', 'direction']);
	const projectId = textOrNull(fields.projectId);
	const datasetId = textOrNull(fields.datasetId);
	const direction = textOrNull(fields.direction);
	refuse([
		...checkField(projectId, { label: 'Project Id', required: true }),
		...checkField(datasetId, { label: 'Dataset Id', required: true }),
		...checkField(direction, { label: 'Direction', required: true }),
	]);
	return {
		projectId: projectId ?? '',
		datasetId: datasetId ?? '',
		direction: (direction ?? '').toUpperCase(),
	};
}

function reviewing(path: string, success: boolean): Route {
	return withJson('ui', 'PUT', path, readReview, ({ store }, { taskId, comment }) => {
		review(store, store.task(taskId), success, comment);
		return done();
	});
}

function readReview(body: unknown) {
	const fields = asObject(body, ['taskId', 'reviewComment']);
	const taskId = textOrNull(fields.taskId);
	const comment = textOrNull(fields.reviewComment);
	refuse([
		...checkField(taskId, { label: 'Task Id', required: true }),
		...checkField(comment, { label: 'Review Comment', size: [0, 128] }),
	]);
	return { taskId: taskId ?? '', comment };
}

/** A review counts by itself; the page never asks for this [ui 341]. */
function rating(path: string, success: boolean): Route {
	return withJson('ui', 'PUT', path, readRating, ({ store }, { projectId, mediaId }) => {
		const task = store.board(store.project(projectId)).of(store.medium(mediaId));
		if (task) rate(task, success);
		return done();
	});
}

function readRating(body: unknown) {
	const fields = asObject(body, ['labelerId', 'projectId', 'mediaId']);
	const projectId = textOrNull(fields.projectId);
	const mediaId = textOrNull(fields.mediaId);
	refuse([
		...checkField(textOrNull(fields.labelerId), { label: 'Labeler Id', required: true }),
		...checkField(projectId, { label: 'Project Id', required: true }),
		...checkField(mediaId, { label: 'Media Id', required: true }),
	]);
	return { projectId: projectId ?? '', mediaId: mediaId ?? '' };
}
