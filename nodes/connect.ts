import {
	sleep,
	type ICredentialDataDecryptedObject,
	type IExecuteFunctions,
	type IHttpRequestOptions,
	type ILoadOptionsFunctions,
	type IN8nHttpFullResponse,
	type IPollFunctions,
} from 'n8n-workflow';
import { DataGymApi, normalizeBaseUrl, Transport, type HttpAnswer, type Send } from '../client';
import { InputError } from './nodeErrors';

export type N8nContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

export const CREDENTIAL = 'dataGymApi';

export interface ConnectOptions {
	/** Seconds without a byte from the server. */
	readonly timeout?: number;
}

const DEFAULT_TIMEOUT = 300;
const RETRIES = 3;

/** The API of the server that the node's credential names, through n8n's own HTTP helper, which adds the token. */
export async function connect(context: N8nContext, { timeout = DEFAULT_TIMEOUT }: ConnectOptions = {}): Promise<DataGymApi> {
	const credential = await context.getCredentials(CREDENTIAL);
	const baseUrl = normalizeBaseUrl(String(credential.baseUrl ?? ''));
	if (baseUrl === undefined) {
		throw new InputError('The base URL in the DataGym credential is not a web address', 'Enter one such as https://datagym.example.com into the credential.');
	}
	const generation = credential.apiGeneration === 'media' || credential.apiGeneration === 'image' ? credential.apiGeneration : undefined;
	const transport = new Transport(sendThrough(context, credential), { baseUrl, idleTimeout: timeout * 1000, sleep, retries: RETRIES });
	return new DataGymApi(transport, generation);
}

/** The credential is read once: for each request, n8n would decrypt it and resolve its expressions again, which takes a poll 40 ms. */
function sendThrough(context: N8nContext, credential: ICredentialDataDecryptedObject): Send {
	const credentialsDecrypted = { id: '', name: CREDENTIAL, type: CREDENTIAL, data: credential };
	return async ({ method, url, query, headers, body, answerAs, idleTimeout }) => {
		const options: IHttpRequestOptions = {
			method,
			url,
			qs: query === undefined ? undefined : { ...query },
			headers: { ...headers },
			body,
			encoding: answerAs,
			timeout: idleTimeout,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			// The token must not follow a redirect, and a streamed body cannot.
			disableFollowRedirect: true,
		};
		const response: IN8nHttpFullResponse = await context.helpers.httpRequestWithAuthentication.call(context, CREDENTIAL, options, {
			credentialsDecrypted,
		});
		const answer: HttpAnswer = { status: response.statusCode, headers: response.headers, body: response.body };
		return answer;
	};
}
