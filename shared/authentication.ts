import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';
import { baseUrlProblem, isOnServer, normalizeBaseUrl } from '@datagym/client/baseUrl';
import { isSendable, normalizeToken } from '@datagym/client/token';
import { isRecord } from '@datagym/labels';
import { InputError } from './errors';

/** n8n's HTTP Request node still says `uri`; others name a path and the base URL as it was typed in. */
export type Request = IHttpRequestOptions & { uri?: string };

/** Whether the server wants no token, since it has none: the released open core (docs/contract.md#telling-servers-apart). */
export const isWithoutToken = ({ authentication }: ICredentialDataDecryptedObject) => authentication === 'none';

/**
 * Adds what the credential holds, and only for the server that it belongs to; redirects are not followed.
 *
 * @throws InputError that names the field with a value that cannot be sent, or says that the URL is another server's.
 */
export function authenticated(credential: ICredentialDataDecryptedObject, request: Request): Request {
	const baseUrl = baseUrlOf(credential);
	const address = absoluteAddress(request, baseUrl);
	if (!isOnServer(address, baseUrl)) {
		throw new InputError(
			'The URL is not on the DataGym server of this credential, so nothing of the credential was sent',
			'Use a URL that starts with the base URL.',
		);
	}
	const { useBasicAuth, basicAuthUser, basicAuthPassword } = credential;
	const sent = { ...request };
	delete sent.baseURL;
	return {
		...sent,
		...('uri' in request ? { uri: address } : { url: address }),
		headers: { ...proxyHeadersOf(credential), ...request.headers },
		...(useBasicAuth === true && {
			auth: { username: String(basicAuthUser ?? ''), password: String(basicAuthPassword ?? '') },
		}),
		...withToken(credential, request),
		...(credential.ignoreTlsIssues === true ? { skipSslCertificateValidation: true, rejectUnauthorized: false } : {}),
		// Also in n8n's HTTP Request node: a redirect could leave the server, or its path.
		disableFollowRedirect: true,
		maxRedirects: 0,
		sendCredentialsOnCrossOriginRedirect: false,
	};
}

/** @throws InputError */
export function baseUrlOf({ baseUrl }: ICredentialDataDecryptedObject): string {
	const text = String(baseUrl ?? '');
	const normalized = normalizeBaseUrl(text);
	if (normalized !== undefined) return normalized;
	const { message, remedy } = baseUrlProblem(text);
	throw new InputError(message, remedy);
}

/** What must be in no text that is shown. */
export function secretsOf(credential: ICredentialDataDecryptedObject): readonly string[] {
	const { token, basicAuthUser, basicAuthPassword } = credential;
	const password = String(basicAuthPassword ?? '');
	return [
		normalizeToken(String(token ?? '')),
		String(token ?? '').trim(),
		password,
		...(password === '' ? [] : [`${String(basicAuthUser ?? '')}:${password}`]),
		...proxyHeaderRows(credential).map(({ value }) => value),
	];
}

/** A proxy that reads the Authorization header itself gets the token in the query. */
function withToken(credential: ICredentialDataDecryptedObject, { qs, headers }: Request): Partial<Request> {
	if (isWithoutToken(credential)) return {};
	const token = tokenOf(credential);
	const proxyHeaders = proxyHeadersOf(credential);
	const isHeaderTaken =
		credential.useBasicAuth === true ||
		Object.keys(proxyHeaders).some((name) => name.toLowerCase() === 'authorization');
	return isHeaderTaken || credential.sendIn === 'query'
		? { qs: { ...qs, token } }
		: { headers: { ...proxyHeaders, ...headers, Authorization: `Token ${token}` } };
}

function tokenOf({ token }: ICredentialDataDecryptedObject): string {
	const normalized = normalizeToken(String(token ?? ''));
	if (isSendable(normalized)) return normalized;
	throw new InputError(
		'The API token in the DataGym credential contains characters that no token has',
		'Copy it again from DataGym (Account, API Tokens).',
	);
}

/** Checks what can be wrong with the credential before anything is sent. @throws InputError */
export function checkCredential(credential: ICredentialDataDecryptedObject): void {
	authenticated(credential, { url: baseUrlOf(credential) });
}

interface ProxyHeader {
	readonly name: string;
	readonly value: string;
}

function proxyHeadersOf(credential: ICredentialDataDecryptedObject): Readonly<Record<string, string>> {
	return Object.fromEntries(proxyHeaderRows(credential).map((header) => [checked(header).name, header.value]));
}

/** As n8n saves them: `{ header: [{ name, value }] }`. A row without a name and a value was not filled in. */
function proxyHeaderRows({ proxyHeaders }: ICredentialDataDecryptedObject): readonly ProxyHeader[] {
	const rows = isRecord(proxyHeaders) ? proxyHeaders.header : undefined;
	return (Array.isArray(rows) ? rows : [])
		.filter(isRecord)
		.map(({ name, value }) => ({ name: String(name ?? '').trim(), value: String(value ?? '').trim() }))
		.filter(({ name, value }) => name !== '' || value !== '');
}

function checked(header: ProxyHeader): ProxyHeader {
	if (!/^[\w!#$%&'*+.^`|~-]+$/.test(header.name)) {
		throw new InputError(
			`The name of a proxy header in the DataGym credential is not valid: "${header.name}"`,
			'Use letters, digits and hyphens, such as X-Api-Key.',
		);
	}
	// Node.js would refuse it, with the value in its message.
	if (!/^[\t -~\u0080-\u00ff]*$/.test(header.value)) {
		throw new InputError(
			`The value of the proxy header "${header.name}" in the DataGym credential contains characters that no header can have`,
			'Copy it again, without line breaks.',
		);
	}
	return header;
}

function absoluteAddress({ url, uri = url }: Request, baseUrl: string): string {
	return /^https?:\/\//i.test(uri) ? uri : `${baseUrl}/${uri.replace(/^\/+/, '')}`;
}
