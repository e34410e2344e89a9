/**
 * What a fault that may pass says about the work. `untouched`: the server has not begun it. `open`: it may have done it, and
 * only its answer was lost.
 */
export type Fault = 'untouched' | 'open';

const UNTOUCHED_CODES = new Set(['ECONNREFUSED', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const OPEN_CODES = new Set([
	'ECONNRESET',
	'EPIPE',
	'ETIMEDOUT',
	'ECONNABORTED',
	'ERR_STREAM_PREMATURE_CLOSE',
	'ERR_BAD_RESPONSE',
	'Z_BUF_ERROR',
]);

/** Of a request without an answer, by the code of Node.js or axios. */
export function faultOfCode(code: string): Fault | undefined {
	if (UNTOUCHED_CODES.has(code)) return 'untouched';
	return OPEN_CODES.has(code) || code.startsWith('HPE_') ? 'open' : undefined;
}

const UNTOUCHED_STATUSES = new Set([425, 429, 503]);
const OPEN_STATUSES = new Set([408, 502, 504]);

/** Of an answer. One with a key is DataGym's own and final: a feature that the server lacks, or a rule that it keeps. */
export function faultOfStatus(status: number, key: string | undefined): Fault | undefined {
	if (key !== undefined) return undefined;
	if (UNTOUCHED_STATUSES.has(status)) return 'untouched';
	return OPEN_STATUSES.has(status) ? 'open' : undefined;
}
