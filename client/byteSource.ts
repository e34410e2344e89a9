import type { ByteStream } from './byteStream';

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
