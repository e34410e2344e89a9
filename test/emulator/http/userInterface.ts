import { ValidationError, forbidden } from '../errors';
import { createDataset, deleteDataset } from '../store/datasets';
import { makeDummyProject } from '../store/dummy';
import type { Dataset, LabelEntry, MediaType, Project } from '../store/model';
import { createProject, deleteProject } from '../store/projects';
import { activateBenchmark, moveAll, moveByPerson, resetLabeler, review, takeNextTask } from '../store/tasks';
import { ORGANIZATION, type Store, UI_USER, createToken } from '../store/store';
import { configurationView, taskRow } from '../store/views';
import { type Answer, type Call, type Route, done, formEncoded, json, plain, withJson } from './endpoint';
import { asObject, textOrNull } from './fields';
import { download } from './media';
import { frameRoutes, valueRoutes } from './values';
import { openTaskRoutes, ownTask } from './tasks';

/** The part of the user interface's own API that the recordings needed to set their scenes. It asks for no token. */
export const interfaceRoutes: Route[] = [
	plain('ui', 'GET', '/api/token', (call) =>
		json([...call.store.tokens.values()].filter((token) => !token.deleted && token.owner === ORGANIZATION)),
	),
	withJson('ui', 'POST', '/api/token', readNamed, (call, { name, owner }) => {
		requireKnownOwner(call.store, owner);
		if ([...call.store.tokens.values()].some((token) => token.owner === owner && token.name === name)) {
			throw new ValidationError([{ name: 'Name', key: 'ex_uniqueapitokenname', params: ['Name'] }]);
		}
		return json(createToken(call.store, name, owner));
	}),
	withJson('ui', 'POST', '/api/project', readNamed, (call, draft) => {
		requireKnownOwner(call.store, draft.owner);
		return json(projectForPeople(createProject(call.store, draft)));
	}),
	plain('ui', 'DELETE', '/api/project/:id', (call) => {
		const project = call.store.livingProject(call.param('id'));
		deleteProject(project);
		return json(projectForPeople(project));
	}),
	plain('ui', 'GET', '/api/project/:id/task', (call) =>
		json(
			call.store
				.board(call.store.livingProject(call.param('id')))
				.listAll()
				.map(taskRow),
		),
	),
	withJson('ui', 'POST', '/api/dataset', readNamed, (call, draft) => {
		requireKnownOwner(call.store, draft.owner);
		return json(datasetForPeople(createDataset(call.store, draft)));
	}),
	plain('ui', 'DELETE', '/api/dataset/:id', (call) => {
		const dataset = call.store.dataset(call.param('id'), 'dataset');
		deleteDataset(dataset);
		return json(datasetForPeople(dataset));
	}),
	plain('ui', 'GET', '/api/dummy/:owner', (call) => {
		makeDummyProject(call.store, call.param('owner'));
		return done();
	}),
	plain('ui', 'GET', '/api/lconfig/:id', (call) =>
		json(configurationView(call.store, call.store.configuration(call.param('id')))),
	),
	plain('ui', 'GET', '/api/lconfig/:id/export', (call): Answer => {
		const configuration = call.store.configuration(call.param('id'));
		const fileName = `${formEncoded(configuration.project.name)}_configuration.json`;
		return { kind: 'export', fileName, items: configurationFile(configuration.roots) };
	}),
	...openTaskRoutes('ui', '/api/task'),
	plain('ui', 'PUT', '/api/task/:id/toWaiting', (call) => moved(call, 'WAITING')),
	plain('ui', 'PUT', '/api/task/:id/toBacklog', (call) => moved(call, 'BACKLOG')),
	plain('ui', 'PUT', '/api/task/:id/skipToWC', (call) => moved(call, 'WAITING')),
	plain('ui', 'PUT', '/api/task/:id/resetLabeler', (call) => {
		const task = ownTask(call);
		resetLabeler(call.store, task);
		return json(taskRow(task));
	}),
	plain('ui', 'PUT', '/api/task/:id/activateBenchmark', (call) => {
		activateBenchmark(call.store, ownTask(call));
		return done();
	}),
	withJson('ui', 'PUT', '/api/task/moveAll', asObject, (call, fields) => {
		const project = call.store.livingProject(textOrNull(fields.projectId) ?? '');
		moveAll(
			call.store,
			project,
			textOrNull(fields.datasetId) ?? 'ALL',
			(textOrNull(fields.direction) ?? '').toUpperCase(),
		);
		return done();
	}),
	...(['reviewedSuccess', 'reviewedFailed'] as const).map((outcome) =>
		withJson('ui', 'PUT', `/api/task/${outcome}`, asObject, (call, fields) => {
			const task = call.store.task(textOrNull(fields.taskId) ?? '');
			review(call.store, task, outcome === 'reviewedSuccess', textOrNull(fields.reviewComment));
			return done();
		}),
	),
	plain('ui', 'GET', '/api/user/nextTask/:projectId', (call) => {
		const task = takeNextTask(call.store, call.store.livingProject(call.param('projectId')), UI_USER);
		return task ? json(taskRow(task)) : { kind: 'empty', status: 204 };
	}),
	// What the labeling page shows.
	plain('ui', 'GET', '/api/media/:id', download),
	...valueRoutes('ui', '/api/lcvalues'),
	...frameRoutes,
];

function moved(call: Call, to: 'WAITING' | 'BACKLOG'): Answer {
	const task = ownTask(call);
	moveByPerson(call.store, task, to);
	return json(taskRow(task));
}

function readNamed(body: unknown) {
	const fields = asObject(body);
	const mediaType: MediaType = fields.mediaType === 'VIDEO' ? 'VIDEO' : 'IMAGE';
	return {
		name: textOrNull(fields.name) ?? '',
		shortDescription: textOrNull(fields.shortDescription),
		description: textOrNull(fields.description),
		owner: textOrNull(fields.owner) ?? '',
		mediaType,
	};
}

/** The user of the open core belongs to its own organization, here also to those that a test has given a token [003]. */
function requireKnownOwner(store: Store, owner: string): void {
	if (![...store.tokens.values()].some((token) => token.owner === owner)) throw forbidden();
}

function projectForPeople(project: Project) {
	return {
		id: project.id,
		name: project.name,
		shortDescription: project.shortDescription,
		description: project.description,
		pinned: project.pinned,
		timestamp: project.timestamp,
		deleteTime: project.deleteTime,
		datasets: [],
		labelConfigurationId: project.configuration.id,
		labelIterationId: project.iterationId,
		owner: project.owner,
		exportable: false,
		reviewActivated: project.reviewActivated,
		orgData: null,
		mediaType: project.mediaType,
		deleted: project.deleted,
	};
}

function datasetForPeople(dataset: Dataset) {
	return {
		id: dataset.id,
		name: dataset.name,
		shortDescription: dataset.shortDescription,
		timestamp: dataset.timestamp,
		deleted: dataset.deleted,
		deleteTime: dataset.deleteTime,
		owner: dataset.owner,
		projectCount: dataset.projects.size,
		allowPublicUrls: true,
		media: [],
		mediaType: dataset.mediaType,
	};
}

/** The user interface's file of a configuration; `required` is not in it [420]. */
function configurationFile(entries: LabelEntry[]): Array<Record<string, unknown>> {
	return entries.map((entry) => ({
		children: configurationFile(entry.children),
		type: entry.type,
		entryKey: entry.key,
		entryValue: entry.value,
		...(entry.color === null ? {} : { color: entry.color }),
		...(entry.shortcut === null ? {} : { shortcut: entry.shortcut }),
		...(Object.keys(entry.options ?? {}).length === 0 ? {} : { options: entry.options }),
		...(entry.maxLength === null ? {} : { maxLength: entry.maxLength }),
	}));
}
