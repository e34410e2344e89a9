import type { INodeProperties } from 'n8n-workflow';
import { DEFAULT_CONCURRENCY, DEFAULT_REQUESTS_PER_SECOND, DEFAULT_RETRY_FOR, DEFAULT_TIMEOUT } from './connect';

/**
 * The definition of a field, with the literal types of its name, default and choices: the readers of `ItemInput` take it and know
 * from it what a value is called, what it is if it is missing, and what it can be.
 */
export function field<const Definition extends INodeProperties>(definition: Definition): Definition {
	return definition;
}

export const outputBinaryField = field({
	displayName: 'Put Output File in Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	hint: 'The name of the output binary field to put the file in',
	description: 'Name of the binary field for the file, which later nodes ask for',
});

/** How the server is asked: options of every operation and of the trigger. */
export const connectionOptions = {
	concurrency: field({
		displayName: 'Requests at Once',
		name: 'concurrency',
		type: 'number',
		default: DEFAULT_CONCURRENCY,
		typeOptions: { minValue: 1, maxValue: 32 },
		description:
			'How many requests to this server n8n may have under way at the same time, counted over all workflows of an n8n process. DataGym servers are fastest with six to eight.',
	}),
	requestsPerSecond: field({
		displayName: 'Requests per Second',
		name: 'requestsPerSecond',
		type: 'number',
		default: DEFAULT_REQUESTS_PER_SECOND,
		typeOptions: { minValue: 0 },
		description:
			'How many requests n8n may begin in a second, for servers with a rate limit. 0 means as many as it can.',
	}),
	retryFor: field({
		displayName: 'Retry For (Seconds)',
		name: 'retryFor',
		type: 'number',
		default: DEFAULT_RETRY_FOR,
		typeOptions: { minValue: 0 },
		description:
			'How long a request is tried again when the connection breaks or the server is unavailable. Changes are not repeated blindly: what the server has done already is looked up first. 0 means never.',
	}),
	timeout: field({
		displayName: 'Timeout',
		name: 'timeout',
		type: 'number',
		default: DEFAULT_TIMEOUT,
		typeOptions: { minValue: 1 },
		description:
			'How many seconds to wait for a server that sends nothing. A long answer that keeps coming is not cut off.',
	}),
};
