import type { ByteStream } from './streams';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';

/** A request as it goes out, but for the token. */
export interface HttpRequest {
	readonly method: Method;
	readonly url: string;
	readonly query?: Readonly<Record<string, string | number | boolean>> | undefined;
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: string | Buffer | ByteStream | undefined;
	/** Milliseconds without a byte; the real server's exports take longer than any total limit. */
	readonly idleTimeout: number;
	/** Whether it goes on when the execution is canceled. */
	readonly isInsisting?: boolean | undefined;
}

export interface HttpAnswer {
	readonly status: number;
	readonly headers: Headers;
	/** A stream of bytes; anything else counts as no body. */
	readonly body: unknown;
}

/** Sends with the credential's token. Answers of any status are returned; only a request without an answer throws. */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>;

/** Fetches from another place than the server, without anything of the credential. Redirects are answers, too. */
export type FetchLink = (url: string, idleTimeout: number, signal?: AbortSignal) => Promise<HttpAnswer>;

/** Where the API for tokens begins. */
export const API_FOR_TOKENS = 'api/v1';

/** A request to the API, as endpoints make it. */
export interface ApiRequest {
	readonly method: Method;
	/** Where the path begins, `api/v1` if it is missing. */
	readonly root?: 'api';
	/** Made by `path`, so that IDs cannot leave their segment. */
	readonly path: string;
	readonly query?: HttpRequest['query'];
	readonly headers?: Readonly<Record<string, string>>;
	/** Sent as the JSON body. */
	readonly json?: object;
	/** Makes another body, anew for each try, since a stream can be read once only. */
	readonly body?: () => Promise<string | Buffer | ByteStream>;
	/** The answer grows with the labels of an image, the frames of a video, or what was sent. */
	readonly isLarge?: boolean;
}

export interface StreamAnswer {
	/** Fails with a DataGymError while it is read, when the server breaks off or sends nothing for longer than the time limit. */
	readonly stream: ByteStream;
	readonly contentType: string;
	/** The name in Content-Disposition, decoded; empty if there is none. */
	readonly fileName: string;
}

/** `path\`dataset/${id}\`` with each value encoded as one segment. */
export function path(strings: TemplateStringsArray, ...values: readonly string[]): string {
	return strings.reduce((done, literal, index) => `${done}${segment(values[index - 1] ?? '')}${literal}`);
}

/** Dots alone would be a step to another address, encoded or not, and a half of a surrogate pair cannot be encoded. */
function segment(value: string): string {
	if (value === '.' || value === '..') return value.replaceAll('.', '%252E');
	return encodeURIComponent(value.toWellFormed());
}

export type Headers = Readonly<Record<string, unknown>>;

export function header(headers: Headers, name: string): string {
	const value = headers[name];
	return typeof value === 'string' ? value : '';
}

/** Whether the answer is said to be for people or programs to read, such as a login page. */
export const isText = (headers: Headers) =>
	/^(text\/|application\/(json|xml|xhtml))/i.test(header(headers, 'content-type'));

/** @returns the milliseconds that the server wants to be left alone; undefined if it names no time to come: at once is too soon. */
export function retryAfter(headers: Headers): number | undefined {
	const value = header(headers, 'retry-after');
	const seconds = Number(value);
	const milliseconds = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
	return milliseconds > 0 ? milliseconds : undefined;
}

/** DataGym URL-encodes the name, with `+` for blanks (docs/contract.md#download-an-image). */
export function fileNameOf(disposition: string): string {
	const encoded = /filename="([^"]*)"/.exec(disposition)?.[1] ?? '';
	try {
		return decodeURIComponent(encoded.replace(/\+/g, ' '));
	} catch {
		return encoded;
	}
}
