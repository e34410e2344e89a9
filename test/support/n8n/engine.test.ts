/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine, type Engine } from './lentEngine';
import { serve, type LocalServer } from '../httpServer';
import { chain, manualTrigger, node, set } from '../workflow';

let engine: Engine;
let folder: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'harness-'));
	engine = await startEngine({ packages: [], fileFolders: [folder] });
});

afterAll(async () => {
	await engine.stop();
	await rm(folder, { recursive: true });
});

describe('a run', () => {
	test('gives the items of each node, with expressions resolved and the pairing kept', async () => {
		const run = await engine.runWorkflow(chain(manualTrigger, set('color', '={{ $json.name }} is red')), {
			input: [{ json: { name: 'rose' } }, { json: { name: 'tulip' } }],
		});
		expect(run.error).toBeUndefined();
		expect(run.status).toBe('success');
		expect(run.itemsOf('Set color')).toEqual([
			{ json: { name: 'rose', color: 'rose is red' }, pairedItem: { item: 0 } },
			{ json: { name: 'tulip', color: 'tulip is red' }, pairedItem: { item: 1 } },
		]);
	});

	test('tells the outputs of a node apart', async () => {
		const conditions = {
			options: { caseSensitive: true, typeValidation: 'strict', version: 2 },
			conditions: [
				{ id: '1', leftValue: '={{ $json.count }}', rightValue: 1, operator: { type: 'number', operation: 'gt' } },
			],
			combinator: 'and',
		};
		const isMany = node('If', 'n8n-nodes-base.if', { conditions, options: {} }, { typeVersion: 2.2 });
		const run = await engine.runWorkflow(chain(manualTrigger, isMany), {
			input: [{ json: { count: 1 } }, { json: { count: 2 } }],
		});
		expect(run.itemsOf('If', 0)).toMatchObject([{ json: { count: 2 } }]);
		expect(run.itemsOf('If', 1)).toMatchObject([{ json: { count: 1 } }]);
		expect(run.itemsOf('No such node')).toEqual([]);
	});

	test('reports every node as it finishes', async () => {
		const finished: string[] = [];
		const split = node('Split', 'n8n-nodes-base.splitOut', { fieldToSplitOut: 'all', options: {} });
		const run = await engine.runWorkflow(chain(manualTrigger, split), {
			input: [{ json: { all: ['a', 'b', 'c'] } }],
			onNodeFinished: ({ node: name, items }) => finished.push(`${name}: ${items}`),
		});
		expect(run.error).toBeUndefined();
		expect(finished).toEqual(['Start: 1', 'Split: 3']);
	});

	test('holds the error of the node that failed, and what ran before', async () => {
		const stop = node('Stop', 'n8n-nodes-base.stopAndError', { errorMessage: 'enough' });
		const run = await engine.runWorkflow(chain(manualTrigger, stop));
		expect(run).toMatchObject({
			status: 'error',
			error: { name: 'NodeOperationError', message: 'enough', node: 'Stop' },
		});
		expect(run.itemsOf('Start')).toHaveLength(1);
	});

	test('fails without running when a required parameter is missing', async () => {
		const run = await engine.runWorkflow(chain(manualTrigger, node('Split', 'n8n-nodes-base.splitOut')));
		expect(run.status).toBe('error');
		expect(run.error?.message).toMatch(/issues/);
	});

	test('leaves the workflow that it was given as it was', async () => {
		const workflow = chain(manualTrigger, set('color', 'blue'));
		const before = JSON.stringify(workflow);
		await engine.runWorkflow(workflow);
		expect(JSON.stringify(workflow)).toBe(before);
	});

	test('ends when it is canceled, though a node would wait for another minute', async () => {
		const cancel = new AbortController();
		const wait = node('Wait', 'n8n-nodes-base.wait', { amount: 60, unit: 'seconds' }, { typeVersion: 1.1 });
		const run = await engine.runWorkflow(chain(manualTrigger, wait), {
			signal: cancel.signal,
			onNodeFinished: () => setImmediate(() => cancel.abort()),
		});
		expect(run.status).toBe('canceled');
	}, 50_000);
});

describe('a second engine', () => {
	test('leaves the first one all that it needs, while it runs and when it has stopped', async () => {
		const account = await engine.saveCredential('httpHeaderAuth', { name: 'x-token', value: 'first' });
		const seen: unknown[] = [];
		const server = await serve((request, response) => {
			seen.push(request.headers['x-token']);
			response.end('{}');
		});
		const parameters = { url: server.url, authentication: 'genericCredentialType', genericAuthType: 'httpHeaderAuth' };
		const get = node('Get', 'n8n-nodes-base.httpRequest', { ...parameters, options: {} }, { typeVersion: 4.2 });
		const runFirst = async () => await engine.runWorkflow(chain(manualTrigger, get), { credentials: [account] });

		const second = await startEngine({ packages: [], fileFolders: [folder] });
		const other = await second.saveCredential('httpHeaderAuth', { name: 'x-token', value: 'second' });
		const runs = [await second.runWorkflow(chain(manualTrigger, get), { credentials: [other] }), await runFirst()];
		await second.stop();
		await second.stop();
		runs.push(await runFirst());
		await server.close();
		expect(runs.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
		expect(seen).toEqual(['second', 'first', 'first']);
	});

	test.each([
		['files', () => ({ fileFolders: ['/elsewhere'] })],
		['the instance', () => ({ fileFolders: [folder], userFolder: '/elsewhere' })],
	])('is refused when it wants other folders for %s', async (_, folders) => {
		await expect(startEngine({ packages: [], ...folders() })).rejects.toThrow('Stop that engine first');
		const data = await engine.storeBinary({ bytes: Buffer.from('still here'), mimeType: 'text/plain' });
		expect((await engine.readBinary({ json: {}, binary: { data } })).toString()).toBe('still here');
	});
});

describe('files', () => {
	const readFiles = (fileSelector: string) =>
		node('Read', 'n8n-nodes-base.readWriteFile', { operation: 'read', fileSelector, options: {} });

	test('go through the binary store, so that items hold an id and no bytes', async () => {
		await writeFile(join(folder, 'hello.txt'), 'hello');
		const run = await engine.runWorkflow(chain(manualTrigger, readFiles(join(folder, '*.txt'))));
		expect(run.error).toBeUndefined();
		const [item] = run.itemsOf('Read');
		expect(item?.binary?.data).toMatchObject({
			fileName: 'hello.txt',
			data: 'filesystem-v2',
			id: expect.stringContaining('filesystem-v2:'),
		});
		expect((await engine.readBinary(item!)).toString()).toBe('hello');
	});

	test('can be put into the store by a test, and written to a folder by a node', async () => {
		const data = await engine.storeBinary({
			bytes: Buffer.from('from the store'),
			fileName: 'a.txt',
			mimeType: 'text/plain',
		});
		expect(data).toMatchObject({ data: 'filesystem-v2', bytes: 14, fileExtension: 'txt' });
		const fileName = join(folder, 'written.txt');
		const write = node('Write', 'n8n-nodes-base.readWriteFile', { operation: 'write', fileName, options: {} });
		const run = await engine.runWorkflow(chain(manualTrigger, write), { input: [{ json: {}, binary: { data } }] });
		expect(run.error).toBeUndefined();
		expect(await readFile(fileName, 'utf8')).toBe('from the store');
	});

	test('outside of the allowed folders are refused, as in n8n', async () => {
		const run = await engine.runWorkflow(chain(manualTrigger, readFiles('/etc/hostname')));
		expect(run.error?.message).toMatch(/not allowed|Access/i);
	});
});

describe('credentials', () => {
	const TOKEN = 'secret-token-9d3f';
	let server: LocalServer;
	let url: string;
	let received: IncomingMessage[];

	beforeAll(async () => {
		server = await serve((request, response) => {
			received.push(request);
			const allowed = request.headers['x-token'] === TOKEN || request.headers['x-n8n-api-key'] === TOKEN;
			const data = allowed
				? [
						{ id: 1, name: 'Daily' },
						{ id: 2, name: 'Weekly' },
					]
				: undefined;
			response
				.writeHead(allowed ? 200 : 401, { 'content-type': 'application/json' })
				.end(JSON.stringify({ allowed, data }));
		});
		({ url } = server);
	});
	beforeEach(() => {
		received = [];
	});
	afterAll(async () => await server.close());

	const getFrom = (address: string, genericAuthType: string) =>
		node(
			'Get',
			'n8n-nodes-base.httpRequest',
			{ url: address, authentication: 'genericCredentialType', genericAuthType, options: {} },
			{ typeVersion: 4.2 },
		);

	test('are encrypted at rest and sign the requests of nodes that take them', async () => {
		const account = await engine.saveCredential('httpHeaderAuth', { name: 'x-token', value: TOKEN });
		expect(engine.credentialAtRest(account)).not.toContain(TOKEN);
		const run = await engine.runWorkflow(chain(manualTrigger, getFrom(url, 'httpHeaderAuth')), {
			credentials: [account],
		});
		expect(run.error).toBeUndefined();
		expect(run.itemsOf('Get')[0]?.json).toMatchObject({ allowed: true });
		expect(run.text).not.toContain(TOKEN);
		expect(engine.log.text).not.toContain(TOKEN);
	});

	test('may hold expressions, which are resolved for the item', async () => {
		const account = await engine.saveCredential('httpHeaderAuth', { name: 'x-token', value: '={{ $json.secret }}' });
		const run = await engine.runWorkflow(chain(manualTrigger, getFrom(url, 'httpHeaderAuth')), {
			credentials: [account],
			input: [{ json: { secret: TOKEN } }],
		});
		expect(run.error).toBeUndefined();
		expect(received[0]?.headers['x-token']).toBe(TOKEN);
	});

	test('that the server refuses make the node fail with its status', async () => {
		const account = await engine.saveCredential('httpHeaderAuth', { name: 'x-token', value: 'wrong' });
		const run = await engine.runWorkflow(chain(manualTrigger, getFrom(url, 'httpHeaderAuth')), {
			credentials: [account],
		});
		expect(run.error).toMatchObject({ name: 'NodeApiError', httpCode: '401', node: 'Get' });
	});

	test('are tested with the request that their type declares', async () => {
		const save = async (apiKey: string, baseUrl = url) => await engine.saveCredential('n8nApi', { apiKey, baseUrl });
		expect(await engine.testCredential(await save(TOKEN))).toMatchObject({ status: 'OK' });
		expect(received[0]?.headers['x-n8n-api-key']).toBe(TOKEN);
		expect(await engine.testCredential(await save('wrong'))).toEqual({ status: 'Error', message: 'Unauthorized' });
		expect(await engine.testCredential(await save(TOKEN, 'http://127.0.0.1:1'))).toEqual({
			status: 'Error',
			message: 'ECONNREFUSED',
		});
	});

	test('open the lists that the editor searches', async () => {
		const account = await engine.saveCredential('n8nApi', { apiKey: TOKEN, baseUrl: url });
		const workflows = { nodeType: 'n8n-nodes-base.n8n', method: 'searchWorkflows' };
		expect(await engine.searchList(workflows, [account], 'week')).toEqual({
			results: [{ name: 'Weekly (#2)', value: 2 }],
		});
		await expect(engine.searchList(workflows)).rejects.toThrow('Node does not have any credentials set');
		await expect(engine.searchList({ ...workflows, method: 'find' })).rejects.toThrow(
			'has no listSearch method "find"; it has: searchWorkflows',
		);
	});
});
