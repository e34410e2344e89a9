import * as z from 'zod/v4-mini';
import { byteStreamOf } from './byteSource';
import type { ByteStream } from './byteStream';
import { DataGymError, refused, unreachable, unreadable } from './errors';
import { errorBody, type ErrorBody } from './wire';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';

export interface HttpRequest {
	readonly method: Method;
	readonly url: string;
	readonly query?: Readonly<Record<string, string | number | boolean>>;
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: string | Buffer | ByteStream;
	readonly answerAs: 'text' | 'stream';
	/** Milliseconds without a byte; the real server's exports take longer than any total limit. */
	readonly idleTimeout: number;
}

export interface HttpAnswer {
	readonly status: number;
	readonly headers: Readonly<Record<string, unknown>>;
	readonly body: unknown;
}

/** Sends with the credential's token. Answers of any status are returned; only a request without an answer throws. */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>;

export interface ApiRequest {
	readonly method: Method;
	/** Below `/api/v1`, made by `path`, so that IDs cannot leave their segment. */
	readonly path: string;
	readonly query?: HttpRequest['query'];
	readonly headers?: Readonly<Record<string, string>>;
	/** Made anew for each try, since a stream can be read once only. */
	readonly body?: () => Promise<string | Buffer | ByteStream> | string;
}

export interface StreamAnswer {
	/** Fails with a DataGymError while it is read, when the server breaks off or sends nothing for longer than the time limit. */
	readonly stream: ByteStream;
	readonly contentType: string;
	/** From Content-Disposition, decoded; empty if there is none. */
	readonly fileName: string;
}

export interface TransportOptions {
	readonly baseUrl: string;
	readonly idleTimeout: number;
	/** Ends early, with an error, when the signal is given and fires. */
	readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
	/** How often a request that changes nothing is sent again after a passing fault. */
	readonly retries: number;
}

/** An error text can be a whole HTML page; more than this is not read. */
const ERROR_BYTES = 64 * 1024;
const PASSING_FAULTS = new Set([408, 425, 429, 502, 503, 504]);
const LONGEST_WAIT = 30_000;
const IDLE = Symbol('idle');

/** The one place that speaks HTTP: builds, sends, retries, parses and turns what is wrong into a `DataGymError`. */
export class Transport {
	constructor(
		private readonly send: Send,
		private readonly options: TransportOptions,
	) {}

	get baseUrl(): string {
		return this.options.baseUrl;
	}

	/** Sends, and parses the JSON of the answer; an empty answer is `undefined` to the schema. */
	async json<Schema extends z.ZodMiniType>(request: ApiRequest, schema: Schema): Promise<z.output<Schema>> {
		const { status, body } = await this.exchange(request, 'text');
		const content = typeof body === 'string' ? body : '';
		const parsed = parseJson(content);
		if (!parsed.ok) throw unreadable(request, status, describeContent(content));
		const result = z.safeParse(schema, parsed.value);
		if (!result.success) throw unreadable(request, status, describeIssue(result.error.issues[0]));
		return result.data;
	}

	/** Sends, and returns the answer's bytes as they come. */
	async stream(request: ApiRequest): Promise<StreamAnswer> {
		const { status, headers, body } = await this.exchange(request, 'stream');
		if (!isByteStream(body)) throw unreadable(request, status, 'no data came');
		return {
			stream: byteStreamOf(this.unlessStalled(request, body)),
			contentType: header(headers, 'content-type'),
			fileName: fileNameOf(header(headers, 'content-disposition')),
		};
	}

	/** Once an answer has begun, n8n's own time limit does not count any more, and a server that falls silent is waited for without end. */
	private async *unlessStalled(request: ApiRequest, stream: ByteStream): AsyncGenerator<Buffer> {
		const chunks = stream[Symbol.asyncIterator]();
		try {
			for (;;) {
				const next = await this.unlessIdle(chunks.next()).catch((error: unknown) => {
					throw unreachable(request, codeOf(error));
				});
				if (next === IDLE) throw unreachable(request, 'ETIMEDOUT');
				if (next.done === true) return;
				yield Buffer.isBuffer(next.value) ? next.value : Buffer.from(String(next.value));
			}
		} finally {
			stream.destroy();
		}
	}

	private async unlessIdle<Value>(work: Promise<Value>): Promise<Value | typeof IDLE> {
		const done = new AbortController();
		const idle = this.options.sleep(this.options.idleTimeout, done.signal).then(
			(): typeof IDLE => IDLE,
			(): typeof IDLE => IDLE,
		);
		return await Promise.race([work, idle]).finally(() => done.abort());
	}

	private async exchange(request: ApiRequest, answerAs: 'text' | 'stream'): Promise<HttpAnswer> {
		for (let attempt = 0; ; attempt++) {
			const outcome = await this.attempt(request, answerAs);
			if (!(outcome instanceof DataGymError)) return outcome;
			const wait = this.waitBeforeRetry(request, outcome, attempt);
			if (wait === undefined) throw outcome;
			await this.options.sleep(wait);
		}
	}

	private async attempt(request: ApiRequest, answerAs: 'text' | 'stream'): Promise<HttpAnswer | DataGymError> {
		const body = await request.body?.();
		const answer = await this.send({
			method: request.method,
			url: `${this.options.baseUrl}/api/v1/${request.path}`,
			query: request.query,
			headers: { Accept: '*/*', ...request.headers },
			body,
			answerAs,
			idleTimeout: this.options.idleTimeout,
		}).catch((error: unknown) => unreachable(request, codeOf(error)));
		if (answer instanceof DataGymError) return answer;
		if (answer.status >= 200 && answer.status < 300) return answer;
		const content = isByteStream(answer.body) ? await readStart(answer.body) : answer.body;
		return Object.assign(refused(request, answer.status, errorBodyOf(content)), { retryAfter: retryAfter(answer.headers) });
	}

	/** Only requests that change nothing are repeated, and only after faults that pass; `ex_gen_…` are answers. */
	private waitBeforeRetry(request: ApiRequest, error: DataGymError & { retryAfter?: number }, attempt: number): number | undefined {
		if (attempt >= this.options.retries || !['GET', 'HEAD'].includes(request.method)) return undefined;
		const passes =
			error.failure.kind === 'unreachable'
				? ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'EAI_AGAIN'].includes(error.key ?? '')
				: PASSING_FAULTS.has(error.status ?? 0) && error.key !== 'ex_service_unavailable';
		if (!passes) return undefined;
		const backoff = 250 * 2 ** attempt * (0.5 + Math.random());
		return Math.min(LONGEST_WAIT, error.retryAfter ?? backoff);
	}
}

/** Headers of a request with a JSON body. */
export const JSON_BODY = { 'Content-Type': 'application/json' };

/** `path\`dataset/${id}\`` with each value encoded as one segment. */
export function path(strings: TemplateStringsArray, ...values: readonly string[]): string {
	return strings.reduce((done, literal, index) => `${done}${encodeURIComponent(values[index - 1] ?? '')}${literal}`);
}

type Parsed = { ok: true; value: unknown } | { ok: false };

function parseJson(content: string): Parsed {
	if (content.trim() === '') return { ok: true, value: undefined };
	try {
		return { ok: true, value: JSON.parse(content) };
	} catch {
		return { ok: false };
	}
}

function errorBodyOf(content: unknown): ErrorBody | undefined {
	const parsed = typeof content === 'string' ? parseJson(content) : { ok: false };
	if (!('value' in parsed)) return undefined;
	const result = z.safeParse(errorBody, parsed.value);
	return result.success ? result.data : undefined;
}

function describeContent(content: string): string {
	if (/^\s*</.test(content)) return 'it is a web page';
	return 'it is no JSON, or was cut on the way';
}

function describeIssue(issue: { path: PropertyKey[]; message: string } | undefined): string {
	if (issue === undefined) return 'its form is not known';
	const where = issue.path.length === 0 ? 'it' : `“${issue.path.map(String).join('.')}”`;
	return `${where} is not as expected`;
}

async function readStart(stream: ByteStream): Promise<string> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of stream) {
		const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
		chunks.push(bytes);
		length += bytes.length;
		if (length > ERROR_BYTES) break;
	}
	return Buffer.concat(chunks).toString('utf8');
}

function isByteStream(body: unknown): body is ByteStream {
	return typeof body === 'object' && body !== null && 'pipe' in body && typeof body.pipe === 'function';
}

function header(headers: HttpAnswer['headers'], name: string): string {
	const value = headers[name];
	return typeof value === 'string' ? value : '';
}

function retryAfter(headers: HttpAnswer['headers']): number | undefined {
	const value = header(headers, 'retry-after');
	if (value === '') return undefined;
	const seconds = Number(value);
	const milliseconds = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
	return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}

/** DataGym URL-encodes the name, with `+` for blanks (CONTRACT.md, section 4). */
function fileNameOf(disposition: string): string {
	const encoded = /filename="([^"]*)"/.exec(disposition)?.[1] ?? '';
	try {
		return decodeURIComponent(encoded.replace(/\+/g, ' '));
	} catch {
		return encoded;
	}
}

/** The code of a network error, wherever axios and n8n have wrapped it. */
function codeOf(error: unknown): string {
	for (let current: unknown = error, depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth++) {
		const { code, cause, errorResponse } = current as { code?: unknown; cause?: unknown; errorResponse?: unknown };
		if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code) && code !== 'ERR_BAD_REQUEST') return code;
		current = cause ?? errorResponse;
	}
	return '';
}
