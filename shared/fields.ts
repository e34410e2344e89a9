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
	description: 'Name of the binary field in the output',
});

/** How the server is asked: options of every operation and of the trigger. */
export const connectionOptions = {
	concurrency: field({
		displayName: 'Requests at Once',
		name: 'concurrency',
		type: 'number',
		default: DEFAULT_CONCURRENCY,
		typeOptions: { minValue: 1, maxValue: 32 },
		description: 'Maximum number of simultaneous requests to this server, from all workflows together',
	}),
	requestsPerSecond: field({
		displayName: 'Requests per Second',
		name: 'requestsPerSecond',
		type: 'number',
		default: DEFAULT_REQUESTS_PER_SECOND,
		typeOptions: { minValue: 0 },
		description: 'Maximum number of requests to start per second. Use 0 for no limit.',
	}),
	retryFor: field({
		displayName: 'Retry For (Seconds)',
		name: 'retryFor',
		type: 'number',
		default: DEFAULT_RETRY_FOR,
		typeOptions: { minValue: 0 },
		description: 'How long to retry when the connection breaks or the server is unavailable. Use 0 for never.',
	}),
	timeout: field({
		displayName: 'Timeout (Seconds)',
		name: 'timeout',
		type: 'number',
		default: DEFAULT_TIMEOUT,
		typeOptions: { minValue: 1 },
		description: 'How long to wait while the server sends nothing',
	}),
};
