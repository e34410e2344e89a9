import { join } from 'node:path';
import { HELP, readCommandLine } from '@datagym/tools/demo/commandLine';
import { NEEDS } from '@datagym/tools/demo/needs';
import { meetServer } from '@datagym/tools/demo/ownServer';
import { EXAMPLES, readExample, type ExampleName } from '@datagym/tools/examples/workflows';
import { until } from '@datagym/tools/processes';
import { labelWhenAsked } from '@datagym/tools/sample/server';
import { startEmulator, type Emulator } from '../emulator/start';
import { httpClient } from '../support/httpClient';
import { serve } from '../support/httpServer';

const SECRET = '7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d';

describe('npm run n8n', () => {
	test('opens the emulator, unless a server is named', () => {
		expect(readCommandLine([], {})).toMatchObject({ server: undefined, port: 5678, fresh: false, open: false });
		expect(readCommandLine(['--server', 'http://localhost:8080'], {})).toMatchObject({
			server: { address: 'http://localhost:8080', token: undefined },
		});
	});

	test('takes the token from the environment, so that it is not in the history, or else from --token', () => {
		const read = (...args: string[]) => readCommandLine(['--server', 'a', ...args], { DATAGYM_TOKEN: SECRET })?.server;
		expect(read()).toEqual({ address: 'a', token: SECRET });
		expect(read('--token', 'other')).toEqual({ address: 'a', token: 'other' });
		expect(readCommandLine([], { DATAGYM_TOKEN: SECRET })?.server).toBeUndefined();
	});

	test('keeps what is done for one server apart from what is done for another', () => {
		const folders = [[], ['--server', 'http://localhost:8080'], ['--server', 'https://example.com/labels/']].map(
			(args) => readCommandLine(args, {})?.folder,
		);
		expect(folders).toEqual(
			['n8n', 'n8n-localhost-8080', 'n8n-example.com-labels'].map((name) =>
				expect.stringMatching(new RegExp(`${join('out', name)}$`)),
			),
		);
	});

	test.each([
		[['--sever', 'a'], '--sever'],
		[['--token', SECRET], '--token needs --server'],
		[['--port', 'many'], '--port must be a number'],
	])('refuses %j, and says what is wrong', (args, message) => {
		expect(() => readCommandLine(args, {})).toThrow(message);
	});

	test('--help names each option', () => {
		expect(readCommandLine(['--help'], {})).toBeUndefined();
		for (const option of ['--server', '--token', '--port', '--folder', '--fresh', '--open', '--help', 'DATAGYM_TOKEN'])
			expect(HELP).toContain(option);
	});
});

describe('The question who a server is', () => {
	let tokens: Emulator;
	let openCore: Emulator;

	beforeAll(async () => {
		tokens = await startEmulator({ dummyProject: false });
		openCore = await startEmulator({ generation: 'open-core', dummyProject: false });
		tokens.seed.project({ name: 'One' });
		for (const name of ['One', 'Two']) openCore.seed.project({ name });
	});
	afterAll(async () => {
		await tokens.close();
		await openCore.close();
	});

	test('is answered by a server with tokens, and the credential gets the token', async () => {
		const { introduction, account } = await meetServer({ address: `${tokens.url}/`, token: ` Token ${tokens.token}` });
		expect(introduction).toBe(`${tokens.url} is DataGym with API tokens, with 1 project`);
		expect(account).toEqual({ baseUrl: tokens.url, token: tokens.token });
	});

	test('is answered by the open core, and the credential says that there is no token', async () => {
		const { introduction, account } = await meetServer({ address: openCore.url, token: undefined });
		expect(introduction).toBe(`${openCore.url} is DataGym's open core, without a login, with 2 projects`);
		expect(account).toEqual({ baseUrl: openCore.url, authentication: 'none' });
	});

	test('only reads', async () => {
		await meetServer({ address: openCore.url, token: undefined });
		await meetServer({ address: tokens.url, token: tokens.token });
		const asked = [...openCore.requests, ...tokens.requests].map(({ method, path }) => `${method} ${path}`);
		expect(asked.filter((request) => !request.startsWith('GET '))).toEqual([]);
		// The start page of DataGym, which makes sample data.
		expect(asked.filter((request) => request.includes('/user/'))).toEqual([]);
	});

	test.each([
		[
			'a token for the open core',
			() => ({ address: openCore.url, token: SECRET }),
			'is the open core, which has no API tokens. Start without --token',
		],
		['a wrong token', () => ({ address: tokens.url, token: SECRET }), 'DataGym did not accept the API token'],
		[
			'a token that nobody can send',
			() => ({ address: tokens.url, token: 'tökén' }),
			'contains characters that no token has',
		],
		[
			'an address without a scheme',
			() => ({ address: 'localhost:8080', token: undefined }),
			'Enter it in full, such as http://localhost:8080',
		],
		[
			'a port on which nothing listens',
			() => ({ address: 'http://127.0.0.1:9', token: undefined }),
			'Check the base URL',
		],
	])('ends with the remedy for %s', async (_, server, message) => {
		const failure: unknown = await meetServer(server()).catch((error: unknown) => error);
		expect(String(failure)).toContain(message);
		expect(String(failure)).not.toContain(SECRET);
	});

	test('ends with the remedy where another service answers', async () => {
		const page = await serve((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'));
		try {
			await expect(meetServer({ address: page.url, token: undefined })).rejects.toThrow(
				'The response is not from DataGym',
			);
		} finally {
			await page.close();
		}
	});
});

test('somebody labels in each of the projects whose labels are asked for, and in no other', async () => {
	const server = await startEmulator({ dummyProject: false });
	const projects = ['One', 'Two', 'Three'].map((name) => {
		const { project, dataset } = server.seed.project({
			name,
			classes: [{ entryKey: 'car', type: 'rectangle' }],
			datasetName: name,
		});
		return { id: project.id, tasks: server.seed.tasks(project, dataset!, { count: 2, state: 'BACKLOG' }) };
	});
	const isDone = ({ tasks }: (typeof projects)[number]) => tasks.every(({ state }) => state === 'COMPLETED');
	const labelers = labelWhenAsked(
		server,
		projects.map(({ id }) => id),
	);
	const client = httpClient({ baseURL: server.url, headers: { Authorization: `Token ${server.token}` } });
	for (const { id } of projects.slice(0, 2)) await client.get(`/api/v1/export/${id}`);
	await until('both projects are labeled', 20_000, () => projects.slice(0, 2).every(isDone));
	expect(projects.map(isDone)).toEqual([true, true, false]);
	await labelers.stop();
	await server.close();
});

/** Operations that leave everything on a server as it is. */
const READS = [
	'comparePredictions',
	'compareVersions',
	'createDataset',
	'download',
	'get',
	'getAll',
	'getLabels',
	'getStatistics',
	'preview',
];

/** Of the example's nodes, the tools of an agent among them. */
async function changesOf(name: ExampleName): Promise<string[]> {
	const { nodes } = await readExample(name);
	return nodes
		.filter(({ type }) => /^n8n-nodes-datagym\.dataGym(Tool)?$/.test(type))
		.map(({ parameters }) => String(parameters.operation))
		.filter((operation) => !READS.includes(operation));
}

test.each(EXAMPLES)('%s says of itself whether it only reads', async (name) => {
	expect(NEEDS[name].endsWith('reads only')).toBe((await changesOf(name)).length === 0);
});

test.each(EXAMPLES)('%s says where its project is chosen', async (name) => {
	const example = JSON.stringify(await readExample(name));
	expect(NEEDS[name].includes('in Settings')).toBe(example.includes("PUT YOUR PROJECT'S ID HERE"));
	expect(NEEDS[name].includes('in the trigger')).toBe(example.includes('"projectIds":[]'));
});
