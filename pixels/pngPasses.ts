/** Pixels of a PNG that are stored together: every `stepX`-th of every `stepY`-th row, from `x`, `y` on. */
export interface Pass {
	readonly x: number;
	readonly y: number;
	readonly stepX: number;
	readonly stepY: number;
	/** In pixels of the pass. */
	readonly width: number;
	readonly height: number;
}

/** Adam7 (PNG, W3C, 8.2). */
const ADAM7 = [
	[0, 0, 8, 8],
	[4, 0, 8, 8],
	[0, 4, 4, 8],
	[2, 0, 4, 4],
	[0, 2, 2, 4],
	[1, 0, 2, 2],
	[0, 1, 1, 2],
] as const;

/** The passes that have pixels, in the order of the file. */
export function passesOf(image: {
	readonly width: number;
	readonly height: number;
	readonly isInterlaced: boolean;
}): Pass[] {
	const passes = image.isInterlaced ? ADAM7 : ([[0, 0, 1, 1]] as const);
	return passes
		.map(([x, y, stepX, stepY]) => ({
			x,
			y,
			stepX,
			stepY,
			width: Math.ceil((image.width - x) / stepX),
			height: Math.ceil((image.height - y) / stepY),
		}))
		.filter(({ width, height }) => width > 0 && height > 0);
}
