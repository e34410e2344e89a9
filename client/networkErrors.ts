import type { AxiosError } from 'axios';

/**
 * What a failure that may pass says about the request's work.
 *
 * - `notStarted`: the server has not begun it.
 * - `unknown`: the server may have done it, and only its answer was lost.
 */
export type Outcome = 'notStarted' | 'unknown';

interface ConnectionProblem {
	readonly problem: string;
	/** Absent for what does not get better by itself. */
	readonly outcome?: Outcome;
}

/** In place of a code, which n8n's errors of its own protection have none of. */
export const SSRF_BLOCKED = 'SSRF_BLOCKED';
/** Of an answer that brings a byte now and then. It took a minute at least to see that, so that it is not tried again. */
export const TRICKLING = 'TRICKLING';
/** n8n's `SsrfBlockedIpError` and `SsrfBlockedHostnameError` (@n8n/backend-network). */
const SSRF_ERROR = /^SsrfBlocked/;

const CONNECTION_PROBLEMS: Readonly<Record<string, ConnectionProblem>> = {
	ECONNREFUSED: { problem: 'The server refused the connection', outcome: 'notStarted' },
	ECONNRESET: { problem: 'The server closed the connection before it responded', outcome: 'unknown' },
	EPIPE: { problem: 'The server closed the connection before it received the whole request', outcome: 'unknown' },
	ENOTFOUND: { problem: 'The host name of the server does not exist' },
	EAI_AGAIN: { problem: 'The host name of the server could not be resolved', outcome: 'notStarted' },
	ETIMEDOUT: { problem: 'The server did not respond in time', outcome: 'unknown' },
	ECONNABORTED: { problem: 'The server did not respond in time', outcome: 'unknown' },
	EHOSTUNREACH: { problem: 'The server cannot be reached from n8n', outcome: 'notStarted' },
	ENETUNREACH: { problem: 'The server cannot be reached from n8n', outcome: 'notStarted' },
	EPROTO: { problem: 'The server does not support TLS on this port' },
	ERR_SSL_WRONG_VERSION_NUMBER: { problem: 'The server does not support TLS on this port' },
	ERR_SSL_PACKET_LENGTH_TOO_LONG: { problem: 'The server does not support TLS on this port' },
	HPE_HEADER_OVERFLOW: { problem: 'The headers of the response are larger than n8n accepts', outcome: 'unknown' },
	[TRICKLING]: { problem: 'The server sends its response too slowly to ever finish' },
	[SSRF_BLOCKED]: { problem: "n8n's SSRF protection does not allow requests to this server" },
	DEPTH_ZERO_SELF_SIGNED_CERT: { problem: "The server's TLS certificate is self-signed" },
	SELF_SIGNED_CERT_IN_CHAIN: { problem: "The server's TLS certificate is self-signed" },
	UNABLE_TO_GET_ISSUER_CERT: { problem: "The server's TLS certificate could not be verified" },
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { problem: "The server's TLS certificate could not be verified" },
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: { problem: "The server's TLS certificate could not be verified" },
	CERT_NOT_YET_VALID: { problem: "The server's TLS certificate is not valid yet" },
	CERT_HAS_EXPIRED: { problem: "The server's TLS certificate has expired" },
	ERR_TLS_CERT_ALTNAME_INVALID: { problem: "The server's TLS certificate was issued for another host name" },
};

/** Codes without a sentence of their own after which the work may be done: an answer that broke off or was cut. */
const BROKEN_ANSWERS: ReadonlySet<string> = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ERR_BAD_RESPONSE', 'Z_BUF_ERROR']);

/** What the code of a request without an answer means; the code is Node.js's or axios's. */
export function connectionProblem(code: string): ConnectionProblem {
	const isBroken = BROKEN_ANSWERS.has(code) || code.startsWith('HPE_');
	const other: ConnectionProblem = { problem: 'The request failed on the way to the server' };
	return CONNECTION_PROBLEMS[code] ?? (isBroken ? { ...other, outcome: 'unknown' } : other);
}

/** Whether the server, or what is between, was too slow to answer, by the code or the status. */
export function isTimeout(code: string | undefined, status?: number): boolean {
	return code === 'ETIMEDOUT' || code === 'ECONNABORTED' || status === 408 || status === 504;
}

const NOT_STARTED_STATUSES: ReadonlySet<number> = new Set([425, 429, 503]);
const UNKNOWN_STATUSES: ReadonlySet<number> = new Set([408, 502, 504]);

/** The outcome of an error's status. One with a key is DataGym's own and final: a feature that the server lacks, or a rule that it keeps. */
export function outcomeOfStatus(status: number, key: string | undefined): Outcome | undefined {
	if (key !== undefined) return undefined;
	if (NOT_STARTED_STATUSES.has(status)) return 'notStarted';
	return UNKNOWN_STATUSES.has(status) ? 'unknown' : undefined;
}

/** axios's error, Node.js's own (of a stream, or as axios's cause), or n8n's `NodeApiError` around one of them. */
type HttpError = Partial<Pick<AxiosError, 'code' | 'cause'>> & {
	readonly name?: unknown;
	readonly errorResponse?: unknown;
};

/** axios's code for a refused request, which says nothing of the network. */
const BAD_REQUEST: typeof AxiosError.ERR_BAD_REQUEST = 'ERR_BAD_REQUEST';
/** Errors in errors; n8n's has axios's, which has Node.js's. */
const MAX_DEPTH = 5;

/** The code of a network error, wherever axios and n8n have wrapped it; empty if there is none. */
export function networkCode(error: unknown): string {
	let current = error;
	for (let depth = 0; depth < MAX_DEPTH && typeof current === 'object' && current !== null; depth++) {
		const { code, cause, name, errorResponse }: HttpError = current;
		if (typeof name === 'string' && SSRF_ERROR.test(name)) return SSRF_BLOCKED;
		if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code) && code !== BAD_REQUEST) return code;
		current = cause ?? errorResponse;
	}
	return '';
}
