import { createHash } from 'crypto';
import type { ImageHashes } from '@datagym/labels';
import { PictureError, withPicture } from '@datagym/pixels';
import { giveWay } from './turns';

/** Of an image's file. */
export interface HashedFile extends ImageHashes {
	readonly byteCount: number;
	/** As displayed, in pixels; missing if the file was not opened as a picture. */
	readonly width?: number;
	readonly height?: number;
	/** Why there is no perceptual hash, as a sentence for users. */
	readonly problem?: string;
}

const TOO_UNIFORM = 'The image is too uniform to be compared with similar ones.';

/** SHA-256, and of a JPEG or PNG that shows something, the perceptual hash and the size. */
export async function hashedFile(bytes: Uint8Array): Promise<HashedFile> {
	return { ...bytesHash(bytes), ...(await look(bytes)) };
}

/** SHA-256 alone, for which the file is not opened. */
export function bytesHash(bytes: Uint8Array): HashedFile {
	return { sha256: createHash('sha256').update(bytes).digest('hex'), byteCount: bytes.length };
}

type Look = Pick<HashedFile, 'perceptualHash' | 'width' | 'height' | 'problem'>;

async function look(bytes: Uint8Array): Promise<Look> {
	const opened = withPicture(
		bytes,
		async (picture) => ({
			width: picture.width,
			height: picture.height,
			perceptualHash: await picture.perceptualHash(),
		}),
		giveWay,
	);
	const seen = await opened.catch((error: unknown) => {
		if (error instanceof PictureError) return { problem: error.message };
		throw error;
	});
	return 'width' in seen && seen.perceptualHash === undefined ? { ...seen, problem: TOO_UNIFORM } : seen;
}
