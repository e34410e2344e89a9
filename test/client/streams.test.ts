import { Readable } from 'node:stream';
import { byteStreamOf } from '@datagym/client';
import { withIdleTimeout } from '@datagym/client/streams';
import { failure, fakeServer, untilAborted, type Reply } from './fakeServer';

const GET = { method: 'GET', path: 'thing' } as const;

afterEach(() => jest.restoreAllMocks());

describe('a stream that breaks off', () => {
	const text = 'a file of forty bytes, in pieces of seven';

	test('goes on where it was, if the server always sends the same', async () => {
		const headers = { 'content-length': String(text.length) };
		const part = (length: number): Reply => ({ body: text.slice(0, length), breaks: 'ECONNRESET', headers });
		const { transport, requests } = fakeServer([part(20), part(5), part(33), { body: text, headers }]);
		expect(await read((await transport.stream(GET, true)).stream)).toBe(text);
		expect(requests).toHaveLength(4);
	});

	test('ends with the error, if the file has another length then', async () => {
		const { transport } = fakeServer([
			{ body: text.slice(0, 20), breaks: 'ECONNRESET', headers: { 'content-length': '40' } },
			{ body: 'another file', headers: { 'content-length': '12' } },
		]);
		expect((await failure(read((await transport.stream(GET, true)).stream))).key).toBe('ECONNRESET');
	});

	test('ends with the error, if less comes than had come before', async () => {
		const { transport } = fakeServer([{ body: text, breaks: 'ECONNRESET' }, { body: text.slice(0, 20) }]);
		expect((await failure(read((await transport.stream(GET, true)).stream))).message).toContain(
			'shorter than the part received before',
		);
	});

	test('ends with the error, if the server sends something else each time', async () => {
		const { transport, requests } = fakeServer([{ body: text.slice(0, 20), breaks: 'ECONNRESET' }, { body: text }]);
		expect((await failure(read((await transport.stream(GET)).stream))).key).toBe('ECONNRESET');
		expect(requests).toHaveLength(1);
	});

	test('is given up after four answers in a row without anything new', async () => {
		const stuck: Reply = { body: text.slice(0, 20), breaks: 'ECONNRESET' };
		const { transport, requests } = fakeServer([stuck], { retryFor: 3_600_000 });
		expect((await failure(read((await transport.stream(GET, true)).stream))).key).toBe('ECONNRESET');
		expect(requests).toHaveLength(5);
	});

	test('goes on for as long as anything new comes', async () => {
		const parts = Array.from(
			text,
			(_letter, index): Reply => ({ body: text.slice(0, index + 1), breaks: 'ECONNRESET' }),
		);
		const { transport, requests } = fakeServer([...parts, { body: text }], { retryFor: 3_600_000 });
		expect(await read((await transport.stream(GET, true)).stream)).toBe(text);
		expect(requests).toHaveLength(text.length + 1);
	});

	test('is asked for again if it is empty', async () => {
		const { transport } = fakeServer([{ body: '' }, { body: text }]);
		expect(await read((await transport.stream(GET, true)).stream)).toBe(text);
	});

	test('does not go on by itself after a refusal', async () => {
		const { transport, requests } = fakeServer([
			{ body: text.slice(0, 20), breaks: 'ECONNRESET' },
			{ status: 404, body: '{"key":"ex_notfound"}' },
		]);
		expect((await failure(read((await transport.stream(GET, true)).stream))).key).toBe('ex_notfound');
		expect(requests).toHaveLength(2);
	});
});

describe('a picture that DataGym only links to', () => {
	const LINK: Reply = {
		body: 'https://storage.example.com/a.jpg?signature=secret\n',
		headers: { 'content-type': 'text/plain' },
	};
	const fetching = (status: number) => {
		const body = Readable.from([Buffer.from('bytes')]);
		const links: string[] = [];
		const fetchLink = async (url: string) => {
			links.push(url);
			return await Promise.resolve({ status, headers: { 'content-type': 'image/jpeg' }, body });
		};
		return { body, links, ...fakeServer([LINK], { fetchLink }) };
	};

	test('comes from there', async () => {
		const { transport, links } = fetching(200);
		const { stream, contentType } = await transport.stream(GET, true, true);
		expect(await read(stream)).toBe('bytes');
		expect(contentType).toBe('image/jpeg');
		expect(links).toEqual(['https://storage.example.com/a.jpg?signature=secret']);
	});

	test('is told without the link, which is signed, if it is not there', async () => {
		const { transport, body } = fetching(403);
		const { message, failure: told } = await failure(transport.stream(GET, true, true));
		expect(message).toBe('The file is stored at storage.example.com, which responded with HTTP 403');
		expect(JSON.stringify(told)).not.toContain('secret');
		expect(body.destroyed).toBe(true);
	});

	test('is none if the text is no link', async () => {
		const { transport } = fakeServer([{ body: '<html>Log in</html>', headers: { 'content-type': 'text/html' } }], {
			fetchLink: async () => await Promise.reject(new Error('asked')),
		});
		expect((await failure(transport.stream(GET, true, true))).message).toContain('text instead of an image');
	});

	test('is not asked for if the record does not say that it is in S3', async () => {
		const { transport, links } = fetching(200);
		expect((await failure(transport.stream(GET, true))).message).toContain('text instead of an image');
		expect(links).toEqual([]);
	});
});

describe('the time limit of an answer', () => {
	/** A sleep that is over at the call of this number only. */
	const overAt = (call: number, asked: number[]) => async (milliseconds: number, signal?: AbortSignal) => {
		if (asked.push(milliseconds) !== call) await untilAborted(signal!);
	};
	const fail = (error: unknown): never => {
		throw Object.assign(new Error('failed'), { cause: error });
	};
	const silentAfter = (...chunks: string[]) =>
		Readable.from(
			(async function* () {
				for (const chunk of chunks) yield Buffer.from(chunk);
				await new Promise(() => {});
			})(),
		);

	test('ends one that falls silent, and gives its connection up', async () => {
		const asked: number[] = [];
		const stream = silentAfter('a', 'b');
		const chunks = withIdleTimeout(stream, { idleTimeout: 5_000, sleep: overAt(3, asked), fail });
		const seen: string[] = [];
		const reading = (async () => {
			for await (const chunk of chunks) seen.push(chunk.toString());
		})();
		await expect(reading).rejects.toMatchObject({ cause: { code: 'ETIMEDOUT' } });
		expect(seen).toEqual(['a', 'b']);
		expect(stream.destroyed).toBe(true);
		// It counts anew from each chunk, so that a slow answer is no silent one.
		expect(asked).toEqual([5_000, 5_000, 5_000]);
	});

	test('is told as no answer in time', async () => {
		const asked: number[] = [];
		const { transport } = fakeServer([{ body: '{"ok":', hangs: true }], { retryFor: 0, sleep: overAt(2, asked) });
		const { stream } = await transport.stream(GET);
		expect(await failure(read(stream))).toMatchObject({
			key: 'ETIMEDOUT',
			message: 'The server did not respond in time (ETIMEDOUT)',
		});
	});

	/** Reads what comes every so many milliseconds, by a clock of the test's own, for ten minutes. */
	const readDrops = async (size: number, every: number, idleTimeout: number) => {
		const clock = { now: 0 };
		jest.spyOn(Date, 'now').mockImplementation(() => clock.now);
		const stream = Readable.from(
			(async function* () {
				for (; clock.now < 600_000; clock.now += every) yield await Promise.resolve(Buffer.alloc(size, ' '));
			})(),
			{ highWaterMark: 1 },
		);
		const error: unknown = await (async () => {
			const chunks = withIdleTimeout(stream, { idleTimeout, sleep: overAt(0, []), fail });
			while ((await chunks.next()).done !== true);
			return undefined;
		})().catch((reason: unknown) => reason);
		return { error, seconds: clock.now / 1000 };
	};

	test.each([
		[1, 250, 5_000, 60],
		[1, 4_999, 5_000, 60],
		[100, 60_000, 300_000, 300],
	])('ends one of %d bytes every %d ms with a limit of %d ms, after %d seconds', async (size, every, limit, most) => {
		const { error, seconds } = await readDrops(size, every, limit);
		expect(error).toMatchObject({ cause: { code: 'TRICKLING' } });
		expect(seconds).toBeLessThanOrEqual(most + every / 1000 + 1);
	});

	test.each([
		[300, 1_000, 3_000],
		[1_100, 60_000, 300_000],
		[64_000, 4_000, 5_000],
	])('bears one of %d bytes every %d ms, as of a slow export', async (size, every, limit) => {
		expect(await readDrops(size, every, limit)).toEqual({ error: undefined, seconds: 600 });
	});

	test('gives the connection up, too, when the reader stops', async () => {
		const stream = silentAfter('a', 'b');
		const chunks = withIdleTimeout(stream, { idleTimeout: 5_000, sleep: overAt(0, []), fail });
		await chunks.next();
		await chunks.return(undefined);
		expect(stream.destroyed).toBe(true);
	});
});

describe('bytes that are made while they are read', () => {
	async function* made(): AsyncGenerator<Uint8Array> {
		yield Buffer.from('a');
		yield new Uint8Array([98]);
	}
	async function* broken(): AsyncGenerator<Uint8Array> {
		yield Buffer.from('a');
		throw new Error('broken');
	}
	const events = async (stream: ReturnType<typeof byteStreamOf>): Promise<string[]> => {
		const seen: string[] = [];
		stream.on('end', () => seen.push('end')).on('error', (error: Error) => seen.push(error.message));
		const closed = new Promise((resolve) => stream.once('close', resolve));
		stream.on('data', (chunk: Buffer) => seen.push(`${Buffer.isBuffer(chunk)} ${chunk.toString()}`));
		await closed;
		return seen;
	};

	test("can be iterated over, as n8n's store on a disk does", async () => {
		expect(await read(byteStreamOf(made()))).toBe('ab');
	});

	test("can be listened to, as n8n's stores in a database and S3 do", async () => {
		expect(await events(byteStreamOf(made()))).toEqual(['true a', 'true b', 'end']);
	});

	test('tell a listener their error, and no end', async () => {
		expect(await events(byteStreamOf(broken()))).toEqual(['true a', 'broken']);
	});

	test('are made once, whoever listens', async () => {
		const stream = byteStreamOf(made());
		const others: string[] = [];
		const other = (chunk: Buffer) => others.push(chunk.toString());
		stream.on('data', () => stream.off('data', other)).on('data', other);
		expect(await events(stream)).toEqual(['true a', 'true b', 'end']);
		expect(others).toEqual(['a']);
	});

	test('stop when they are given up, and give up what they come from', async () => {
		const release = jest.fn();
		const stream = byteStreamOf(made(), release);
		stream.on('data', () => stream.destroy());
		const seen = await events(stream);
		expect(seen).toEqual(['true a', 'end']);
		expect(release).toHaveBeenCalled();
	});
});

async function read(stream: AsyncIterable<unknown>): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
	return Buffer.concat(chunks).toString();
}
