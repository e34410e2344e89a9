import type { Point } from '../store/model';

const HEADER = 14 + 40 + 4 * 256;
const WHITE = 255;

/** An 8-bit greyscale picture, rows from the top. */
export class Bitmap {
	readonly pixels: Uint8Array;

	constructor(
		readonly width: number,
		readonly height: number,
	) {
		this.pixels = new Uint8Array(width * height);
	}

	/** The first ring is painted white, the following ones are holes (contract, section 7). The edges belong to the area [632]. */
	addSegmentation(rings: Point[][]): void {
		rings.forEach((ring, index) => this.fill(ring, index === 0 ? WHITE : 0));
	}

	private fill(ring: Point[], shade: number): void {
		const corners = ring.flatMap(({ x, y }) => (x === null || y === null ? [] : [[Math.trunc(x), Math.trunc(y)] as const]));
		if (corners.length === 0) return;
		this.fillInside(corners, shade);
		corners.forEach((corner, index) => this.line(corner, corners[(index + 1) % corners.length] ?? corner, shade));
	}

	/** Even-odd rule, row by row. */
	private fillInside(corners: ReadonlyArray<readonly [number, number]>, shade: number): void {
		const rows = corners.map(([, y]) => y);
		for (let row = Math.max(0, Math.min(...rows)); row <= Math.min(this.height - 1, Math.max(...rows)); row++) {
			const crossings = corners.flatMap(([x1, y1], index) => {
				const [x2, y2] = corners[(index + 1) % corners.length] ?? [x1, y1];
				if (y1 <= row === y2 <= row) return [];
				return [x1 + ((row - y1) * (x2 - x1)) / (y2 - y1)];
			});
			crossings.sort((a, b) => a - b);
			for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
				const from = Math.max(0, Math.ceil(crossings[pair] ?? 0));
				const to = Math.min(this.width - 1, Math.floor(crossings[pair + 1] ?? -1));
				if (from <= to) this.pixels.fill(shade, row * this.width + from, row * this.width + to + 1);
			}
		}
	}

	/** Bresenham's line. */
	private line([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number], shade: number): void {
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

	/** A BMP file as Java's ImageIO writes a grey picture: palette of 256 greys, rows from the bottom, padded to four bytes. */
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
		file.writeUInt32LE(256, 46);
		file.writeUInt32LE(256, 50);
		for (let grey = 0; grey < 256; grey++) file.fill(Buffer.from([grey, grey, grey, 0]), 54 + 4 * grey, 58 + 4 * grey);
		for (let row = 0; row < this.height; row++) {
			file.set(this.pixels.subarray(row * this.width, (row + 1) * this.width), HEADER + (this.height - 1 - row) * stride);
		}
		return file;
	}
}
