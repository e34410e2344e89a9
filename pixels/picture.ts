import type { Picture } from './model';

export interface OpenPicture extends Picture {
	/** Frees the pixels. */
	close(): void;
}

export function openPicture(bytes: Uint8Array): OpenPicture {
	throw new Error(`Not written yet (${bytes.length} bytes)`);
}
