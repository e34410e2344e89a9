import { joined } from '../joinedBytes';
import { type ImageHeader, readImageHeader } from '../imageHeader';

type Header = Extract<ImageHeader, { verdict: 'image' }>;

const LOCAL_HEADER = [0x50, 0x4b, 3, 4];
const LOCAL_LENGTH = 30;
/** What cannot be told from so many bytes is left to whoever reads the file. */
const LONGEST = 512 * 1024;

/**
 * Reads the headers of images in a ZIP while its bytes pass by on the way to the list of its files, so that they need not be read once
 * more for that. What is found counts only where that list has a file; packed images, and what lies badly, are not found.
 */
export class PassingImages {
	private readonly headers = new Map<number, Header>();
	/** From the start of a file that goes on in the next chunk. */
	private rest: Uint8Array = new Uint8Array();
	/** Of the chunk to come. */
	private position = 0;

	push(chunk: Uint8Array): void {
		const bytes = this.rest.length === 0 ? chunk : joined(this.rest, chunk);
		const start = this.position - this.rest.length;
		this.position += chunk.length;
		this.rest = new Uint8Array();
		for (let at = bytes.indexOf(0x50); at !== -1; at = bytes.indexOf(0x50, at + 1)) {
			if (!LOCAL_HEADER.every((byte, index) => bytes[at + index] === byte)) continue;
			const file = bytes.subarray(at, at + LONGEST);
			const header = headerIn(file);
			if (header === 'more' && file.length < LONGEST) {
				this.rest = Uint8Array.from(file);
				return;
			}
			if (header !== undefined && header !== 'more') this.headers.set(start + at, header);
		}
	}

	/** The header of the image whose local header begins there. */
	at(offset: number): Header | undefined {
		return this.headers.get(offset);
	}
}

/** @param file from its local header on (APPNOTE 4.3.7). */
function headerIn(file: Uint8Array): Header | 'more' | undefined {
	if (file.length < LOCAL_LENGTH) return 'more';
	const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
	const isStored = view.getUint16(8, true) === 0;
	if (!isStored) return undefined;
	const content = file.subarray(LOCAL_LENGTH + view.getUint16(26, true) + view.getUint16(28, true));
	if (content.length === 0) return 'more';
	const header = readImageHeader(content);
	if (header.verdict === 'image') return header;
	return header.verdict === 'more' ? 'more' : undefined;
}
