import type { Mask } from '@datagym/labels/geometry/maskPolygons';
import type { Region, Ring } from '@datagym/labels/model';

/** A mask of the pixels whose centers are in. */
export function drawn(width: number, height: number, isIn: (x: number, y: number) => boolean): Mask {
	const pixels = new Uint8Array(width * height);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) if (isIn(x + 0.5, y + 0.5)) pixels[y * width + x] = 1;
	return { width, height, pixels };
}

/** The pixels whose centers are in one of the regions: to the right of an odd number of the edges of its rings. */
export function painted(regions: readonly Region[], { width, height }: Mask): Mask {
	const pixels = new Uint8Array(width * height);
	for (const rings of regions) {
		for (let row = 0; row < height; row++) {
			const edges = rings.flatMap((ring) => edgesAt(ring, row + 0.5)).sort((a, b) => a - b);
			for (let index = 0; index < edges.length; index += 2) {
				const from = Math.max(Math.ceil((edges[index] ?? 0) - 0.5), 0);
				const to = Math.min(Math.ceil((edges[index + 1] ?? 0) - 0.5), width);
				if (to > from) pixels.fill(1, row * width + from, row * width + to);
			}
		}
	}
	return { width, height, pixels };
}

/** Where the edges of a ring cross a row. */
function edgesAt(ring: Ring, y: number): number[] {
	return ring.flatMap((to, index) => {
		const from = ring.at(index - 1) ?? to;
		return from.y > y === to.y > y ? [] : [from.x + ((to.x - from.x) * (y - from.y)) / (to.y - from.y)];
	});
}

/** Intersection over union of the pixels, 0 to 1. */
export function sharedPixels(a: Mask, b: Mask): number {
	let both = 0;
	let either = 0;
	a.pixels.forEach((value, at) => {
		const other = b.pixels[at] === 1;
		if (value === 1 && other) both++;
		if (value === 1 || other) either++;
	});
	return both / either;
}
