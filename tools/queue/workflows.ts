import type { INode, INodeParameters } from 'n8n-workflow';
import type { WorkflowFile } from '@datagym/test/support/n8n/engine';
import { chain, node } from '@datagym/test/support/workflow';

const PACKAGE = 'n8n-nodes-datagym';
export const CREDENTIAL_TYPE = 'dataGymApi';
export const WEBHOOK_PATH = 'photographs';
export const COMPARE_PATH = 'compare';
export const ARCHIVE_PATH = 'archive';
export const BATCH_PATH = 'batch';
export const CLASS = 'car';
/** Where the receiver answers as a model does. */
export const MODEL_PATH = '/model';
/** Where the receiver has the photographs of a batch, by their names. */
export const PICTURE_PATH = '/picture';

export interface Places {
	credentialId: string;
	datasetId: string;
	projectId: string;
	watchedProjectId: string;
	/** URL of the receiver. */
	receiver: string;
}

const byId = (value: string) => ({ __rl: true, mode: 'id', value });

function dataGym(
	name: string,
	type: 'dataGym' | 'dataGymTrigger',
	{ credentialId }: Places,
	parameters: INodeParameters,
): INode {
	const credentials = { [CREDENTIAL_TYPE]: { id: credentialId, name: 'Emulator' } };
	return node(name, `${PACKAGE}.${type}`, parameters, { credentials });
}

/**
 * A photograph that is sent to a webhook goes into a dataset, gets a prediction, is downloaded and handed on. The model's answer names no
 * image: the worker finds it by the items that the answer was made from.
 */
export function photographs(places: Places): WorkflowFile {
	return chain(webhook(WEBHOOK_PATH, 'onReceived'), ...thereAndBack(places));
}

/** The same with many photographs in one execution: the webhook gets their names. */
export function batch(places: Places): WorkflowFile {
	const file = { response: { response: { responseFormat: 'file', outputPropertyName: 'data' } } };
	return chain(
		webhook(BATCH_PATH, 'onReceived'),
		node('Names', 'n8n-nodes-base.splitOut', {
			fieldToSplitOut: 'body.names',
			options: { destinationFieldName: 'name' },
		}),
		node(
			'Fetch',
			'n8n-nodes-base.httpRequest',
			{ url: `=${places.receiver}${PICTURE_PATH}/{{ $json.name }}`, options: file },
			{ typeVersion: 4.2 },
		),
		...thereAndBack(places),
	);
}

function thereAndBack(places: Places): INode[] {
	return [
		dataGym('Upload', 'dataGym', places, {
			resource: 'image',
			operation: 'upload',
			datasetId: byId(places.datasetId),
			binaryPropertyName: 'data',
			ifExists: 'skip',
			options: {},
		}),
		node('Ask', 'n8n-nodes-base.httpRequest', { url: places.receiver + MODEL_PATH, options: {} }, { typeVersion: 4.2 }),
		dataGym('Import', 'dataGym', places, {
			resource: 'prediction',
			operation: 'import',
			projectId: byId(places.projectId),
			existingLabels: 'replace',
			options: {},
		}),
		dataGym('Download', 'dataGym', places, {
			resource: 'image',
			operation: 'download',
			imageId: byId("={{ $('Upload').item.json.imageId }}"),
			binaryPropertyName: 'data',
			options: {},
		}),
		handOnFile(places, "photograph/{{ $('Upload').item.json.imageName }}"),
	];
}

/** The finished photographs with their labels in one archive, which is handed on. */
export function archive(places: Places): WorkflowFile {
	const parameters = {
		resource: 'export',
		operation: 'createDataset',
		projectId: byId(places.projectId),
		format: 'yoloDetect',
		output: 'archive',
		includeImages: true,
		binaryPropertyName: 'data',
		options: {},
	};
	return chain(
		webhook(ARCHIVE_PATH, 'lastNode'),
		dataGym('Create archive', 'dataGym', places, parameters),
		handOnFile(places, 'archive'),
	);
}

/** Each image that is finished is handed on, one after the other. */
export function watch(places: Places): WorkflowFile {
	const parameters = {
		pollTimes: { item: [{ mode: 'everyMinute' }] },
		projectIds: [places.watchedProjectId],
		events: ['completed'],
		output: 'labels',
	};
	return chain(dataGym('Completed', 'dataGymTrigger', places, parameters), handOnEvents(places));
}

/** Finds what was finished and not handed on, and does it now: what the trigger's documentation advises after a crash. */
export function compare(places: Places): WorkflowFile {
	const arrived = "={{ $('Webhook').first().json.body.arrived.includes($json.imageName) }}";
	const conditions = {
		options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
		combinator: 'and',
		conditions: [
			{
				id: 'arrived',
				leftValue: arrived,
				rightValue: '',
				operator: { type: 'boolean', operation: 'false', singleValue: true },
			},
		],
	};
	const finished = {
		resource: 'task',
		operation: 'getAll',
		projectId: byId(places.watchedProjectId),
		status: ['completed'],
		returnAll: true,
	};
	return chain(
		webhook(COMPARE_PATH, 'lastNode'),
		dataGym('Get finished', 'dataGym', places, finished),
		node('Not handed on', 'n8n-nodes-base.filter', { conditions, options: {} }, { typeVersion: 2.2 }),
		handOnEvents(places),
	);
}

/** Called by n8n for each execution that fails. */
export function onError({ receiver }: Places): WorkflowFile {
	const parameters = { method: 'POST', url: `=${receiver}/failed/{{ $json.execution.id }}`, options: {} };
	return chain(
		node('Failed', 'n8n-nodes-base.errorTrigger'),
		node('Tell', 'n8n-nodes-base.httpRequest', parameters, { typeVersion: 4.2 }),
	);
}

function webhook(path: string, responseMode: string): INode {
	const parameters = { httpMethod: 'POST', path, responseMode, options: {} };
	return node('Webhook', 'n8n-nodes-base.webhook', parameters, { typeVersion: 2, webhookId: path });
}

function handOnFile({ receiver }: Places, path: string): INode {
	const parameters = {
		method: 'POST',
		url: `=${receiver}/${path}`,
		sendBody: true,
		contentType: 'binaryData',
		inputDataFieldName: 'data',
		options: {},
	};
	return node('Hand on', 'n8n-nodes-base.httpRequest', parameters, { typeVersion: 4.2 });
}

/** One after the other, so that a worker can die in between. */
function handOnEvents({ receiver }: Places): INode {
	const options = { batching: { batch: { batchSize: 1, batchInterval: 1 } } };
	const parameters = { method: 'POST', url: `=${receiver}/event/{{ $json.imageName }}`, options };
	return node('Hand on', 'n8n-nodes-base.httpRequest', parameters, { typeVersion: 4.2 });
}
