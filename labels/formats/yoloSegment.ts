import { writing, type WritableFormat } from './format';
import { POLYGON_CONVERSIONS, polygonsOf } from './shared/boxes';
import { ringNumbers, ROW_CONVERSIONS, writeRows, yoloFiles, type YoloWriter } from './shared/yoloDataset';

/** Rows `class x1 y1 x2 y2 ...`: a polygon of three or more points. */
export const writeYoloSegment: YoloWriter = (image, options) =>
	writeRows(image, options, (sized) =>
		polygonsOf(sized, options).map(({ object: { className }, datasetClass, ring }) => ({
			classNames: [className],
			text: `${datasetClass.id} ${ringNumbers(ring, sized)}`,
		})),
	);

export const yoloSegment: WritableFormat = {
	key: 'yoloSegment',
	name: 'YOLO Segment',
	writes: writing({
		description: 'Polygons for instance segmentation, with data.yaml',
		readAs: 'yolo',
		orientation: 'applied',
		needsSizes: true,
		alwaysIncludesImages: false,
		conversions: [...POLYGON_CONVERSIONS, ...ROW_CONVERSIONS],
		parameters: [],
		files: (images, dataset) => yoloFiles(images, dataset, (image) => writeYoloSegment(image, dataset)),
	}),
};
