/**
 * What a fault that may pass says about the work. `notStarted`: the server has not begun it. `unknown`: it may have done it, and
 * only its answer was lost.
 */
export type Outcome = 'notStarted' | 'unknown';

const NOT_STARTED_CODES = new Set(['ECONNREFUSED', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const UNKNOWN_CODES = new Set([
	'ECONNRESET',
	'EPIPE',
	'ETIMEDOUT',
	'ECONNABORTED',
	'ERR_STREAM_PREMATURE_CLOSE',
	'ERR_BAD_RESPONSE',
	'Z_BUF_ERROR',
]);

/** Of a request without an answer, by the code of Node.js or axios. */
export function outcomeOfCode(code: string): Outcome | undefined {
	if (NOT_STARTED_CODES.has(code)) return 'notStarted';
	return UNKNOWN_CODES.has(code) || code.startsWith('HPE_') ? 'unknown' : undefined;
}

const NOT_STARTED_STATUSES = new Set([425, 429, 503]);
const UNKNOWN_STATUSES = new Set([408, 502, 504]);

/** Of an answer. One with a key is DataGym's own and final: a feature that the server lacks, or a rule that it keeps. */
export function outcomeOfStatus(status: number, key: string | undefined): Outcome | undefined {
	if (key !== undefined) return undefined;
	if (NOT_STARTED_STATUSES.has(status)) return 'notStarted';
	return UNKNOWN_STATUSES.has(status) ? 'unknown' : undefined;
}
