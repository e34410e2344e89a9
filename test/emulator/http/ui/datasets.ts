import { forbidden, notFound, systemFault } from '../../errors';
import { createDataset, deleteDataset } from '../../store/datasets';
import { isTaken, restoreDataset, updateDataset } from '../../store/editing';
import type { Dataset } from '../../store/model';
import { type Call, type Route, json, plain, withJson } from '../endpoint';
import { asObject, checkField, refuse, textOrNull, type FieldRule, type JsonObject } from '../fields';
import { isOwn, requireKnownOwner } from './owners';
import { nameTaken, readMediaType } from './projects';
import { DATASET_DESCRIPTION, NAME, NEW_DATASET_DESCRIPTION, OWNER } from './texts';
import { datasetForPeople, datasetRow, datasetWithMedia, datasetWithProjects } from './views';

export const datasetRoutes: Route[] = [
	plain('ui', 'GET', '/api/dataset', (call) => {
		const organization = call.query.get('org');
		if (organization !== null) requireKnownOwner(call.store, organization);
		return json(own(call, ({ owner }) => organization === null || owner === organization).map(datasetRow));
	}),
	plain('ui', 'GET', '/api/dataset/admin', (call) =>
		json(own(call, () => true).map((dataset) => datasetWithMedia(call.store, dataset))),
	),
	plain('ui', 'GET', '/api/dataset/projectSuitable', (call) => {
		const projectId = call.query.get('projectId');
		if (projectId === null) throw systemFault();
		const project = call.store.project(projectId);
		const suits = (dataset: Dataset) =>
			!dataset.dummy && dataset.mediaType === project.mediaType && !project.datasets.has(dataset);
		return json(own(call, suits).map(datasetRow));
	}),
	withJson('ui', 'POST', '/api/dataset', readNew, (call, draft) => {
		if (isTaken(call.store.datasets.values(), draft.owner, draft.name)) throw nameTaken('ex_uniquedatasetname');
		requireKnownOwner(call.store, draft.owner);
		return json(datasetForPeople(createDataset(call.store, draft)));
	}),
	plain('ui', 'GET', '/api/dataset/:id', (call) => json(datasetForPeople(livingDataset(call)))),
	withJson('ui', 'PUT', '/api/dataset/:id', readEdit, (call, edit) => {
		const dataset = call.store.dataset(call.param('id'), 'dataset');
		updateDataset(call.store, dataset, edit);
		return json(datasetForPeople(dataset));
	}),
	plain('ui', 'DELETE', '/api/dataset/:id', (call) => {
		const dataset = call.store.dataset(call.param('id'), 'dataset');
		deleteDataset(dataset);
		return json(datasetForPeople(dataset));
	}),
	plain('ui', 'DELETE', '/api/dataset/:id/restore', (call) => {
		const dataset = call.store.dataset(call.param('id'), 'dataset');
		restoreDataset(call.store, dataset);
		return json(datasetForPeople(dataset));
	}),
	plain('ui', 'DELETE', '/api/dataset/:id/deleteFromDb', () => {
		throw forbidden();
	}),
	plain('ui', 'GET', '/api/dataset/:id/project', (call) => json(datasetWithProjects(call.store, livingDataset(call)))),
];

function own({ store }: Call, suits: (dataset: Dataset) => boolean): Dataset[] {
	return store.chance.shuffled([...store.datasets.values()].filter((dataset) => isOwn(dataset) && suits(dataset)));
}

export function livingDataset(call: Call): Dataset {
	const dataset = call.store.dataset(call.param('id'), 'dataset');
	if (dataset.deleted) throw notFound('dataset', dataset.id);
	return dataset;
}

const NEW_FIELDS = ['owner', 'name', 'shortDescription', 'mediaType'];

function readNew(body: unknown) {
	const fields = asObject(body, NEW_FIELDS);
	const owner = textOrNull(fields.owner);
	const mediaType = readMediaType(fields.mediaType);
	const texts = readTexts(fields, NEW_DATASET_DESCRIPTION, checkField(owner, OWNER));
	return { ...texts, owner: owner ?? '', mediaType };
}

function readEdit(body: unknown) {
	return readTexts(asObject(body, ['name', 'shortDescription']), DATASET_DESCRIPTION, []);
}

function readTexts(fields: JsonObject, description: FieldRule, problems: ReturnType<typeof checkField>) {
	const name = textOrNull(fields.name);
	const shortDescription = textOrNull(fields.shortDescription);
	refuse([...problems, ...checkField(name, NAME), ...checkField(shortDescription, description)]);
	return { name: name ?? '', shortDescription };
}
