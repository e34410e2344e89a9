import { labelOf } from '../eachObject';
import type { LabeledImage } from '../model';
import { displayedImage } from '../geometry/orientation';
import { boxesOf, hasSize, type LabelWriting } from './boxes';

export interface ImageFolderWriting extends LabelWriting {
	readonly fileNameOf?: (image: LabeledImage) => string;
}

/**
 * Writes `metadata.jsonl` of Hugging Face's `imagefolder`: one line an image, always with the same columns, `objects` being
 * one object of lists: `bbox` [x, y, width, height] in pixels, `categories` class numbers, `category_names`, `id`
 * (unique over the file), `area`. The file stands beside the images. Images without a size are left out.
 * Boxes and sizes are those of the displayed image: `datasets` applies the EXIF orientation when it opens one.
 * Source: huggingface.co/docs/datasets/image_dataset, "Object detection".
 */
export function* writeImageFolderMetadata(
	images: Iterable<LabeledImage>,
	options: ImageFolderWriting,
): Generator<string, void, undefined> {
	let next = 1;
	for (const image of images) {
		const shown = displayedImage(image);
		if (!hasSize(shown)) {
			options.report.add('no-size', labelOf(image));
			continue;
		}
		const boxes = boxesOf(shown, options);
		const objects = {
			bbox: boxes.map(({ box }) => [box.x, box.y, box.width, box.height]),
			categories: boxes.map(({ datasetClass }) => datasetClass.id),
			category_names: boxes.map(({ datasetClass }) => datasetClass.name),
			id: boxes.map(() => next++),
			area: boxes.map(({ box }) => box.width * box.height),
		};
		yield `${JSON.stringify({ file_name: options.fileNameOf?.(image) ?? image.imageName, image_id: image.imageId, width: shown.width, height: shown.height, objects })}\n`;
	}
}
