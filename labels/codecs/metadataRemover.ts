import type { Bytes } from './chunkedBytes';
import { exifOfOrientation } from './exif';
import { hasNoLength, readExifChunk, readExifSegment } from './imageHeader';
import { pngChunk } from './indexedPng';
import { joined } from './joinedBytes';
import { rewritten } from './rewriting';

/** More of a PNG's EXIF data is not looked into for its orientation. */
const MAX_EXIF = 1024 * 1024;

/**
 * The file of a JPEG or PNG, chunk by chunk, without what it says beside its pixels: EXIF (places, times, serial numbers,
 * maker notes, thumbnails), XMP, IPTC, comments, texts, and everything behind the end of the image, such as the film of a
 * moving photograph. What decides how the pixels are shown stays: the orientation that browsers apply, color profiles, and
 * the pixel density. Only what is known to be needed stays, so that what no one has heard of yet goes, too.
 *
 * Pixels are handed on bit by bit. Anything but a JPEG or PNG comes out as it is. A segment (64 kB) is held at most, or 1 MiB of a PNG.
 * Sources: ITU-T T.81 annex B; JFIF 1.02; ICC.1:2022 annex B.4; Adobe TN 5116; PNG (W3C, third edition) 5.3, 11.2 and 11.3.
 */
export async function* withoutMetadata(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	yield* rewritten(chunks, (bytes, format) =>
		format === 'jpeg' ? ofJpeg(bytes) : format === 'png' ? ofPng(bytes) : bytes.rest(),
	);
}

const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
const APP1 = 0xe1;

async function* ofJpeg(bytes: Bytes): AsyncGenerator<Uint8Array> {
	yield await bytes.take(2);
	let isExifPassed = false;
	for (;;) {
		const [prefix, marker, high = 0, low = 0] = await bytes.peek(4);
		if (marker === undefined) return;
		if (prefix !== 0xff || marker === 0xff || marker === 0) {
			// Decoders pass over what stands between segments, and over prefixes that are repeated.
			await bytes.take(1);
			continue;
		}
		if (marker === END_OF_IMAGE) {
			yield await bytes.take(2);
			return;
		}
		if (hasNoLength(marker)) {
			yield await bytes.take(2);
			continue;
		}
		const segment = await bytes.take(2 + high * 256 + low);
		if (marker === APP1 && !isExifPassed) {
			const orientation = readExifSegment(segment.subarray(4));
			isExifPassed = orientation !== undefined;
			if (orientation !== undefined && orientation > 1) yield orientationSegment(orientation);
			continue;
		}
		const kept = keptSegment(segment, marker);
		if (kept !== undefined) yield kept;
		if (marker === START_OF_SCAN) yield* scan(bytes);
	}
}

/** What decoders need of a segment (given with its marker and length); undefined if that is nothing. */
function keptSegment(segment: Uint8Array, marker: number): Uint8Array | undefined {
	// Frames, tables, scans and what belongs to them.
	if ((marker >= 0xc0 && marker <= 0xcf) || (marker >= 0xda && marker <= 0xdf)) return segment;
	const content = textOf(segment.subarray(4, 16));
	if (marker === 0xdb) return segment;
	if (marker === 0xe0 && content.startsWith('JFIF\0')) return shortened(segment, 14, withoutThumbnail);
	if (marker === 0xe2 && content === 'ICC_PROFILE\0') return segment;
	if (marker === 0xee && content.startsWith('Adobe')) return shortened(segment, 12);
	return undefined;
}

/** The first so many bytes of a segment's content. */
function shortened(
	segment: Uint8Array,
	length: number,
	change: (content: Uint8Array) => void = () => undefined,
): Uint8Array {
	const content = segment.slice(4, 4 + length);
	change(content);
	return joined(segment.subarray(0, 2), Uint8Array.of(0, content.length + 2), content);
}

/** Width and height of the thumbnail stand last in what is left of the segment. */
function withoutThumbnail(content: Uint8Array): void {
	content.fill(0, 12, 14);
}

function orientationSegment(orientation: number): Uint8Array {
	const tiff = exifOfOrientation(orientation);
	return joined(Uint8Array.of(0xff, APP1, 0, tiff.length + 8), EXIF_PREFIX, tiff);
}

/** "Exif" and two zeros. */
const EXIF_PREFIX = Uint8Array.of(0x45, 0x78, 0x69, 0x66, 0, 0);

/** The coded pixels up to the next marker. */
async function* scan(bytes: Bytes): AsyncGenerator<Uint8Array> {
	for (;;) {
		const available = await bytes.available(2);
		if (available.length < 2) {
			yield await bytes.take(available.length);
			return;
		}
		const marker = nextMarker(available);
		if (marker === undefined) {
			// The last byte may be the first half of a marker.
			yield await bytes.take(available.length - 1);
			continue;
		}
		if (marker > 0) yield await bytes.take(marker);
		return;
	}
}

/** Where the first marker begins that is not one within coded pixels: a zero follows a 0xff of their own, and restarts belong to them. */
function nextMarker(bytes: Uint8Array): number | undefined {
	for (let position = bytes.indexOf(0xff); position >= 0; position = bytes.indexOf(0xff, position + 1)) {
		const next = bytes[position + 1];
		if (next === undefined) return undefined;
		if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return position;
	}
	return undefined;
}

/** Beside the critical ones: how pixels become colors, how large they are, and the frames of an animation. */
const KEPT_CHUNKS = new Set(
	'tRNS gAMA cHRM sRGB iCCP cICP mDCV mDCv cLLI cLLi sBIT bKGD hIST pHYs sPLT acTL fcTL fdAT'.split(' '),
);

async function* ofPng(bytes: Bytes): AsyncGenerator<Uint8Array> {
	yield await bytes.take(8);
	let isExifPassed = false;
	for (;;) {
		const head = await bytes.peek(8);
		if (head.length < 8) return;
		const length = new DataView(head.buffer, head.byteOffset).getUint32(0) + 12;
		const type = textOf(head.subarray(4, 8));
		if (type === 'eXIf' && !isExifPassed && length <= MAX_EXIF) {
			isExifPassed = true;
			const chunk = await bytes.take(length);
			const orientation = chunk.length < length ? 1 : (readExifChunk(chunk.subarray(4)) ?? 1);
			if (orientation > 1) yield pngChunk('eXIf', exifOfOrientation(orientation));
			continue;
		}
		// Browsers apply no orientation that stands behind the pixels.
		if (type === 'IDAT') isExifPassed = true;
		const isCritical = /^[A-Z]/.test(type);
		if (isCritical || KEPT_CHUNKS.has(type)) yield* bytes.rest(length);
		else await bytes.skip(length);
		if (type === 'IEND') return;
	}
}

/** A character for each byte. */
const DECODER = new TextDecoder('latin1');

function textOf(bytes: Uint8Array): string {
	return DECODER.decode(bytes);
}
