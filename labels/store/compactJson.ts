import { isRecord, type JsonRecord } from '../parsing/record';
import { Kind, LIST, OBJECT, SHORT_LISTS, SHORT_NUMBERS, SHORT_SHAPES, TEXT } from './compactLayout';
import { CompactReader } from './compactReader';
import { Shapes, Texts } from './compactTables';

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
		return new CompactReader(bytes, start, this.texts.known, this.shapes.known).value();
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
