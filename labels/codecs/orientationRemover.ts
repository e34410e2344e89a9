import type { Bytes } from './chunkedBytes';
import { joined } from './joinedBytes';
import { withNeutralOrientation } from './exif';
import { pngChunk } from './indexedPng';
import { hasNoLength } from './imageHeader';
import { rewritten } from './rewriting';

/** More metadata than this in one chunk of a PNG is not looked into. */
const MAX_METADATA = 1024 * 1024;
/** Longer than the keywords that are looked for. */
const KEYWORD_LENGTH = 40;

/**
 * The file of a JPEG or PNG, chunk by chunk, so that every program shows its pixels as they are stored: its orientation is
 * made 1 wherever a program looks for one (EXIF with the thumbnail's, XMP, and what ImageMagick writes into PNGs).
 *
 * Pixels are handed on bit by bit, and a JPEG keeps its length, since data in it refers to positions. Orientations are
 * overwritten instead of removed, so that none that a program would look for next comes into force. A file that has no
 * orientation, is damaged, or is no JPEG or PNG comes out as it is. At most 1 MiB is held.
 * Sources: ITU-T T.81 annex B; Exif 2.32, 4.6 and 4.7.2; PNG (W3C, third edition) 5.3, 11.3.3 and 11.3.4; XMP part 3, 1.1.3 and 1.1.5.
 */
export async function* withoutOrientation(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	yield* rewritten(chunks, async function* (bytes, format) {
		if (format !== 'other') yield* format === 'jpeg' ? ofJpeg(bytes) : ofPng(bytes);
		yield* bytes.rest();
	});
}

async function* ofJpeg(bytes: Bytes): AsyncGenerator<Uint8Array> {
	yield await bytes.take(2);
	for (;;) {
		const [prefix, marker = 0xda, high = 0, low = 0] = await bytes.peek(4);
		// Scans and what follows them hold no orientation that a program asks for.
		if (prefix !== 0xff || marker === 0xda || marker === 0xd9) return;
		if (marker === 0xff || hasNoLength(marker)) {
			yield await bytes.take(marker === 0xff ? 1 : 2);
			continue;
		}
		const segment = await bytes.take(2 + high * 256 + low);
		yield marker === 0xe1 ? neutralSegment(segment) : segment;
	}
}

/** Of an APP1 segment, with its marker and length. */
function neutralSegment(segment: Uint8Array): Uint8Array {
	const content = segment.subarray(4);
	if (textOf(content.subarray(0, 5)) === 'Exif\0')
		return joined(segment.subarray(0, 10), withNeutralOrientation(segment.subarray(10)));
	if (textOf(content.subarray(0, 28)) === 'http://ns.adobe.com/xap/1.0/') return neutralXmp(segment);
	return segment;
}

async function* ofPng(bytes: Bytes): AsyncGenerator<Uint8Array> {
	yield await bytes.take(8);
	for (;;) {
		const head = await bytes.peek(8 + KEYWORD_LENGTH);
		if (head.length < 8) return;
		const length = new DataView(head.buffer, head.byteOffset).getUint32(0) + 12;
		const type = textOf(head.subarray(4, 8));
		if (type === 'IEND') return;
		const kind = metadataKind(type, textOf(head.subarray(8)));
		if (kind === undefined) yield* bytes.rest(length);
		else if (kind === 'dropped' || length > MAX_METADATA) await bytes.skip(length);
		else yield neutralChunk(await bytes.take(length), length, kind);
	}
}

type MetadataKind = 'exif' | 'xmp' | 'dropped';

/** What is compressed is dropped: it is text about the image, which nothing refers to. */
function metadataKind(type: string, start: string): MetadataKind | undefined {
	if (type === 'eXIf') return 'exif';
	if (type === 'iTXt' && start.startsWith('XML:com.adobe.xmp\0')) return start.charCodeAt(18) === 0 ? 'xmp' : 'dropped';
	const isProfile = /^Raw profile type (exif|APP1|xmp)\0/.test(start);
	return isProfile && ['tEXt', 'zTXt', 'iTXt'].includes(type) ? 'dropped' : undefined;
}

/** With the checksum of its new content. A chunk that the file does not hold completely stays as it is. */
function neutralChunk(whole: Uint8Array, length: number, kind: 'exif' | 'xmp'): Uint8Array {
	if (whole.length < length) return whole;
	const data = whole.subarray(8, length - 4);
	if (kind === 'xmp') return pngChunk('iTXt', neutralXmp(data));
	// Some programs write JPEG's prefix into PNGs, and some read it.
	const prefix = textOf(data.subarray(0, 6)) === 'Exif\0\0' ? 6 : 0;
	return pngChunk('eXIf', joined(data.subarray(0, prefix), withNeutralOrientation(data.subarray(prefix))));
}

/** `tiff:Orientation` as an attribute or an element. */
const XMP_ORIENTATION = /:Orientation\s*(?:=\s*["']|>)\s*[2-8](?=["'<\s])/g;

function neutralXmp(bytes: Uint8Array): Uint8Array {
	const copy = new Uint8Array(bytes);
	for (const { 0: found, index } of textOf(bytes).matchAll(XMP_ORIENTATION)) copy[index + found.length - 1] = 0x31;
	return copy;
}

/** A character for each byte. */
const DECODER = new TextDecoder('latin1');

function textOf(bytes: Uint8Array): string {
	return DECODER.decode(bytes);
}
