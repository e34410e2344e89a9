import { createRequire } from 'node:module';
import { AxiosError } from 'axios';
import { NodeApiError, type INode, type JsonObject } from 'n8n-workflow';
import { unreachable } from '@datagym/client/errors';
import { connectionProblem, isTimeout, networkCode, outcomeOfStatus } from '@datagym/client/networkErrors';

describe('The code of a network error', () => {
	const node: INode = { id: '1', name: 'N', type: 't', typeVersion: 1, position: [0, 0], parameters: {} };
	const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
	const byN8n = (error: unknown) => new NodeApiError(node, error as JsonObject);
	const refused = new AxiosError('Bad', AxiosError.ERR_BAD_REQUEST);

	test.each([
		['Node.js’s', reset, 'ECONNRESET'],
		['axios’s', new AxiosError('timeout of 5 ms exceeded', 'ECONNABORTED'), 'ECONNABORTED'],
		['axios’s of Node.js’s', AxiosError.from(reset), 'ECONNRESET'],
		['n8n’s of axios’s', byN8n(AxiosError.from(reset)), 'ECONNRESET'],
		['n8n’s of Node.js’s', byN8n(reset), 'ECONNRESET'],
		['one that only its cause tells', new Error('failed', { cause: reset }), 'ECONNRESET'],
		['axios’s of a refused request, below which there is one', Object.assign(refused, { cause: reset }), 'ECONNRESET'],
		['axios’s of a refused request', new AxiosError('Bad', AxiosError.ERR_BAD_REQUEST), ''],
		['none', new Error('failed'), ''],
		['a text', 'ECONNRESET', ''],
		['nothing', undefined, ''],
		['null', null, ''],
		['a sentence', { code: 'Not a code' }, ''],
		['a number', { code: 404 }, ''],
		['a sentence around a code', { code: 'an ECONNRESET' }, ''],
		['a code and more', { code: 'ECONNRESET now' }, ''],
		['one letter', { code: 'E' }, ''],
		['a list of codes', { code: ['ECONNRESET'] }, ''],
		['a function', () => undefined, ''],
		['n8n’s around another one', { errorResponse: { cause: reset } }, 'ECONNRESET'],
		['OpenSSL’s, with digits', { code: 'ERR_TLS_13' }, 'ERR_TLS_13'],
		['five errors in each other', [1, 2, 3, 4].reduce((cause: object) => ({ cause }), reset), 'ECONNRESET'],
	])('is found in %s', (_what, error, code) => expect(networkCode(error)).toBe(code));

	test('is looked for without end in no error that causes itself', () => {
		const error = new Error('round');
		error.cause = error;
		expect(networkCode(error)).toBe('');
	});
});

/** What n8n-core is made of is found from there, as n8n itself finds it. */
const { SsrfBlockedHostnameError, SsrfBlockedIpError } = createRequire(require.resolve('n8n-core'))(
	'@n8n/backend-network',
) as Record<'SsrfBlockedHostnameError' | 'SsrfBlockedIpError', new (...texts: string[]) => Error>;

describe("n8n's SSRF protection", () => {
	const node: INode = { id: '1', name: 'N', type: 't', typeVersion: 1, position: [0, 0], parameters: {} };
	const byIp = new SsrfBlockedIpError('10.0.0.5', 'datagym.internal');
	const byName = new SsrfBlockedHostnameError('datagym.internal');

	test.each([
		['its own error', byIp],
		['its own error for a name', byName],
		['axios’s around it', AxiosError.from(byIp)],
		['n8n’s around it', new NodeApiError(node, byIp as unknown as JsonObject)],
		['n8n’s around axios’s', new NodeApiError(node, AxiosError.from(byName) as unknown as JsonObject)],
	])('is recognized in %s, and told with its settings', (_what, error) => {
		const { failure } = unreachable({ method: 'GET', path: 'p' }, networkCode(error));
		expect(failure.message).toContain('SSRF protection');
		expect(failure.remedy).toContain('N8N_SSRF_ALLOWED_HOSTNAMES');
		expect(failure.remedy).toContain('N8N_SSRF_ALLOWED_IP_RANGES');
		expect(failure.outcome).toBeUndefined();
	});
});

describe('A request without an answer', () => {
	// The codes are those of Node.js (errors of the system and of TLS) and of axios.
	test.each([
		['ECONNREFUSED', /refused the connection/, 'notStarted'],
		['EAI_AGAIN', /host name of the server could not be resolved/, 'notStarted'],
		['EHOSTUNREACH', /cannot be reached/, 'notStarted'],
		['ENETUNREACH', /cannot be reached/, 'notStarted'],
		['ECONNRESET', /closed the connection/, 'unknown'],
		['EPIPE', /closed the connection/, 'unknown'],
		['ETIMEDOUT', /in time/, 'unknown'],
		['ECONNABORTED', /in time/, 'unknown'],
		['ENOTFOUND', /host name of the server does not exist/, undefined],
		['EPROTO', /TLS/, undefined],
		['DEPTH_ZERO_SELF_SIGNED_CERT', /self-signed/, undefined],
		['SELF_SIGNED_CERT_IN_CHAIN', /self-signed/, undefined],
		['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /could not be verified/, undefined],
		['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /could not be verified/, undefined],
		['CERT_NOT_YET_VALID', /not valid yet/, undefined],
		['ERR_SSL_WRONG_VERSION_NUMBER', /does not support TLS/, undefined],
		['CERT_HAS_EXPIRED', /expired/, undefined],
		['ERR_TLS_CERT_ALTNAME_INVALID', /another host name/, undefined],
		['ERR_STREAM_PREMATURE_CLOSE', /failed on the way to the server/, 'unknown'],
		['ERR_BAD_RESPONSE', /failed on the way to the server/, 'unknown'],
		['Z_BUF_ERROR', /failed on the way to the server/, 'unknown'],
		['HPE_HEADER_OVERFLOW', /headers of the response are larger/, 'unknown'],
		['HPE_INVALID_CONSTANT', /failed on the way to the server/, 'unknown'],
		['EMFILE', /failed on the way to the server/, undefined],
		['XHPE_', /failed on the way to the server/, undefined],
		['', /failed on the way to the server/, undefined],
	])('%s is told in words, and may pass or not', (code, words, outcome) => {
		const { problem, outcome: said } = connectionProblem(code);
		expect(problem).toMatch(words);
		expect(said).toBe(outcome);
		expect(unreachable({ method: 'GET', path: 'p' }, code).isRetryable).toBe(outcome !== undefined);
	});

	test.each([
		['ETIMEDOUT', undefined, true],
		['ECONNABORTED', undefined, true],
		[undefined, 408, true],
		[undefined, 504, true],
		['ECONNRESET', undefined, false],
		['ECONNREFUSED', 503, false],
		[undefined, 502, false],
		[undefined, undefined, false],
	])('%s with status %s came too late: %s', (code, status, expected) => expect(isTimeout(code, status)).toBe(expected));
});

describe('The outcome of an error’s status (RFC 9110, 8470, 6585)', () => {
	test.each([
		[425, 'notStarted'],
		[429, 'notStarted'],
		[503, 'notStarted'],
		[408, 'unknown'],
		[502, 'unknown'],
		[504, 'unknown'],
		[400, undefined],
		[401, undefined],
		[404, undefined],
		[500, undefined],
	])('of %d is %s, and final if DataGym itself says so', (status, outcome) => {
		expect(outcomeOfStatus(status, undefined)).toBe(outcome);
		expect(outcomeOfStatus(status, 'ex_service_unavailable')).toBeUndefined();
	});
});
