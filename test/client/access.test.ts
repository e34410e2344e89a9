import { checkAccess, type HttpRequest } from '@datagym/client';
import { failure, fakeServer, type Reply } from './fakeServer';

afterEach(() => jest.restoreAllMocks());

const json = (status: number, body: object): Reply => ({
	status,
	headers: { 'content-type': 'application/json' },
	body: JSON.stringify(body),
});

const FORBIDDEN = json(403, { key: 'ex_forbidden', params: [], code: 403 });
const UNAUTHORIZED = json(401, { key: 'ex_unauthorized', params: [], code: 401 });
const NOT_FOUND = json(404, { key: 'ex_notfound', params: ['task', 'id', '0'], code: 404 });
const LOGIN_PAGE: Reply = { status: 200, headers: { 'content-type': 'text/html' }, body: '<!DOCTYPE html><p>Log in' };
const TO_LOGIN: Reply = { status: 302, headers: { location: 'https://login.test/' } };
const OPEN_CORE = json(200, { sub: 'open-core-dummy-user-sub', orgs: [], isOpenCoreEnvironment: true });
const PROJECTS = json(200, []);

/** What is told apart by: the account, a bitmap that does not exist, the list of projects, and all else. */
interface Kind {
	readonly account: Reply;
	readonly bitmap: Reply;
	readonly projects: Reply;
	readonly other: Reply;
}

const answersOf =
	({ account, bitmap, projects, other }: Kind) =>
	({ url }: HttpRequest): Reply => {
		if (url.endsWith('/api/userinfo')) return account;
		if (url.includes('/api/v1/export/bitmap/')) return bitmap;
		return url.endsWith('/api/v1/project') ? projects : other;
	};

/** [ui 1, 12, 307]: it looks at no token. */
const RELEASED: Kind = { account: OPEN_CORE, bitmap: NOT_FOUND, projects: FORBIDDEN, other: FORBIDDEN };

const CHOICE = 'Choose "None (Open Core)" under "Authentication" in the credential.';

describe('With a token', () => {
	test('the released open core is told by what it shows, in any request', async () => {
		const { transport, requests } = fakeServer(answersOf(RELEASED));
		const error = await failure(transport.stream({ method: 'GET', path: 'media/0' }));
		expect(error.message).toBe('This is the open core, which has no API tokens');
		expect(error.failure.remedy).toBe(CHOICE);
		expect(error.failure).toMatchObject({ status: 403, key: 'ex_forbidden', path: '/api/v1/media/0' });
		for (const { method } of requests) expect(method).toBe('GET');
		// The next refusal is explained without questions.
		const before = requests.length;
		expect((await failure(transport.stream({ method: 'GET', path: 'media/1' }))).message).toBe(error.message);
		expect(requests).toHaveLength(before + 1);
		expect((await failure(checkAccess(transport, false))).message).toBe(error.message);
	});

	test.each<[string, Kind]>([
		// [006, 017]
		['of a server with tokens', { ...RELEASED, bitmap: UNAUTHORIZED, projects: UNAUTHORIZED, other: UNAUTHORIZED }],
		['of a server that answers 403 to a wrong token', { ...RELEASED, bitmap: FORBIDDEN }],
		['for an object of others, by a server with tokens [064, 342]', { ...RELEASED, projects: PROJECTS }],
		['of a hosted server with a login page', { ...RELEASED, account: LOGIN_PAGE }],
		['of a hosted server with a login elsewhere', { ...RELEASED, account: TO_LOGIN }],
		['of a hosted server', { ...RELEASED, account: UNAUTHORIZED }],
		['of a server that is not open', { ...RELEASED, account: json(200, { isOpenCoreEnvironment: false }) }],
		['of a server whose account cannot be read', { ...RELEASED, account: json(200, [true]) }],
		['of a server that then breaks off', { ...RELEASED, account: { code: 'ECONNRESET' } }],
		['by a proxy', { ...RELEASED, other: { status: 403, body: '<h1>Forbidden</h1>' } }],
	])('the refusal %s is one of the token', async (_, kind) => {
		const { transport } = fakeServer(answersOf(kind), { retryFor: 0 });
		const error = await failure(transport.stream({ method: 'GET', path: 'media/0' }));
		expect(error.message).toContain('DataGym did not accept the API token');
		expect(error.failure.remedy).not.toContain('Open Core');
	});
});

describe('The login of a proxy', () => {
	const proxy: Reply = { status: 401, headers: { 'www-authenticate': 'Basic realm="labels"' }, body: '<h1>401' };

	test.each([true, false])(
		'is told as such, whether the credential is without a token (%s)',
		async (isWithoutToken) => {
			const { transport, requests } = fakeServer([proxy], { isWithoutToken });
			for (const asked of [
				transport.stream({ method: 'GET', path: 'media/0' }),
				checkAccess(transport, isWithoutToken),
			]) {
				const error = await failure(asked);
				expect(error.message).toBe('A proxy in front of DataGym requires a login (HTTP 401)');
				expect(error.failure.remedy).toContain('"Use HTTP Basic Auth"');
			}
			expect(requests).toHaveLength(2);
		},
	);

	test('is not taken for what DataGym itself says', async () => {
		const { transport } = fakeServer([{ ...UNAUTHORIZED, headers: { 'www-authenticate': 'Basic' } }]);
		const error = await failure(transport.stream({ method: 'GET', path: 'media/0' }));
		expect(error.message).toBe('DataGym did not accept the API token');
	});
});

describe('Without a token', () => {
	const refusal = async (kind: Partial<Kind>) => {
		const server = answersOf({ ...RELEASED, ...kind });
		const { transport } = fakeServer(server, { retryFor: 0, isWithoutToken: true });
		return await failure(transport.stream({ root: 'api', method: 'GET', path: 'media/0' }));
	};

	test.each([
		['DataGym', UNAUTHORIZED],
		['DataGym in another way', FORBIDDEN],
		['a gateway with a key', { status: 401, body: '<h1>401 Authorization Required</h1>' }],
	])('a login that %s requires is told with both choices', async (_, other) => {
		const error = await refusal({ other, account: other });
		expect(error.message).toBe(`The server, or a proxy in front of it, requires a login (HTTP ${other.status})`);
		expect(error.failure.remedy).toContain('choose "API Token"');
		expect(error.failure.remedy).toContain('"Use HTTP Basic Auth"');
	});

	test('what the open core itself forbids is no matter of the credential', async () => {
		const error = await refusal({});
		expect(error.message).toBe('The open core does not allow this request (HTTP 403)');
	});

	test('a redirect keeps its message, and tells what to choose if it leads to a login', async () => {
		const error = await refusal({ other: TO_LOGIN });
		expect(error.message).toBe('The server redirects to another address (HTTP 302)');
		expect(error.failure.remedy).toContain('choose "API Token"');
	});

	test.each<[string, Reply, string]>([
		['is the open core', OPEN_CORE, ''],
		[
			'is another DataGym',
			json(200, { isOpenCoreEnvironment: false }),
			'it does not say that the server is the open core',
		],
		['has a login page', LOGIN_PAGE, 'The base URL leads to a web page'],
		[
			'knows no such address',
			json(404, { status: 404, error: 'Not Found', path: '/api/userinfo' }),
			'was not found at',
		],
		['wants a login', UNAUTHORIZED, 'requires a login'],
	])('a server that %s is told at once', async (_, account, told) => {
		const { transport } = fakeServer(answersOf({ ...RELEASED, account }), { retryFor: 0, isWithoutToken: true });
		if (told === '') return expect(await checkAccess(transport, true)).toBeUndefined();
		const error = await failure(checkAccess(transport, true));
		expect(error.message).toContain(told);
		expect(error.failure.remedy).toContain('choose "API Token"');
	});
});
