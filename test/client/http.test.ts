import * as fc from 'fast-check';
import { fileNameOf, isText, path } from '@datagym/client/http';

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
