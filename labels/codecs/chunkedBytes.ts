import { joined } from './joinedBytes';

/** Bytes that come in chunks, to be taken in other pieces. They are those of the chunks: whoever changes some copies them first. */
export class Bytes {
	private held: Uint8Array = new Uint8Array();

	constructor(private readonly chunks: AsyncIterator<Uint8Array>) {}

	/** The next bytes, which stay; fewer at the end of the file. */
	async peek(count: number): Promise<Uint8Array> {
		const parts = this.held.length === 0 ? [] : [this.held];
		let length = this.held.length;
		while (length < count) {
			const { value, done } = await this.chunks.next();
			if (done === true) break;
			parts.push(plain(value));
			length += value.length;
		}
		const [first] = parts;
		if (parts.length === 1 && first !== undefined) this.held = first;
		else if (parts.length > 1) this.held = joined(...parts);
		return this.held.subarray(0, count);
	}

	/** All bytes that have come and were not taken; at least so many, fewer at the end of the file. */
	async available(atLeast: number): Promise<Uint8Array> {
		await this.peek(atLeast);
		return this.held;
	}

	/** The next bytes; fewer at the end of the file. */
	async take(count: number): Promise<Uint8Array> {
		const taken = await this.peek(count);
		this.held = this.held.subarray(taken.length);
		return taken;
	}

	/** So many bytes, or all that are left, as they come. */
	async *rest(count = Infinity): AsyncGenerator<Uint8Array> {
		let left = count;
		while (left > 0) {
			await this.peek(1);
			const piece = await this.take(Math.min(left, this.held.length));
			if (piece.length === 0) return;
			left -= piece.length;
			yield piece;
		}
	}

	async skip(count: number): Promise<void> {
		for await (const piece of this.rest(count)) void piece;
	}
}

/** The same bytes as a plain array: `slice` of Node.js's Buffer copies nothing, so that a change would reach the chunk. */
function plain(bytes: Uint8Array): Uint8Array {
	return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
