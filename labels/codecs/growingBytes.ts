/** Bytes that grow as they are written, numbers with their lowest byte first. */
export class GrowingBytes {
	private bytes = new Uint8Array(1024);
	private view = new DataView(this.bytes.buffer);
	private used = 0;

	get length(): number {
		return this.used;
	}

	/** What was written so far. */
	written(): Uint8Array {
		return this.bytes.subarray(0, this.used);
	}

	byte(value: number): void {
		const at = this.reserve(1);
		this.view.setUint8(at, value);
	}

	int32(value: number): void {
		const at = this.reserve(4);
		this.view.setInt32(at, value, true);
	}

	int64(value: number): void {
		const at = this.reserve(8);
		this.view.setBigInt64(at, BigInt(value), true);
	}

	double(value: number): void {
		const at = this.reserve(8);
		this.view.setFloat64(at, value, true);
	}

	/** Seven bits a byte, the lowest first (LEB128). */
	varint(value: number): void {
		let rest = value;
		for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.byte((rest % 0x80) + 0x80);
		this.byte(rest);
	}

	append(bytes: Uint8Array): void {
		const at = this.reserve(bytes.length);
		this.bytes.set(bytes, at);
	}

	/** The place of so many new bytes. */
	private reserve(count: number): number {
		const at = this.used;
		this.used += count;
		if (this.used > this.bytes.length) {
			const larger = new Uint8Array(Math.max(this.used, this.bytes.length * 2));
			larger.set(this.bytes.subarray(0, at));
			this.bytes = larger;
			this.view = new DataView(larger.buffer);
		}
		return at;
	}
}
