import { EmptyAnswer, ValidationError, forbidden, ruleBroken } from '../../errors';
import { isTaken, restoreProject, touch, updateProject } from '../../store/editing';
import type { MediaType, Project } from '../../store/model';
import { isReserved } from '../../store/names';
import { createProject, deleteProject } from '../../store/projects';
import { type Call, type Route, json, plain, withJson } from '../endpoint';
import { type JsonObject, asObject, checkField, refuse, textOrNull } from '../fields';
import { flagOf } from './flags';
import { isOwn, requireKnownOwner } from './owners';
import { DESCRIPTION, NAME, PROJECT_OWNER, PROJECT_SHORT_DESCRIPTION } from './texts';
import { changedProject, projectForPeople } from './views';

export const projectRoutes: Route[] = [
	plain('ui', 'GET', '/api/project', (call) => listed(call, () => true)),
	plain('ui', 'GET', '/api/project/admin', (call) => listed(call, () => true)),
	plain('ui', 'GET', '/api/project/:owner/org', (call) => {
		requireKnownOwner(call.store, call.param('owner'));
		return listed(call, (project) => project.owner === call.param('owner') && !project.dummy);
	}),
	plain('ui', 'GET', '/api/project/suitableDatasetConnections', (call) => {
		const datasetId = call.query.get('datasetId');
		if (datasetId === null) throw new EmptyAnswer(400);
		const dataset = call.store.dataset(datasetId, 'Dataset');
		return listed(
			call,
			(project) => !project.dummy && project.mediaType === dataset.mediaType && !project.datasets.has(dataset),
		);
	}),
	withJson('ui', 'POST', '/api/project', readNew, (call, draft) => {
		const { store } = call;
		if (isTaken(store.projects.values(), draft.owner, draft.name)) throw nameTaken('ex_uniqueprojectname');
		requireKnownOwner(store, draft.owner);
		if (isReserved(draft.name)) throw ruleBroken('forbidden_keyword', draft.name);
		return json(changedProject(store, createProject(store, draft)));
	}),
	plain('ui', 'GET', '/api/project/:id', (call) =>
		json(projectForPeople(call.store, call.store.livingProject(call.param('id')))),
	),
	withJson('ui', 'PUT', '/api/project/:id', readTexts, (call, edit) => {
		const project = call.store.project(call.param('id'));
		updateProject(call.store, project, edit);
		return json(projectForPeople(call.store, project));
	}),
	changing('DELETE', '/api/project/:id', (_call, project) => deleteProject(project)),
	changing('DELETE', '/api/project/:id/restore', ({ store }, project) => restoreProject(store, project)),
	plain('ui', 'DELETE', '/api/project/:id/deleteFromDb', () => {
		throw forbidden();
	}),
	changing('POST', '/api/project/:id/pin', (_call, project) => touch(project, { pinned: true })),
	changing('POST', '/api/project/:id/unpin', (_call, project) => touch(project, { pinned: false })),
	changing('PUT', '/api/project/:id/activate', (call, project) =>
		touch(project, { reviewActivated: flagOf(call.query.get('reviewActivated'), false) }),
	),
];

/** Deleted projects can be changed, too [ui 53]. */
function changing(
	method: 'POST' | 'PUT' | 'DELETE',
	path: string,
	change: (call: Call, project: Project) => void,
): Route {
	return plain('ui', method, path, (call) => {
		const project = call.store.project(call.param('id'));
		change(call, project);
		return json(changedProject(call.store, project));
	});
}

function listed({ store }: Call, suits: (project: Project) => boolean) {
	const own = [...store.projects.values()].filter((project) => isOwn(project) && suits(project));
	return json(store.chance.shuffled(own).map((project) => projectForPeople(store, project)));
}

export const nameTaken = (key: string) => new ValidationError([{ name: 'Name', key, params: ['Name'] }]);

const NEW_FIELDS = ['owner', 'name', 'shortDescription', 'description', 'mediaType'];

function readNew(body: unknown) {
	const fields = asObject(body, NEW_FIELDS);
	const owner = textOrNull(fields.owner);
	const mediaType = readMediaType(fields.mediaType);
	return { ...readTexts(fields, checkField(owner, PROJECT_OWNER)), owner: owner ?? '', mediaType };
}

/** Unknown fields are ignored [ui 44]. */
function readTexts(body: unknown, problems: ReturnType<typeof checkField> = []) {
	const fields: JsonObject = asObject(body);
	const name = textOrNull(fields.name);
	const shortDescription = textOrNull(fields.shortDescription);
	const description = textOrNull(fields.description);
	refuse([
		...problems,
		...checkField(name, NAME),
		...checkField(shortDescription, PROJECT_SHORT_DESCRIPTION),
		...checkField(description, DESCRIPTION),
	]);
	return { name: name ?? '', shortDescription: shortDescription ?? '', description };
}

export function readMediaType(value: unknown): MediaType {
	if (value === undefined || value === null || value === 'IMAGE') return 'IMAGE';
	if (value === 'VIDEO') return 'VIDEO';
	throw new EmptyAnswer(400);
}
