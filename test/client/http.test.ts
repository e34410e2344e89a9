import { AxiosError } from 'axios';
import * as fc from 'fast-check';
import { NodeApiError, type INode, type JsonObject } from 'n8n-workflow';
import { fileNameOf, isText, path } from '@datagym/client/http';
import { networkCode } from '@datagym/client/networkErrors';

describe('path', () => {
	test('puts each value into a segment of its own', () => {
		expect(path`dataset/${'a/b?c#d%'}/url`).toBe('dataset/a%2Fb%3Fc%23d%25/url');
	});

	test('lets no value leave its segment, whatever it is', () => {
		const value = fc.oneof(
			fc.string({ unit: 'binary', minLength: 1 }),
			fc.constantFrom('.', '..', '\ud800', '%2e%2e', '\\'),
		);
		fc.assert(
			fc.property(value, (id) => {
				const { pathname, search, hash } = new URL(`http://server.test/api/v1/${path`task/${id}/list`}`);
				expect(pathname).toMatch(/^\/api\/v1\/task\/[^/]+\/list$/);
				expect(search + hash).toBe('');
			}),
			{ numRuns: 1_000 },
		);
	});
});

describe('fileNameOf', () => {
	test.each([
		['attachment; filename="a+b%C3%A4.jpg"', 'a bä.jpg'],
		['attachment; filename="100%.jpg"', '100%.jpg'],
		['attachment; filename=""', ''],
		['attachment', ''],
		['', ''],
	])('of %s is "%s"', (disposition, name) => expect(fileNameOf(disposition)).toBe(name));
});

describe('isText', () => {
	test.each([
		['text/plain;charset=UTF-8', true],
		['TEXT/HTML', true],
		['application/json', true],
		['application/xml', true],
		['image/jpeg', false],
		['image/svg+xml; text/plain', false],
		['application/octet-stream', false],
		['', false],
	])('of %s is %s', (type, expected) => expect(isText({ 'content-type': type })).toBe(expected));
});

describe('The code of a network error', () => {
	const node: INode = { id: '1', name: 'N', type: 't', typeVersion: 1, position: [0, 0], parameters: {} };
	const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
	const byN8n = (error: unknown) => new NodeApiError(node, error as JsonObject);
	const refused = new AxiosError('Bad', AxiosError.ERR_BAD_REQUEST);

	test.each([
		["Node.js's", reset, 'ECONNRESET'],
		["axios's", new AxiosError('timeout of 5 ms exceeded', 'ECONNABORTED'), 'ECONNABORTED'],
		["axios's of Node.js's", AxiosError.from(reset), 'ECONNRESET'],
		["n8n's of axios's", byN8n(AxiosError.from(reset)), 'ECONNRESET'],
		["n8n's of Node.js's", byN8n(reset), 'ECONNRESET'],
		['one that only its cause tells', new Error('failed', { cause: reset }), 'ECONNRESET'],
		["axios's of a refused request, below which there is one", Object.assign(refused, { cause: reset }), 'ECONNRESET'],
		["axios's of a refused request", new AxiosError('Bad', AxiosError.ERR_BAD_REQUEST), ''],
		['none', new Error('failed'), ''],
		['a text', 'ECONNRESET', ''],
		['nothing', undefined, ''],
		['null', null, ''],
		['a sentence', { code: 'Not a code' }, ''],
		['a number', { code: 404 }, ''],
	])('is found in %s', (_what, error, code) => expect(networkCode(error)).toBe(code));

	test('is looked for without end in no error that causes itself', () => {
		const error = new Error('round');
		error.cause = error;
		expect(networkCode(error)).toBe('');
	});
});
