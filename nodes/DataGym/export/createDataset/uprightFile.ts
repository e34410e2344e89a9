import type { BriefImage } from '@datagym/labels';
import { PictureError, withPicture } from '@datagym/pixels';
import { InputError } from '@datagym/shared/errors';
import { giveWay } from '@datagym/shared/turns';

/**
 * The file of a photograph with its pixels turned and without an orientation, made when it is asked for.
 *
 * @throws InputError if the photograph cannot be decoded.
 */
export async function* uprightFile(
	stream: AsyncIterable<Uint8Array>,
	{ imageName }: BriefImage,
): AsyncGenerator<Uint8Array> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of stream) chunks.push(chunk);
	yield await withPicture(Buffer.concat(chunks), async (picture) => (await picture.upright()).bytes, giveWay).catch(
		(error: unknown) => {
			if (!(error instanceof PictureError)) throw error;
			throw new InputError(
				`The photograph "${imageName}" cannot be made upright: ${error.message}`,
				'Set "Photographs with an Orientation" to "Remove the Tag", or replace the file.',
			);
		},
	);
}
