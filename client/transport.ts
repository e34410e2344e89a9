import { explainRefusal, shownBy, withLoginOfProxy, type Shown } from './access';
import { parseAnswer, parseErrorBody, readPieces, type TextAnswer } from './answer';
import type { NewReader } from './answerReaders';
import { parseUrl } from './baseUrl';
import { decoderFor, withoutUtf16 } from './charset';
import {
	canceled,
	forbiddenLink,
	isDataGymError,
	refused,
	tooLarge,
	unlinked,
	unreachable,
	unreadable,
	type DataGymError,
} from './errors';
import {
	API_FOR_TOKENS,
	fileNameOf,
	header,
	isText,
	retryAfter,
	type ApiRequest,
	type FetchLink,
	type Headers,
	type HttpRequest,
	type Send,
	type StreamAnswer,
} from './http';
import { IDEMPOTENT, NEVER_RETRY, type Idempotency } from './idempotency';
import { linkObstacle } from './linkRules';
import { LinkFetcher } from './links';
import { networkCode, TRICKLING } from './networkErrors';
import { RateLimiter, type Asker, type Limits, type Sleep } from './rateLimiter';
import { kindOf } from './requestKind';
import { resumeWhenBroken, type OpenAnswer } from './resume';
import { retry, RetryPolicy, type RetryOptions } from './retry';
import { byteStreamOf, isByteStream, readStart, readText, withIdleTimeout, type ByteStream } from './streams';
import { secretRemover } from './secrets';
import { mapErrorBody, type ErrorBody } from './wire/answers';
import type { Schema } from './wire/schema';

export interface TransportOptions extends RetryOptions {
	readonly baseUrl: string;
	/** Milliseconds without a byte. */
	readonly idleTimeout: number;
	readonly limits: Limits;
	/** Ends early, with an error, when the signal is given and fires. */
	readonly sleep: Sleep;
	/** Lets others have their turn in the middle of a long answer. */
	readonly giveWay?: () => Promise<void>;
	/** Ends every wait and request. */
	readonly signal?: AbortSignal | undefined;
	readonly fetchLink?: FetchLink;
	/** Whether requests go on when the execution is canceled. */
	readonly isInsisting?: boolean;
	/** What must be in no text that is shown, whatever the server writes. */
	readonly secrets?: readonly string[];
	/** Whether the credential is that of a server which has no tokens. */
	readonly isWithoutToken?: boolean;
}

/** An error text can be a whole HTML page; more than this is not read. */
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_SMALL_ANSWER_BYTES = 16 * 1024 * 1024;
/** What grows with one image, task or video; its JSON as a whole must fit into n8n's memory. */
const MAX_LARGE_ANSWER_BYTES = 192 * 1024 * 1024;
/** Things begun for each request that may be under way. */
const AHEAD = 1.5;
/** Milliseconds; clocks and databases count in seconds. */
const CLOCK_SLACK = 2_000;

/** What is learned of a server by its answers. */
interface ServerFacts {
	/** Whether it has answered as DataGym does. */
	isKnown: boolean;
	/** Milliseconds by which its clock is ahead. */
	clockLead: number | undefined;
	/** What it shows to a question that is asked to explain a refusal, by its address. */
	readonly shown: Map<string, Promise<Shown>>;
}

/** The one place that speaks HTTP: builds, sends, retries, parses and turns what is wrong into a `DataGymError`. */
export class Transport {
	/** For pictures on other hosts. */
	readonly links: LinkFetcher;
	private readonly limiter: RateLimiter;
	private readonly withoutSecrets: (text: string) => string;

	constructor(
		private readonly send: Send,
		private readonly options: TransportOptions,
		private readonly server: ServerFacts = { isKnown: false, clockLead: undefined, shown: new Map() },
	) {
		this.limiter = RateLimiter.of(options.baseUrl);
		this.withoutSecrets = secretRemover(options.secrets ?? []);
		this.links = new LinkFetcher(options);
	}

	get baseUrl(): string {
		return this.options.baseUrl;
	}

	/** How many requests are worth preparing: as many as may be under way, and some that wait while those are prepared. */
	get atOnce(): number {
		return Math.min(this.options.limits.concurrency, Math.ceil(this.limiter.limit * AHEAD));
	}

	/** The same server, with another patience. */
	with(changes: Partial<RetryOptions>): Transport {
		return new Transport(this.send, { ...this.options, ...changes }, this.server);
	}

	/**
	 * To the same server, for what must not be left half-done: it goes on when the execution is canceled, and has twice the
	 * time for trying again, for all of its requests together.
	 *
	 * @param least milliseconds of that time.
	 */
	insisting(least: number): Transport {
		const { options, send, server } = this;
		const retryFor = Math.max(least, 2 * options.retryFor);
		const insistence = { retryFor, retryUntil: Date.now() + retryFor, isUnattended: true, isInsisting: true };
		return new Transport(send, { ...options, ...insistence, signal: undefined }, server);
	}

	/** Sends, and parses the JSON of the answer; an empty answer is `undefined` to the schema. */
	async json<Value>(request: ApiRequest, schema: Schema<Value>, idempotency?: Idempotency<Value>): Promise<Value> {
		return await this.retry(request, idempotency, async () =>
			parseAnswer(request, schema, await this.exchangeText(request), isReadOnly(request)),
		);
	}

	/** Sends, and reads the answer piece by piece while it arrives: what grows with the user's success has no limit as a whole. */
	async elements<Value>(request: ApiRequest, newReader: NewReader<Value>): Promise<Value> {
		return await this.retry(
			request,
			IDEMPOTENT,
			async () =>
				await this.limit(request, async () => {
					const { status, headers, body } = await this.exchange(request);
					const chunks = withoutUtf16(this.read(request, body), headers);
					return await readPieces(request, status, chunks, newReader(decoderFor(headers)), this.options.giveWay);
				}),
		);
	}

	/** Requests that mean something together only, and change nothing: if one fails, all are sent again. */
	async retryTogether<Value>(
		first: ApiRequest,
		attempt: (ask: (request: ApiRequest) => Promise<unknown>) => Promise<Value>,
	): Promise<Value> {
		const ask = async (request: ApiRequest) => await this.exchangeText(request);
		return await this.retry(first, IDEMPOTENT, async () => await attempt(ask));
	}

	/**
	 * Sends, and returns the answer's bytes as they come.
	 *
	 * @param isPicture whether the bytes are those of a picture: the same each time, so that a broken answer is asked for again and
	 * goes on where it broke off.
	 * @param isInS3 whether the server's record of the picture says so, so that a text is a link to it.
	 */
	async stream(request: ApiRequest, isPicture = false, isInS3 = false): Promise<StreamAnswer> {
		const open = async () => await (isPicture ? this.exchangePicture(request, isInS3) : this.exchangeStream(request));
		const first = await this.retry(request, IDEMPOTENT, open);
		const bytes = isPicture ? this.resume(request, first, isInS3) : this.read(request, first.body);
		return {
			stream: byteStreamOf(bytes, () => first.body.destroy()),
			contentType: header(first.headers, 'content-type'),
			fileName: fileNameOf(header(first.headers, 'content-disposition')),
		};
	}

	private async retry<Value>(
		request: ApiRequest,
		idempotency: Idempotency<Value> = isReadOnly(request) ? IDEMPOTENT : NEVER_RETRY,
		attempt: () => Promise<Value>,
	): Promise<Value> {
		const { sleep, signal } = this.options;
		const policy = new RetryPolicy(this.options);
		const startedAt = Date.now();
		return await retry(attempt, {
			idempotency,
			isReadOnly: isReadOnly(request),
			delayAfter: (error) => policy.delayAfter(error, this.server.isKnown, isReadOnly(request)),
			sleep: async (delay) => await sleep(delay, signal).catch(() => this.failIfCanceled(request)),
			startedAt: () =>
				this.server.clockLead === undefined ? undefined : startedAt + this.server.clockLead - CLOCK_SLACK,
		});
	}

	private async exchangeText(request: ApiRequest): Promise<TextAnswer> {
		return await this.limit(request, async () => {
			const { status, headers, body } = await this.exchange(request);
			const maxBytes = request.isLarge === true ? MAX_LARGE_ANSWER_BYTES : MAX_SMALL_ANSWER_BYTES;
			const isHuge = Number(header(headers, 'content-length')) > maxBytes;
			if (isHuge) body.destroy();
			const chunks = withoutUtf16(this.read(request, body), headers);
			const content = isHuge ? undefined : await readText(chunks, maxBytes, decoderFor(headers));
			if (content !== undefined) return { status, content };
			throw tooLarge(request, status, maxBytes, isReadOnly(request) ? undefined : 'unknown');
		});
	}

	private async exchangeStream(request: ApiRequest): Promise<OpenAnswer> {
		return await this.limit(request, async () => await this.exchange(request));
	}

	/** For media in S3, DataGym answers with a signed link as a text (docs/contract.md#download-an-image). */
	private async exchangePicture(request: ApiRequest, isInS3: boolean): Promise<OpenAnswer> {
		const answer = await this.exchangeStream(request);
		if (!isText(answer.headers)) return answer;
		const text = await readStart(this.read(request, answer.body), MAX_ERROR_BYTES, decoderFor(answer.headers));
		const url = isInS3 ? parseUrl(text.trim()) : undefined;
		const { baseUrl, fetchLink, idleTimeout, signal } = this.options;
		if (url === undefined || fetchLink === undefined) throw unreadable(request, 200, 'it is text instead of an image');
		if (linkObstacle(url, baseUrl, 'answer') !== undefined) throw forbiddenLink(request, url.host);
		const linked = await fetchLink(url.href, idleTimeout, signal).catch((error: unknown) => this.fail(request, error));
		if (linked.status === 200 && isByteStream(linked.body)) return { headers: linked.headers, body: linked.body };
		if (isByteStream(linked.body)) linked.body.destroy();
		throw unlinked(request, url.host, linked.status);
	}

	/** One try. An answer that is no success is thrown. What was not sent of a file is given up, or it would stay open. */
	private async exchange(request: ApiRequest): Promise<OpenAnswer & { readonly status: number }> {
		const content = request.json === undefined ? await request.body?.() : JSON.stringify(request.json);
		return await this.answerTo(request, content)
			.catch(async (error: unknown) => {
				throw await this.explained(error);
			})
			.finally(() => {
				if (isByteStream(content)) content.destroy();
			});
	}

	private async explained(error: unknown): Promise<unknown> {
		if (!isDataGymError(error)) return error;
		const { isWithoutToken = false } = this.options;
		return await explainRefusal(error, isWithoutToken, async (request) => await this.look(request));
	}

	/** Without a second try, and once for all refusals. */
	private async look(request: ApiRequest): Promise<Shown> {
		const known = this.server.shown.get(request.path) ?? this.ask(request);
		this.server.shown.set(request.path, known);
		return await known;
	}

	private async ask(request: ApiRequest): Promise<Shown> {
		try {
			const { status, headers, body } = await this.answerTo(request, undefined);
			const content = await readStart(this.read(request, body), MAX_ERROR_BYTES, decoderFor(headers));
			return { status, content };
		} catch (error) {
			return shownBy(error);
		}
	}

	private async answerTo(
		request: ApiRequest,
		content: HttpRequest['body'],
	): Promise<OpenAnswer & { readonly status: number }> {
		const { baseUrl, idleTimeout, isInsisting } = this.options;
		const answer = await this.send({
			method: request.method,
			url: `${baseUrl}/${request.root ?? API_FOR_TOKENS}/${request.path}`,
			query: request.query,
			headers: {
				Accept: '*/*',
				...(request.json === undefined ? {} : { 'Content-Type': 'application/json' }),
				...request.headers,
			},
			body: content,
			idleTimeout,
			isInsisting,
		}).catch((error: unknown) => this.fail(request, error));
		const { status, headers } = answer;
		const body = isByteStream(answer.body) ? answer.body : NO_BYTES;
		if (status >= 200 && status < 300) {
			this.server.isKnown = true;
			this.server.clockLead = clockLeadOf(headers) ?? this.server.clockLead;
			return { status, headers, body };
		}
		const chunks = withoutUtf16(this.read(request, body), headers);
		const text = await readStart(chunks, MAX_ERROR_BYTES, decoderFor(headers)).catch(() => undefined);
		const said = parseErrorBody(text ?? '');
		this.server.isKnown ||= said?.key !== undefined;
		const error = withLoginOfProxy(this.refused(request, status, said, retryAfter(headers)), headers);
		// What DataGym says is lost then: perhaps that an earlier try has done it.
		const isLost = text === undefined && status >= 400 && error.failure.outcome === undefined;
		throw isLost ? error.with({ outcome: 'unknown' }) : error;
	}

	/** The error of an answer in which the server says what is wrong. */
	refused(request: ApiRequest, status: number, body: ErrorBody | undefined, retryAfter?: number): DataGymError {
		return refused(request, status, body && mapErrorBody(body, this.withoutSecrets), retryAfter);
	}

	private resume(request: ApiRequest, first: OpenAnswer, isInS3: boolean): AsyncGenerator<Buffer> {
		return resumeWhenBroken(first, {
			read: (body) => this.read(request, body),
			askAgain: async (broken) => {
				// The answer that broke off is the first try, so that it is waited as after any other failure.
				let isFirst = true;
				return await this.retry(request, IDEMPOTENT, async () => {
					if (!isFirst) return await this.exchangePicture(request, isInS3);
					isFirst = false;
					throw broken;
				});
			},
			unreadable: (what) => unreadable(request, 200, what, 'unknown'),
		});
	}

	private read(request: ApiRequest, stream: ByteStream): AsyncGenerator<Buffer> {
		const { idleTimeout, sleep } = this.options;
		return withIdleTimeout(stream, { idleTimeout, sleep, fail: (error) => this.fail(request, error) });
	}

	private async limit<Value>(request: ApiRequest, work: () => Promise<Value>): Promise<Value> {
		const { limits, sleep, signal } = this.options;
		const asker: Asker = { owner: this.server, kind: kindOf(request), endingOf };
		return await this.limiter.run(limits, sleep, signal, work, asker).catch((error: unknown) => {
			this.failIfCanceled(request);
			throw error;
		});
	}

	private fail(request: ApiRequest, error: unknown): never {
		this.failIfCanceled(request);
		const failure = unreachable(request, networkCode(error), this.options.baseUrl);
		const isOpen = failure.key === TRICKLING && !isReadOnly(request);
		throw isOpen ? failure.with({ outcome: 'unknown' }) : failure;
	}

	private failIfCanceled(request: ApiRequest): void {
		if (this.options.signal?.aborted === true) throw canceled(request);
	}
}

/** A server that is asked too much says so, cuts the connection, or does not answer in time. */
function endingOf(error: unknown): 'overloaded' | 'failed' {
	if (!isDataGymError(error) || !error.isRetryable || error.status === 404) return 'failed';
	return error.failure.kind === 'refused' || error.failure.kind === 'unreachable' ? 'overloaded' : 'failed';
}

/** Whether the request changes nothing on the server. */
const isReadOnly = ({ method }: ApiRequest) => method === 'GET' || method === 'HEAD';

const NO_BYTES = byteStreamOf(noBytes());

async function* noBytes(): AsyncGenerator<Uint8Array> {}

function clockLeadOf(headers: Headers): number | undefined {
	const time = Date.parse(header(headers, 'date'));
	return Number.isNaN(time) ? undefined : time - Date.now();
}
