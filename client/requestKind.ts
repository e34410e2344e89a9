import { API_FOR_TOKENS, type ApiRequest } from './http';

/** Bytes; smaller ones take no time of their own. */
const SMALL = 2 ** 16;

/** What requests that take equally long have in common: the endpoint, and how much is sent, within a factor of two. */
export function kindOf({ method, root, path, headers, json }: ApiRequest): string {
	const endpoint = path
		.split('/')
		.map((part) => (/\d/.test(part) ? '*' : part))
		.join('/');
	const bytes = Number(headers?.['Content-Length'] ?? 0);
	const elements = Array.isArray(json) ? json.length : 0;
	const size = Math.floor(Math.log2(bytes > SMALL ? bytes / SMALL : 1)) + Math.floor(Math.log2(elements + 1));
	return `${method} ${root ?? API_FOR_TOKENS}/${endpoint} ${size}`;
}
