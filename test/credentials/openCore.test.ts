/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { byId, jsonOf, openHarness, type Harness } from '../support/datagym';
import { serve } from '../support/httpServer';
import { startEngine, type Engine, type SavedCredential } from '../support/n8n/lentEngine';
import { chain, manualTrigger, node } from '../support/workflow';

const OLD_TOKEN = 'old-token-77aa41';
const PROXY = { user: 'proxy', password: 'proxy-secret-9c1d' };
const KEY = 'key-of-the-proxy-31f0';
const BASIC = `Basic ${Buffer.from(`${PROXY.user}:${PROXY.password}`).toString('base64')}`;
const NONE = { authentication: 'none', token: OLD_TOKEN };
const CHOICE =
	'This is the open core, which has no API tokens. Choose "None (Open Core)" under "Authentication" in the credential.';

let engine: Engine;
let harness: Harness;

// Keeps n8n's services running from the first harness to the last.
beforeAll(async () => {
	engine = await startEngine();
});
afterAll(async () => await engine.stop());

afterEach(async () => await harness.close());

const tested = async (credential: SavedCredential) => await harness.engine.testCredential(credential);

/** Through n8n's HTTP Request node. */
async function requestOf(url: string, credential: SavedCredential) {
	const parameters = {
		url,
		authentication: 'predefinedCredentialType',
		nodeCredentialType: 'dataGymApi',
		options: {},
	};
	const request = node('Request', 'n8n-nodes-base.httpRequest', parameters, { typeVersion: 4.2 });
	return await harness.engine.runWorkflow(chain(manualTrigger, request), { credentials: [credential] });
}

describe('A credential without a token', () => {
	test('sends none, not even one that was saved before', async () => {
		harness = await openHarness({ generation: 'open-core' }, { ...NONE, sendIn: 'query' });
		expect(await tested(harness.credential)).toMatchObject({ status: 'OK' });
		expect(jsonOf(await harness.run('project', 'getAll'))).toMatchObject([{ name: 'Dummy_Project' }]);
		const run = await requestOf(`${harness.server.url}/api/project`, harness.credential);
		expect(run.itemsOf('Request')).toMatchObject([{ json: { name: 'Dummy_Project' } }]);
		expect(harness.server.requests.length).toBeGreaterThanOrEqual(3);
		for (const { headers, query } of harness.server.requests) {
			expect(headers.authorization).toBeUndefined();
			expect(query.has('token')).toBe(false);
		}
	});

	test('passes a proxy with HTTP Basic and headers of its own, below a sub-path', async () => {
		harness = await openHarness(
			{ generation: 'open-core', basePath: '/labels', basicAuth: PROXY },
			{
				...NONE,
				useBasicAuth: true,
				basicAuthUser: PROXY.user,
				basicAuthPassword: PROXY.password,
				proxyHeaders: { header: [{ name: ' X-Api-Key ', value: KEY }, { name: 'X-Team', value: 'vision' }, {}] },
			},
		);
		expect(await tested(harness.credential)).toMatchObject({ status: 'OK' });
		jsonOf(await harness.run('project', 'getAll'));
		for (const { headers, query } of harness.server.requests) {
			expect(headers).toMatchObject({ authorization: BASIC, 'x-api-key': KEY, 'x-team': 'vision' });
			expect(query.has('token')).toBe(false);
		}
	});

	test.each([
		['with a wrong password', { useBasicAuth: true, basicAuthUser: PROXY.user, basicAuthPassword: 'wrong-password' }],
		['without one', {}],
	])('says that a proxy requires a login, %s', async (_, login) => {
		harness = await openHarness({ generation: 'open-core', basicAuth: PROXY }, { ...NONE, ...login });
		const told = 'A proxy in front of DataGym requires a login (HTTP 401)';
		const { message } = await tested(harness.credential);
		expect(message).toBe(`${told}. Turn on "Use HTTP Basic Auth" in the credential, and check user and password.`);
		expect((await harness.run('project', 'getAll')).error?.message).toBe(told);
	});

	test('says that a login is required, and what to choose, as the node does', async () => {
		harness = await openHarness({ generation: 'open-core' }, NONE);
		harness.server.onRequest(() => ({ status: 401, body: '{"key":"ex_unauthorized"}' }));
		const told = 'The server, or a proxy in front of it, requires a login (HTTP 401)';
		const result = await tested(harness.credential);
		expect(result.status).toBe('Error');
		expect(result.message).toContain(`${told}. If the server has API tokens, choose "API Token"`);
		const run = await harness.run('project', 'getAll');
		expect(run.error?.message).toBe(told);
		expect(run.error?.description).toContain('turn on "Use HTTP Basic Auth"');
	});
});

describe('A credential with a token', () => {
	test.each(['header', 'query'])('says that the open core has none, sent in the %s', async (sendIn) => {
		harness = await openHarness({ generation: 'open-core' }, { sendIn });
		expect(await tested(harness.credential)).toEqual({ status: 'Error', message: CHOICE });
		const run = await harness.run('project', 'getAll');
		expect(`${run.error?.message}. ${run.error?.description}`).toContain(CHOICE);
		const download = await harness.run('image', 'download', { imageId: byId('0') });
		expect(`${download.error?.message}. ${download.error?.description}`).toContain(CHOICE);
	});

	test('is told to be wrong by a server that has tokens, though its other API is open', async () => {
		harness = await openHarness({}, { token: 'wrong' });
		const { message } = await tested(harness.credential);
		expect(message).toBe(
			'DataGym did not accept the API token. It may have been deleted. Copy one from DataGym (Account, API Tokens).',
		);
		const run = await harness.run('project', 'getAll');
		expect(run.error?.message).toBe('DataGym did not accept the API token');
		expect(run.error?.description).not.toContain('Open Core');
	});

	test('goes into the query if a proxy takes the Authorization header', async () => {
		harness = await openHarness({}, { proxyHeaders: { header: [{ name: 'authorization', value: `Bearer ${KEY}` }] } });
		jsonOf(await harness.run('project', 'getAll'));
		const [request] = harness.server.requests;
		expect(request?.headers.authorization).toBe(`Bearer ${KEY}`);
		expect(request?.query.get('token')).toBe(harness.server.token);
	});
});

describe('The headers of a proxy', () => {
	test('are for this server only, and shown in no error or log', async () => {
		harness = await openHarness({}, { proxyHeaders: { header: [{ name: 'X-Api-Key', value: KEY }] } });
		const other = await serve((request, response) => response.end(JSON.stringify(request.headers)));
		const elsewhere = await requestOf(`${other.url}/api/project`, harness.credential);
		await other.close();
		expect(elsewhere.error?.message).toContain('nothing of the credential was sent');
		harness.server.onRequest(() => ({ status: 400, body: `{"key":"ex_new","msg":"${KEY} is no key"}` }));
		const run = await harness.run('project', 'getAll');
		const result = await tested(harness.credential);
		expect(run.error?.message).toContain('…');
		for (const text of [run.text, JSON.stringify(result), harness.engine.log.text]) expect(text).not.toContain(KEY);
	});

	test.each([
		[
			{ name: 'X Api Key', value: KEY },
			'The name of a proxy header in the DataGym credential is not valid: "X Api Key"',
		],
		[{ name: '', value: KEY }, 'The name of a proxy header in the DataGym credential is not valid: ""'],
		[{ name: 'X-Api-Key', value: `${KEY}\r\nX-Evil: 1` }, 'characters that no header can have'],
		[{ name: 'X-Api-Key', value: `${KEY}…` }, 'characters that no header can have'],
	])('are refused where they cannot be sent: %j', async (header, told) => {
		harness = await openHarness({}, { proxyHeaders: { header: [header] } });
		const result = await tested(harness.credential);
		const run = await harness.run('project', 'getAll');
		expect(result.message).toContain(told);
		expect(run.error?.message).toContain(told);
		expect(`${run.text} ${JSON.stringify(result)}`).not.toContain(KEY);
		expect(harness.server.requests).toHaveLength(0);
	});
});
