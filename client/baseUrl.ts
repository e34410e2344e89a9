export const HOSTED_URL = 'https://app.datagym.ai';

interface Problem {
	readonly message: string;
	readonly remedy: string;
}

/** What is wrong with a text that is no base URL. */
export function baseUrlProblem(text: string): Problem {
	const trimmed = text.trim();
	if (isAmbiguous(trimmed) && normalizeBaseUrl(`http://${trimmed}`) !== undefined)
		return {
			message: 'The base URL in the DataGym credential does not start with http:// or https://',
			remedy: `Enter it in full, such as http://${trimmed}`,
		};
	return {
		message: 'The base URL in the DataGym credential is not a valid URL',
		remedy: 'Enter one such as https://datagym.example.com in the credential.',
	};
}

/** Whether https cannot be taken for granted: no scheme, and a host of one's own machine or network. */
function isAmbiguous(text: string): boolean {
	if (SCHEME.test(text)) return false;
	const host = parseUrl(`http://${text}`)?.hostname ?? '';
	return host !== '' && (!host.includes('.') || /^[\d.]+$/.test(host));
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/**
 * The address that paths such as `/api/v1/project` are appended to: scheme, host and sub-path, without a trailing slash.
 * People paste it with a slash, with `/api/v1`, or without a scheme.
 *
 * @returns undefined if the text is no http(s) address, may mean another scheme than https, or carries a user name, which would
 * end up in logs.
 */
export function normalizeBaseUrl(text: string): string | undefined {
	const trimmed = text.trim();
	if (isAmbiguous(trimmed)) return undefined;
	const url = parseUrl(SCHEME.test(trimmed) ? trimmed : `https://${trimmed}`);
	if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '') {
		return undefined;
	}
	const path = url.pathname
		.replace(/\/+/g, '/')
		.replace(/\/$/, '')
		.replace(/\/api(\/v1)?$/, '');
	return `${url.origin}${path}`;
}

/** Whether the address lies on the server, so that the token may be sent to it. */
export function isOnServer(address: string, baseUrl: string): boolean {
	const target = parseUrl(address);
	const server = parseUrl(baseUrl);
	if (target === undefined || server === undefined) return false;
	const path = server.pathname.replace(/\/$/, '');
	return target.origin === server.origin && (target.pathname === path || target.pathname.startsWith(`${path}/`));
}

export function parseUrl(text: string): URL | undefined {
	return URL.canParse(text) ? new URL(text) : undefined;
}
