import type { Icon, ICredentialDataDecryptedObject, ICredentialType, INodeProperties } from 'n8n-workflow';
import { HOSTED_URL } from '@datagym/client/baseUrl';
import { authenticated, type Request } from '@datagym/shared/authentication';
import { inOneText } from '@datagym/shared/errors';
import { credentialNetwork } from '@datagym/shared/network';

/** Its test is `testCredential`, which both nodes name. */
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
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			options: [
				{ name: 'API Token', value: 'apiToken', description: 'For DataGym servers that have API tokens' },
				{
					name: 'None (Open Core)',
					value: 'none',
					description: 'For the released open core, which anyone who can reach it may use',
				},
			],
			default: 'apiToken',
			description: 'How DataGym knows who is asking. What a proxy in front of it needs is below.',
		},
		{
			displayName: 'API Token',
			name: 'token',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'From Account, API Tokens in DataGym. It has administrator rights in one organization.',
			displayOptions: { hide: { authentication: ['none'] } },
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
			displayOptions: { show: { useBasicAuth: [false] }, hide: { authentication: ['none'] } },
		},
		{
			displayName: 'Use HTTP Basic Auth',
			name: 'useBasicAuth',
			type: 'boolean',
			default: false,
			description: 'Whether a proxy in front of DataGym requires a login. A token is then sent in the query.',
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
			displayName: 'Proxy Headers',
			name: 'proxyHeaders',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			default: {},
			placeholder: 'Add Header',
			description: 'Headers that a proxy in front of DataGym requires, sent to this server only',
			options: [
				{
					displayName: 'Header',
					name: 'header',
					values: [
						{ displayName: 'Name', name: 'name', type: 'string', default: '', placeholder: 'e.g. X-Api-Key' },
						{ displayName: 'Value', name: 'value', type: 'string', typeOptions: { password: true }, default: '' },
					],
				},
			],
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
			displayOptions: { hide: { authentication: ['none'] } },
		},
		{
			displayName: 'Ignore TLS Issues (Insecure)',
			name: 'ignoreTlsIssues',
			type: 'boolean',
			default: false,
			description: "Whether to connect even if the server's certificate cannot be verified",
		},
		credentialNetwork,
	];

	/** Adds the token and what a proxy wants, and only for the server that they belong to; redirects are not followed. */
	async authenticate(credentials: ICredentialDataDecryptedObject, request: Request): Promise<Request> {
		try {
			return authenticated(credentials, request);
		} catch (error) {
			throw new Error(inOneText(error));
		}
	}
}
