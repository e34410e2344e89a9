import {
	sleep,
	type ICredentialDataDecryptedObject,
	type ICredentialsDecrypted,
	type ICredentialTestFunctions,
	type IHttpRequestOptions,
	type IN8nHttpFullResponse,
	type INodeCredentialTestResult,
} from 'n8n-workflow';
import { checkAccess, Transport, type Send } from '@datagym/client';
import { authenticated, baseUrlOf, checkCredential, isWithoutToken, secretsOf } from './authentication';
import { inOneText } from './errors';

/** Milliseconds; somebody waits before the screen. */
const TIMEOUT = 20_000;
/** Milliseconds, for a connection that fails once. */
const RETRY_FOR = 3_000;

const message = 'Connection successful!';
const CONNECTED: INodeCredentialTestResult = { status: 'OK', message };

/** Tests a credential as the nodes use it, so that it says what they would say. n8n's test requests know the status only. */
export async function testCredential(
	this: ICredentialTestFunctions,
	{ data = {} }: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	try {
		checkCredential(data);
		const transport = new Transport(sendThrough(this, data), {
			baseUrl: baseUrlOf(data),
			idleTimeout: TIMEOUT,
			retryFor: RETRY_FOR,
			isUnattended: false,
			limits: { concurrency: 6 },
			sleep,
			secrets: secretsOf(data),
			isWithoutToken: isWithoutToken(data),
		});
		await checkAccess(transport, isWithoutToken(data));
		return CONNECTED;
	} catch (error) {
		return { status: 'Error', message: inOneText(error) };
	}
}

/** n8n gives tests of credentials only its older helper, which names some options otherwise. */
function sendThrough({ helpers }: ICredentialTestFunctions, credential: ICredentialDataDecryptedObject): Send {
	return async ({ method, url, query, headers, idleTimeout }) => {
		const asked: IHttpRequestOptions = { method, url, headers: { ...headers }, ...(query && { qs: { ...query } }) };
		const { auth, ...options } = authenticated(credential, asked);
		const response = (await helpers.request({
			...options,
			...(auth !== undefined && { auth: { user: auth.username, pass: auth.password } }),
			timeout: idleTimeout,
			followRedirect: false,
			simple: false,
			resolveWithFullResponse: true,
			useStream: true,
		})) as IN8nHttpFullResponse;
		return { status: response.statusCode, headers: response.headers, body: response.body };
	};
}
