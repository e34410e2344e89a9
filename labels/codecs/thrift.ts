import { GrowingBytes } from './growingBytes';

/** A value of Thrift as a file's metadata needs them; a structure has its fields by their IDs, in rising order. */
export type ThriftValue =
	| { readonly i32: number }
	| { readonly i64: number }
	| { readonly text: string }
	| { readonly list: readonly ThriftValue[] }
	| { readonly fields: Readonly<Record<number, ThriftValue | undefined>> };

const I32 = 5;
const I64 = 6;
const BINARY = 8;
const LIST = 9;
const STRUCTURE = 12;
const LONG_LIST = 15;

/**
 * A structure in Thrift's compact protocol, without its unused types. Field IDs are at most 15 apart.
 * Source: github.com/apache/thrift, doc/specs/thrift-compact-protocol.md.
 */
export function writeThrift(structure: ThriftValue): Uint8Array {
	const bytes = new GrowingBytes();
	writeValue(structure, bytes);
	return bytes.written();
}

function writeValue(value: ThriftValue, bytes: GrowingBytes): void {
	if ('i32' in value) bytes.varint(zigzag(value.i32));
	else if ('i64' in value) bytes.varint(zigzag(value.i64));
	else if ('text' in value) {
		const text = new TextEncoder().encode(value.text);
		bytes.varint(text.length);
		bytes.append(text);
	} else if ('list' in value) writeList(value.list, bytes);
	else writeFields(value.fields, bytes);
}

function writeList(list: readonly ThriftValue[], bytes: GrowingBytes): void {
	const [first] = list;
	const type = first === undefined ? STRUCTURE : typeOf(first);
	bytes.byte((Math.min(list.length, LONG_LIST) << 4) | type);
	if (list.length >= LONG_LIST) bytes.varint(list.length);
	for (const each of list) writeValue(each, bytes);
}

function writeFields(fields: Readonly<Record<number, ThriftValue | undefined>>, bytes: GrowingBytes): void {
	let before = 0;
	for (const [id, value] of Object.entries(fields)) {
		if (value === undefined) continue;
		bytes.byte(((Number(id) - before) << 4) | typeOf(value));
		writeValue(value, bytes);
		before = Number(id);
	}
	bytes.byte(0);
}

function typeOf(value: ThriftValue): number {
	if ('i32' in value) return I32;
	if ('i64' in value) return I64;
	if ('text' in value) return BINARY;
	return 'list' in value ? LIST : STRUCTURE;
}

/** Numbers here are never negative, for which the zigzag is twice the number. */
function zigzag(number: number): number {
	return number * 2;
}
