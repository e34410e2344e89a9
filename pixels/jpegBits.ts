import type { HuffmanCodes } from './jpegTables';

/** Not looked up for each pixel: a look-up of `Math` is slow where code runs in a context of its own, as in Jest. */
const { abs, clz32 } = Math;

/** Of a file before, which nobody writes any more. */
let spare: Uint8Array<ArrayBuffer> | undefined;
/** More than this is not kept. */
const KEPT_MEMORY = 16 * 1024 * 1024;

function takeSpare(): Uint8Array<ArrayBuffer> {
	const bytes = spare ?? new Uint8Array(64 * 1024);
	spare = undefined;
	return bytes;
}

/** The bytes of a JPEG as they are written: segments, then bits. */
export class JpegBits {
	private bytes = takeSpare();
	private length = 0;
	private held = 0;
	private count = 0;

	putBytes(values: Iterable<number>): void {
		for (const value of values) this.putByte(value);
	}

	/** A marker with its length and content. */
	putSegment(marker: number, content: readonly number[]): void {
		const length = content.length + 2;
		this.putBytes([0xff, marker, length >> 8, length & 255, ...content]);
	}

	putCode({ codes, lengths }: HuffmanCodes, value: number): void {
		this.putBits(codes[value] ?? 0, lengths[value] ?? 0);
	}

	/** A number after so many zeros: the code of both sizes, then the bits of the number, of a negative one those of its complement. */
	putNumber(table: HuffmanCodes, zeros: number, value: number): void {
		const size = 32 - clz32(abs(value));
		this.putCode(table, (zeros << 4) | size);
		if (size > 0) this.putBits((value < 0 ? value - 1 : value) & ((1 << size) - 1), size);
	}

	/** The finished file. The last byte is filled with ones. */
	end(): Uint8Array {
		if (this.count > 0) this.putBits((1 << (8 - this.count)) - 1, 8 - this.count);
		this.putBytes([0xff, 0xd9]);
		const file = this.bytes.slice(0, this.length);
		if (this.bytes.length <= KEPT_MEMORY) spare = this.bytes;
		return file;
	}

	private putBits(value: number, size: number): void {
		this.held = (this.held << size) | value;
		this.count += size;
		while (this.count >= 8) {
			this.count -= 8;
			const byte = (this.held >> this.count) & 255;
			this.putByte(byte);
			// No marker must arise (T.81, B.1.1.5).
			if (byte === 255) this.putByte(0);
		}
		this.held &= (1 << this.count) - 1;
	}

	private putByte(value: number): void {
		if (this.length === this.bytes.length) {
			const larger = new Uint8Array(this.bytes.length * 2);
			larger.set(this.bytes);
			this.bytes = larger;
		}
		this.bytes[this.length++] = value;
	}
}
