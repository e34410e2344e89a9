/** Pixels row by row from the top: gray, gray with alpha, RGB, or RGB with alpha, of 8 or 16 bits. Alpha is not premultiplied. */
export interface Raster {
	readonly width: number;
	readonly height: number;
	readonly channels: 1 | 2 | 3 | 4;
	readonly data: Uint8Array | Uint16Array;
}

/** A raster whose memory is used again after `release`. */
export interface BorrowedRaster extends Raster {
	release(): void;
}

/** Whole pixels. */
export interface PixelRegion {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

export function emptyRaster(
	{ width, height }: { readonly width: number; readonly height: number },
	channels: Raster['channels'],
	isDeep = false,
): Raster {
	const length = width * height * channels;
	return { width, height, channels, data: isDeep ? new Uint16Array(length) : new Uint8Array(length) };
}

export function hasAlpha({ channels }: Pick<Raster, 'channels'>): boolean {
	return channels === 2 || channels === 4;
}

/** The largest value of a sample. */
export function whiteOf({ data }: Pick<Raster, 'data'>): 255 | 65535 {
	return data instanceof Uint16Array ? 65535 : 255;
}

/**
 * Where a pixel of the displayed image is stored: for orientations 1 to 8, the stored position is the origin plus steps along
 * the displayed x and y. Source: Exif 2.32, 4.6.4 A (tag 274).
 */
function stepsOf({ width, height, channels }: Raster, orientation: number) {
	const across = channels;
	const down = width * channels;
	const right = (width - 1) * across;
	const bottom = (height - 1) * down;
	switch (orientation) {
		case 2:
			return { origin: right, x: -across, y: down };
		case 3:
			return { origin: right + bottom, x: -across, y: -down };
		case 4:
			return { origin: bottom, x: across, y: -down };
		case 5:
			return { origin: 0, x: down, y: across };
		case 6:
			return { origin: bottom, x: -down, y: across };
		case 7:
			return { origin: right + bottom, x: -down, y: -across };
		case 8:
			return { origin: right, x: down, y: -across };
		default:
			return { origin: 0, x: across, y: down };
	}
}

/** A copy of the part of a stored raster that a region of the displayed image shows, turned as it is displayed. */
export function displayedRegion(stored: Raster, orientation: number, region: PixelRegion): Raster {
	const copy = emptyRaster(region, stored.channels, stored.data instanceof Uint16Array);
	const { origin, x: stepX, y: stepY } = stepsOf(stored, orientation);
	const { channels, data } = stored;
	const target = copy.data;
	for (let row = 0; row < region.height; row++) {
		const from = origin + (region.y + row) * stepY + region.x * stepX;
		const to = row * region.width * channels;
		if (stepX === channels) {
			target.set(data.subarray(from, from + region.width * channels), to);
			continue;
		}
		for (let column = 0; column < region.width; column++)
			for (let channel = 0; channel < channels; channel++)
				target[to + column * channels + channel] = data[from + column * stepX + channel] ?? 0;
	}
	return copy;
}

/** With that many bits a sample, the channels as they are. */
export function shallow(raster: Raster): Raster {
	if (!(raster.data instanceof Uint16Array)) return raster;
	return { ...raster, data: Uint8Array.from(raster.data, (sample) => sample >> 8) };
}
