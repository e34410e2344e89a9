import {
	sleep,
	type ICredentialDataDecryptedObject,
	type IHttpRequestOptions,
	type IN8nHttpFullResponse,
} from 'n8n-workflow';
import { DataGymApi, Transport, type FetchLink, type Generation, type HttpAnswer, type Send } from '@datagym/client';
import { CREDENTIAL, type N8nContext } from './n8nContext';
import { giveWay } from './turns';
import { networkOf, type NetworkSettings } from './network';
import { baseUrlOf, checkCredential, isWithoutToken, secretsOf } from './authentication';

export interface ConnectOptions extends NetworkSettings {
	/** Ends all waits and requests of what has no cancel of n8n's, such as a poll. */
	readonly signal?: AbortSignal;
}

/** The API of the server that the node's credential names, through n8n's own HTTP helper, which adds the token. */
export async function connect(
	context: N8nContext,
	{ timeout, retryFor, concurrency, requestsPerSecond, signal }: ConnectOptions,
): Promise<DataGymApi> {
	const credential = await context.getCredentials(CREDENTIAL);
	checkCredential(credential);
	const transport = new Transport(sendThrough(context, credential, signal), {
		baseUrl: baseUrlOf(credential),
		idleTimeout: timeout * 1000,
		retryFor: retryFor * 1000,
		isUnattended: !['manual', 'internal'].includes(context.getMode?.() ?? 'internal'),
		limits: { concurrency, requestsPerSecond: requestsPerSecond > 0 ? requestsPerSecond : undefined },
		sleep,
		giveWay,
		fetchLink: fetchThrough(context),
		secrets: secretsOf(credential),
		isWithoutToken: isWithoutToken(credential),
		signal: 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : signal,
	});
	return DataGymApi.over(transport, generationOf(credential));
}

/** For what somebody in the editor is waiting for. */
export async function connectForList(context: N8nContext): Promise<DataGymApi> {
	return await connect(context, { ...(await networkOf(context, undefined)), timeout: 30, retryFor: 5 });
}

/** What the credential says of the server; undefined if the server has to be asked. */
function generationOf(credential: ICredentialDataDecryptedObject): Generation | undefined {
	if (isWithoutToken(credential)) return 'open-core';
	const { apiGeneration } = credential;
	return apiGeneration === 'media' || apiGeneration === 'image' ? apiGeneration : undefined;
}

/** The credential is read once: for each request, n8n would decrypt it and resolve its expressions again, which takes a poll 40 ms. */
function sendThrough(context: N8nContext, credential: ICredentialDataDecryptedObject, signal?: AbortSignal): Send {
	const credentialsDecrypted = { id: '', name: CREDENTIAL, type: CREDENTIAL, data: credential };
	const uncancelable = withoutCancel(context);
	return async ({ method, url, query, headers, body, idleTimeout, isInsisting }) => {
		const options: IHttpRequestOptions = {
			method,
			url,
			...(query !== undefined && { qs: { ...query } }),
			headers: { ...headers },
			...(body !== undefined && { body }),
			encoding: 'stream',
			timeout: idleTimeout,
			// n8n replaces it by the execution's cancel where there is one.
			...(signal !== undefined && { abortSignal: signal }),
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			// The token must not follow a redirect, and a streamed body cannot.
			disableFollowRedirect: true,
		};
		const response: IN8nHttpFullResponse = await context.helpers.httpRequestWithAuthentication.call(
			isInsisting === true ? uncancelable : context,
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

/** n8n ends every request of a context when its execution is canceled. */
function withoutCancel(context: N8nContext): N8nContext {
	return Object.create(context, { getExecutionCancelSignal: { value: () => undefined } }) as N8nContext;
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
