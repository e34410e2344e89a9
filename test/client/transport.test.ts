import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/v4-mini';
import { DataGymError, isDataGymError } from '@datagym/client/errors';
import { IDEMPOTENT, NEVER_RETRY, unlessDoneBefore, type Idempotency } from '@datagym/client/idempotency';
import type { HttpAnswer } from '@datagym/client/http';
import { Transport, type TransportOptions } from '@datagym/client/transport';

interface Reply {
	readonly status?: number;
	readonly body?: string;
	readonly headers?: Record<string, string>;
	/** The code of a network error instead of an answer. */
	readonly code?: string;
	/** The body breaks off with this code. */
	readonly breaks?: string;
}

const OK: Reply = { body: '{"ok":true}' };
const schema = z.object({ ok: z.boolean() });
const GET = { method: 'GET', path: 'thing' } as const;
const POST = { method: 'POST', path: 'thing' } as const;

let servers = 0;

/** A transport whose server gives these answers, one after the other, and the last one again and again. */
function transportWith(replies: readonly Reply[], options: Partial<TransportOptions> = {}) {
	const waits: number[] = [];
	const requests: string[] = [];
	const send = async ({ method }: { method: string }): Promise<HttpAnswer> => {
		const reply = replies[Math.min(requests.length, replies.length - 1)] ?? OK;
		requests.push(method);
		if (reply.code !== undefined) throw Object.assign(new Error('https://server/?token=secret'), { code: reply.code });
		return { status: reply.status ?? 200, headers: reply.headers ?? {}, body: Readable.from(bytesOf(reply)) };
	};
	const transport = new Transport(send, {
		baseUrl: `http://server-${servers++}.test`,
		idleTimeout: 5_000,
		retryFor: 60_000,
		isUnattended: true,
		limits: { concurrency: 6 },
		sleep: async (milliseconds, signal) => {
			if (signal !== undefined) return await sleep(milliseconds, undefined, { signal });
			waits.push(milliseconds);
		},
		...options,
	});
	return { transport, requests, waits };
}

async function* bytesOf({ body = '', breaks }: Reply): AsyncGenerator<Buffer> {
	for (let start = 0; start < body.length; start += 7) yield Buffer.from(body.slice(start, start + 7));
	if (breaks !== undefined) throw Object.assign(new Error('broken'), { code: breaks });
}

async function failure(work: Promise<unknown>): Promise<DataGymError> {
	const error = await work.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	if (isDataGymError(error)) return error;
	throw new Error(`This is no DataGymError: ${String(error)}`);
}

describe('reads again after faults that pass', () => {
	const passing: ReadonlyArray<readonly [string, Reply]> = [
		...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'EAI_AGAIN', 'HPE_INVALID_CONSTANT'].map(
			(code) => [code, { code }] as const,
		),
		...[408, 425, 429, 502, 503, 504].map((status) => [String(status), { status, body: '<html>busy</html>' }] as const),
		['an answer that breaks off', { body: '{"ok":', breaks: 'ECONNRESET' }],
		['an answer that is cut', { body: '{"ok":' }],
		['an answer that is empty', { body: '' }],
	];
	test.each(passing)('%s', async (_what, reply) => {
		const { transport, requests, waits } = transportWith([reply, reply, OK]);
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
		const { transport, requests } = transportWith([reply, OK]);
		const error = await failure(transport.json(GET, schema));
		expect(requests).toHaveLength(1);
		expect(JSON.stringify(error)).not.toContain('secret');
	});
});

describe('the waiting', () => {
	test('grows, and ends with the time for it', async () => {
		const { transport, waits } = transportWith([{ status: 503 }], { retryFor: 10_000 });
		await failure(transport.json(GET, schema));
		expect(waits.length).toBeGreaterThan(2);
		expect(Math.max(...waits)).toBeLessThanOrEqual(10_000);
		waits.forEach((wait, index) => {
			expect(wait).toBeGreaterThanOrEqual(250 * 2 ** index);
			expect(wait).toBeLessThanOrEqual(750 * 2 ** index);
		});
	});

	test('is as long as the server wants', async () => {
		const { transport, waits } = transportWith([{ status: 429, headers: { 'retry-after': '7' } }, OK]);
		await transport.json(GET, schema);
		expect(waits).toEqual([7000]);
	});

	test('is left out when the server wants more than there is time for', async () => {
		const { transport, requests } = transportWith([{ status: 429, headers: { 'retry-after': '61' } }, OK]);
		expect((await failure(transport.json(GET, schema))).status).toBe(429);
		expect(requests).toHaveLength(1);
	});

	test('can be switched off', async () => {
		const { transport, requests } = transportWith([{ code: 'ECONNREFUSED' }, OK], { retryFor: 0 });
		await failure(transport.json(GET, schema));
		expect(requests).toHaveLength(1);
	});

	test('is short for a person, if the server has never answered', async () => {
		const { transport, requests } = transportWith([{ code: 'ECONNREFUSED' }], { isUnattended: false });
		await failure(transport.json(GET, schema));
		expect(requests).toHaveLength(3);
	});
});

describe('a change whose answer is lost', () => {
	const LOST: Reply = { code: 'ECONNRESET' };
	const lookUp = (found: { ok: boolean } | undefined): Idempotency<{ ok: boolean }> => ({
		kind: 'lookUpFirst',
		find: async () => await Promise.resolve(found),
	});

	test.each([
		LOST,
		{ status: 504 },
		{ body: '' },
		{ body: '<html>proxy</html>' },
		{ body: '{"ok":', breaks: 'ECONNRESET' },
	])('is not sent again by itself (%j)', async (reply) => {
		const { transport, requests } = transportWith([reply, OK]);
		const error = await failure(transport.json(POST, schema));
		expect(requests).toHaveLength(1);
		expect(error.failure.remedy).toMatch(/^It is not known whether DataGym has done it/);
	});

	test('is sent again if the server has surely not begun it', async () => {
		const { transport, requests } = transportWith([{ code: 'ECONNREFUSED' }, { status: 503 }, OK]);
		expect(await transport.json(POST, schema, NEVER_RETRY)).toEqual({ ok: true });
		expect(requests).toHaveLength(3);
	});

	test('is taken as done if it is found', async () => {
		const { transport, requests } = transportWith([LOST, OK]);
		expect(await transport.json(POST, schema, lookUp({ ok: false }))).toEqual({ ok: false });
		expect(requests).toHaveLength(1);
	});

	test('is sent again if it is not found', async () => {
		const { transport, requests } = transportWith([LOST, OK]);
		expect(await transport.json(POST, schema, lookUp(undefined))).toEqual({ ok: true });
		expect(requests).toHaveLength(2);
	});

	test('is looked for once more if it is refused then', async () => {
		const { transport } = transportWith([LOST, { status: 412, body: '{"key":"ex_alreadyexists"}' }]);
		let looks = 0;
		const find = async () => await Promise.resolve(++looks === 2 ? { ok: true } : undefined);
		expect(await transport.json(POST, schema, { kind: 'lookUpFirst', find })).toEqual({ ok: true });
	});

	test('is not sent again if it cannot be looked for', async () => {
		const { transport, requests } = transportWith([LOST, OK]);
		const error = await failure(
			transport.json(POST, schema, { kind: 'lookUpFirst', find: () => Promise.reject(new Error('no')) }),
		);
		expect(requests).toHaveLength(1);
		expect(error.failure.remedy).toMatch(/^It is not known/);
	});

	test('is known to be done when the server refuses to do it twice', async () => {
		const { transport } = transportWith([LOST, { status: 412, body: '{"key":"ex_already_contains"}' }]);
		await unlessDoneBefore(['ex_already_contains'], transport.json(POST, schema, IDEMPOTENT));
	});

	test('was not ours if the server refuses the first try', async () => {
		const { transport } = transportWith([{ status: 412, body: '{"key":"ex_already_contains"}' }]);
		const error = await failure(unlessDoneBefore(['ex_already_contains'], transport.json(POST, schema, IDEMPOTENT)));
		expect(error.key).toBe('ex_already_contains');
	});
});

describe('a stream that breaks off', () => {
	const text = 'a file of forty bytes, in pieces of seven';

	async function read(stream: AsyncIterable<unknown>): Promise<string> {
		const chunks: Buffer[] = [];
		for await (const chunk of stream) chunks.push(chunk as Buffer);
		return Buffer.concat(chunks).toString();
	}

	test('goes on where it was, if the server always sends the same', async () => {
		const headers = { 'content-length': String(text.length) };
		const part = (length: number): Reply => ({ body: text.slice(0, length), breaks: 'ECONNRESET', headers });
		const { transport, requests } = transportWith([part(20), part(5), part(33), { body: text, headers }]);
		expect(await read((await transport.stream(GET, true)).stream)).toBe(text);
		expect(requests).toHaveLength(4);
	});

	test('ends with the error, if the file has another length then', async () => {
		const { transport } = transportWith([
			{ body: text.slice(0, 20), breaks: 'ECONNRESET', headers: { 'content-length': '40' } },
			{ body: 'another file', headers: { 'content-length': '12' } },
		]);
		expect((await failure(read((await transport.stream(GET, true)).stream))).key).toBe('ECONNRESET');
	});

	test('ends with the error, if less comes than had come before', async () => {
		const { transport } = transportWith([{ body: text, breaks: 'ECONNRESET' }, { body: text.slice(0, 20) }]);
		expect((await failure(read((await transport.stream(GET, true)).stream))).message).toContain(
			'shorter than what had come',
		);
	});

	test('ends with the error, if the server sends something else each time', async () => {
		const { transport, requests } = transportWith([{ body: text.slice(0, 20), breaks: 'ECONNRESET' }, { body: text }]);
		expect((await failure(read((await transport.stream(GET)).stream))).key).toBe('ECONNRESET');
		expect(requests).toHaveLength(1);
	});
});

test('ends a wait when the execution is canceled', async () => {
	const cancel = new AbortController();
	const wait = async (milliseconds: number, signal?: AbortSignal) => await sleep(milliseconds, undefined, { signal });
	const { transport } = transportWith([{ status: 503, headers: { 'retry-after': '30' } }], {
		signal: cancel.signal,
		sleep: wait,
	});
	const work = failure(transport.json(GET, schema));
	await sleep(20);
	cancel.abort();
	expect((await work).failure.kind).toBe('canceled');
});

test('reads no answer without end', async () => {
	async function* endless(): AsyncGenerator<Buffer> {
		for (;;) yield Buffer.alloc(1024 * 1024, ' ');
	}
	const { transport } = transportWith([]);
	const send = async (): Promise<HttpAnswer> =>
		await Promise.resolve({ status: 200, headers: {}, body: Readable.from(endless()) });
	const greedy = new Transport(send, {
		baseUrl: transport.baseUrl,
		idleTimeout: 5_000,
		retryFor: 0,
		isUnattended: true,
		limits: { concurrency: 1 },
		sleep: async (ms, signal) => await sleep(ms, undefined, { signal }),
	});
	expect((await failure(greedy.json(GET, schema))).message).toContain('larger than 16 MB');
});
