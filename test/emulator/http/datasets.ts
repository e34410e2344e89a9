import { notFound } from '../errors';
import { createDataset } from '../store/datasets';
import { datasetView, living } from '../store/views';
import { type Route, json, jsonArray, plain, withJson } from './endpoint';
import { asObject, checkField, refuse, textOrNull, type FieldRule } from './fields';

const NAME: FieldRule = { label: 'Name', required: true, size: [1, 128], pattern: /^[a-zA-Z0-9_ ]{1,128}$/ };
const SHORT_DESCRIPTION: FieldRule = { label: 'Short Description', length: [0, 128], pattern: /^[a-zA-Z0-9_ -]*$/ };

/** `known` are the fields that the generation's binding has; any other is refused [048-050]. */
export function datasetRoutes(known: readonly string[]): Route[] {
	return [
		plain('token', 'GET', '/api/v1/dataset', (call) => {
			const { store } = call;
			const owner = call.requireToken();
			const own = living(store.datasets.values()).filter((dataset) => dataset.owner === owner);
			return jsonArray(views(own));
			function* views(datasets: typeof own) {
				for (const dataset of store.chance.shuffled(datasets))
					yield call.generation.dataset(datasetView(store, dataset));
			}
		}),
		plain('token', 'GET', '/api/v1/dataset/:id', (call) => {
			call.requireToken();
			const dataset = call.store.dataset(call.param('id'), 'dataset');
			call.requireOwner(dataset.owner);
			if (dataset.deleted) throw notFound('dataset', dataset.id);
			return json(call.generation.dataset(datasetView(call.store, dataset)));
		}),
		withJson(
			'token',
			'POST',
			'/api/v1/dataset',
			(body) => readDataset(body, known),
			(call, draft) => {
				const owner = call.requireToken() ?? '';
				return json(call.generation.dataset(datasetView(call.store, createDataset(call.store, { ...draft, owner }))));
			},
		),
	];
}

function readDataset(body: unknown, known: readonly string[]) {
	const fields = asObject(body, known);
	const name = textOrNull(fields.name);
	const shortDescription = textOrNull(fields.shortDescription);
	refuse([...checkField(name, NAME), ...checkField(shortDescription, SHORT_DESCRIPTION)]);
	return { name: name ?? '', shortDescription };
}
