import { crc32 } from 'node:zlib';

/** Files of 4 × 3 pixels, made by hand, with an orientation in each place that some program looks at. */

const JPEG = Buffer.from(
	'/9j/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/wAALCAADAAQBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAB//EAB8QAAADCQAAAAAAAAAAAAAAAAABBwIEBQgWJlFhkv/aAAgBAQAAPwB9TaWFK6SdLIhfDWC2P//Z',
	'base64',
);
const TEXT = 'latin1';

export function segment(marker: number, ...content: (string | Buffer)[]): Buffer {
	const body = Buffer.concat(content.map((part) => (typeof part === 'string' ? Buffer.from(part, TEXT) : part)));
	const head = Buffer.from([0xff, marker, 0, 0]);
	head.writeUInt16BE(body.length + 2, 2);
	return Buffer.concat([head, body]);
}

interface Tag {
	type?: number;
	value: number;
}

/** EXIF data with an orientation of the image and, if it is given, one of the thumbnail. */
export function tiff({ type = 3, value }: Tag, isLittleEndian = true, thumbnail?: number): Buffer {
	const directory = (tag: Tag, next: number) => {
		const bytes = Buffer.alloc(18);
		const put = (number: number, position: number, size: number) =>
			isLittleEndian ? bytes.writeUIntLE(number, position, size) : bytes.writeUIntBE(number, position, size);
		put(1, 0, 2);
		put(0x0112, 2, 2);
		put(tag.type ?? 3, 4, 2);
		put(1, 6, 4);
		put(tag.value, 10, { 1: 1, 3: 2, 4: 4 }[tag.type ?? 3] ?? 2);
		put(next, 14, 4);
		return bytes;
	};
	const head = isLittleEndian ? Buffer.from('II*\0\x08\0\0\0', TEXT) : Buffer.from('MM\0*\0\0\0\x08', TEXT);
	const first = directory({ type, value }, thumbnail === undefined ? 0 : 26);
	return Buffer.concat([head, first, ...(thumbnail === undefined ? [] : [directory({ value: thumbnail }, 0)])]);
}

const exif = (data: Buffer) => segment(0xe1, 'Exif\0\0', data);
const xmp = (packet: string) => segment(0xe1, `http://ns.adobe.com/xap/1.0/\0${packet}`);
const ATTRIBUTE = '<x:xmpmeta><rdf:Description tiff:Orientation="6" tiff:Make="Orientation=6"/></x:xmpmeta>';
const QUOTED = "<x:xmpmeta><rdf:Description tiff:Orientation = '6'/></x:xmpmeta>";
const ELEMENT = '<x:xmpmeta><tiff:Orientation>6</tiff:Orientation></x:xmpmeta>';

/** With segments at the beginning. */
export function jpeg(...segments: Buffer[]): Buffer {
	return Buffer.concat([JPEG.subarray(0, 2), ...segments, JPEG.subarray(2)]);
}

function jpegBeforeScan(added: Buffer): Buffer {
	const scan = JPEG.indexOf(Buffer.from([0xff, 0xda]));
	return Buffer.concat([JPEG.subarray(0, scan), added, JPEG.subarray(scan)]);
}

export function chunk(type: string, data: Buffer, checksum?: number): Buffer {
	const body = Buffer.concat([Buffer.from(type, TEXT), data]);
	const whole = Buffer.alloc(body.length + 8);
	whole.writeUInt32BE(data.length);
	body.copy(whole, 4);
	whole.writeUInt32BE(checksum ?? crc32(body), body.length + 4);
	return whole;
}

const PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAQAAAADCAAAAACRn/EaAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAF0lEQVQImWNgENGwYQhIqehhWLDlxB0AGQ8FKThZNzgAAAAASUVORK5CYII=',
	'base64',
);

/** With chunks before the pixels and behind them. */
export function png(before: Buffer[], behind: Buffer[] = []): Buffer {
	return Buffer.concat([PNG.subarray(0, 33), ...before, PNG.subarray(33, -12), ...behind, PNG.subarray(-12)]);
}

const text = (...parts: (string | Buffer)[]) =>
	Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, TEXT) : part)));

export interface ExifFile {
	readonly name: string;
	readonly bytes: Buffer;
	/** The orientation that Chromium 156 applies. */
	readonly shown: number;
}

const six = tiff({ value: 6 });

export const EXIF_FILES: readonly ExifFile[] = [
	{ name: 'JPEG without metadata', bytes: JPEG, shown: 1 },
	{ name: 'JPEG', bytes: jpeg(exif(six)), shown: 6 },
	{ name: 'JPEG, big endian', bytes: jpeg(exif(tiff({ value: 6 }, false))), shown: 6 },
	{
		name: 'JPEG behind a comment and a color profile',
		bytes: jpeg(segment(0xfe, 'x'), segment(0xe2, 'ICC_PROFILE'), exif(six)),
		shown: 6,
	},
	{ name: 'JPEG right before the scan', bytes: jpegBeforeScan(exif(six)), shown: 6 },
	{ name: 'JPEG, a LONG', bytes: jpeg(exif(tiff({ type: 4, value: 6 }))), shown: 1 },
	{ name: 'JPEG, a LONG, big endian', bytes: jpeg(exif(tiff({ type: 4, value: 6 }, false))), shown: 1 },
	{ name: 'JPEG, a BYTE', bytes: jpeg(exif(tiff({ type: 1, value: 6 }))), shown: 1 },
	{ name: 'JPEG, a value that does not exist', bytes: jpeg(exif(tiff({ value: 9 }))), shown: 1 },
	{ name: 'JPEG with a thumbnail turned otherwise', bytes: jpeg(exif(tiff({ value: 6 }, true, 8))), shown: 6 },
	{ name: 'JPEG with only the thumbnail turned', bytes: jpeg(exif(tiff({ value: 1 }, true, 6))), shown: 1 },
	{ name: 'JPEG, two EXIF segments', bytes: jpeg(exif(six), exif(tiff({ value: 8 }))), shown: 6 },
	{ name: 'JPEG, two EXIF segments, the first upright', bytes: jpeg(exif(tiff({ value: 1 })), exif(six)), shown: 1 },
	{ name: 'JPEG, XMP only', bytes: jpeg(xmp(ATTRIBUTE)), shown: 1 },
	{ name: 'JPEG, XMP only, as an element', bytes: jpeg(xmp(ELEMENT)), shown: 1 },
	{ name: 'JPEG, XMP only, in other quotes', bytes: jpeg(xmp(QUOTED)), shown: 1 },
	{ name: 'JPEG, XMP before EXIF', bytes: jpeg(xmp(ATTRIBUTE), exif(six)), shown: 6 },
	{ name: 'PNG without metadata', bytes: PNG, shown: 1 },
	{ name: 'PNG', bytes: png([chunk('eXIf', six)]), shown: 6 },
	{ name: 'PNG, big endian', bytes: png([chunk('eXIf', tiff({ value: 6 }, false))]), shown: 6 },
	{ name: 'PNG behind the pixels', bytes: png([], [chunk('eXIf', six)]), shown: 1 },
	{ name: 'PNG with JPEG’s prefix', bytes: png([chunk('eXIf', text('Exif\0\0', six))]), shown: 1 },
	{ name: 'PNG, XMP only', bytes: png([chunk('iTXt', text(`XML:com.adobe.xmp\0\0\0\0\0${ATTRIBUTE}`))]), shown: 1 },
	{
		name: 'PNG, ImageMagick’s text only',
		bytes: png([
			chunk('tEXt', text(`Raw profile type exif\0\nexif\n${six.length + 6}\n457869660000${six.toString('hex')}\n`)),
		]),
		shown: 1,
	},
];

/** A PNG that Pillow refuses, and browsers show without its orientation. */
export const WRONG_CHECKSUM = png([chunk('eXIf', six, 1)]);
