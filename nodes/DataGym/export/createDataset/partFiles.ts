import { type BriefImage, labelOf } from '@datagym/labels';
import { PictureError, withPicture } from '@datagym/pixels';
import { InputError } from '@datagym/shared/errors';
import { giveWay } from '@datagym/shared/turns';

type Part = NonNullable<BriefImage['part']>;

/** As of photographs that are made upright: losses of a second encoding are hardly seen. */
const QUALITY = 95;
/** Encoded parts of one image that wait to be written. An image with more is decoded again for the rest. */
const MOST_BYTES = 32 * 1024 * 1024;
/** Images whose parts wait, when several files are written at once. */
const MOST_IMAGES = 2;

type Encoded = Map<number, Uint8Array>;

/**
 * The files of parts of images: as people see them, in the format of the image, a PNG without loss. All parts of an image are
 * encoded when the first one is read, so that it is fetched and decoded once, and wait until they are read themselves.
 */
export class PartFiles {
	private readonly batches = new Map<string, Promise<Encoded>>();

	/** @param open asks for the file of an image by its ID. */
	constructor(private readonly open: (imageId: string) => Promise<AsyncIterable<Uint8Array>>) {}

	/**
	 * The file of a part in one chunk, made when it is read.
	 *
	 * @throws InputError if the image cannot be decoded.
	 */
	async *of(image: BriefImage, part: Part): AsyncGenerator<Uint8Array> {
		const { imageId } = part.of;
		for (;;) {
			const batch = this.batches.get(imageId) ?? this.begin(image, part);
			const encoded = await batch;
			const bytes = encoded.get(part.index);
			encoded.delete(part.index);
			if ((bytes === undefined || encoded.size === 0) && this.batches.get(imageId) === batch)
				this.batches.delete(imageId);
			if (bytes === undefined) continue;
			yield bytes;
			return;
		}
	}

	private begin(image: BriefImage, part: Part): Promise<Encoded> {
		const { imageId } = part.of;
		const batch = this.encode(image, part);
		this.batches.set(imageId, batch);
		// Who waits for one that is forgotten still gets it.
		for (const known of [...this.batches.keys()].slice(0, -MOST_IMAGES)) this.batches.delete(known);
		batch.catch(() => this.batches.delete(imageId));
		return batch;
	}

	/** The part and those after it, as far as they may wait. */
	private async encode(image: BriefImage, { of: { imageId }, regions, index }: Part): Promise<Encoded> {
		const chunks: Uint8Array[] = [];
		for await (const chunk of await this.open(imageId)) chunks.push(chunk);
		const encoded: Encoded = new Map();
		const encodeAll = async (picture: Parameters<Parameters<typeof withPicture>[1]>[0]) => {
			let length = 0;
			for (let next = index; next < regions.length && length < MOST_BYTES; next++) {
				const region = regions[next];
				if (region === undefined) break;
				const { bytes } = await picture.crop(region, { quality: QUALITY });
				encoded.set(next, bytes);
				length += bytes.length;
				await giveWay();
			}
		};
		await withPicture(Buffer.concat(chunks), encodeAll, giveWay).catch((error: unknown) => {
			if (!(error instanceof PictureError)) throw error;
			throw new InputError(
				`The image "${labelOf(image)}" cannot be cut: ${error.message}`,
				'Replace the file in DataGym, or skip its task.',
			);
		});
		return encoded;
	}
}

/** Whether a part is all of its image, whose file then stays as it is. */
export function isWhole({ of, regions, index }: Part): boolean {
	const region = regions[index];
	return region?.width === of.width && region.height === of.height;
}
