import type { DatasetContainer } from '@datagym/labels/dataset/datasetFile';
import type { BriefImage } from '@datagym/labels/store/imageList';

/** The bytes of a file that holds images, whose own files `bytesOf` has. */
export async function packed(
	{ parts, pack }: DatasetContainer,
	bytesOf: (image: BriefImage) => Promise<Uint8Array> | Uint8Array,
): Promise<Buffer> {
	async function* pictures(): AsyncGenerator<Uint8Array> {
		for (const { file } of parts) yield await bytesOf(file.image);
	}
	const chunks: Uint8Array[] = [];
	for await (const chunk of pack(pictures())) chunks.push(chunk);
	return Buffer.concat(chunks);
}
