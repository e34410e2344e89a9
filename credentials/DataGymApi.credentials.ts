import type {
	IAuthenticateRuleResponseCode,
	IAuthenticateRuleResponseSuccessBody,
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { baseUrlProblem, HOSTED_URL, isOnServer, normalizeBaseUrl } from '@datagym/client/baseUrl';
import { isSendable, normalizeToken } from '@datagym/client/token';

const WEB_PAGE: IAuthenticateRuleResponseSuccessBody = {
	type: 'responseSuccessBody',
	properties: {
		key: '0',
		value: '<'.charCodeAt(0),
		message: 'The base URL leads to a web page, not to the DataGym API. Check the address and its sub-path.',
	},
};

const REFUSALS = [
	{
		statusCodes: [401, 403],
		message:
			'DataGym did not accept the API token. It may have been deleted. Copy one from DataGym (Account, API Tokens).',
	},
	{
		statusCodes: [301, 302, 307, 308],
		message:
			'The server redirects to another address. Enter the final address as the base URL (often https instead of http).',
	},
	{ statusCodes: [404], message: 'DataGym was not found at this base URL. Check the address and its sub-path.' },
].flatMap(({ statusCodes, message }) =>
	statusCodes.map((value): IAuthenticateRuleResponseCode => ({ type: 'responseCode', properties: { value, message } })),
);

export class DataGymApi implements ICredentialType {
	name = 'dataGymApi';

	displayName = 'DataGym API';

	icon: Icon = { light: 'file:datagym.svg', dark: 'file:datagym.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-datagym/n8n-nodes-datagym/blob/main/docs/getting-started.md#2-the-credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: HOSTED_URL,
			required: true,
			placeholder: 'e.g. https://datagym.example.com',
			description: 'Address of the DataGym server, including any sub-path but without /api/v1',
		},
		{
			displayName: 'API Token',
			name: 'token',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'From Account, API Tokens in DataGym. It has administrator rights in one organization.',
		},
		{
			displayName: 'Send Token In',
			name: 'sendIn',
			type: 'options',
			options: [
				{ name: 'Header', value: 'header', description: 'In the Authorization header. Recommended.' },
				{
					name: 'Query',
					value: 'query',
					description: 'In the URL, which servers and proxies may log',
				},
			],
			default: 'header',
			description: 'How to send the token. Choose Query only if a proxy needs the Authorization header.',
			displayOptions: { show: { useBasicAuth: [false] } },
		},
		{
			displayName: 'Use HTTP Basic Auth',
			name: 'useBasicAuth',
			type: 'boolean',
			default: false,
			description: 'Whether a proxy in front of DataGym requires a login. The token is then sent in the query.',
		},
		{
			displayName: 'User',
			name: 'basicAuthUser',
			type: 'string',
			default: '',
			displayOptions: { show: { useBasicAuth: [true] } },
		},
		{
			displayName: 'Password',
			name: 'basicAuthPassword',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			displayOptions: { show: { useBasicAuth: [true] } },
		},
		{
			displayName: 'API Generation',
			name: 'apiGeneration',
			type: 'options',
			options: [
				{ name: 'Detect Automatically', value: 'auto', description: 'Detect the API with one request' },
				{ name: 'Media (Since 2021)', value: 'media', description: 'Current servers, whose API paths contain "media"' },
				{ name: 'Image (2020)', value: 'image', description: 'Servers with the API of 2020, which has no tasks' },
			],
			default: 'auto',
			description: 'API of the server. Select one only if the detection fails.',
		},
		{
			displayName: 'Ignore TLS Issues (Insecure)',
			name: 'ignoreTlsIssues',
			type: 'boolean',
			default: false,
			description: "Whether to connect even if the server's certificate cannot be verified",
		},
	];

	/** Adds the token, and only for the server that it belongs to; redirects are not followed. */
	async authenticate(credentials: ICredentialDataDecryptedObject, request: Request): Promise<Request> {
		const text = String(credentials.baseUrl ?? '');
		const baseUrl = normalizeBaseUrl(text);
		if (baseUrl === undefined) {
			const { message, remedy } = baseUrlProblem(text);
			throw new Error(`${message}. ${remedy}`);
		}
		const address = absoluteAddress(request, baseUrl);
		if (!isOnServer(address, baseUrl)) {
			throw new Error(
				'The URL is not on the DataGym server of this credential, so the token was not sent. Use a URL that starts with the base URL.',
			);
		}
		const token = normalizeToken(String(credentials.token ?? ''));
		if (!isSendable(token)) {
			throw new Error(
				'The API token in the DataGym credential contains characters that no token has. Copy it again from DataGym (Account, API Tokens).',
			);
		}
		const inQuery = credentials.useBasicAuth === true || credentials.sendIn === 'query';
		const sent = { ...request };
		delete sent.baseURL;
		return {
			...sent,
			...('uri' in request ? { uri: address } : { url: address }),
			...(inQuery
				? { qs: { ...request.qs, token } }
				: { headers: { ...request.headers, Authorization: `Token ${token}` } }),
			...(credentials.useBasicAuth === true && {
				auth: {
					username: String(credentials.basicAuthUser ?? ''),
					password: String(credentials.basicAuthPassword ?? ''),
				},
			}),
			...(credentials.ignoreTlsIssues === true
				? { skipSslCertificateValidation: true, rejectUnauthorized: false }
				: {}),
			// Also in n8n's HTTP Request node: a redirect could leave the server, or its path.
			disableFollowRedirect: true,
			maxRedirects: 0,
			sendCredentialsOnCrossOriginRedirect: false,
		};
	}

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl}}',
			url: '/api/v1/project',
			disableFollowRedirect: true,
			// As bytes, so that a rule can look at the first one: of an empty list n8n would have nothing to look at.
			encoding: 'arraybuffer',
			json: false,
		},
		// n8n's type allows one kind of rules, n8n itself both together.
		rules: [...REFUSALS, WEB_PAGE] as IAuthenticateRuleResponseCode[],
	};
}

/** n8n's HTTP Request node still says `uri`; the credential's test names a path and the base URL as it was typed in. */
type Request = IHttpRequestOptions & { uri?: string };

function absoluteAddress({ url, uri = url }: Request, baseUrl: string): string {
	return /^https?:\/\//i.test(uri) ? uri : `${baseUrl}/${uri.replace(/^\/+/, '')}`;
}
