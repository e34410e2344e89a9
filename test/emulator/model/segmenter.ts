import { type DrawnPhotograph, polygonsOf } from './photographs';

type Polygon = ReturnType<typeof polygonsOf>[number];

/**
 * The masks of what people have drawn as polygons, as the mask generator of Segment Anything gives them with `output_mode="uncompressed_rle"`.
 * Source: https://github.com/facebookresearch/segment-anything/blob/main/segment_anything/automatic_mask_generator.py
 */
export function masksOf(photograph: DrawnPhotograph | undefined): unknown[] {
	if (photograph === undefined) return [];
	const { width, height, drawn } = photograph;
	return polygonsOf(drawn).map((polygon) => {
		const { counts, area } = runLengths(polygon, width, height);
		const [left, top, right, bottom] = extent(polygon);
		return {
			segmentation: { size: [height, width], counts },
			area,
			bbox: [left, top, right - left, bottom - top],
			predicted_iou: 0.98,
			point_coords: [[(left + right) / 2, (top + bottom) / 2]],
			stability_score: 0.97,
			crop_box: [0, 0, width, height],
		};
	});
}

/** Numbers of pixels outside and inside in turn, down each column, by the centers of the pixels. */
function runLengths(polygon: Polygon, width: number, height: number): { counts: number[]; area: number } {
	const counts = [0];
	let isInside = false;
	let area = 0;
	for (let x = 0; x < width; x++) {
		const crossings = crossingsAt(polygon, x + 0.5);
		for (let y = 0; y < height; y++) {
			const isNowInside = crossings.filter((crossing) => crossing < y + 0.5).length % 2 === 1;
			if (isNowInside !== isInside) counts.push(0);
			isInside = isNowInside;
			counts[counts.length - 1]! += 1;
			if (isInside) area++;
		}
	}
	return { counts, area };
}

/** Where the sides cross a vertical line. */
function crossingsAt(polygon: Polygon, x: number): number[] {
	return polygon.flatMap((from, index) => {
		const to = polygon[(index + 1) % polygon.length]!;
		if (from.x > x === to.x > x) return [];
		return [from.y + ((x - from.x) / (to.x - from.x)) * (to.y - from.y)];
	});
}

function extent(polygon: Polygon): [number, number, number, number] {
	const [xs, ys] = [polygon.map(({ x }) => x), polygon.map(({ y }) => y)];
	return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
