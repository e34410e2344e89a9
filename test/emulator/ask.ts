import type { Emulator } from './start';

export interface Answer<T> {
	status: number;
	headers: Headers;
	text: string;
	json: T;
}

/** One request to an emulator with its token; bodies other than Buffers are sent as JSON. */
export async function ask<T = unknown>(
	server: Emulator,
	method: string,
	path: string,
	body?: unknown,
	headers: Record<string, string> = {},
): Promise<Answer<T>> {
	const isBytes = Buffer.isBuffer(body);
	const response = await fetch(server.url + path, {
		method,
		headers: {
			Authorization: `Token ${server.token}`,
			...(body === undefined || isBytes ? {} : { 'Content-Type': 'application/json' }),
			...headers,
		},
		body: body === undefined ? undefined : isBytes ? new Uint8Array(body) : JSON.stringify(body),
	});
	const text = await response.text();
	return {
		status: response.status,
		headers: response.headers,
		text,
		json: (/^[[{]/.test(text) ? JSON.parse(text) : undefined) as T,
	};
}
