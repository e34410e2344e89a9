import { type JsonRecord, setOwn } from '../parsing/record';
import { Kind, LIST, OBJECT, SHORT_LISTS, TEXT } from './compactLayout';

const HEXADECIMAL = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
/** Of arguments of a call, which the stack holds. */
const UNITS_AT_ONCE = 4096;

/** Reads one value that `CompactJson` has written. */
export class CompactReader {
	constructor(
		private readonly bytes: Uint8Array,
		private position: number,
		private readonly texts: readonly string[],
		private readonly shapes: ReadonlyArray<readonly string[]>,
	) {}

	value(): unknown {
		const byte = this.byte();
		if (byte < TEXT) return (byte << 8) | this.byte();
		if (byte < OBJECT) return this.texts[((byte - TEXT) << 8) | this.byte()];
		if (byte < LIST) return this.object(byte - OBJECT);
		if (byte < LIST + SHORT_LISTS) return this.list(byte - LIST);
		return this.ofKind(byte);
	}

	private ofKind(kind: Kind): unknown {
		switch (kind) {
			case Kind.null:
				return null;
			case Kind.true:
				return true;
			case Kind.false:
				return false;
			case Kind.none:
				return undefined;
			case Kind.whole:
				return this.number(4).getInt32(0);
			case Kind.decimal:
				return this.number(8).getFloat64(0);
			case Kind.narrowText:
			case Kind.wideText:
				return this.text(this.count(), kind === Kind.narrowText ? 1 : 2);
			case Kind.uuid:
				return this.uuid();
			case Kind.list:
				return this.list(this.count());
			case Kind.object:
				return this.object(this.count());
			case Kind.rareObject:
				return this.rareObject(this.count());
		}
	}

	private object(shape: number): JsonRecord {
		const object: JsonRecord = {};
		for (const key of this.shapes[shape] ?? []) setOwn(object, key, this.value());
		return object;
	}

	private rareObject(count: number): JsonRecord {
		const object: JsonRecord = {};
		for (let index = 0; index < count; index++) setOwn(object, String(this.value()), this.value());
		return object;
	}

	private list(length: number): unknown[] {
		const list: unknown[] = [];
		for (let index = 0; index < length; index++) list.push(this.value());
		return list;
	}

	private text(length: number, bytesPerUnit: 1 | 2): string {
		let text = '';
		for (let done = 0; done < length; done += UNITS_AT_ONCE) {
			const units = Array.from({ length: Math.min(UNITS_AT_ONCE, length - done) }, () =>
				bytesPerUnit === 1 ? this.byte() : (this.byte() << 8) | this.byte(),
			);
			text += String.fromCharCode(...units);
		}
		return text;
	}

	private uuid(): string {
		const part = (length: number) => {
			let text = '';
			for (let index = 0; index < length; index++) text += HEXADECIMAL[this.byte()] ?? '';
			return text;
		};
		return `${part(4)}-${part(2)}-${part(2)}-${part(2)}-${part(6)}`;
	}

	private count(): number {
		let count = 0;
		for (let factor = 1; ; factor *= 0x80) {
			const byte = this.byte();
			count += (byte & 0x7f) * factor;
			if (byte < 0x80) return count;
		}
	}

	private number(length: number): DataView {
		const view = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.position, length);
		this.position += length;
		return view;
	}

	private byte(): number {
		return this.bytes[this.position++] ?? 0;
	}
}
