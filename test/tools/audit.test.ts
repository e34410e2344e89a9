import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ROOT } from '../docs/markdown';

let registry: Server;
let answer: { status: number; body: unknown };
let asked: Record<string, string[]>;

beforeAll(async () => {
	registry = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => (body += chunk.toString()));
		request.on('end', () => {
			asked = JSON.parse(body) as Record<string, string[]>;
			response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer.body));
		});
	});
	await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
});
afterAll(() => registry.close());

const advisory = (title: string) => [
	{ id: 1, title, severity: 'high', url: 'https://example.com/advisory', vulnerable_versions: '*' },
];
const OLD = { lodash: advisory('Prototype pollution') };

/** The script as npm runs it, against a registry of our own. */
async function audit(...args: string[]): Promise<{ code: number; output: string }> {
	const { port } = registry.address() as AddressInfo;
	return await new Promise((resolve) => {
		const env = { ...process.env, npm_config_registry: `http://127.0.0.1:${port}/npm` };
		execFile(
			process.execPath,
			['--import', 'tsx', join(ROOT, 'tools', 'release', 'audit.ts'), ...args],
			{ cwd: ROOT, env },
			(error, stdout) => resolve({ code: error === null ? 0 : Number(error.code), output: stdout }),
		);
	});
}

describe('The audit of what is in the bundles', () => {
	test('passes when there is no advisory', async () => {
		answer = { status: 200, body: OLD };
		expect(await audit()).toMatchObject({ code: 0, output: expect.stringContaining('no advisory for any of') });
		expect(asked).toMatchObject({ zod: [expect.any(String)], 'p-limit': [expect.any(String)] });
	});

	test('fails when there is one', async () => {
		answer = { status: 200, body: { ...OLD, zod: advisory('Endless regular expression') } };
		expect(await audit()).toMatchObject({
			code: 1,
			output: expect.stringMatching(/FAIL {2}zod \S+: high: Endless regular expression/),
		});
	});

	test.each([
		['says no', { status: 405, body: {} }],
		['knows no advisory at all', { status: 200, body: {} }],
	])('does not pretend when the registry %s, and fails then only if it must be strict', async (_, given) => {
		answer = given;
		expect(await audit()).toMatchObject({ code: 0, output: expect.stringContaining('NOT CHECKED') });
		expect(await audit('--strict')).toMatchObject({ code: 1, output: expect.stringContaining('NOT CHECKED') });
	});
});
