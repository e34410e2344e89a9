import { Readable } from 'node:stream';
import * as z from 'zod/v4-mini';
import { Transport, type HttpAnswer } from '@datagym/client';
import { IDEMPOTENT, NEVER_RETRY, unlessDoneBefore, type Idempotency } from '@datagym/client/idempotency';
import { failure, fakeServer, OK, untilAborted, type Reply } from './fakeServer';

const schema = z.object({ ok: z.boolean() });
const GET = { method: 'GET', path: 'thing' } as const;
const POST = { method: 'POST', path: 'thing' } as const;

afterEach(() => jest.restoreAllMocks());

/** Before the server had any of the request. */
const NOT_STARTED_CODES = ['ECONNREFUSED', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
/** When the server may have had all of it. */
const UNKNOWN_CODES = [
	'ECONNRESET',
	'EPIPE',
	'ETIMEDOUT',
	'ECONNABORTED',
	'ERR_STREAM_PREMATURE_CLOSE',
	'ERR_BAD_RESPONSE',
	'Z_BUF_ERROR',
	'HPE_INVALID_CONSTANT',
];

describe('reads again after faults that pass', () => {
	const passing: ReadonlyArray<readonly [string, Reply]> = [
		...[...NOT_STARTED_CODES, ...UNKNOWN_CODES].map((code) => [code, { code }] as const),
		...[408, 425, 429, 502, 503, 504].map((status) => [String(status), { status, body: '<html>busy</html>' }] as const),
		['an answer that breaks off', { body: '{"ok":', breaks: 'ECONNRESET' }],
		['an answer that is cut', { body: '{"ok":' }],
		['an answer that is empty', { body: '' }],
	];
	test.each(passing)('%s', async (_what, reply) => {
		const { transport, requests, waits } = fakeServer([reply, reply, OK]);
		expect(await transport.json(GET, schema)).toEqual({ ok: true });
		expect(requests).toHaveLength(3);
		expect(waits).toHaveLength(2);
	});
});

describe('does not read again after', () => {
	const lasting: ReadonlyArray<readonly [string, Reply]> = [
		...['ENOTFOUND', 'CERT_HAS_EXPIRED', 'EPROTO'].map((code) => [code, { code }] as const),
		['a web page', { body: '<html>Log in</html>' }],
		['another form', { body: '{"ok":1}' }],
		['a business rule', { status: 500, body: '{"key":"ex_gen_image_delete"}' }],
		['an unknown fault of DataGym', { status: 500, body: '{"key":"ex_system"}' }],
		['a service that the server lacks', { status: 503, body: '{"key":"ex_service_unavailable","params":["ai"]}' }],
		['a refused token', { status: 401, body: '{"key":"ex_unauthorized"}' }],
	];
	test.each(lasting)('%s', async (_what, reply) => {
		const { transport, requests } = fakeServer([reply, OK]);
		const error = await failure(transport.json(GET, schema));
		expect(requests).toHaveLength(1);
		expect(JSON.stringify(error)).not.toContain('secret');
	});
});

describe('a change whose answer is lost', () => {
	const LOST: Reply = { code: 'ECONNRESET' };
	const lookUp = (found: { ok: boolean } | undefined): Idempotency<{ ok: boolean }> => ({
		kind: 'lookUpFirst',
		find: async () => await Promise.resolve(found),
	});

	test.each([
		...UNKNOWN_CODES.map((code): Reply => ({ code })),
		{ status: 408 },
		{ status: 502 },
		{ status: 504 },
		{ body: '' },
		{ body: '{"ok":1}' },
		{ body: '<html>proxy</html>' },
		{ body: '{"ok":', breaks: 'ECONNRESET' },
	])('is not sent again by itself (%j)', async (reply) => {
		const { transport, requests } = fakeServer([reply, OK]);
		const error = await failure(transport.json(POST, schema));
		expect(requests).toHaveLength(1);
		expect(error.failure.remedy).toMatch(/^DataGym may already have made the change/);
	});

	test('is sent again if the server has surely not begun it', async () => {
		const { transport, requests } = fakeServer([{ code: 'ECONNREFUSED' }, { status: 503 }, OK]);
		expect(await transport.json(POST, schema, NEVER_RETRY)).toEqual({ ok: true });
		expect(requests).toHaveLength(3);
	});

	test.each([...NOT_STARTED_CODES.map((code): Reply => ({ code })), { status: 425 }, { status: 429 }, { status: 503 }])(
		'is sent again after %j, before which the server has done nothing',
		async (reply) => {
			const { transport, requests } = fakeServer([reply, OK]);
			expect(await transport.json(POST, schema)).toEqual({ ok: true });
			expect(requests).toHaveLength(2);
		},
	);

	test('stays lost if the answer to the second try cannot be read, which may say that it is done', async () => {
		const { transport } = fakeServer([LOST, { status: 500, body: '{"key":', breaks: 'ECONNRESET' }], { retryFor: 800 });
		const error = await failure(transport.json(POST, schema, IDEMPOTENT));
		expect(error.failure.remedy).toMatch(/^DataGym may already have made the change/);
	});

	test('stays lost while the server cannot be reached, and is looked for before it is sent again', async () => {
		const { transport, requests } = fakeServer([LOST, { code: 'ECONNREFUSED' }, OK]);
		const error = await failure(transport.json(POST, schema, NEVER_RETRY));
		expect(error.key).toBe('ECONNRESET');
		const looks: number[] = [];
		const found = fakeServer([LOST, { code: 'ECONNREFUSED' }, OK]);
		const find = async () => await Promise.resolve(void looks.push(found.requests.length));
		expect(await found.transport.json(POST, schema, { kind: 'lookUpFirst', find })).toEqual({ ok: true });
		expect(looks).toEqual([1, 2]);
		expect(requests).toHaveLength(1);
	});

	test('stays unknown if it cannot be sent again in the time', async () => {
		const { transport } = fakeServer([LOST, { code: 'ECONNREFUSED' }]);
		const error = await failure(transport.json(POST, schema, IDEMPOTENT));
		expect(error.key).toBe('ECONNREFUSED');
		expect(error.failure.remedy).toMatch(
			/^DataGym may already have made the change. Running this again does no harm\./,
		);
	});

	test('is refused as any other if it is refused when it is sent again', async () => {
		const { transport } = fakeServer([LOST, { status: 500, body: '{"key":"ex_limit"}' }]);
		const error = await failure(transport.json(POST, schema, IDEMPOTENT));
		expect(error.key).toBe('ex_limit');
		expect(error.failure.remedy).not.toContain('It is not known');
	});

	test('is not known to be done by another refusal', async () => {
		const { transport } = fakeServer([LOST, { status: 500, body: '{"key":"ex_limit"}' }]);
		const work = unlessDoneBefore(['ex_already_contains'], transport.json(POST, schema, IDEMPOTENT));
		expect((await failure(work)).key).toBe('ex_limit');
	});

	test('is taken as done if it is found', async () => {
		const { transport, requests } = fakeServer([LOST, OK]);
		expect(await transport.json(POST, schema, lookUp({ ok: false }))).toEqual({ ok: false });
		expect(requests).toHaveLength(1);
	});

	test('is sent again if it is not found', async () => {
		const { transport, requests } = fakeServer([LOST, OK]);
		expect(await transport.json(POST, schema, lookUp(undefined))).toEqual({ ok: true });
		expect(requests).toHaveLength(2);
	});

	test('is known not to be done if it is not found and cannot be sent again in the time', async () => {
		const { transport } = fakeServer([LOST, { code: 'ECONNREFUSED' }]);
		const error = await failure(transport.json(POST, schema, lookUp(undefined)));
		expect(error.key).toBe('ECONNREFUSED');
		expect(error.failure.remedy).not.toContain('It is not known');
	});

	test('is looked for once more if it is refused then', async () => {
		const { transport } = fakeServer([LOST, { status: 412, body: '{"key":"ex_alreadyexists"}' }]);
		let looks = 0;
		const find = async () => await Promise.resolve(++looks === 2 ? { ok: true } : undefined);
		expect(await transport.json(POST, schema, { kind: 'lookUpFirst', find })).toEqual({ ok: true });
	});

	test('is not sent again if it cannot be looked for', async () => {
		const { transport, requests } = fakeServer([LOST, OK]);
		const error = await failure(
			transport.json(POST, schema, { kind: 'lookUpFirst', find: () => Promise.reject(new Error('no')) }),
		);
		expect(requests).toHaveLength(1);
		expect(error.failure.remedy).toMatch(/^DataGym may already have made the change/);
	});

	test('is known to be done when the server refuses to do it twice', async () => {
		const { transport } = fakeServer([LOST, { status: 412, body: '{"key":"ex_already_contains"}' }]);
		await unlessDoneBefore(['ex_already_contains'], transport.json(POST, schema, IDEMPOTENT));
	});

	test('was not ours if the server refuses the first try', async () => {
		const { transport } = fakeServer([{ status: 412, body: '{"key":"ex_already_contains"}' }]);
		const error = await failure(unlessDoneBefore(['ex_already_contains'], transport.json(POST, schema, IDEMPOTENT)));
		expect(error.key).toBe('ex_already_contains');
	});
});

test('ends a wait when the execution is canceled', async () => {
	const cancel = new AbortController();
	const { transport, requests } = fakeServer([{ status: 503, headers: { 'retry-after': '30' } }], {
		signal: cancel.signal,
		sleep: async (milliseconds, signal) => {
			if (milliseconds === 30_000) setImmediate(() => cancel.abort());
			await untilAborted(signal!);
		},
	});
	expect((await failure(transport.json(GET, schema))).failure.kind).toBe('canceled');
	expect(requests).toHaveLength(1);
});

test('sends nothing once the execution is canceled', async () => {
	const { transport, requests } = fakeServer([OK], { signal: AbortSignal.abort() });
	expect((await failure(transport.json(GET, schema))).failure.kind).toBe('canceled');
	expect(requests).toHaveLength(0);
});

test('sends JSON as JSON, and says so', async () => {
	const { transport, requests } = fakeServer([OK]);
	await transport.json({ ...POST, json: { name: 'ä' } }, schema);
	expect(requests).toMatchObject([{ body: '{"name":"ä"}', headers: { 'Content-Type': 'application/json' } }]);
});

describe('the size of an answer', () => {
	const MEGABYTE = 1024 * 1024;
	const padded = (bytes: number): Reply => ({ body: JSON.stringify({ ok: true }).padEnd(bytes) });

	test('may be 16 MB, and more only where it grows with the project', async () => {
		expect(await fakeServer([padded(16 * MEGABYTE)]).transport.json(GET, schema)).toEqual({ ok: true });
		const large = padded(16 * MEGABYTE + 7);
		expect((await failure(fakeServer([large]).transport.json(GET, schema))).message).toContain('larger than 16 MB');
		expect(await fakeServer([large]).transport.json({ ...GET, isLarge: true }, schema)).toEqual({ ok: true });
	});

	test('is believed from its header, before any of it is read', async () => {
		const { transport, requests } = fakeServer([{ ...OK, headers: { 'content-length': String(193 * MEGABYTE) } }]);
		const error = await failure(transport.json({ ...GET, isLarge: true }, schema));
		expect(error.message).toContain('larger than 192 MB');
		expect(requests).toHaveLength(1);
	});

	test('leaves unknown whether a change was made', async () => {
		const { transport } = fakeServer([{ ...OK, headers: { 'content-length': String(17 * MEGABYTE) } }]);
		expect((await failure(transport.json(POST, schema))).failure.remedy).toMatch(
			/^DataGym may already have made the change/,
		);
	});
});

test('reads no answer without end', async () => {
	async function* endless(): AsyncGenerator<Buffer> {
		for (;;) yield Buffer.alloc(1024 * 1024, ' ');
	}
	const send = async (): Promise<HttpAnswer> =>
		await Promise.resolve({ status: 200, headers: {}, body: Readable.from(endless()) });
	const greedy = new Transport(send, {
		baseUrl: 'http://endless.test',
		idleTimeout: 5_000,
		retryFor: 0,
		isUnattended: true,
		limits: { concurrency: 1 },
		sleep: async (_milliseconds, signal) => await untilAborted(signal!),
	});
	expect((await failure(greedy.json(GET, schema))).message).toContain('larger than 16 MB');
});
