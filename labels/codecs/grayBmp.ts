/** A picture of one byte a pixel, 0 = black, row by row from the top. */
export interface GrayPicture {
	readonly width: number;
	readonly height: number;
	readonly pixels: Uint8Array;
}

const SHORTEST = 54;

/**
 * Reads an uncompressed BMP of 8 bits a pixel, as DataGym writes its bitmaps (docs/contract.md#bitmaps, recordings 339 and 632).
 * A palette of grays is followed; rows come from the bottom, or from the top when the height is negative.
 * Source: Windows BITMAPFILEHEADER and BITMAPINFOHEADER.
 *
 * @returns nothing for any other file, or one that is cut off.
 */
export function readGrayBmp(bytes: Uint8Array): GrayPicture | undefined {
	if (bytes.length < SHORTEST || bytes[0] !== 0x42 || bytes[1] !== 0x4d) return undefined;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const [offset, headerSize, width, signedHeight] = [
		view.getUint32(10, true),
		view.getUint32(14, true),
		view.getInt32(18, true),
		view.getInt32(22, true),
	];
	const height = Math.abs(signedHeight);
	const stride = (width + 3) & ~3;
	const isPlain = view.getUint16(28, true) === 8 && view.getUint32(30, true) === 0;
	if (!isPlain || width < 1 || height < 1 || offset + stride * height > bytes.length) return undefined;
	const grays = paletteGrays(bytes.subarray(14 + headerSize, offset));
	const pixels = new Uint8Array(width * height);
	for (let row = 0; row < height; row++) {
		const start = offset + stride * (signedHeight < 0 ? row : height - 1 - row);
		for (let column = 0; column < width; column++)
			pixels[row * width + column] = grays[bytes[start + column] ?? 0] ?? 0;
	}
	return { width, height, pixels };
}

/** Blue, green, red and a spare byte a color. */
function paletteGrays(palette: Uint8Array): Uint8Array {
	return Uint8Array.from({ length: 256 }, (_, index) => palette[4 * index] ?? index);
}
