import { writeParquet } from '../codecs/parquet';
import { type LabeledImage, labelOf } from '../model';
import { bySplit, imageFiles } from '../dataset/datasetFile';
import { writing, type WritableFormat } from './format';
import { BOX_CONVERSIONS, boxesOf, hasSize, type LabeledBox, type LabelWriting, type SizedImage } from './shared/boxes';

export interface ImageFolderWriting extends LabelWriting {
	readonly fileNameOf?: (image: LabeledImage) => string;
}

/**
 * Writes `metadata.parquet` of Hugging Face's `imagefolder`: one row per image, `objects` being one object of lists: `bbox`
 * [x, y, width, height] in pixels, `categories` class IDs, `category_names`, `id` (unique over the file), `area`. The file
 * stands beside the images. Images without a size are skipped.
 *
 * Parquet, since `datasets` derives the types of a metadata.jsonl from its values, for each split by itself, and refuses the
 * dataset if they differ: whole numbers here and decimals there, or no label in all of a split.
 *
 * Images are expected as they are displayed: `datasets` applies the EXIF orientation when it opens one.
 * Source: huggingface.co/docs/datasets/image_dataset, "Object detection"; huggingface/datasets (since 3.4.0),
 * `packaged_modules/folder_based_builder/folder_based_builder.py`.
 */
export function writeImageFolderMetadata(images: Iterable<LabeledImage>, options: ImageFolderWriting): Uint8Array {
	const rows: Row[] = [];
	for (const image of images) {
		if (hasSize(image)) rows.push({ image, boxes: boxesOf(image, options) });
		else options.report.add('no-size', labelOf(image));
	}
	let next = 1;
	const inImage = <Value>(valueOf: (row: Row) => Value) => ({ lists: 0, values: rows.map(valueOf) });
	const inBox = <Value>(lists: number, valueOf: (box: LabeledBox) => Value) => ({
		lists,
		values: rows.map(({ boxes }) => boxes.map(valueOf)),
	});
	return writeParquet(
		[
			{ name: 'file_name', type: 'text', ...inImage(({ image }) => options.fileNameOf?.(image) ?? image.imageName) },
			{ name: 'image_id', type: 'text', ...inImage(({ image }) => image.imageId) },
			{ name: 'width', type: 'integer', ...inImage(({ image }) => image.width) },
			{ name: 'height', type: 'integer', ...inImage(({ image }) => image.height) },
			{
				name: 'objects',
				fields: [
					{ name: 'bbox', type: 'double', ...inBox(2, ({ box }) => [box.x, box.y, box.width, box.height]) },
					{ name: 'categories', type: 'integer', ...inBox(1, ({ datasetClass }) => datasetClass.id) },
					{ name: 'category_names', type: 'text', ...inBox(1, ({ datasetClass }) => datasetClass.name) },
					{ name: 'id', type: 'integer', ...inBox(1, () => next++) },
					{ name: 'area', type: 'double', ...inBox(1, ({ box }) => box.width * box.height) },
				],
			},
		],
		rows.length,
	);
}

interface Row {
	readonly image: SizedImage;
	readonly boxes: readonly LabeledBox[];
}

/** `metadata.parquet` beside the images of each split. */
export const imageFolder: WritableFormat = {
	key: 'imageFolder',
	name: 'Hugging Face ImageFolder',
	writes: writing({
		description: 'Boxes in a metadata.parquet next to the images, for load_dataset()',
		orientation: 'applied',
		needsSizes: true,
		alwaysIncludesImages: false,
		conversions: [...BOX_CONVERSIONS, 'no-size'],
		parameters: [],
		*files(images, dataset) {
			yield* imageFiles(images, dataset, (split) => split);
			for (const [split, members] of bySplit(images, dataset))
				yield { path: `${split}/metadata.parquet`, bytes: writeImageFolderMetadata(members, dataset) };
		},
	}),
};
