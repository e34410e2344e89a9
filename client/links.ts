import { parseUrl } from './baseUrl';
import { canceled, DataGymError, isDataGymError } from './errors';
import { header, retryAfter, type FetchLink, type HttpAnswer, type StreamAnswer } from './http';
import { IDEMPOTENT } from './idempotency';
import { linkObstacle, type LinkOrigin } from './linkRules';
import { connectionProblem, isTimeout, networkCode, outcomeOfStatus } from './networkErrors';
import type { Sleep } from './rateLimiter';
import { resumeWhenBroken, type OpenAnswer } from './resume';
import { retry, RetryPolicy, type RetryOptions } from './retry';
import { byteStreamOf, isByteStream, withIdleTimeout, type ByteStream } from './streams';

/** DataGym's database takes no picture of this size as it is set up usually; what never ends is cut off here. */
const MAX_LINKED_BYTES = 256 * 1024 * 1024;
const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

interface LinkOptions extends RetryOptions {
	/** Of the server, near which internal addresses may be asked. */
	readonly baseUrl: string;
	/** Milliseconds without a byte. */
	readonly idleTimeout: number;
	readonly sleep: Sleep;
	readonly signal?: AbortSignal | undefined;
	readonly fetchLink?: FetchLink;
}

/** What is wrong with a link: the part of the sentence after it, and what can be done. */
interface Problem {
	readonly what: string;
	readonly remedy: string;
	readonly facts?: Partial<DataGymError['failure']>;
}

/** The error of a picture that lies elsewhere than on the server. Its query is left out, since it can be a signature. */
export function brokenLink(link: string, { what, remedy, facts }: Problem): DataGymError {
	const message = `The link ${shownLink(link)} ${what}`;
	return new DataGymError({ kind: 'link', message, remedy, method: 'GET', path: '', ...facts });
}

function shownLink(link: string): string {
	const url = parseUrl(link);
	return (url === undefined ? link : `${url.origin}${url.pathname}`).slice(0, 300);
}

/**
 * Fetches pictures from other hosts, without anything of the credential, with the time limit, the retries and the cancel of all
 * other requests. A host that fails is waited for once a run: its other links get one try each, since it may be one link alone
 * that is at fault, and none if it was silent, which takes the whole time limit to see.
 */
export class LinkFetcher {
	private readonly away = new Map<string, Problem>();

	constructor(private readonly options: LinkOptions) {}

	async fetch(link: string, origin: LinkOrigin): Promise<StreamAnswer> {
		const host = parseUrl(link)?.host ?? '';
		const first = await this.retry(
			link,
			async () => {
				const known = this.away.get(host);
				if (known !== undefined && isTimeout(known.facts?.key)) throw brokenLink(link, known);
				return await this.open(link, origin);
			},
			() => !this.away.has(host),
		).catch((error: unknown) => {
			throw this.remember(host, link, error);
		});
		const bytes = resumeWhenBroken(first, {
			read: (body) => this.read(link, body),
			askAgain: async (broken) => {
				let isFirst = true;
				return await this.retry(link, async () => {
					if (!isFirst) return await this.open(link, origin);
					isFirst = false;
					throw broken;
				});
			},
			unreadable: (what) => brokenLink(link, { what: `cannot be used: ${what}`, remedy: REMEDY }),
		});
		return {
			stream: byteStreamOf(bytes, () => first.body.destroy()),
			contentType: header(first.headers, 'content-type'),
			fileName: '',
		};
	}

	/** A failure that may pass was waited for long enough. What is thrown stays one that may pass, for those who can come back later. */
	private remember(host: string, link: string, error: unknown): unknown {
		if (!this.away.has(host) && isDataGymError(error) && error.failure.kind === 'link' && error.isRetryable) {
			const { message, remedy, status, key, outcome } = error.failure;
			const what = message.slice(`The link ${shownLink(link)} `.length);
			this.away.set(host, { what, remedy, facts: { status, key, outcome } });
		}
		return error;
	}

	private async retry<Value>(
		link: string,
		attempt: () => Promise<Value>,
		isWaitedFor: () => boolean = () => true,
	): Promise<Value> {
		const { sleep, signal } = this.options;
		const policy = new RetryPolicy(this.options);
		return await retry(attempt, {
			idempotency: IDEMPOTENT,
			isReadOnly: true,
			delayAfter: (error) => (isWaitedFor() ? policy.delayAfter(error, false, true) : undefined),
			sleep: async (delay) => await sleep(delay, signal).catch(() => this.failIfCanceled(link)),
			startedAt: () => undefined,
		});
	}

	private async open(link: string, origin: LinkOrigin): Promise<OpenAnswer> {
		let target = parseUrl(link);
		let from: URL | undefined;
		for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
			if (target === undefined) throw brokenLink(link, NO_ADDRESS);
			const obstacle = linkObstacle(target, this.options.baseUrl, origin, from);
			if (obstacle !== undefined) throw brokenLink(link, obstacle === 'scheme' ? NO_ADDRESS : PRIVATE);
			const { status, headers, body } = await this.ask(link, target);
			const location = header(headers, 'location');
			if (REDIRECTS.has(status) && location !== '') {
				giveUp(body);
				from = target;
				target = URL.canParse(location, target.href) ? new URL(location, target) : undefined;
			} else if (status === 200 && isByteStream(body)) {
				if (Number(header(headers, 'content-length')) <= MAX_LINKED_BYTES || header(headers, 'content-length') === '')
					return { headers, body };
				giveUp(body);
				throw brokenLink(link, TOO_LARGE);
			} else {
				giveUp(body);
				throw brokenLink(link, refusedBy(status, retryAfter(headers)));
			}
		}
		throw brokenLink(link, { what: `redirects more than ${MAX_REDIRECTS} times`, remedy: REMEDY });
	}

	private async ask(link: string, target: URL): Promise<HttpAnswer> {
		const { fetchLink, idleTimeout, signal } = this.options;
		this.failIfCanceled(link);
		if (fetchLink === undefined) throw brokenLink(link, { what: 'cannot be fetched here', remedy: REMEDY });
		return await fetchLink(target.href, idleTimeout, signal).catch((error: unknown) => this.fail(link, error));
	}

	private async *read(link: string, body: ByteStream): AsyncGenerator<Buffer> {
		const { idleTimeout, sleep, signal } = this.options;
		let stop = () => {};
		const stopped = new Promise<void>((resolve) => (stop = resolve));
		signal?.addEventListener('abort', stop);
		try {
			let length = 0;
			const chunks = withIdleTimeout(body, {
				idleTimeout,
				sleep: async (time, done) => await Promise.race([sleep(time, done), stopped]),
				fail: (error) => this.fail(link, error),
			});
			for await (const chunk of chunks) {
				this.failIfCanceled(link);
				length += chunk.length;
				if (length > MAX_LINKED_BYTES) throw brokenLink(link, TOO_LARGE);
				yield chunk;
			}
			this.failIfCanceled(link);
		} finally {
			signal?.removeEventListener('abort', stop);
		}
	}

	private fail(link: string, error: unknown): never {
		this.failIfCanceled(link);
		const code = networkCode(error);
		const { outcome } = connectionProblem(code);
		throw brokenLink(link, {
			what: code === '' ? 'could not be fetched' : `could not be fetched (${code})`,
			remedy:
				'Check that its host is running and can be reached from n8n. If n8n protects internal addresses, add the host to N8N_SSRF_ALLOWED_HOSTNAMES.',
			facts: { key: code, outcome },
		});
	}

	private failIfCanceled(link: string): void {
		if (this.options.signal?.aborted === true) throw canceled({ method: 'GET', path: shownLink(link) });
	}
}

const REMEDY = 'Check the link in a browser.';
const NO_ADDRESS: Problem = { what: 'is not an http:// or https:// address', remedy: 'Upload the file instead.' };
const PRIVATE: Problem = {
	what: 'leads to an internal address, which was not asked',
	remedy: 'Use a link to a host that DataGym reaches in the same network, or upload the file instead.',
};
const TOO_LARGE: Problem = {
	what: `returns more than ${MAX_LINKED_BYTES / 1024 / 1024} MB`,
	remedy: 'Use a link to a JPEG or PNG file.',
};

function refusedBy(status: number, pause: number | undefined): Problem {
	// Any error of a host may pass, as while it restarts; what it says of the link itself does not.
	const outcome = status >= 500 ? 'unknown' : outcomeOfStatus(status, undefined);
	return {
		what: `returned HTTP ${status}`,
		remedy: 'Check that the link is valid and has not expired.',
		facts: { status, outcome, retryAfter: pause },
	};
}

function giveUp(body: unknown): void {
	if (isByteStream(body)) body.destroy();
}
