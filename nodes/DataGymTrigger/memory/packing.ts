import type { Steps } from '@datagym/labels';

/**
 * A set of hashes as JSON holds it: how many, the Rice parameter, and the bits in base64. The hashes are sorted and only
 * their differences are written, in Rice's code (R. F. Rice, JPL 79-22, 1979), which takes about 1.6 bits more for each
 * than log2(2^hashBits / count).
 */
export type PackedHashes = readonly [count: number, rice: number, bits: string];

export interface Widths {
	/** Bits of a hash, at most 52. */
	readonly hash: number;
	/** Bits of the note beside each hash; 0 for none. */
	readonly note: number;
}

/** Whole numbers above this many bits do not fit into bitwise operators, so wider ones are written in parts. */
const PART = 24;

/** Packs hashes, each with a number that belongs to it, in the order of their size. */
export class HashPacker {
	private readonly rice: number;
	private readonly writer = new BitWriter();
	private last = 0;

	/** @param count how many there will be. */
	constructor(
		private readonly count: number,
		private readonly widths: Widths,
	) {
		this.rice = riceParameter(count, widths.hash);
	}

	add(hash: number, note: number): void {
		const { rice, widths, writer } = this;
		const difference = hash - this.last;
		const upper = Math.floor(difference / 2 ** rice);
		writer.unary(upper);
		writer.write(difference - upper * 2 ** rice, rice);
		writer.write(note, widths.note);
		this.last = hash;
	}

	end(): PackedHashes {
		return [this.count, this.rice, this.writer.base64()];
	}
}

/** Hashes that are unpacked in one step. */
const STEP = 1 << 13;

/** @throws RangeError if the bits end before the last hash. */
export function* unpackHashes(
	[count, rice, bits]: PackedHashes,
	{ note: noteBits }: Widths,
	take: (hash: number, note: number) => void,
): Steps<void> {
	const reader = new BitReader(Buffer.from(bits, 'base64'));
	const upper = 2 ** rice;
	let hash = 0;
	for (let read = 0; read < count; read++) {
		hash += reader.unary() * upper + reader.read(rice);
		take(hash, reader.read(noteBits));
		if (read % STEP === 0) yield;
	}
}

/** Whether there can be so many hashes in the bits, each of which takes a bit at least. */
export function isPossible([count, , bits]: PackedHashes): boolean {
	return Number.isInteger(count) && count >= 0 && count <= bits.length * BITS_OF_CHARACTER;
}

const BITS_OF_CHARACTER = 6;

/** The best for differences that are spread as those of random numbers: log2 of their mean times ln 2. */
function riceParameter(count: number, hashBits: number): number {
	return count === 0 ? 0 : Math.max(0, Math.floor(Math.log2((2 ** hashBits / count) * Math.LN2)));
}

class BitWriter {
	private bytes = new Uint8Array(1 << 12);
	private length = 0;
	private held = 0;
	private heldBits = 0;

	write(value: number, width: number): void {
		if (width > PART) {
			this.write(Math.floor(value / 2 ** PART), width - PART);
			this.write(value % 2 ** PART, PART);
			return;
		}
		this.held = (this.held << width) | value;
		this.heldBits += width;
		while (this.heldBits >= 8) {
			this.heldBits -= 8;
			if (this.length === this.bytes.length) this.grow();
			this.bytes[this.length++] = (this.held >>> this.heldBits) & 0xff;
		}
		this.held &= 2 ** this.heldBits - 1;
	}

	/** As many ones, then a zero. */
	unary(value: number): void {
		for (let left = value; left >= PART; left -= PART) this.write(2 ** PART - 1, PART);
		const rest = value % PART;
		this.write(2 ** (rest + 1) - 2, rest + 1);
	}

	base64(): string {
		if (this.heldBits > 0) this.write(0, 8 - this.heldBits);
		return Buffer.from(this.bytes.buffer, 0, this.length).toString('base64').replaceAll('=', '');
	}

	private grow(): void {
		const { bytes } = this;
		this.bytes = new Uint8Array(2 * bytes.length);
		this.bytes.set(bytes);
	}
}

class BitReader {
	private position = 0;
	/** The next bits, at the upper end of 32. */
	private window = 0;
	private available = 0;

	constructor(private readonly bytes: Uint8Array) {}

	read(width: number): number {
		if (width > PART) {
			const upper = this.read(width - PART);
			return upper * 2 ** PART + this.read(PART);
		}
		if (width === 0) return 0;
		if (this.available < width) this.fill(width);
		const value = this.window >>> (32 - width);
		this.window <<= width;
		this.available -= width;
		return value;
	}

	unary(): number {
		let value = 0;
		for (;;) {
			if (this.available === 0) this.fill(1);
			const ones = Math.min(Math.clz32(~this.window), this.available);
			value += ones;
			if (ones < this.available) {
				this.skip(ones + 1);
				return value;
			}
			this.skip(ones);
		}
	}

	private skip(bits: number): void {
		this.window = bits === 32 ? 0 : this.window << bits;
		this.available -= bits;
	}

	/** @param needed bits, at most 24. */
	private fill(needed: number): void {
		for (; this.available <= 24; this.available += 8) {
			const byte = this.bytes[this.position];
			if (byte === undefined) break;
			this.position++;
			this.window |= byte << (24 - this.available);
		}
		if (this.available < needed) throw new RangeError('The bits end before the last hash');
	}
}
