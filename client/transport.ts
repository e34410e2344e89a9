import type * as z from 'zod/v4-mini';
import {
	errorBodyOf,
	fileNameOf,
	header,
	isByteStream,
	isText,
	isWebPage,
	parseJson,
	readAs,
	retryAfter,
	startOf,
	textOf,
	type Headers,
} from './answer';
import { parseUrl } from './baseUrl';
import { byteStreamOf } from './byteSource';
import type { ByteStream } from './byteStream';
import { canceled, refused, tooLarge, unlinked, unreachable, unreadable } from './errors';
import { RetryPolicy, type RetryOptions } from './retryPolicy';
import { persist } from './retry';
import { IDEMPOTENT, NEVER_RETRY, type Idempotency } from './idempotency';
import { withIdleTimeout } from './idleTimeout';
import { RateLimiter, type Limits, type Sleep } from './rateLimiter';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';

export interface HttpRequest {
	readonly method: Method;
	readonly url: string;
	readonly query?: Readonly<Record<string, string | number | boolean>>;
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: string | Buffer | ByteStream;
	/** Milliseconds without a byte; the real server's exports take longer than any total limit. */
	readonly idleTimeout: number;
}

export interface HttpAnswer {
	readonly status: number;
	readonly headers: Headers;
	/** A stream of bytes; anything else counts as no body. */
	readonly body: unknown;
}

/** Sends with the credential's token. Answers of any status are returned; only a request without an answer throws. */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>;

/** Fetches from another place than the server, without anything of the credential. */
export type FetchLink = (url: string, idleTimeout: number) => Promise<HttpAnswer>;

export interface ApiRequest {
	readonly method: Method;
	/** Below `/api/v1`, made by `path`, so that IDs cannot leave their segment. */
	readonly path: string;
	readonly query?: HttpRequest['query'];
	readonly headers?: Readonly<Record<string, string>>;
	/** Made anew for each try, since a stream can be read once only. */
	readonly body?: () => Promise<string | Buffer | ByteStream> | string;
	/** The answer grows with the project or the organization. */
	readonly isLarge?: boolean;
}

export interface StreamAnswer {
	/** Fails with a DataGymError while it is read, when the server breaks off or sends nothing for longer than the time limit. */
	readonly stream: ByteStream;
	readonly contentType: string;
	/** From Content-Disposition, decoded; empty if there is none. */
	readonly fileName: string;
}

export interface TransportOptions extends RetryOptions {
	readonly baseUrl: string;
	readonly idleTimeout: number;
	readonly limits: Limits;
	/** Ends early, with an error, when the signal is given and fires. */
	readonly sleep: Sleep;
	/** Ends every wait and request. */
	readonly signal?: AbortSignal;
	readonly fetchLink?: FetchLink;
}

/** An error text can be a whole HTML page; more than this is not read. */
const ERROR_BYTES = 64 * 1024;
const SMALL_ANSWER = 16 * 1024 * 1024;
/** The datasets of an organization with a million images, by 165 bytes an image; the JSON of more would not fit into n8n's memory. */
const LARGE_ANSWER = 192 * 1024 * 1024;
const READING: readonly Method[] = ['GET', 'HEAD'];
/** Clocks and databases count in seconds. */
const CLOCK_SLACK = 2_000;
/** Answers in a row that break off without anything new. */
const MOST_FRUITLESS = 4;

/** The one place that speaks HTTP: builds, sends, repeats, parses and turns what is wrong into a `DataGymError`. */
export class Transport {
	private readonly gate: RateLimiter;
	private isServerKnown = false;
	/** Milliseconds by which the server's clock is ahead. */
	private clockLead: number | undefined;

	constructor(
		private readonly send: Send,
		private readonly options: TransportOptions,
	) {
		this.gate = RateLimiter.of(options.baseUrl);
	}

	get baseUrl(): string {
		return this.options.baseUrl;
	}

	/** Sends, and parses the JSON of the answer; an empty answer is `undefined` to the schema. */
	async json<Schema extends z.ZodMiniType>(
		request: ApiRequest,
		schema: Schema,
		repeat?: Idempotency<z.output<Schema>>,
	): Promise<z.output<Schema>> {
		return await this.persist(request, repeat, async () =>
			this.parse(request, schema, await this.exchangeText(request)),
		);
	}

	/**
	 * Sends, and returns the answer's bytes as they come.
	 *
	 * @param isPicture whether the bytes are those of a picture: the same each time, so that a broken answer is asked for again and
	 * goes on where it broke off.
	 */
	async stream(request: ApiRequest, isPicture = false): Promise<StreamAnswer> {
		const open = isPicture
			? async () => await this.exchangePicture(request)
			: async () => await this.exchangeStream(request);
		const first = await this.persist(request, IDEMPOTENT, open);
		const bytes = isPicture ? this.resuming(request, first) : this.unlessStalled(request, first.body);
		return {
			stream: byteStreamOf(bytes, () => first.body.destroy()),
			contentType: header(first.headers, 'content-type'),
			fileName: fileNameOf(header(first.headers, 'content-disposition')),
		};
	}

	private async persist<Value>(
		request: ApiRequest,
		repeat: Idempotency<Value> | undefined,
		attempt: () => Promise<Value>,
	): Promise<Value> {
		const isReading = READING.includes(request.method);
		const policy = new RetryPolicy(this.options);
		const begun = Date.now();
		return await persist(attempt, {
			repeat: repeat ?? (isReading ? IDEMPOTENT : NEVER_RETRY),
			isReading,
			waitAfter: (error) => policy.next(error, this.isServerKnown),
			pause: async (wait) =>
				await this.options.sleep(wait, this.options.signal).catch(() => this.failIfCanceled(request)),
			since: () => (this.clockLead === undefined ? undefined : begun + this.clockLead - CLOCK_SLACK),
		});
	}

	private async exchangeText(request: ApiRequest): Promise<{ status: number; content: string }> {
		return await this.pass(request, async () => {
			const { status, headers, body } = await this.exchange(request);
			const most = request.isLarge === true ? LARGE_ANSWER : SMALL_ANSWER;
			const isHuge = Number(header(headers, 'content-length')) > most;
			if (isHuge) body.destroy();
			const content = isHuge ? undefined : await textOf(this.unlessStalled(request, body), most);
			if (content === undefined)
				throw tooLarge(request, status, most, READING.includes(request.method) ? undefined : 'unknown');
			return { status, content };
		});
	}

	private parse<Schema extends z.ZodMiniType>(
		request: ApiRequest,
		schema: Schema,
		{ status, content }: { status: number; content: string },
	): z.output<Schema> {
		const isReading = READING.includes(request.method);
		const parsed = parseJson(content);
		if (!parsed.ok) {
			// A web page does not turn into DataGym by asking again; but whether a change was made stays open.
			if (isWebPage(content)) throw unreadable(request, status, 'it is a web page', isReading ? undefined : 'unknown');
			throw unreadable(request, status, 'it is no JSON, or was cut on the way', 'unknown');
		}
		const read = readAs(schema, parsed.value);
		if (read.ok) return read.value;
		const isEmpty = parsed.value === undefined;
		throw unreadable(
			request,
			status,
			isEmpty ? 'it is empty' : read.issue,
			isEmpty || !isReading ? 'unknown' : undefined,
		);
	}

	private async exchangeStream(request: ApiRequest): Promise<{ headers: Headers; body: ByteStream }> {
		const { headers, body } = await this.pass(request, async () => await this.exchange(request));
		return { headers, body };
	}

	/** Of media in S3, DataGym answers with a signed link as a text (CONTRACT.md, section 4). */
	private async exchangePicture(request: ApiRequest): Promise<{ headers: Headers; body: ByteStream }> {
		const answer = await this.exchangeStream(request);
		if (!isText(answer.headers)) return answer;
		const url = parseUrl((await startOf(this.unlessStalled(request, answer.body), ERROR_BYTES)).trim());
		const { fetchLink, idleTimeout } = this.options;
		if (url === undefined || fetchLink === undefined) throw unreadable(request, 200, 'it is a text and no picture');
		const linked = await fetchLink(url.href, idleTimeout).catch((error: unknown) => this.fail(request, error));
		if (linked.status === 200 && isByteStream(linked.body)) return { headers: linked.headers, body: linked.body };
		throw unlinked(request, url.host, linked.status);
	}

	/** One try. An answer that is no success is thrown. What was not sent of a file is given up, or it would stay open. */
	private async exchange(request: ApiRequest): Promise<{ status: number; headers: Headers; body: ByteStream }> {
		const content = await request.body?.();
		return await this.answerTo(request, content).finally(() => {
			if (isByteStream(content)) content.destroy();
		});
	}

	private async answerTo(
		request: ApiRequest,
		content: HttpRequest['body'],
	): Promise<{ status: number; headers: Headers; body: ByteStream }> {
		const answer = await this.send({
			method: request.method,
			url: `${this.options.baseUrl}/api/v1/${request.path}`,
			query: request.query,
			headers: { Accept: '*/*', ...request.headers },
			body: content,
			idleTimeout: this.options.idleTimeout,
		}).catch((error: unknown) => this.fail(request, error));
		const { status, headers } = answer;
		const body = isByteStream(answer.body) ? answer.body : NO_BYTES;
		if (status >= 200 && status < 300) {
			this.isServerKnown = true;
			this.clockLead = leadOf(headers) ?? this.clockLead;
			return { status, headers, body };
		}
		const error = errorBodyOf(await startOf(this.unlessStalled(request, body), ERROR_BYTES).catch(() => ''));
		this.isServerKnown ||= error?.key !== undefined;
		throw refused(request, status, error, retryAfter(headers));
	}

	/** The bytes, from as many answers as it takes. */
	private async *resuming(request: ApiRequest, first: { headers: Headers; body: ByteStream }): AsyncGenerator<Buffer> {
		const length = header(first.headers, 'content-length');
		let body = first.body;
		let fruitless = 0;
		for (let given = 0; ; ) {
			const before = given;
			let position = 0;
			try {
				for await (const chunk of this.unlessStalled(request, body)) {
					const fresh = chunk.subarray(Math.max(0, given - position));
					position += chunk.length;
					given += fresh.length;
					if (fresh.length > 0) yield fresh;
				}
				if (given === 0) throw unreadable(request, 200, 'it is empty', 'unknown');
				if (position < given)
					throw unreadable(request, 200, 'it is shorter than what had come of it before', 'unknown');
				return;
			} catch (error) {
				fruitless = given > before ? 0 : fruitless + 1;
				body = await this.askAgain(request, length, error, fruitless < MOST_FRUITLESS);
			}
		}
	}

	private async askAgain(
		request: ApiRequest,
		length: string,
		broken: unknown,
		isWorthwhile: boolean,
	): Promise<ByteStream> {
		if (!isWorthwhile) throw broken;
		let isFirst = true;
		const { headers, body } = await this.persist(request, IDEMPOTENT, async () => {
			if (!isFirst) return await this.exchangePicture(request);
			isFirst = false;
			throw broken;
		});
		const newLength = header(headers, 'content-length');
		if (newLength === length || newLength === '' || length === '') return body;
		body.destroy();
		throw broken;
	}

	private unlessStalled(request: ApiRequest, stream: ByteStream): AsyncGenerator<Buffer> {
		const { idleTimeout, sleep } = this.options;
		return withIdleTimeout(stream, { idleTimeout, sleep, fail: (error) => this.fail(request, error) });
	}

	private async pass<Value>(request: ApiRequest, work: () => Promise<Value>): Promise<Value> {
		const { limits, sleep, signal } = this.options;
		return await this.gate.pass(limits, sleep, signal, work).catch((error: unknown) => {
			this.failIfCanceled(request);
			throw error;
		});
	}

	private fail(request: ApiRequest, error: unknown): never {
		this.failIfCanceled(request);
		throw unreachable(request, codeOf(error));
	}

	private failIfCanceled(request: ApiRequest): void {
		if (this.options.signal?.aborted === true) throw canceled(request);
	}
}

/** Headers of a request with a JSON body. */
export const JSON_BODY = { 'Content-Type': 'application/json' };

/** `path\`dataset/${id}\`` with each value encoded as one segment. */
export function path(strings: TemplateStringsArray, ...values: readonly string[]): string {
	return strings.reduce((done, literal, index) => `${done}${encodeURIComponent(values[index - 1] ?? '')}${literal}`);
}

const NO_BYTES = byteStreamOf(noBytes());

async function* noBytes(): AsyncGenerator<Uint8Array> {}

function leadOf(headers: Headers): number | undefined {
	const time = Date.parse(header(headers, 'date'));
	return Number.isNaN(time) ? undefined : time - Date.now();
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
