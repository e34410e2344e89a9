import { writing, type WritableFormat } from './format';
import { BOX_CONVERSIONS, boxesOf } from './shared/boxes';
import {
	boxNumbers,
	isLeftAsFraction,
	ROW_CONVERSIONS,
	writeRows,
	yoloFiles,
	type YoloWriter,
} from './shared/yoloDataset';

/** Rows `class cx cy w h`: center and size of the box. */
export const writeYoloDetect: YoloWriter = (image, options) =>
	writeRows(image, options, (sized) =>
		boxesOf(sized, { ...options, isLeft: (box) => isLeftAsFraction(box, sized) }).map(
			({ object: { className }, datasetClass, box }) => ({
				classNames: [className],
				text: `${datasetClass.id} ${boxNumbers(box, sized)}`,
			}),
		),
	);

export const yoloDetect: WritableFormat = {
	key: 'yoloDetect',
	name: 'YOLO Detect',
	writes: writing({
		description: 'Boxes, with data.yaml',
		readAs: 'yolo',
		orientation: 'applied',
		needsSizes: true,
		alwaysIncludesImages: false,
		conversions: [...BOX_CONVERSIONS, ...ROW_CONVERSIONS],
		parameters: [],
		files: (images, dataset) => yoloFiles(images, dataset, (image) => writeYoloDetect(image, dataset)),
	}),
};
