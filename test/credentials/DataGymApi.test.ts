/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { jsonOf, openHarness, type Harness } from '../support/datagym';
import { serve } from '../support/httpServer';
import { startEngine, type Engine } from '../support/n8n/lentEngine';
import { chain, manualTrigger, node } from '../support/workflow';

const TOKEN = 'secret-token-5f2b';
const PROXY = { user: 'proxy', password: 'proxy-secret-9c1d' };

let engine: Engine;
let harness: Harness;

// Keeps n8n's services running from the first harness to the last.
beforeAll(async () => {
	engine = await startEngine();
});
afterAll(async () => await engine.stop());

afterEach(async () => await harness.close());

describe('the credential', () => {
	test('sends the token in the header', async () => {
		harness = await openHarness({ token: TOKEN });
		jsonOf(await harness.run('project', 'getAll'));
		const [request] = harness.server.requests;
		expect(request?.headers.authorization).toBe(`Token ${TOKEN}`);
		expect(request?.query.has('token')).toBe(false);
	});

	test('sends the token in the query', async () => {
		harness = await openHarness({ token: TOKEN }, { sendIn: 'query' });
		jsonOf(await harness.run('project', 'getAll'));
		const [request] = harness.server.requests;
		expect(request?.query.get('token')).toBe(TOKEN);
		expect(request?.headers.authorization).toBeUndefined();
	});

	test('passes a reverse proxy with HTTP Basic, the token in the query, below a sub-path', async () => {
		harness = await openHarness(
			{ token: TOKEN, basePath: '/labels', basicAuth: PROXY },
			{ useBasicAuth: true, basicAuthUser: PROXY.user, basicAuthPassword: PROXY.password },
		);
		expect(jsonOf(await harness.run('project', 'getAll'))).toMatchObject([{ name: 'Dummy_Project' }]);
	});

	test.each(['', '/', '/api/v1', '/api/v1/'])('takes the address with "%s" at its end', async (end) => {
		harness = await openHarness({ basePath: '/labels' });
		const credential = await harness.saveCredential({ baseUrl: `${harness.server.url}${end}` });
		expect(jsonOf(await harness.run('project', 'getAll', {}, { credential }))).toHaveLength(1);
	});

	test.each(['Token ', 'Bearer ', ' "', 'Authorization: Token '])('takes a token with %j before it', async (before) => {
		harness = await openHarness({ token: TOKEN });
		const credential = await harness.saveCredential({ token: `${before}${TOKEN}` });
		jsonOf(await harness.run('project', 'getAll', {}, { credential }));
		expect(harness.server.requests[0]?.headers.authorization).toBe(`Token ${TOKEN}`);
		expect(await harness.engine.testCredential(credential)).toMatchObject({ status: 'OK' });
	});

	test('tells of a token with characters that cannot be sent, and of an address that lacks its scheme', async () => {
		harness = await openHarness({ token: TOKEN });
		for (const [wrong, told] of [
			[{ token: `${TOKEN}…` }, 'contains characters that no token has'],
			[{ baseUrl: harness.server.url.replace('http://', '') }, 'does not start with http:// or https://'],
		] as const) {
			const credential = await harness.saveCredential(wrong);
			const run = await harness.run('project', 'getAll', {}, { credential });
			expect(run.error?.message).toContain(told);
			expect((await harness.engine.testCredential(credential)).message).toContain(told);
		}
		expect(harness.server.requests).toHaveLength(0);
	});

	test("follows no redirect in n8n's HTTP Request node, not even on the same host", async () => {
		harness = await openHarness({ token: TOKEN, basePath: '/labels' });
		harness.server.onRequest(() => ({ status: 302, headers: { Location: '/other/place' } }));
		const run = await harness.engine.runWorkflow(
			chain(
				manualTrigger,
				node(
					'Request',
					'n8n-nodes-base.httpRequest',
					{
						url: `${harness.server.url}/api/v1/project`,
						authentication: 'predefinedCredentialType',
						nodeCredentialType: 'dataGymApi',
						options: {},
					},
					{ typeVersion: 4.2 },
				),
			),
			{ credentials: [harness.credential] },
		);
		expect(run.error).toBeDefined();
		expect(harness.server.requests.map(({ path }) => path)).toHaveLength(1);
	});

	test("serves n8n's HTTP Request node, but for the DataGym server only", async () => {
		harness = await openHarness({ token: TOKEN });
		const asked: string[] = [];
		const other = await serve((request, response) => {
			asked.push(request.headers.authorization ?? '');
			response.end('{}');
		});
		const request = async (url: string) =>
			await harness.engine.runWorkflow(
				chain(
					manualTrigger,
					node(
						'Request',
						'n8n-nodes-base.httpRequest',
						{ url, authentication: 'predefinedCredentialType', nodeCredentialType: 'dataGymApi', options: {} },
						{ typeVersion: 4.2 },
					),
				),
				{ credentials: [harness.credential] },
			);
		const allowed = await request(`${harness.server.url}/api/v1/project`);
		expect(allowed.error).toBeUndefined();
		expect(allowed.itemsOf('Request')).toMatchObject([{ json: { name: 'Dummy_Project' } }]);
		const refused = await request(`${other.url}/steal`);
		await other.close();
		expect(refused.error?.message ?? '').toContain('not on the DataGym server');
		expect(asked).toEqual([]);
	});
});

describe("the credential's test", () => {
	test('is green with the right token', async () => {
		harness = await openHarness();
		expect(await harness.engine.testCredential(harness.credential)).toMatchObject({ status: 'OK' });
	});

	test('is green in each way to send the token', async () => {
		harness = await openHarness({ basePath: '/labels', basicAuth: PROXY });
		const credential = await harness.saveCredential({
			baseUrl: `${harness.server.url}/api/v1`,
			useBasicAuth: true,
			basicAuthUser: PROXY.user,
			basicAuthPassword: PROXY.password,
		});
		expect(await harness.engine.testCredential(credential)).toMatchObject({ status: 'OK' });
	});

	test.each([401, 403])('says that the token was not accepted, at HTTP %d alike', async (status) => {
		harness = await openHarness();
		harness.server.onRequest(() => ({ status, body: '{"key":"ex_forbidden","params":[]}' }));
		const result = await harness.engine.testCredential(harness.credential);
		expect(result.status).toBe('Error');
		expect(result.message).toContain('did not accept the API token');
	});

	test('says that there is no DataGym at the address', async () => {
		harness = await openHarness();
		const credential = await harness.saveCredential({ baseUrl: `${harness.server.url}/elsewhere` });
		const result = await harness.engine.testCredential(credential);
		expect(result).toMatchObject({ status: 'Error' });
		expect(result.message).toBe('DataGym was not found at this base URL. Check the address and its sub-path.');
	});

	test.each([
		[
			'a web page',
			{ status: 200, headers: { 'Content-Type': 'text/html' }, body: '<!doctype html><p>Hello' },
			'The base URL leads to a web page, not to the DataGym API. Check the address and its sub-path.',
		],
		['another program', { status: 200, body: '{"hello":1}' }, 'The response is not from DataGym: '],
		[
			'a redirect',
			{ status: 302, headers: { Location: 'https://elsewhere.test/' } },
			'The server redirects to another address (HTTP 302). Enter the final address',
		],
		[
			'a server that is down',
			{ status: 502, body: '<h1>Bad Gateway</h1>' },
			'The DataGym server is unavailable at the moment (HTTP 502).',
		],
		[
			'a failing server',
			{ status: 500, body: '{"key":"ex_system"}' },
			'The DataGym server failed without giving a reason.',
		],
		['a broken connection', { destroy: true }, 'The server closed the connection before it responded (ECONNRESET).'],
	] as const)('says what it has met: %s', async (_, answer, told) => {
		harness = await openHarness();
		harness.server.onRequest(() => answer);
		const result = await harness.engine.testCredential(harness.credential);
		expect(result.status).toBe('Error');
		expect(result.message).toContain(told);
	});

	test('says that nobody listens there, as the node does', async () => {
		harness = await openHarness();
		const credential = await harness.saveCredential({ baseUrl: 'http://127.0.0.1:1' });
		const result = await harness.engine.testCredential(credential);
		const run = await harness.run(
			'project',
			'getAll',
			{ options: { network: { settings: { retryFor: 0 } } } },
			{ credential },
		);
		expect(result.message).toContain('The server refused the connection (ECONNREFUSED). Check the base URL');
		expect(result.message).toContain(run.error?.message);
	});
});

describe('the token', () => {
	test.each(['header', 'query'])('sent in the %s, shows in no error, item or log', async (sendIn) => {
		harness = await openHarness({ token: TOKEN }, { sendIn });
		const texts: string[] = [];
		const faults = [
			{ status: 401, body: '{"key":"ex_unauthorized","params":[]}' },
			{ status: 500, body: '{"key":"ex_system"}' },
			{ status: 200, body: '<html>' },
			{ destroy: true },
			{ status: 500, body: `{"key":"ex_new","msg":"GET /?token=${TOKEN}, Token ${TOKEN}, ${TOKEN.toUpperCase()}"}` },
			{ status: 400, body: `{"msg":"${Buffer.from(TOKEN).toString('base64')} ${TOKEN}"}` },
			{ status: 404, body: `{"key":"ex_notfound","params":["Dataset","id","${TOKEN}"]}` },
		] as const;
		for (const fault of faults) {
			harness.server.onRequest(() => fault);
			const run = await harness.run('dataset', 'create', { name: 'A' });
			expect(run.error).toBeDefined();
			texts.push(run.text, JSON.stringify(run.error));
		}
		harness.server.onRequest(undefined);
		texts.push((await harness.run('project', 'getAll')).text);
		texts.push(harness.engine.log.text);
		for (const text of texts) expect(text).not.toContain(TOKEN);
	});

	test('does not follow a redirect to another host', async () => {
		harness = await openHarness({ token: TOKEN });
		const asked: string[] = [];
		const other = await serve((request, response) => {
			asked.push(`${request.headers.authorization} ${request.url}`);
			response.end('[]');
		});
		harness.server.onRequest(() => ({ status: 302, headers: { Location: `${other.url}/api/v1/project` } }));
		const run = await harness.run('project', 'getAll');
		await other.close();
		expect(asked).toEqual([]);
		expect(run.error?.message).toBe('The server redirects to another address (HTTP 302)');
	});

	test('is asked for again when it is wrong', async () => {
		harness = await openHarness();
		const credential = await harness.saveCredential({ token: 'wrong' });
		const run = await harness.run('project', 'getAll', {}, { credential });
		expect(run.error).toMatchObject({ message: 'DataGym did not accept the API token', httpCode: '401' });
		expect(run.error?.description).toContain('Account, API Tokens');
	});
});

test('TLS problems are refused with a remedy, and ignored if the user says so', async () => {
	harness = await openHarness();
	const { createServer } = await import('node:https');
	const { execFileSync } = await import('node:child_process');
	const pem = execFileSync(
		'openssl',
		[
			'req',
			'-x509',
			'-newkey',
			'rsa:2048',
			'-nodes',
			'-keyout',
			'-',
			'-out',
			'-',
			'-days',
			'1',
			'-subj',
			'/CN=localhost',
		],
		{ stdio: ['ignore', 'pipe', 'ignore'] },
	);
	const server = createServer({ key: pem, cert: pem }, (_, response) =>
		response.writeHead(200, { 'Content-Type': 'application/json' }).end('[]'),
	);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	const baseUrl = `https://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
	const strict = await harness.run('project', 'getAll', {}, { credential: await harness.saveCredential({ baseUrl }) });
	const lax = await harness.run(
		'project',
		'getAll',
		{},
		{ credential: await harness.saveCredential({ baseUrl, ignoreTlsIssues: true }) },
	);
	const tests = [
		await harness.engine.testCredential(await harness.saveCredential({ baseUrl })),
		await harness.engine.testCredential(await harness.saveCredential({ baseUrl, ignoreTlsIssues: true })),
	];
	server.closeAllConnections();
	server.close();
	expect(tests).toMatchObject([
		{ status: 'Error', message: expect.stringMatching(/self-signed.*"Ignore TLS Issues \(Insecure\)"/) },
		{ status: 'OK' },
	]);
	expect(strict.error?.message).toContain('self-signed');
	expect(strict.error?.description).toContain('Ignore TLS Issues');
	expect(jsonOf(lax)).toEqual([]);
});
