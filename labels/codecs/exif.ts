const ORIENTATION = 0x0112;
/** Bytes of a value of each type that a whole number can have: BYTE, SHORT, LONG and their signed kinds. */
const SIZES: ReadonlyMap<number, number> = new Map([
	[1, 1],
	[3, 2],
	[4, 4],
	[6, 1],
	[8, 2],
	[9, 4],
]);
const SHORT = 3;

/**
 * The orientation, 1 to 8, in EXIF data from its TIFF header on; nothing if there is none. It is what browsers read: the
 * first entry of the first directory that is one SHORT. (OpenCV and Pillow also take a LONG, Pillow alone other places.)
 *
 * Never throws. Source: Exif 2.32, 4.6.2 and 4.6.4 A (tag 274); Chromium 156, by what it shows.
 */
export function readOrientation(tiff: Uint8Array): number | undefined {
	for (const { view, position, type, count, isLittleEndian, directory } of orientationEntries(tiff)) {
		if (directory > 0) return undefined;
		const value = view.getUint16(position, isLittleEndian);
		if (type === SHORT && count === 1 && value >= 1 && value <= 8) return value;
	}
	return undefined;
}

/**
 * A copy of EXIF data of the same length whose orientations are 1, of whatever type and also that of the thumbnail; itself
 * if they are already. Nothing is moved, since what is in it refers to each other by positions.
 */
export function withNeutralOrientation(tiff: Uint8Array): Uint8Array {
	const copy = new Uint8Array(tiff);
	for (const { view, position, type, isLittleEndian } of orientationEntries(copy)) {
		const size = SIZES.get(type) ?? 0;
		if (size === 1) view.setUint8(position, 1);
		if (size === 2) view.setUint16(position, 1, isLittleEndian);
		if (size === 4) view.setUint32(position, 1, isLittleEndian);
	}
	return copy.every((byte, index) => byte === tiff[index]) ? tiff : copy;
}

/** EXIF data, from its TIFF header on, that says nothing but the orientation. */
export function exifOfOrientation(orientation: number): Uint8Array {
	const tiff = new Uint8Array(26);
	const view = new DataView(tiff.buffer);
	view.setUint32(0, 0x4d4d002a);
	view.setUint32(4, 8);
	view.setUint16(8, 1);
	view.setUint16(10, ORIENTATION);
	view.setUint16(12, SHORT);
	view.setUint32(14, 1);
	view.setUint16(18, orientation);
	return tiff;
}

interface Entry {
	readonly view: DataView;
	/** Of its value. */
	readonly position: number;
	readonly type: number;
	readonly count: number;
	readonly isLittleEndian: boolean;
	/** 0 is the image's, 1 the thumbnail's. */
	readonly directory: number;
}

function* orientationEntries(tiff: Uint8Array): Generator<Entry> {
	if (tiff.length < 8) return;
	const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
	const isLittleEndian = view.getUint16(0) === 0x4949;
	let start = view.getUint32(4, isLittleEndian);
	for (let directory = 0; directory < 2; directory++) {
		if (start < 8 || start + 2 > tiff.length) return;
		const end = start + 2 + view.getUint16(start, isLittleEndian) * 12;
		for (let entry = start + 2; entry < end; entry += 12) {
			if (entry + 12 > tiff.length) return;
			if (view.getUint16(entry, isLittleEndian) !== ORIENTATION) continue;
			const type = view.getUint16(entry + 2, isLittleEndian);
			const count = view.getUint32(entry + 4, isLittleEndian);
			yield { view, position: entry + 8, type, count, isLittleEndian, directory };
		}
		if (end + 4 > tiff.length) return;
		start = view.getUint32(end, isLittleEndian);
	}
}
