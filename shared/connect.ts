import {
	sleep,
	type ICredentialDataDecryptedObject,
	type IExecuteFunctions,
	type IHttpRequestOptions,
	type ILoadOptionsFunctions,
	type IN8nHttpFullResponse,
	type IPollFunctions,
} from 'n8n-workflow';
import { DataGymApi, normalizeBaseUrl, Transport, type FetchLink, type HttpAnswer, type Send } from '@datagym/client';
import { InputError } from './errors';

export type N8nContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

const CREDENTIAL = 'dataGymApi';

export interface ConnectOptions {
	/** Seconds without a byte from the server. */
	readonly timeout?: number;
	/** Seconds for which a failed request is tried again; 0 for not at all. */
	readonly retryFor?: number;
	/** Requests to this server that n8n has under way at the same time. */
	readonly concurrency?: number;
	/** Requests to this server that n8n begins in a second; 0 for no limit. */
	readonly requestsPerSecond?: number;
}

export const DEFAULT_TIMEOUT = 300;
/** A DataGym server is up again 11 to 40 seconds after its start (docs/contract.md#timing-and-limits). */
export const DEFAULT_RETRY_FOR = 90;
/** The real server is fastest with about eight requests at once (docs/contract.md#concurrency). */
export const DEFAULT_CONCURRENCY = 6;
export const DEFAULT_REQUESTS_PER_SECOND = 0;

/** The API of the server that the node's credential names, through n8n's own HTTP helper, which adds the token. */
export async function connect(context: N8nContext, options: ConnectOptions = {}): Promise<DataGymApi> {
	const credential = await context.getCredentials(CREDENTIAL);
	const baseUrl = normalizeBaseUrl(String(credential.baseUrl ?? ''));
	if (baseUrl === undefined) {
		throw new InputError(
			'The base URL in the DataGym credential is not a valid URL',
			'Enter one such as https://datagym.example.com in the credential.',
		);
	}
	const generation =
		credential.apiGeneration === 'media' || credential.apiGeneration === 'image' ? credential.apiGeneration : undefined;
	const {
		timeout = DEFAULT_TIMEOUT,
		retryFor = DEFAULT_RETRY_FOR,
		concurrency = DEFAULT_CONCURRENCY,
		requestsPerSecond = DEFAULT_REQUESTS_PER_SECOND,
	} = options;
	const transport = new Transport(sendThrough(context, credential), {
		baseUrl,
		idleTimeout: timeout * 1000,
		retryFor: retryFor * 1000,
		isUnattended: !['manual', 'internal'].includes(context.getMode?.() ?? 'internal'),
		limits: { concurrency, requestsPerSecond: requestsPerSecond > 0 ? requestsPerSecond : undefined },
		sleep,
		fetchLink: fetchThrough(context),
		signal: 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined,
	});
	return new DataGymApi(transport, generation);
}

/** The credential is read once: for each request, n8n would decrypt it and resolve its expressions again, which takes a poll 40 ms. */
function sendThrough(context: N8nContext, credential: ICredentialDataDecryptedObject): Send {
	const credentialsDecrypted = { id: '', name: CREDENTIAL, type: CREDENTIAL, data: credential };
	return async ({ method, url, query, headers, body, idleTimeout }) => {
		const options: IHttpRequestOptions = {
			method,
			url,
			...(query !== undefined && { qs: { ...query } }),
			headers: { ...headers },
			...(body !== undefined && { body }),
			encoding: 'stream',
			timeout: idleTimeout,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			// The token must not follow a redirect, and a streamed body cannot.
			disableFollowRedirect: true,
		};
		const response: IN8nHttpFullResponse = await context.helpers.httpRequestWithAuthentication.call(
			context,
			CREDENTIAL,
			options,
			{
				credentialsDecrypted,
			},
		);
		const answer: HttpAnswer = { status: response.statusCode, headers: response.headers, body: response.body };
		return answer;
	};
}

function fetchThrough(context: N8nContext): FetchLink {
	return async (url, timeout, signal) => {
		const response: IN8nHttpFullResponse = await context.helpers.httpRequest({
			url,
			timeout,
			...(signal !== undefined && { abortSignal: signal }),
			// Hosts that choose by it would send WebP, which DataGym does not take.
			headers: { Accept: 'image/jpeg, image/png, */*;q=0.1' },
			disableFollowRedirect: true,
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
		});
		return { status: response.statusCode, headers: response.headers, body: response.body };
	};
}
