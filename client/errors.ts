import { explain } from './errorCatalog';
import { API_FOR_TOKENS } from './http';
import { connectionProblem, isTimeout, outcomeOfStatus, SSRF_BLOCKED, TRICKLING, type Outcome } from './networkErrors';
import type { ErrorBody } from './wire/answers';

type FailureKind =
	/** The server answered with an error. */
	| 'refused'
	/** No answer: connection, name look-up, TLS or time limit. */
	| 'unreachable'
	/** An answer that is not DataGym's. */
	| 'unreadable'
	/** The server has no such endpoint; nothing was asked. */
	| 'unsupported'
	/** A picture on another host, which the server only links to. */
	| 'link'
	/** The execution was canceled before the answer. */
	| 'canceled';

export interface Failure {
	readonly kind: FailureKind;
	/** What happened, one sentence. */
	readonly message: string;
	/** What the person can do about it. */
	readonly remedy: string;
	readonly method: string;
	/** Below the base URL, without query, since the query can hold the token. */
	readonly path: string;
	readonly status?: number | undefined;
	readonly key?: string | undefined;
	readonly params?: readonly string[] | undefined;
	/** What is wrong with single fields, by DataGym's keys. */
	readonly details?: readonly string[] | undefined;
	/** What is known of the request's work, if the same request may succeed later; absent if the failure is final. */
	readonly outcome?: Outcome | undefined;
	/** Whether the framework of a server says that it knows no such address. A missing object is told by DataGym, with a key. */
	readonly isUnknownAddress?: boolean;
	/** Whether the answer was a page for people, which is a proxy's, or a login. */
	readonly isWebPage?: boolean;
	/** Whether the remedy says what to change in the credential, since the server or a proxy has shown what it wants. */
	readonly isOfCredential?: boolean;
	/** Milliseconds that the server wants to be left alone. */
	readonly retryAfter?: number | undefined;
	/** Whether an earlier try of the same request may have done the work. */
	readonly isRetry?: boolean;
}

/** Everything that can go wrong between this package and a server. Holds no header, no query and no request body. */
export class DataGymError extends Error {
	override readonly name = 'DataGymError';

	constructor(readonly failure: Failure) {
		super(failure.message);
	}

	/** The same failure as another server tells it. */
	because(body: ErrorBody): DataGymError {
		return this.with({ ...explain(this.status ?? 0, body), key: body.key, params: body.params });
	}

	/** The same failure, told differently. */
	with(changes: Partial<Failure>): DataGymError {
		return new DataGymError({ ...this.failure, ...changes });
	}

	get status(): number | undefined {
		return this.failure.status;
	}

	get key(): string | undefined {
		return this.failure.key;
	}

	/** Whether the same request may succeed later; whether it may be sent again depends on what it changes. */
	get isRetryable(): boolean {
		return this.failure.outcome !== undefined;
	}
}

export function isDataGymError(error: unknown): error is DataGymError {
	return error instanceof DataGymError;
}

/** Whether the error is an answer of the server with this key. */
export function hasKey(error: unknown, key: string): error is DataGymError {
	return isDataGymError(error) && error.key === key;
}

interface Exchange {
	readonly method: string;
	readonly path: string;
	/** Where the path begins, `api/v1` if it is missing. */
	readonly root?: string;
}

export function refused(
	exchange: Exchange,
	status: number,
	body: ErrorBody | undefined,
	retryAfter?: number,
): DataGymError {
	const { message, remedy } = explain(status, body);
	const isUnknownAddress = isFrameworks404(body);
	return new DataGymError({
		...pick(exchange),
		kind: 'refused',
		message: withoutToken(message),
		remedy: withoutToken(remedy),
		status,
		key: body?.key,
		params: body?.params?.map(withoutToken),
		details: body?.details?.map(({ key }) => key ?? ''),
		outcome:
			status === 404 && body?.key === undefined && !isUnknownAddress
				? 'notStarted'
				: outcomeOfStatus(status, body?.key),
		isUnknownAddress,
		retryAfter,
	});
}

/** Any other 404 without a key is a proxy's, such as while DataGym restarts (docs/contract.md#error-shapes). */
const isFrameworks404 = (body: ErrorBody | undefined) =>
	body?.key === undefined && body?.status === 404 && typeof body.error === 'string' && typeof body.path === 'string';

/** Servers and proxies repeat in their errors what they were asked, and the token is in the address or in a header. */
function withoutToken(text: string): string {
	return text.replace(/(\btoken(?:=|%3D))[^\s&"'<>]+/gi, '$1…').replace(/\bToken [\w.~+/-]{8,}/g, 'Token …');
}

/** @param outcome if the answer was spoilt on its way rather than wrong by nature. */
export function unreadable(exchange: Exchange, status: number, what: string, outcome?: Outcome): DataGymError {
	return new DataGymError({
		...pick(exchange),
		kind: 'unreadable',
		message: `The response is not from DataGym: ${what}`,
		remedy:
			'Check that the base URL in the credential is the address of DataGym itself, without a login page or another service in front of it.',
		status,
		outcome,
	});
}

/** @param outcome if the answer was spoilt on its way rather than wrong by nature. */
export function tooLarge(exchange: Exchange, status: number, most: number, outcome?: Outcome): DataGymError {
	const error = unreadable(exchange, status, `it is larger than ${Math.round(most / 1024 / 1024)} MB`, outcome);
	return error.with({ remedy: `${error.failure.remedy} If it is, split the project or dataset into smaller ones.` });
}

/**
 * The error is made of the code of Node.js or axios alone, since their messages and requests can hold the URL with the token.
 *
 * @param baseUrl what the credential has, for a remedy that fits.
 */
export function unreachable(exchange: Exchange, code: string, baseUrl = ''): DataGymError {
	const { problem, outcome } = connectionProblem(code);
	return new DataGymError({
		...pick(exchange),
		kind: 'unreachable',
		message: code === '' ? problem : `${problem} (${code})`,
		remedy: remedyFor(code, baseUrl),
		key: code,
		outcome,
	});
}

/** Codes of a certificate whose authority n8n does not know, or of a server that does not send the one between. */
const UNKNOWN_AUTHORITY: ReadonlySet<string> = new Set([
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_GET_ISSUER_CERT',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
const LOOPBACK = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/]|$)/i;

function remedyFor(code: string, baseUrl: string): string {
	if (/CERT|SIGN/.test(code))
		return `Install a valid certificate on the server, or turn on "Ignore TLS Issues (Insecure)" in the credential if you trust the network.${UNKNOWN_AUTHORITY.has(code) ? " For your company's own authority, start n8n with NODE_EXTRA_CA_CERTS." : ''}`;
	if (isTimeout(code))
		return 'Raise "Timeout (Seconds)" below "Network" in the credential or the node\'s options if the server is slow. Otherwise check that it is running.';
	if (code === TRICKLING) return 'Check the server, and what is between it and n8n, such as a proxy or a slow network.';
	if (code === 'EPROTO' || code.startsWith('ERR_SSL_'))
		return 'If the server has no TLS, start the base URL in the credential with http://. Without http:// or https://, https is used.';
	if (code === 'HPE_HEADER_OVERFLOW')
		return 'Make the server or its proxy send fewer or smaller headers, such as cookies, or start n8n with NODE_OPTIONS=--max-http-header-size=65536.';
	if (code === SSRF_BLOCKED)
		return 'Ask the administrator of n8n to add the host to N8N_SSRF_ALLOWED_HOSTNAMES, or its address to N8N_SSRF_ALLOWED_IP_RANGES.';
	const check = 'Check the base URL in the credential, and that the server is running and can be reached from n8n.';
	if (code === 'ECONNREFUSED' && LOOPBACK.test(baseUrl))
		return `${check} If n8n runs in Docker, this address is its own container: use host.docker.internal, or the name of the server's container.`;
	if ((code === 'ECONNRESET' || code.startsWith('HPE_')) && baseUrl.startsWith('http:'))
		return `${check} If the server uses TLS on this port, start the base URL with https://.`;
	return check;
}

/** The error of a file that the server only links to. It leaves out the link itself, which is signed. */
export function unlinked(exchange: Exchange, host: string, status: number): DataGymError {
	return new DataGymError({
		...pick(exchange),
		kind: 'link',
		message: `The file is stored at ${host}, which responded with HTTP ${status}`,
		remedy: 'Check that the storage of DataGym is running and can be reached from n8n.',
		status,
		outcome: outcomeOfStatus(status, undefined),
	});
}

/** The error of a file whose link leads where no storage is. */
export function forbiddenLink(exchange: Exchange, host: string): DataGymError {
	return new DataGymError({
		...pick(exchange),
		kind: 'link',
		message: `The response links to ${host}, which was not asked`,
		remedy:
			'Links to S3 are followed to public http:// and https:// addresses, and to internal ones if the base URL is one. Check the storage of DataGym.',
	});
}

export function canceled(exchange: Exchange): DataGymError {
	return new DataGymError({
		...pick(exchange),
		kind: 'canceled',
		message: 'The execution was canceled during a request to DataGym',
		remedy:
			exchange.method === 'GET'
				? 'The request changed nothing. Run the workflow again.'
				: 'DataGym may already have made the change. Check there before you run this again.',
	});
}

function pick({ method, path, root = API_FOR_TOKENS }: Exchange): Pick<Failure, 'method' | 'path'> {
	return { method, path: `/${root}/${path}` };
}
