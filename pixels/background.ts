import type { Color, PixelMask } from './model';
import { emptyRaster, hasAlpha, type PixelRegion, type Raster, whiteOf } from './raster';

/** Not looked up for each pixel: a look-up of `Math` is slow where code runs in a context of its own, as in Jest. */
const { round } = Math;

/** With an alpha channel, opaque where there was none. */
function withAlpha(raster: Raster): Raster {
	if (hasAlpha(raster)) return raster;
	const channels = raster.channels === 1 ? 2 : 4;
	const result = emptyRaster(raster, channels, raster.data instanceof Uint16Array);
	result.data.fill(whiteOf(raster));
	copyColors(raster, result);
	return result;
}

function copyColors(from: Raster, to: Raster): void {
	const colors = from.channels < 3 ? 1 : 3;
	const pixels = from.width * from.height;
	for (let pixel = 0; pixel < pixels; pixel++)
		for (let color = 0; color < colors; color++)
			to.data[pixel * to.channels + color] = from.data[pixel * from.channels + color] ?? 0;
}

/** What lies outside of the mask becomes transparent. `region` is the part of the image that the raster shows. */
export function masked(raster: Raster, region: PixelRegion, mask: PixelMask): Raster {
	const result = withAlpha(raster);
	// The raster is a copy that nobody else has.
	const { data, channels } = result;
	for (let row = 0; row < region.height; row++) {
		const maskRow = region.y + row - mask.y;
		for (let column = 0; column < region.width; column++) {
			const maskColumn = region.x + column - mask.x;
			const isInBox = maskRow >= 0 && maskRow < mask.height && maskColumn >= 0 && maskColumn < mask.width;
			if (isInBox && mask.inside[maskRow * mask.width + maskColumn]) continue;
			const at = (row * region.width + column) * channels;
			data.fill(0, at, at + channels);
		}
	}
	return result;
}

/** On a larger, transparent canvas. `region` is what the raster shows, `whole` what the canvas shows. */
export function extended(raster: Raster, region: PixelRegion, whole: PixelRegion): Raster {
	const source = withAlpha(raster);
	const canvas = emptyRaster(whole, source.channels, source.data instanceof Uint16Array);
	const rowLength = region.width * source.channels;
	for (let row = 0; row < region.height; row++) {
		const to = ((region.y - whole.y + row) * whole.width + region.x - whole.x) * source.channels;
		canvas.data.set(source.data.subarray(row * rowLength, (row + 1) * rowLength), to);
	}
	return canvas;
}

/** Without alpha, on a color. Gray stays gray on a gray color. */
export function flattened(raster: Raster, color: Color): Raster {
	if (!hasAlpha(raster)) return raster;
	const [red, green, blue] = color;
	const isGray = raster.channels === 2 && red === green && green === blue;
	const result = emptyRaster(raster, isGray ? 1 : 3, raster.data instanceof Uint16Array);
	const white = whiteOf(raster);
	const behind = color.map((each) => (each * white) / 255);
	const { channels, data } = raster;
	const pixels = raster.width * raster.height;
	for (let pixel = 0; pixel < pixels; pixel++) {
		const alpha = (data[pixel * channels + channels - 1] ?? 0) / white;
		for (let index = 0; index < result.channels; index++) {
			const sample = data[pixel * channels + (channels === 2 ? 0 : index)] ?? 0;
			const mixed = sample * alpha + (behind[index] ?? 0) * (1 - alpha);
			result.data[pixel * result.channels + index] = round(mixed);
		}
	}
	return result;
}
