import { EmptyAnswer, systemFault, unavailable } from '../errors';
import { TASK_STATES, type Task, type TaskState } from '../store/model';
import { completeTask, skipTask } from '../store/tasks';
import { extendValues } from '../store/valueLists';
import { valuesOf } from '../store/values';
import { sortKey } from '../store/names';
import { taskRow, taskView } from '../store/views';
import { type Access, type Answer, type Call, type Route, done, json, jsonArray, plain, withJson } from './endpoint';
import { asObject, checkField, numberOrNull, refuse, type FieldRule } from './fields';

export const taskRoutes: Route[] = [
	plain('token', 'GET', '/api/v1/task/:projectId/list', (call) => {
		const state = wantedState(call.query.get('state'));
		const limit = wantedLimit(call.query.get('limit'));
		const terms = searchTerms(call.query.get('search') ?? '');
		call.requireToken();
		const project = call.store.livingProject(call.param('projectId'));
		call.requireOwner(project.owner);
		if (limit < 0) throw systemFault();
		return jsonArray(taskRows(call.store.board(project).list(state), terms, limit));
	}),
	...openTaskRoutes('token', '/api/v1/task'),
];

/** What the external API and the user interface have in common. */
export function openTaskRoutes(access: Access, path: string): Route[] {
	return [
		plain(access, 'GET', `${path}/:id`, getTask),
		withJson(access, 'PUT', `${path}/:id/completeTask`, readKnownTime, (call, knownTime) => {
			const task = ownTask(call);
			const completed = completeTask(call.store, task, knownTime);
			return json({ hasLabelConfigChanged: !completed, currentTaskId: task.id });
		}),
		plain(access, 'PUT', `${path}/:id/skipTask`, (call) => {
			skipTask(call.store, ownTask(call));
			return done();
		}),
	];
}

export function ownTask(call: Call): Task {
	call.requireToken();
	const task = call.store.task(call.param('id'));
	call.requireOwner(task.project.owner);
	return task;
}

/** Not read-only: the empty answers that are missing come into being [271, ui 240]. */
function getTask(call: Call): Answer {
	const task = ownTask(call);
	if (task.medium.sourceType === 'AWS_S3') throw unavailable('aws');
	extendValues(call.store, task, call.user);
	return json(taskView(call.store, task, valuesOf(task)));
}

function readKnownTime(body: unknown): number {
	const time = numberOrNull(asObject(body, ['lastChangedConfig']).lastChangedConfig);
	refuse(checkField(time, { label: '', required: true }).filter((problem) => problem.key === 'ex_notnull'));
	return time ?? 0;
}

/** Nothing means WAITING; exactly upper case [241, 248-250]. */
function wantedState(text: string | null): TaskState {
	if (text === null || text === '') return 'WAITING';
	const state = TASK_STATES.find((known) => known === text);
	if (!state) throw new EmptyAnswer(400);
	return state;
}

export function wantedLimit(text: string | null): number {
	if (text === null || text === '') return 0;
	const limit = Number(text);
	if (!/^[+-]?\d+$/.test(text) || Math.abs(limit) > 2_147_483_647) throw new EmptyAnswer(400);
	return limit;
}

const SEARCH: FieldRule = { label: '', pattern: /^[a-zA-Z0-9_ -]*$/ };

/** Terms of one or two characters and plain numbers are ignored; `_` stands for any character [251-257]. */
export function searchTerms(search: string, rule: FieldRule = SEARCH): RegExp[] {
	refuse(checkField(search, rule));
	return search
		.split(' ')
		.filter((term) => term.length > 2 && !/^\d+$/.test(term))
		.map((term) => new RegExp(sortKey(term).replaceAll('.', '\\.').replaceAll('_', '.'), 's'));
}

export function* taskRows(tasks: readonly Task[], terms: RegExp[], limit: number) {
	let sent = 0;
	for (const task of tasks) {
		const labeler = sortKey(task.labeler ?? '');
		if (!terms.every((term) => term.test(task.medium.sortKey) || term.test(labeler))) continue;
		yield taskRow(task);
		if (++sent === limit) return;
	}
}
