import type { ByteStream } from './byteStream';
import type { Sleep } from './rateLimiter';

const IDLE = Symbol('idle');
/** Made once, since an abort without a reason makes an error with a stack for each chunk. */
const DONE = new Error('Done');

interface Stalling {
	/** Milliseconds without a byte. */
	readonly idleTimeout: number;
	readonly sleep: Sleep;
	readonly fail: (error: unknown) => never;
}

/**
 * The bytes of an answer as they come. Once an answer has begun, n8n's own time limit does not count any more, and a server that
 * falls silent would be waited for without end.
 */
export async function* withIdleTimeout(
	stream: ByteStream,
	{ idleTimeout, sleep, fail }: Stalling,
): AsyncGenerator<Buffer> {
	const chunks = stream[Symbol.asyncIterator]();
	try {
		for (;;) {
			const next = await unlessIdle(chunks.next(), idleTimeout, sleep).catch(fail);
			if (next === IDLE) return fail({ code: 'ETIMEDOUT' });
			if (next.done === true) return;
			yield Buffer.isBuffer(next.value) ? next.value : Buffer.from(String(next.value));
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
