import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { field } from './fields';
import { CREDENTIAL, type N8nContext } from './n8nContext';

/** How a server is asked. */
export interface NetworkSettings {
	/** Requests to this server that n8n has under way at the same time, at most. */
	readonly concurrency: number;
	/** Requests to this server that n8n begins in a second; 0 for no limit. */
	readonly requestsPerSecond: number;
	/** Seconds for which a failed request is tried again; 0 for not at all. */
	readonly retryFor: number;
	/** Seconds without a byte from the server. */
	readonly timeout: number;
}

const DEFAULT_NETWORK: NetworkSettings = {
	/** No number is the fastest everywhere, so that the client looks for it (client/adaptiveLimit.ts). */
	concurrency: 32,
	requestsPerSecond: 0,
	/** A DataGym server is up again 11 to 40 seconds after its start (docs/contract.md#timing-and-limits). */
	retryFor: 90,
	timeout: 300,
};

/** In the credential for all nodes, and in the options of each operation and of the trigger for one. */
const networkField = ({ concurrency, requestsPerSecond, retryFor, timeout }: NetworkSettings, description: string) =>
	field({
		displayName: 'Network',
		name: 'network',
		type: 'fixedCollection',
		placeholder: 'Set limits',
		default: {},
		description,
		options: [
			{
				displayName: 'Limits',
				name: 'settings',
				values: [
					{
						displayName: 'Max Requests at Once',
						name: 'concurrency',
						type: 'number',
						default: concurrency,
						typeOptions: { minValue: 1, maxValue: 32 },
						description: 'Upper limit; the fastest number is found automatically',
					},
					{
						displayName: 'Requests per Second',
						name: 'requestsPerSecond',
						type: 'number',
						default: requestsPerSecond,
						typeOptions: { minValue: 0 },
						description: 'Use 0 for no limit',
					},
					{
						displayName: 'Retry For (Seconds)',
						name: 'retryFor',
						type: 'number',
						default: retryFor,
						typeOptions: { minValue: 0 },
						description: 'How long to keep retrying an unavailable server. Use 0 for never.',
					},
					{
						displayName: 'Timeout (Seconds)',
						name: 'timeout',
						type: 'number',
						default: timeout,
						typeOptions: { minValue: 1 },
						description: 'How long the server may send nothing',
					},
				],
			},
		],
	});

const OF_NODE = 'Overrides the limits of the credential';

export const nodeNetwork = networkField(DEFAULT_NETWORK, OF_NODE);

/** The next poll is a try of its own. */
export const TRIGGER_NETWORK: NetworkSettings = { ...DEFAULT_NETWORK, retryFor: 15 };

export const triggerNetwork = networkField(TRIGGER_NETWORK, OF_NODE);

export const credentialNetwork = networkField(
	DEFAULT_NETWORK,
	'Limits for all nodes with this credential. Each can override them in its options.',
);

/**
 * The settings of the node, or those of its credential, or the defaults.
 *
 * @param chosen the value of the node's field.
 */
export async function networkOf(context: N8nContext, chosen: unknown): Promise<NetworkSettings> {
	return networkFrom(chosen, (await context.getCredentials(CREDENTIAL)).network, DEFAULT_NETWORK);
}

/** The same, of the values of both fields. */
export function networkFrom(chosen: unknown, ofCredential: unknown, defaults: NetworkSettings): NetworkSettings {
	const settings = settingsIn(chosen) ?? settingsIn(ofCredential) ?? {};
	const [{ values }] = nodeNetwork.options;
	const read = (name: keyof NetworkSettings) =>
		bounded(
			values.find((value) => value.name === name),
			settings[name],
			defaults[name],
		);
	return {
		concurrency: Math.ceil(read('concurrency')),
		requestsPerSecond: read('requestsPerSecond'),
		retryFor: read('retryFor'),
		timeout: read('timeout'),
	};
}

function settingsIn(value: unknown): IDataObject | undefined {
	const settings = isObject(value) ? value.settings : undefined;
	return isObject(settings) && Object.keys(settings).length > 0 ? settings : undefined;
}

function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bounded(definition: INodeProperties | undefined, value: unknown, whenMissing: number): number {
	const { minValue = 0, maxValue = Infinity } = definition?.typeOptions ?? {};
	const isMissing = value === undefined || value === null || value === '';
	const number = isMissing || !Number.isFinite(Number(value)) ? whenMissing : Number(value);
	return Math.min(maxValue, Math.max(minValue, number));
}
