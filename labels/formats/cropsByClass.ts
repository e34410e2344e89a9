import type { DatasetFile, DatasetWriting } from '../dataset/datasetFile';
import { stemOf } from '../dataset/fileNames';
import type { Box } from '../geometry/shapes';
import { type ImageSize, type LabeledImage, labelOf } from '../model';
import type { ImageList } from '../store/imageList';
import { writing, type WritableFormat } from './format';
import { BOX_CONVERSIONS, boxesOf, hasSize, type LabeledBox, type SizedImage } from './shared/boxes';
import { foldersOf } from './shared/classFolders';

/** Numbers that are whole but for the rounding of their computation count as whole. */
const NEARLY = 1e-6;

/** The whole pixels of an image that a box touches, with a margin as a share of its longer side. */
function pixelsOf({ x, y, width, height }: Box, image: ImageSize, margin: number): Box {
	const added = margin * Math.max(width, height);
	const left = Math.max(0, Math.floor(x - added + NEARLY));
	const top = Math.max(0, Math.floor(y - added + NEARLY));
	const right = Math.min(image.width, Math.max(left + 1, Math.ceil(x + width + added - NEARLY)));
	const bottom = Math.min(image.height, Math.max(top + 1, Math.ceil(y + height + added - NEARLY)));
	return { x: left, y: top, width: right - left, height: bottom - top };
}

/** From top to bottom, since labels come in no order and a crop is to keep its number. */
function inPlace(a: LabeledBox, b: LabeledBox): number {
	const [one, other] = [a.box, b.box];
	return (
		one.y - other.y ||
		one.x - other.x ||
		one.height - other.height ||
		one.width - other.width ||
		a.datasetClass.id - b.datasetClass.id
	);
}

type CropWriting = DatasetWriting & { readonly cropMargin?: number; readonly minimumCropSize?: number };

/** The crops of an image, with the name of their class. */
function cropsOf(
	image: SizedImage,
	dataset: CropWriting,
): readonly { readonly name: string; readonly image: LabeledImage }[] {
	const { report, cropMargin = 0, minimumCropSize = 0 } = dataset;
	const boxes = boxesOf(image, dataset).filter(({ box, object }) => {
		const isLarge = Math.min(box.width, box.height) >= minimumCropSize;
		if (!isLarge) report.add('small-crop', labelOf(image), object.className);
		return isLarge;
	});
	if (boxes.length === 0) report.add('without-labels', labelOf(image));
	boxes.sort(inPlace);
	const regions = boxes.map(({ box }) => pixelsOf(box, image, cropMargin));
	const { imageId, width, height } = image;
	return boxes.map(({ datasetClass }, index) => ({
		name: datasetClass.name,
		image: {
			...image,
			imageId: '',
			width: regions[index]?.width ?? 0,
			height: regions[index]?.height ?? 0,
			objects: [],
			part: { of: { imageId, width, height }, regions, index },
		},
	}));
}

function* cropFiles(images: ImageList, dataset: CropWriting): Generator<DatasetFile | undefined> {
	const folderOf = foldersOf(new Set(dataset.classes.names));
	for (const image of images) {
		yield;
		if (!hasSize(image)) {
			dataset.report.add('no-size', labelOf(image));
			continue;
		}
		const fileName = dataset.fileNameOf(image);
		const stem = stemOf(fileName);
		const folder = dataset.splitOf(image);
		for (const [index, crop] of cropsOf(image, dataset).entries())
			yield {
				path: `${folder}/${folderOf(crop.name)}/${stem}_${index + 1}${fileName.slice(stem.length)}`,
				image: crop.image,
			};
	}
}

/**
 * A crop for each box, in the folder of its class: `<split>/<class>/<image>_<number>.jpg`, as torchvision's `ImageFolder`,
 * Ultralytics' classify and `imagefolder` of Hugging Face read it. Other areas are cropped by the box around them.
 * Source: docs.pytorch.org/vision/stable/generated/torchvision.datasets.ImageFolder.html; docs.ultralytics.com/datasets/classify.
 */
export const cropsByClass: WritableFormat = {
	key: 'cropsByClass',
	name: 'Crops by Class',
	writes: writing({
		description: 'A crop per box, in folders by class',
		orientation: 'none',
		needsSizes: true,
		alwaysIncludesImages: true,
		dataFiles: (split) => `${split}/**`,
		cutsImages: true,
		classTypes: ['rectangle', 'polygon', 'segmentation'],
		conversions: [...BOX_CONVERSIONS, 'no-size', 'small-crop', 'without-labels'],
		parameters: ['cropMargin', 'minimumCropSize'],
		files: cropFiles,
	}),
};
