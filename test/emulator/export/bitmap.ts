import type { Point } from '../store/model';

const HEADER = 14 + 40 + 4 * 256;
const WHITE = 255;

/** From x1, y1 to x2, y2, whole pixels. */
type Edge = [x1: number, y1: number, x2: number, y2: number];

/** An 8-bit grayscale picture, rows from the top. */
export class Bitmap {
	readonly pixels: Uint8Array;

	constructor(
		readonly width: number,
		readonly height: number,
	) {
		this.pixels = new Uint8Array(width * height);
	}

	/**
	 * Each segmentation is a list of rings, an outline and its holes: all outlines are painted, then all holes (docs/contract.md#bitmaps).
	 * The edges belong to the area [632].
	 */
	paint(segmentations: Point[][][]): void {
		this.fill(
			segmentations.flatMap((rings) => rings.slice(0, 1)),
			WHITE,
		);
		this.fill(
			segmentations.flatMap((rings) => rings.slice(1)),
			0,
		);
	}

	private fill(rings: Point[][], shade: number): void {
		const edges = rings.flatMap(edgesOf);
		if (edges.length === 0) return;
		this.fillInside(edges, shade);
		for (const edge of edges) this.line(edge, shade);
	}

	/** Even-odd rule over all rings at once, row by row, as OpenCV's fillPoly: where two outlines overlap, nothing is painted. */
	private fillInside(edges: Edge[], shade: number): void {
		const rows = edges.map(([, y]) => y);
		const [first, last] = [rows.reduce((a, b) => Math.min(a, b)), rows.reduce((a, b) => Math.max(a, b))];
		for (let row = Math.max(0, first); row <= Math.min(this.height - 1, last); row++) {
			const crossings = edges
				.filter(([, y1, , y2]) => y1 <= row !== y2 <= row)
				.map(([x1, y1, x2, y2]) => x1 + ((row - y1) * (x2 - x1)) / (y2 - y1))
				.sort((a, b) => a - b);
			for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
				const from = Math.max(0, Math.ceil(crossings[pair] ?? 0));
				const to = Math.min(this.width - 1, Math.floor(crossings[pair + 1] ?? -1));
				if (from <= to) this.pixels.fill(shade, row * this.width + from, row * this.width + to + 1);
			}
		}
	}

	/** Bresenham's line. */
	private line([x1, y1, x2, y2]: Edge, shade: number): void {
		const [dx, dy] = [Math.abs(x2 - x1), -Math.abs(y2 - y1)];
		let [x, y, error] = [x1, y1, dx + dy];
		for (;;) {
			if (x >= 0 && x < this.width && y >= 0 && y < this.height) this.pixels[y * this.width + x] = shade;
			if (x === x2 && y === y2) return;
			const doubled = 2 * error;
			if (doubled >= dy) {
				error += dy;
				x += Math.sign(x2 - x1);
			}
			if (doubled <= dx) {
				error += dx;
				y += Math.sign(y2 - y1);
			}
		}
	}

	/** A BMP file as Java's ImageIO writes a gray picture: palette of 256 grays, rows from the bottom, padded to four bytes. */
	encode(): Buffer {
		const stride = (this.width + 3) & ~3;
		const file = Buffer.alloc(HEADER + stride * this.height);
		file.write('BM', 0, 'latin1');
		file.writeUInt32LE(file.length, 2);
		file.writeUInt32LE(HEADER, 10);
		file.writeUInt32LE(40, 14);
		file.writeInt32LE(this.width, 18);
		file.writeInt32LE(this.height, 22);
		file.writeUInt16LE(1, 26);
		file.writeUInt16LE(8, 28);
		file.writeUInt32LE(stride * this.height, 34);
		file.writeUInt32LE(256, 50);
		for (let gray = 0; gray < 256; gray++)
			file.fill(Buffer.from([gray, gray, gray, 255]), 54 + 4 * gray, 58 + 4 * gray);
		for (let row = 0; row < this.height; row++) {
			file.set(
				this.pixels.subarray(row * this.width, (row + 1) * this.width),
				HEADER + (this.height - 1 - row) * stride,
			);
		}
		return file;
	}
}

function edgesOf(ring: Point[]): Edge[] {
	const corners = ring.flatMap(({ x, y }) =>
		x === null || y === null ? [] : [[Math.trunc(x), Math.trunc(y)] as const],
	);
	return corners.map(([x, y], index) => [x, y, ...(corners[(index + 1) % corners.length] ?? [x, y])]);
}
