import { isOnServer, normalizeBaseUrl } from '@datagym/client';

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
	])('takes %j as %j', (text, url) => expect(normalizeBaseUrl(text)).toBe(url));

	test.each(['', 'ftp://example.com', 'https://user:password@example.com', 'http://', 'not a host'])(
		'refuses %j',
		(text) => expect(normalizeBaseUrl(text)).toBeUndefined(),
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
	])('of %s is %s', (address, expected) => expect(isOnServer(address, 'https://example.com/labels')).toBe(expected));
});
