import { isDataGymError } from '@datagym/client';
import type { ProjectImageFiles } from './imageOrigins';

/**
 * The whole file of an image; a sentence for users if this image cannot be had.
 *
 * @throws DataGymError if the other images would fail in the same way.
 */
export async function imageBytes(
	files: ProjectImageFiles,
	imageId: string,
): Promise<{ readonly bytes: Buffer } | { readonly problem: string }> {
	try {
		const { stream } = await files.open(imageId);
		const chunks: Buffer[] = [];
		for await (const chunk of stream) chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
		return { bytes: Buffer.concat(chunks) };
	} catch (error) {
		if (isServerTrouble(error)) throw error;
		return {
			problem: isDataGymError(error) ? `${error.message}.` : 'The connection was lost while fetching the image.',
		};
	}
}

/** What a link returns is about its image only, such as 403 once it has expired. */
function isServerTrouble(error: unknown): boolean {
	if (!isDataGymError(error) || error.failure.kind === 'link') return false;
	return ['unreachable', 'canceled'].includes(error.failure.kind) || error.status === 401 || error.status === 403;
}
