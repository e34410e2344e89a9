import type { INodeParameters } from 'n8n-workflow';
import type { WorkflowFile } from '@datagym/test/support/n8n/engine';
import { chain, manualTrigger, node } from '@datagym/test/support/workflow';
import type { ServerReady } from './scenes';

export type Work = 'upload' | 'download' | 'urls';
/** This node; n8n's HTTP Request node, a request an item; Aggregate and one HTTP Request for all items. */
export type Builder = 'node' | 'httpRequest' | 'aggregated';

/** Left out, everything goes as it does without settings. */
export interface Pace {
	/** Requests at once; for URLs added without n8n, how many go into one request. */
	readonly concurrency?: number;
	/** HTTP Request's batching: so many requests, then a pause in milliseconds. */
	readonly batch?: { readonly batchSize: number; readonly batchInterval: number };
}

/** The last node of each workflow. */
export const LAST = 'Last';

/** What a user builds for the work, in the server's dataset; the items come into the trigger. */
export function workflowOf(
	by: Builder,
	work: Work,
	server: Pick<ServerReady, 'url' | 'datasetId'>,
	pace: Pace = {},
): WorkflowFile {
	switch (by) {
		case 'node':
			return chain(manualTrigger, dataGym(work, server.datasetId, pace));
		case 'httpRequest':
			return chain(manualTrigger, httpRequest(requestOf(work, server), pace));
		case 'aggregated':
			return chain(
				manualTrigger,
				aggregate,
				httpRequest({ ...requestOf(work, server), jsonBody: '={{ $json.imageUrl }}' }, pace),
			);
	}
}

function dataGym(work: Work, datasetId: string, { concurrency }: Pace) {
	const byId = (value: string) => ({ __rl: true, mode: 'id', value });
	const operations: Record<Work, INodeParameters> = {
		upload: { resource: 'image', operation: 'upload', datasetId: byId(datasetId), binaryPropertyName: 'data' },
		download: {
			resource: 'image',
			operation: 'download',
			imageId: byId('={{ $json.imageId }}'),
			binaryPropertyName: 'data',
		},
		urls: { resource: 'image', operation: 'addUrls', datasetId: byId(datasetId), imageUrl: '={{ $json.imageUrl }}' },
	};
	const options = concurrency === undefined ? {} : { options: { concurrency } };
	return node(LAST, 'n8n-nodes-datagym.dataGym', { ...operations[work], ...options });
}

const aggregate = node('Aggregate', 'n8n-nodes-base.aggregate', {
	fieldsToAggregate: { fieldToAggregate: [{ fieldToAggregate: 'imageUrl' }] },
	options: {},
});

function httpRequest(parameters: INodeParameters, { batch }: Pace) {
	const authentication = { authentication: 'predefinedCredentialType', nodeCredentialType: 'dataGymApi' };
	const options = {
		...(parameters.options as INodeParameters | undefined),
		...(batch && { batching: { batch: { ...batch } } }),
	};
	return node(LAST, 'n8n-nodes-base.httpRequest', { ...authentication, ...parameters, options }, { typeVersion: 4.2 });
}

function requestOf(work: Work, { url, datasetId }: Pick<ServerReady, 'url' | 'datasetId'>): INodeParameters {
	switch (work) {
		case 'upload':
			return {
				method: 'POST',
				url: `${url}/api/v1/media/${datasetId}/file`,
				sendHeaders: true,
				headerParameters: { parameters: [{ name: 'X-filename', value: '={{ $binary.data.fileName }}' }] },
				sendBody: true,
				contentType: 'binaryData',
				inputDataFieldName: 'data',
			};
		case 'download':
			return {
				url: `=${url}/api/v1/media/{{ $json.imageId }}`,
				options: { response: { response: { responseFormat: 'file' } } },
			};
		case 'urls':
			return {
				method: 'POST',
				url: `${url}/api/v1/media/${datasetId}/url`,
				sendBody: true,
				specifyBody: 'json',
				jsonBody: '={{ [$json.imageUrl] }}',
			};
	}
}
