import type { AxiosResponse, RawAxiosResponseHeaders } from 'axios';
import { httpClient } from '../support/httpClient';
import type { Emulator } from './start';

export interface Answer<T> {
	status: number;
	/** Lower-case names. */
	headers: RawAxiosResponseHeaders;
	text: string;
	json: T;
}

/** One request to an emulator with its token; bodies other than Buffers are sent as JSON. An answer of any status is returned. */
export async function ask<T = unknown>(
	server: Emulator,
	method: string,
	path: string,
	body?: unknown,
	headers: Record<string, string> = {},
): Promise<Answer<T>> {
	const type = Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json';
	const answer: AxiosResponse<string> = await httpClient({ baseURL: server.url, validateStatus: null }).request({
		method,
		url: path,
		data: body,
		headers: {
			Authorization: `Token ${server.token}`,
			...(body === undefined ? {} : { 'Content-Type': type }),
			...headers,
		},
		responseType: 'text',
		transformResponse: (text: string) => text,
	});
	const { status, data: text } = answer;
	return { status, headers: answer.headers, text, json: (/^[[{]/.test(text) ? JSON.parse(text) : undefined) as T };
}
