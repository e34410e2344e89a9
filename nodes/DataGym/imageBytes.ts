import { isDataGymError } from '@datagym/client';
import { bytesOf } from '@datagym/shared/imageFile';
import type { ProjectImageFiles } from './imageOrigins';

export type ImageBytes = { readonly bytes: Buffer } | { readonly problem: string };

/**
 * The whole file of an image; a sentence for users if this image cannot be had.
 *
 * @throws DataGymError if the other images would fail in the same way.
 */
export async function imageBytes(files: Pick<ProjectImageFiles, 'open'>, imageId: string): Promise<ImageBytes> {
	const fetched = files.open(imageId).then(bytesOf);
	return await fetched.then(
		(bytes) => ({ bytes }),
		(error: unknown) => {
			if (isServerTrouble(error)) throw error;
			const problem = isDataGymError(error) ? `${error.message}.` : 'The connection was lost while fetching the image.';
			return { problem };
		},
	);
}

/**
 * What a link returns is about its image only, such as 403 once it has expired. So is what DataGym says of an image, with a key; a
 * page of a proxy says nothing of it.
 */
function isServerTrouble(error: unknown): boolean {
	if (!isDataGymError(error) || error.failure.kind === 'link' || error.failure.kind === 'unreadable') return false;
	return error.failure.kind !== 'refused' || error.key === undefined || error.status === 401 || error.status === 403;
}
