import { HOSTED_URL } from '@datagym/client/baseUrl';
import { baseUrlProblem, isOnServer, normalizeBaseUrl } from '@datagym/client';

test('the hosted server is the one of docs/getting-started.md', () => {
	expect(HOSTED_URL).toBe('https://app.datagym.ai');
});

describe('normalizeBaseUrl', () => {
	test.each([
		['https://app.datagym.ai', 'https://app.datagym.ai'],
		[' https://app.datagym.ai/ ', 'https://app.datagym.ai'],
		['https://app.datagym.ai/api/v1', 'https://app.datagym.ai'],
		['https://app.datagym.ai/api/v1/', 'https://app.datagym.ai'],
		['http://10.0.0.5:8080', 'http://10.0.0.5:8080'],
		['https://example.com/labels/', 'https://example.com/labels'],
		['https://example.com/labels/api/v1', 'https://example.com/labels'],
		['https://example.com//labels//api/', 'https://example.com/labels'],
		['datagym.example.com', 'https://datagym.example.com'],
		['datagym.example.com:8080/labels', 'https://datagym.example.com:8080/labels'],
		['HTTP://Example.com', 'http://example.com'],
		['https://example.com/api', 'https://example.com'],
		['https://example.com/api/v1/labels', 'https://example.com/api/v1/labels'],
		['https://example.com/myapi/v1', 'https://example.com/myapi/v1'],
		['https://example.com/api/v2', 'https://example.com/api/v2'],
		['https://example.com/labels?x=1#y', 'https://example.com/labels'],
		['https://example.com/to?url=http://x', 'https://example.com/to'],
		['example.com/to?url=http://x', 'https://example.com/to'],
		['https://example.com/a/b//', 'https://example.com/a/b'],
	])('takes %j as %j', (text, url) => expect(normalizeBaseUrl(text)).toBe(url));

	test.each(['git+ssh://example.com', 'https://:password@example.com', 'https://user@example.com', '  '])(
		'refuses %j as well',
		(text) => expect(normalizeBaseUrl(text)).toBeUndefined(),
	);

	test.each(['', 'ftp://example.com', 'https://user:password@example.com', 'http://', 'not a host'])(
		'refuses %j',
		(text) => expect(normalizeBaseUrl(text)).toBeUndefined(),
	);
});

describe('A base URL without http:// or https://', () => {
	test.each([
		'localhost:8080',
		'localhost',
		'datagym',
		'datagym:8080/labels',
		'10.0.0.5',
		'192.168.1.7:8080',
		'[::1]:80',
	])('of a host of one’s own is not guessed: %s', (text) => {
		expect(normalizeBaseUrl(text)).toBeUndefined();
		const { message, remedy } = baseUrlProblem(` ${text} `);
		expect(message).toContain('does not start with http:// or https://');
		expect(remedy).toContain(`http://${text}`);
		expect(normalizeBaseUrl(`http://${text}`)).toBeDefined();
	});

	test.each(['', 'not a host', 'ftp://example.com', 'https://user:password@example.com'])(
		'is not what %j lacks',
		(text) => expect(baseUrlProblem(text).message).toContain('is not a valid URL'),
	);
});

describe('isOnServer', () => {
	test.each([
		['https://example.com/labels/api/v1/project', true],
		['https://example.com/labels', true],
		['https://example.com/labelsandmore', false],
		['https://example.com.evil.org/labels/', false],
		['http://example.com/labels/', false],
		['https://example.com:8443/labels/', false],
		['nonsense', false],
		['https://example.com/other', false],
		['https://example.com/', false],
		['https://example.com/x/labels', false],
	])('of %s is %s', (address, expected) => expect(isOnServer(address, 'https://example.com/labels')).toBe(expected));

	test.each([
		['https://example.com/anything', 'https://example.com', true],
		['https://example.com', 'https://example.com', true],
		['https://example.com/labels/a', 'https://example.com/labels/', true],
		['https://example.com/labels/a', 'nonsense', false],
		['nonsense', 'nonsense', false],
	])('of %s at %s is %s', (address, server, expected) => expect(isOnServer(address, server)).toBe(expected));
});
