import { systemFault } from '../../errors';
import type { Task } from '../../store/model';
import { createBare, extendLabels, refuseParent, writeValues, type SentValue } from '../../store/valueLists';
import { ensureGlobalValues, valuesOf } from '../../store/values';
import { valueView } from '../../store/views';
import { type Call, type Route, json, plain, withJson } from '../endpoint';
import { type JsonObject, asArray, asObject, checkField, refuse, textOrNull } from '../fields';
import { frameRoutes, readContent, readCreation, valueRoutes } from '../values';
import { projectOfIteration } from './configuration';
import { iterationView } from './views';

const LIST = '/api/lcvalues/:iterationId/:mediaId/:taskId';

export const labelRoutes: Route[] = [
	...valueRoutes('ui', '/api/lcvalues').map(checked),
	...frameRoutes,
	// Reads without writing the empty answers, as GET /task does [ui 213, 216].
	plain('ui', 'GET', LIST, (call) => valuesOfTask(call, listTarget(call))),
	withJson('ui', 'PUT', LIST, asArray, (call, fields) => {
		const target = listTarget(call);
		const sent = fields.map((value) => sentValue(call, asObject(value)));
		const written = writeValues(call.store, target.project.id, sent, call.user);
		const answer = valuesOfTask(call, target);
		written.show();
		return answer;
	}),
	withJson('ui', 'POST', '/api/lcvalues', readCreation, (call, { labelTaskId, lcEntryId, parentId }) => {
		const parent = parentId === null ? null : call.store.value(parentId);
		const { store } = call;
		refuseParent(store.entry(lcEntryId), parent);
		return json(
			valueView(store, createBare(store, store.task(labelTaskId), store.entry(lcEntryId), parent, call.user)),
		);
	}),
	withJson('ui', 'POST', '/api/lcvalues/:id/:taskId/classification', readCreation, (call, { labelTaskId }) => {
		call.store.configuration(call.param('id'));
		const values = ensureGlobalValues(call.store, call.store.task(labelTaskId), call.user);
		return json(values.map((value) => valueView(call.store, value)));
	}),
	withJson('ui', 'POST', '/api/lcvalues/:id/extendAll', readExtension, (call, { iterationId, taskId }) => {
		call.store.configuration(call.param('id'));
		const project = projectOfIteration(call, iterationId);
		const task = call.store.task(taskId);
		extendLabels(call.store, task, call.user);
		return valuesOfTask(call, { project, task });
	}),
];

type Target = { project: ReturnType<typeof projectOfIteration>; task: Task | undefined };

/** A task that is unknown, or not of this medium, has no labels; that is no error [ui 217-219]. */
function listTarget(call: Call): Target {
	const project = projectOfIteration(call, call.param('iterationId'));
	const medium = call.store.medium(call.param('mediaId'));
	const task = call.store.tasks.get(call.param('taskId'));
	return { project, task: task?.medium === medium && task.project === project ? task : undefined };
}

function valuesOfTask({ store }: Call, { project, task }: Target) {
	return json(iterationView(store, project, task ? valuesOf(task) : []));
}

/** Class and task of a label that is changed are asked for before it is looked up [ui 227, 228]. */
function checked(route: Route): Route {
	if (route.kind !== 'json' || route.method !== 'PUT' || !route.path.endsWith('/:id')) return route;
	return { ...route, read: (body) => route.read(readLabel(body)) };
}

/** Unknown fields are ignored. */
function readLabel(body: unknown): JsonObject {
	const fields = asObject(body);
	refuse([
		...checkField(textOrNull(fields.lcEntryId), { label: '', required: true }),
		...checkField(textOrNull(fields.labelTaskId), { label: '', required: true }),
	]);
	return fields;
}

/** Here nobody checks that they name a class and a task. */
function sentValue(call: Call, fields: JsonObject): SentValue {
	const [entryId, taskId] = [textOrNull(fields.lcEntryId), textOrNull(fields.labelTaskId)];
	if (entryId === null || taskId === null) throw systemFault();
	const entry = call.store.entry(entryId);
	return {
		id: textOrNull(fields.id),
		entryId: entry.id,
		taskId: call.store.task(taskId).id,
		comment: textOrNull(fields.comment),
		content: readContent(call.store, entry.type, fields),
		children: asArray(fields.children ?? []).map((child) => sentValue(call, asObject(child))),
	};
}

function readExtension(body: unknown) {
	const fields = asObject(body, ['iterationId', 'mediaId', 'labelTaskId']);
	const iterationId = textOrNull(fields.iterationId);
	const mediaId = textOrNull(fields.mediaId);
	const taskId = textOrNull(fields.labelTaskId);
	refuse([
		...checkField(iterationId, { label: 'Iteration Id', required: true }),
		...checkField(mediaId, { label: 'Media Id', required: true }),
		...checkField(taskId, { label: '', required: true }),
	]);
	return { iterationId: iterationId ?? '', taskId: taskId ?? '' };
}
