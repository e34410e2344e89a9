import axios from 'axios';
import type { HttpAnswer, HttpRequest, Send } from '@datagym/client';

/** The client's requests without n8n, for what no operation of the node does, such as sending what it would refuse. */
export function sendDirectly(token?: string): Send {
	return async ({ method, url, query, headers, body, idleTimeout }: HttpRequest): Promise<HttpAnswer> => {
		const answer = await axios.request<unknown>({
			method,
			url,
			params: query,
			headers: { ...headers, ...(token !== undefined && { Authorization: `Token ${token}` }) },
			data: body,
			timeout: idleTimeout,
			maxRedirects: 0,
			responseType: 'stream',
			validateStatus: null,
		});
		return { status: answer.status, headers: { ...answer.headers }, body: answer.data };
	};
}
