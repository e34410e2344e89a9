import { isRecord, type JsonRecord, setOwn } from '../parsing/record';

/**
 * Plain JSON as few bytes, to hold much of it: what a million objects have in common, their keys and the texts that come again and again, stands
 * once in tables that the values of one `CompactJson` share. Values are read back exactly as they were, keys in their order.
 *
 * A value begins with a byte that says what it is: below `TEXT` the upper bits of a whole number of two bytes, then, with as much as fits
 * into it of their number or length, known texts, objects of known keys and lists, and at last the kinds of `Kind`.
 */
export class CompactJson {
	private readonly texts = new Texts();
	private readonly shapes = new Shapes();
	private bytes = new Uint8Array(INITIAL_BYTES);
	private view = new DataView(this.bytes.buffer);
	private length = 0;

	/** The bytes of the value, which stand there until the next one is written. */
	write(value: unknown): Uint8Array {
		this.length = 0;
		this.add(value);
		return this.bytes.subarray(0, this.length);
	}

	/** The value whose bytes begin there. */
	read(bytes: Uint8Array, start: number): unknown {
		return new Reader(bytes, start, this.texts.known, this.shapes.known).value();
	}

	private add(value: unknown): void {
		if (this.length + LONGEST_SCALAR > this.bytes.length) this.grow(LONGEST_SCALAR);
		if (typeof value === 'number') this.addNumber(value);
		else if (typeof value === 'string') this.addText(value);
		else if (Array.isArray(value)) this.addList(value);
		else if (isRecord(value)) this.addObject(value);
		else
			this.addByte(value === null ? Kind.null : value === true ? Kind.true : value === false ? Kind.false : Kind.none);
	}

	private addNumber(value: number): void {
		const isWhole = (value | 0) === value && !Object.is(value, -0);
		if (isWhole && value >= 0 && value < SHORT_NUMBERS) return this.addShort(0, value);
		this.addByte(isWhole ? Kind.whole : Kind.decimal);
		if (isWhole) this.view.setInt32(this.length, value);
		else this.view.setFloat64(this.length, value);
		this.length += isWhole ? 4 : 8;
	}

	private addText(text: string): void {
		if (isUuid(text)) return this.addUuid(text);
		const known = this.texts.numberOf(text);
		if (known !== undefined) return this.addShort(TEXT, known);
		const isNarrow = hasBytesOnly(text);
		this.addByte(isNarrow ? Kind.narrowText : Kind.wideText);
		this.addCount(text.length);
		const size = isNarrow ? text.length : 2 * text.length;
		if (this.length + size > this.bytes.length) this.grow(size);
		for (let index = 0; index < text.length; index++) {
			const unit = text.charCodeAt(index);
			if (!isNarrow) this.addByte(unit >> 8);
			this.addByte(unit & 0xff);
		}
	}

	private addUuid(text: string): void {
		this.addByte(Kind.uuid);
		for (let index = 0; index < UUID_LENGTH; index += 2) {
			if (text.charCodeAt(index) === HYPHEN) index++;
			this.addByte((digitOf(text.charCodeAt(index)) << 4) | digitOf(text.charCodeAt(index + 1)));
		}
	}

	private addList(list: readonly unknown[]): void {
		if (list.length < SHORT_LISTS) this.addByte(LIST + list.length);
		else {
			this.addByte(Kind.list);
			this.addCount(list.length);
		}
		for (const value of list) this.add(value);
	}

	private addObject(entries: JsonRecord): void {
		const shape = this.shapes.numberOf(entries);
		if (shape === undefined) return this.addRareObject(entries);
		if (shape < SHORT_SHAPES) this.addByte(OBJECT + shape);
		else {
			this.addByte(Kind.object);
			this.addCount(shape);
		}
		for (const key in entries) this.add(entries[key]);
	}

	/** With its keys, where there are more kinds of objects than the table takes. */
	private addRareObject(entries: JsonRecord): void {
		this.addByte(Kind.rareObject);
		this.addCount(Object.keys(entries).length);
		for (const key in entries) {
			this.add(key);
			this.add(entries[key]);
		}
	}

	private addByte(byte: number): void {
		this.bytes[this.length++] = byte;
	}

	private addShort(base: number, number: number): void {
		this.bytes[this.length++] = base + (number >> 8);
		this.bytes[this.length++] = number & 0xff;
	}

	/** Seven bits a byte, the lowest first. */
	private addCount(count: number): void {
		let rest = count;
		for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) this.addByte((rest & 0x7f) | 0x80);
		this.addByte(rest);
	}

	private grow(more: number): void {
		const bytes = new Uint8Array(2 * (this.bytes.length + more));
		bytes.set(this.bytes);
		this.bytes = bytes;
		this.view = new DataView(bytes.buffer);
	}
}

const INITIAL_BYTES = 1 << 16;
/** A first byte, and a count or number. */
const LONGEST_SCALAR = 24;

const TEXT = 0x40;
const OBJECT = 0x60;
const LIST = 0xa0;
const SHORT_NUMBERS = TEXT << 8;
const SHORT_SHAPES = LIST - OBJECT;
const SHORT_LISTS = 0x10;
const MOST_TEXTS = (OBJECT - TEXT) << 8;

enum Kind {
	null = 0xb0,
	true,
	false,
	/** `undefined` */
	none,
	/** 32 bits. */
	whole,
	/** 64 bits. */
	decimal,
	/** Its code units are below 256. */
	narrowText,
	wideText,
	uuid,
	list,
	object,
	rareObject,
}

const UUID_LENGTH = 36;
const HYPHEN = 0x2d;

/** In lower case, as servers write them. */
function isUuid(text: string): boolean {
	if (text.length !== UUID_LENGTH) return false;
	for (let index = 0; index < UUID_LENGTH; index++) {
		const unit = text.charCodeAt(index);
		const isPlace = index === 8 || index === 13 || index === 18 || index === 23;
		if (isPlace ? unit !== HYPHEN : digitOf(unit) > 15) return false;
	}
	return true;
}

/** Of a hexadecimal digit in lower case; above 15 for anything else. */
function digitOf(unit: number): number {
	if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
	return unit >= 0x61 && unit <= 0x66 ? unit - 0x57 : 16;
}

function hasBytesOnly(text: string): boolean {
	for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0xff) return false;
	return true;
}

/** The texts that came more than once, by their numbers. */
class Texts {
	readonly known: string[] = [];
	private readonly numbers = new Map<string, number>();
	/** Those that came once: names of images are too many to keep. */
	private readonly seen = new Set<string>();

	numberOf(text: string): number | undefined {
		const known = this.numbers.get(text);
		if (known !== undefined || text.length > Texts.longest || this.known.length === MOST_TEXTS) return known;
		if (!this.seen.delete(text)) {
			if (this.seen.size === MOST_TEXTS) this.seen.clear();
			this.seen.add(text);
			return undefined;
		}
		this.numbers.set(text, this.known.length);
		return this.known.push(text) - 1;
	}

	private static readonly longest = 64;
}

/** Where objects with some first keys are. */
class Place {
	number: number | undefined;
	private readonly others = new Map<string, Place>();
	private lastKey: string | undefined;
	private last: Place | undefined;

	/** Where those are that have one key more. */
	after(key: string): Place | undefined {
		if (key !== this.lastKey) {
			this.last = this.others.get(key);
			this.lastKey = key;
		}
		return this.last;
	}

	add(key: string): Place {
		const place = new Place();
		this.others.set(key, place);
		this.last = place;
		this.lastKey = key;
		return place;
	}
}

/** The keys of objects, by their numbers. */
class Shapes {
	readonly known: Array<readonly string[]> = [];
	private readonly root = new Place();
	private places = 0;

	/** Nothing if there are too many. */
	numberOf(entries: JsonRecord): number | undefined {
		let place = this.root;
		for (const key in entries) {
			const next = place.after(key);
			if (next === undefined && this.places === Shapes.most) return undefined;
			if (next === undefined) this.places++;
			place = next ?? place.add(key);
		}
		place.number ??= this.known.push(Object.keys(entries)) - 1;
		return place.number;
	}

	private static readonly most = 4096;
}

const HEXADECIMAL = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
/** Of arguments of a call, which the stack holds. */
const UNITS_AT_ONCE = 4096;

class Reader {
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
