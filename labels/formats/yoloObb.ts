import { type LabelObject, labelOf, type Point, type Ring } from '../model';
import { smallestOrientedBox } from '../geometry/orientedBox';
import { writing, type WritableFormat } from './format';
import { POLYGON_CONVERSIONS, polygonsOf, type SizedImage } from './shared/boxes';
import { ringNumbers, ROW_CONVERSIONS, writeRows, yoloFiles, type YoloWriter } from './shared/yoloDataset';

/** Rows `class x1 y1 x2 y2 x3 y3 x4 y4`: four corners. Other polygons become the smallest oriented box around them. */
export const writeYoloObb: YoloWriter = (image, options) =>
	writeRows(image, options, (sized) => {
		const reduced = new Set<LabelObject>();
		return polygonsOf(sized, options).map(({ object, datasetClass, ring }) => {
			const { className } = object;
			const row = (corners: Ring) => ({
				classNames: [className],
				text: `${datasetClass.id} ${ringNumbers(corners, sized)}`,
			});
			if (ring.length === 4) return row(ring);
			// A label of several parts is one.
			if (!reduced.has(object)) options.report.add('reduced-to-box', labelOf(image), className);
			reduced.add(object);
			return row(smallestOrientedBox(ring).map((point) => inside(point, sized)));
		});
	});

function inside({ x, y }: Point, { width, height }: SizedImage): Point {
	return { x: Math.min(Math.max(x, 0), width), y: Math.min(Math.max(y, 0), height) };
}

export const yoloObb: WritableFormat = {
	key: 'yoloObb',
	name: 'YOLO OBB',
	writes: writing({
		description: 'Oriented (rotated) boxes, with data.yaml',
		readAs: 'yolo',
		orientation: 'applied',
		needsSizes: true,
		alwaysIncludesImages: false,
		conversions: [...POLYGON_CONVERSIONS, 'reduced-to-box', ...ROW_CONVERSIONS],
		parameters: [],
		files: (images, dataset) => yoloFiles(images, dataset, (image) => writeYoloObb(image, dataset)),
	}),
};
