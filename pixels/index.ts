import pLimit from 'p-limit';
import type { Pause, Picture } from './model';

export {
	type CropOptions,
	type EncodedPicture,
	type Pause,
	type Picture,
	PictureError,
	type PictureFault,
	type PictureFormat,
	type PixelBox,
	type PixelMask,
	type ThumbnailOptions,
} from './model';

/** One picture at a time in the process, so that memory holds the pixels of one. Decoding blocks Node.js anyway. */
const turn = pLimit(1);

/**
 * Opens the file of a JPEG or PNG for the time of `use`, and gives what that returns. Others wait meanwhile: do all that needs this
 * picture in one go, several crops decode it once, and never open a picture inside of `use`. The codec is loaded at the
 * first call.
 *
 * Decoding 12 megapixels stops everything else in the process for some 0.15 s. `pause` is awaited before it and after some milliseconds
 * of work: give others their turn there (`giveWay` of shared/turns.ts).
 *
 * @throws PictureError if the file cannot be read, from here or when the pixels are first needed.
 */
export async function withPicture<T>(
	bytes: Uint8Array,
	use: (picture: Picture) => Promise<T>,
	pause: Pause = async () => await Promise.resolve(),
): Promise<T> {
	return await turn(async () => {
		const { openPicture } = await import('./picture');
		const picture = openPicture(bytes, pause);
		try {
			return await use(picture);
		} finally {
			await picture.close();
		}
	});
}
