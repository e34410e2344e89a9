import type { INodeProperties } from 'n8n-workflow';

export const outputBinaryField: INodeProperties = {
	displayName: 'Put Output File in Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	hint: 'The name of the output binary field to put the file in',
	description: 'Name of the binary field for the file, which later nodes ask for',
};

/** Options of every operation. */
export const everywhere: readonly INodeProperties[] = [
	{
		displayName: 'Requests at Once',
		name: 'concurrency',
		type: 'number',
		default: 6,
		typeOptions: { minValue: 1, maxValue: 32 },
		description:
			'How many requests to this server n8n may have under way at the same time, counted over all workflows of an n8n process. DataGym servers are fastest with six to eight.',
	},
	{
		displayName: 'Requests per Second',
		name: 'requestsPerSecond',
		type: 'number',
		default: 0,
		typeOptions: { minValue: 0 },
		description:
			'How many requests n8n may begin in a second, for servers with a rate limit. 0 means as many as it can.',
	},
	{
		displayName: 'Retry For (Seconds)',
		name: 'retryFor',
		type: 'number',
		default: 90,
		typeOptions: { minValue: 0 },
		description:
			'How long a request is tried again when the connection breaks or the server is unavailable. Changes are not repeated blindly: what the server has done already is looked up first. 0 means never.',
	},
	{
		displayName: 'Timeout',
		name: 'timeout',
		type: 'number',
		default: 300,
		typeOptions: { minValue: 1 },
		description:
			'How many seconds to wait for a server that sends nothing. A long answer that keeps coming is not cut off.',
	},
];
