import { TRICKLING } from './networkErrors';
import type { Sleep } from './rateLimiter';

/** A Node.js stream of bytes: the type alone, since n8n Cloud allows packages no `stream` module. */
export type ByteStream = import('stream').Readable;

export function isByteStream(body: unknown): body is ByteStream {
	return typeof body === 'object' && body !== null && 'pipe' in body && typeof body.pipe === 'function';
}

type Listener = (value?: unknown) => void;

/**
 * Bytes that are made while they are read, as n8n's binary store takes them: it iterates over them (file system) or listens
 * to them (database, S3). n8n Cloud allows packages no `stream` module, so this is as much of a stream as the store uses.
 */
class ByteSource implements AsyncIterable<Uint8Array> {
	private readonly listeners = new Map<string, Set<Listener>>();
	private isStarted = false;
	private isDestroyed = false;

	constructor(
		private readonly chunks: AsyncIterable<Uint8Array>,
		/** Gives up what the chunks come from, also if nobody has begun to read them. */
		private readonly release: () => void,
	) {}

	[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
		this.isStarted = true;
		return this.chunks[Symbol.asyncIterator]();
	}

	on(event: string, listener: Listener): this {
		const known = this.listeners.get(event) ?? new Set();
		this.listeners.set(event, known.add(listener));
		if (event === 'data' && !this.isStarted) void this.flow();
		return this;
	}

	once(event: string, listener: Listener): this {
		const once: Listener = (value) => {
			this.off(event, once);
			listener(value);
		};
		return this.on(event, once);
	}

	off(event: string, listener: Listener): this {
		this.listeners.get(event)?.delete(listener);
		return this;
	}

	destroy(): this {
		this.isDestroyed = true;
		this.release();
		return this;
	}

	private async flow(): Promise<void> {
		this.isStarted = true;
		try {
			for await (const chunk of this.chunks) {
				if (this.isDestroyed) break;
				this.emit('data', Buffer.from(chunk));
			}
			this.emit('end');
		} catch (error) {
			this.emit('error', error);
		}
		this.emit('close');
	}

	private emit(event: string, value?: unknown): void {
		for (const listener of [...(this.listeners.get(event) ?? [])]) listener(value);
	}
}

/** The chunks as a stream for `prepareBinaryData`, which uses no more of one than `ByteSource` has. */
export function byteStreamOf(chunks: AsyncIterable<Uint8Array>, release: () => void = () => {}): ByteStream {
	return new ByteSource(chunks, release) as unknown as ByteStream;
}

type Decode = (bytes: Uint8Array) => string;

/** @returns the text, or undefined if it is longer than `maxBytes`; the rest is not read then. */
export async function readText(
	chunks: AsyncIterable<Buffer>,
	maxBytes: number,
	decode: Decode,
): Promise<string | undefined> {
	const { kept, isCut } = await readUpTo(chunks, maxBytes);
	return isCut ? undefined : decode(Buffer.concat(kept));
}

/** The beginning of a text: `maxBytes`, to the end of the chunk that holds the last of them. */
export async function readStart(chunks: AsyncIterable<Buffer>, maxBytes: number, decode: Decode): Promise<string> {
	return decode(Buffer.concat((await readUpTo(chunks, maxBytes)).kept));
}

async function readUpTo(
	chunks: AsyncIterable<Buffer>,
	maxBytes: number,
): Promise<{ kept: readonly Buffer[]; isCut: boolean }> {
	const kept: Buffer[] = [];
	let length = 0;
	for await (const chunk of chunks) {
		kept.push(chunk);
		length += chunk.length;
		if (length > maxBytes) break;
	}
	return { kept, isCut: length > maxBytes };
}

const IDLE = Symbol('idle');
/** Made once, since an abort without a reason makes an error with a stack for each chunk. */
const DONE = new Error('Done');

/** Milliseconds, or the time limit if that is longer, in which an answer must bring so many bytes: less is a connection kept alive. */
const SLOWEST_TIME = 60_000;
const SLOWEST_BYTES = 1024;

interface IdleTimeoutOptions {
	/** Milliseconds without a byte. */
	readonly idleTimeout: number;
	readonly sleep: Sleep;
	readonly fail: (error: unknown) => never;
}

/**
 * The bytes of an answer as they come. Once an answer has begun, n8n's own time limit does not count any more, and a server that
 * falls silent, or sends a byte now and then, would be waited for without end.
 */
export async function* withIdleTimeout(
	stream: ByteStream,
	{ idleTimeout, sleep, fail }: IdleTimeoutOptions,
): AsyncGenerator<Buffer> {
	const chunks = stream[Symbol.asyncIterator]();
	let [waited, received] = [0, 0];
	try {
		for (;;) {
			const asked = Date.now();
			const next = await unlessIdle(chunks.next(), idleTimeout, sleep).catch(fail);
			if (next === IDLE) return fail({ code: 'ETIMEDOUT' });
			if (next.done === true) return;
			const chunk = Buffer.isBuffer(next.value) ? next.value : Buffer.from(String(next.value));
			waited += Date.now() - asked;
			received += chunk.length;
			if (waited >= Math.max(idleTimeout, SLOWEST_TIME)) {
				if (received < SLOWEST_BYTES) return fail({ code: TRICKLING });
				[waited, received] = [0, 0];
			}
			yield chunk;
		}
	} finally {
		stream.destroy();
	}
}

async function unlessIdle<Value>(
	work: Promise<Value>,
	idleTimeout: number,
	sleep: Sleep,
): Promise<Value | typeof IDLE> {
	const done = new AbortController();
	const idle = sleep(idleTimeout, done.signal).then(
		(): typeof IDLE => IDLE,
		(): typeof IDLE => IDLE,
	);
	return await Promise.race([work, idle]).finally(() => done.abort(DONE));
}
