/** Bytes that are taken at once; one after the other, they take five times as long. */
const WIDTH = 8;
/** What a byte does to the checksum that stands so many bytes before the last of those taken at once: 256 values for each distance. */
const TABLE = makeTable();

function makeTable(): Uint32Array {
	const table = new Uint32Array(256 * WIDTH);
	for (let byte = 0; byte < 256; byte++) {
		let value = byte;
		for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
		table[byte] = value;
	}
	for (let index = 256; index < table.length; index++) {
		const nearer = table[index - 256] ?? 0;
		table[index] = (table[nearer & 0xff] ?? 0) ^ (nearer >>> 8);
	}
	return table;
}

/**
 * The checksum of PNG (W3C, annex D) and ZIP (APPNOTE 4.4.7).
 *
 * @param before the checksum of the bytes before these.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
	let crc = before ^ 0xffffffff;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const end = bytes.length - (bytes.length % WIDTH);
	let at = 0;
	for (; at < end; at += WIDTH) {
		const first = view.getUint32(at, true) ^ crc;
		const second = view.getUint32(at + 4, true);
		crc =
			(TABLE[1792 + (first & 0xff)] ?? 0) ^
			(TABLE[1536 + ((first >>> 8) & 0xff)] ?? 0) ^
			(TABLE[1280 + ((first >>> 16) & 0xff)] ?? 0) ^
			(TABLE[1024 + (first >>> 24)] ?? 0) ^
			(TABLE[768 + (second & 0xff)] ?? 0) ^
			(TABLE[512 + ((second >>> 8) & 0xff)] ?? 0) ^
			(TABLE[256 + ((second >>> 16) & 0xff)] ?? 0) ^
			(TABLE[second >>> 24] ?? 0);
	}
	for (; at < bytes.length; at++) crc = (TABLE[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
	return (crc ^ 0xffffffff) >>> 0;
}
