export const HOSTED_URL = 'https://app.datagym.ai';

/**
 * The address that paths such as `/api/v1/project` are appended to: scheme, host and sub-path, without a trailing slash.
 * People paste it with a slash, with `/api/v1`, or without a scheme.
 *
 * @returns undefined if the text is no http(s) address, or carries a user name, which would end up in logs.
 */
export function normalizeBaseUrl(text: string): string | undefined {
	const trimmed = text.trim();
	const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
	const url = parseUrl(withScheme);
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
