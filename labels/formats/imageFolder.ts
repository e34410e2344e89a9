import { type LabeledImage, labelOf } from '../model';
import { bySplit, imageFiles } from '../dataset/datasetFile';
import { writing, type WritableFormat } from './format';
import { BOX_CONVERSIONS, boxesOf, hasSize, type LabelWriting } from './shared/boxes';

export interface ImageFolderWriting extends LabelWriting {
	readonly fileNameOf?: (image: LabeledImage) => string;
}

/**
 * Writes `metadata.jsonl` of Hugging Face's `imagefolder`: one line per image, always with the same columns, `objects` being
 * one object of lists: `bbox` [x, y, width, height] in pixels, `categories` class IDs, `category_names`, `id`
 * (unique over the file), `area`. The file stands beside the images. Images without a size are skipped.
 * Images are expected as they are displayed: `datasets` applies the EXIF orientation when it opens one.
 * Source: huggingface.co/docs/datasets/image_dataset, "Object detection".
 */
export function* writeImageFolderMetadata(
	images: Iterable<LabeledImage>,
	options: ImageFolderWriting,
): Generator<string, void, undefined> {
	let next = 1;
	for (const image of images) {
		if (!hasSize(image)) {
			options.report.add('no-size', labelOf(image));
			continue;
		}
		const boxes = boxesOf(image, options);
		const objects = {
			bbox: boxes.map(({ box }) => [box.x, box.y, box.width, box.height]),
			categories: boxes.map(({ datasetClass }) => datasetClass.id),
			category_names: boxes.map(({ datasetClass }) => datasetClass.name),
			id: boxes.map(() => next++),
			area: boxes.map(({ box }) => box.width * box.height),
		};
		yield `${JSON.stringify({ file_name: options.fileNameOf?.(image) ?? image.imageName, image_id: image.imageId, width: image.width, height: image.height, objects })}\n`;
	}
}

export const imageFolder: WritableFormat = {
	key: 'imageFolder',
	name: 'Hugging Face ImageFolder',
	writes: writing({
		description: 'Boxes in a metadata.jsonl next to the images, for load_dataset()',
		orientation: 'applied',
		needsSizes: true,
		alwaysIncludesImages: false,
		conversions: [...BOX_CONVERSIONS, 'no-size'],
		parameters: [],
		*files(images, dataset) {
			yield* imageFiles(images, dataset, (split) => split);
			for (const [split, members] of bySplit(images, dataset))
				yield { path: `${split}/metadata.jsonl`, text: writeImageFolderMetadata(members, dataset) };
		},
	}),
};
