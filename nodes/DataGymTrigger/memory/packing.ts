/** A hash and a number that belongs to it. */
export interface HashEntry {
	readonly hash: number;
	readonly note: number;
}

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

export function packHashes(entries: readonly HashEntry[], { hash: hashBits, note: noteBits }: Widths): PackedHashes {
	const sorted = [...entries].sort((a, b) => a.hash - b.hash);
	const rice = riceParameter(sorted.length, hashBits);
	const writer = new BitWriter();
	let last = 0;
	for (const { hash, note } of sorted) {
		const difference = hash - last;
		writer.unary(Math.floor(difference / 2 ** rice));
		writer.write(difference % 2 ** rice, rice);
		writer.write(note, noteBits);
		last = hash;
	}
	return [sorted.length, rice, writer.base64()];
}

/** @throws RangeError if the bits end before the last hash. */
export function* unpackHashes(
	[count, rice, bits]: PackedHashes,
	{ note: noteBits }: Widths,
): Generator<HashEntry, void, undefined> {
	const reader = new BitReader(Buffer.from(bits, 'base64'));
	let hash = 0;
	for (let read = 0; read < count; read++) {
		hash += reader.unary() * 2 ** rice + reader.read(rice);
		yield { hash, note: reader.read(noteBits) };
	}
}

/** The best for differences that are spread as those of random numbers: log2 of their mean times ln 2. */
function riceParameter(count: number, hashBits: number): number {
	return count === 0 ? 0 : Math.max(0, Math.floor(Math.log2((2 ** hashBits / count) * Math.LN2)));
}

class BitWriter {
	private readonly bytes: number[] = [];
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
			this.bytes.push((this.held >>> this.heldBits) & 0xff);
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
		return Buffer.from(this.bytes).toString('base64').replaceAll('=', '');
	}
}

class BitReader {
	private position = 0;
	private held = 0;
	private heldBits = 0;

	constructor(private readonly bytes: Uint8Array) {}

	read(width: number): number {
		if (width > PART) {
			const upper = this.read(width - PART);
			return upper * 2 ** PART + this.read(PART);
		}
		while (this.heldBits < width) this.fill();
		this.heldBits -= width;
		const value = this.held >>> this.heldBits;
		this.held &= 2 ** this.heldBits - 1;
		return value;
	}

	unary(): number {
		let value = 0;
		while (this.read(1) === 1) value++;
		return value;
	}

	private fill(): void {
		const byte = this.bytes[this.position++];
		if (byte === undefined) throw new RangeError('The bits end before the last hash');
		this.held = (this.held << 8) | byte;
		this.heldBits += 8;
	}
}
