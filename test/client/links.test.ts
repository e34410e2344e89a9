import { Readable } from 'node:stream';
import type { FetchLink, HttpAnswer } from '@datagym/client';
import { failure, fakeServer } from './fakeServer';

// The promise: docs/security.md#links and docs/uploading.md#links.

const LINK = 'https://images.example.com/a.jpg?signature=secret';
const MB = 2 ** 20;

interface Linked {
	status?: number;
	headers?: Record<string, string>;
	chunks?: readonly Buffer[];
	breaks?: string;
	code?: string;
}

/** A transport to whose links these answers are given, one after the other, and the last one again and again. */
function hostOf(answers: readonly Linked[]) {
	const asked: string[] = [];
	const bodies: Readable[] = [];
	const fetchLink: FetchLink = async (url): Promise<HttpAnswer> => {
		const {
			status = 200,
			headers = {},
			chunks = [],
			breaks,
			code,
		} = answers[Math.min(asked.length, answers.length - 1)]!;
		asked.push(url);
		if (code !== undefined) throw Object.assign(new Error(url), { code });
		const body = Readable.from(
			(async function* () {
				yield* chunks;
				await Promise.resolve();
				if (breaks !== undefined) throw Object.assign(new Error('broken'), { code: breaks });
			})(),
		);
		bodies.push(body);
		return { status, headers, body };
	};
	const server = fakeServer([], { fetchLink });
	return { ...server, asked, bodies, fetch: async (link = LINK) => await server.transport.links.fetch(link, 'task') };
}

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<number> {
	let length = 0;
	for await (const chunk of stream) length += chunk.length;
	return length;
}

const picture = { chunks: [Buffer.alloc(100)] };

test('a host that is busy is asked again, and its file is read', async () => {
	const host = hostOf([{ status: 503 }, { status: 502 }, picture]);
	expect(await bytesOf((await host.fetch()).stream)).toBe(100);
	expect(host.asked).toHaveLength(3);
	expect(host.requests).toEqual([]);
});

test.each([401, 403, 404, 410])('HTTP %i is final, and told without the signature', async (status) => {
	const host = hostOf([{ status }, picture]);
	const error = await failure(host.fetch());
	expect(error.message).toBe(`The link https://images.example.com/a.jpg returned HTTP ${status}`);
	expect(JSON.stringify(error.failure)).not.toContain('secret');
	expect(error.isRetryable).toBe(false);
	expect(host.asked).toHaveLength(1);
	expect(host.bodies.every(({ destroyed }) => destroyed)).toBe(true);
});

test.each([{ code: 'ECONNREFUSED' }, { code: 'ECONNRESET' }, { status: 500 }, { status: 503 }])(
	'a host that is away (%o) is waited for once, and its other links get one try, since one alone may be at fault',
	async (answer) => {
		const host = hostOf([answer]);
		const first = await failure(host.fetch());
		const tries = host.asked.length;
		const waits = [...host.waits];
		expect(first.isRetryable).toBe(true);
		expect(tries).toBeGreaterThan(1);
		const second = await failure(host.fetch('https://images.example.com/b.jpg'));
		expect(second.message).toContain('The link https://images.example.com/b.jpg ');
		expect(second.isRetryable).toBe(true);
		expect(host.asked).toHaveLength(tries + 1);
		expect(host.waits).toEqual(waits);
		expect((await failure(host.fetch('https://other.example.com/b.jpg'))).isRetryable).toBe(true);
		expect(host.asked.length).toBeGreaterThan(tries + 2);
	},
);

test('a host that was silent for the whole time limit is not asked again, since each try would take as long', async () => {
	const host = hostOf([{ code: 'ETIMEDOUT' }]);
	await failure(host.fetch());
	const tries = host.asked.length;
	const second = await failure(host.fetch('https://images.example.com/b.jpg'));
	expect(second.message).toBe('The link https://images.example.com/b.jpg could not be fetched (ETIMEDOUT)');
	expect(second.isRetryable).toBe(true);
	expect(host.asked).toHaveLength(tries);
});

test('a file that breaks off goes on where it was', async () => {
	const host = hostOf([{ chunks: [Buffer.alloc(40)], breaks: 'ECONNRESET' }, picture]);
	expect(await bytesOf((await host.fetch()).stream)).toBe(100);
});

test('a file without end is cut off, and nothing is held', async () => {
	const chunk = Buffer.alloc(MB);
	const host = hostOf([{ chunks: Array.from({ length: 1024 }, () => chunk) }]);
	let length = 0;
	const read = async () => {
		for await (const bytes of (await host.fetch()).stream) length += (bytes as Buffer).length;
	};
	expect((await failure(read())).message).toBe('The link https://images.example.com/a.jpg returns more than 256 MB');
	expect(length).toBe(256 * MB);
	expect(host.bodies[0]?.destroyed).toBe(true);
});

test('redirects are followed a few times', async () => {
	const to = (location: string) => ({ status: 302, headers: { location } });
	const some = hostOf([to('/b.jpg'), to('//cdn.example.com/c.jpg'), picture]);
	await some.fetch();
	expect(some.asked.slice(1)).toEqual(['https://images.example.com/b.jpg', 'https://cdn.example.com/c.jpg']);
	const endless = hostOf([to('/b.jpg')]);
	expect((await failure(endless.fetch())).message).toContain('redirects more than 5 times');
	expect(endless.asked).toHaveLength(6);
});

test('after a cancel, nothing more is asked or read', async () => {
	const stop = new AbortController();
	const asked: string[] = [];
	const { transport } = fakeServer([], {
		signal: stop.signal,
		fetchLink: async (url) => {
			asked.push(url);
			const body = Readable.from(
				(async function* () {
					yield Buffer.alloc(10);
					await new Promise(() => {});
				})(),
			);
			return await Promise.resolve({ status: 200, headers: {}, body });
		},
	});
	const { stream } = await transport.links.fetch(LINK, 'field');
	const reading = failure(bytesOf(stream));
	await new Promise((resolve) => setImmediate(resolve));
	stop.abort();
	expect((await reading).failure.kind).toBe('canceled');
	expect((await failure(transport.links.fetch(LINK, 'field'))).failure.kind).toBe('canceled');
	expect(asked).toHaveLength(1);
});
