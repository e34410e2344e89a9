import sharp from 'sharp';

/** The pixels that a file stores, and the red block among them. */
export const STORED_SIZE = { width: 160, height: 120 };
export const STORED_BLOCK = { x: 30, y: 20, width: 60, height: 40 };

export const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const;
export type Orientation = (typeof ORIENTATIONS)[number];

type Box = readonly [x: number, y: number, width: number, height: number];

/**
 * What DataGym's editor saves for a box drawn around the block, by the file's EXIF orientation. Recorded with Chromium 156
 * (docs/contract.md#coordinates), not computed: the truth that our own arithmetic is judged by.
 */
export const SAVED_BOXES: Readonly<Record<Orientation, Box>> = {
	1: [30, 20, 60, 40],
	2: [70, 20, 60, 40],
	3: [70, 60, 60, 40],
	4: [30, 60, 60, 40],
	5: [20, 30, 40, 60],
	6: [60, 30, 40, 60],
	7: [60, 70, 40, 60],
	8: [20, 70, 40, 60],
};

/** The size that the editor shows. */
export function displayedSize(orientation: Orientation): { width: number; height: number } {
	const { width, height } = STORED_SIZE;
	return orientation >= 5 ? { width: height, height: width } : STORED_SIZE;
}

/** A gray file with the block painted into its stored pixels; the orientation is only told, in EXIF data. */
export async function paintedPhotograph(type: 'jpeg' | 'png', orientation: Orientation): Promise<Buffer> {
	const block = await sharp({
		create: { width: STORED_BLOCK.width, height: STORED_BLOCK.height, channels: 3, background: '#e01010' },
	})
		.png()
		.toBuffer();
	const painted = sharp({ create: { ...STORED_SIZE, channels: 3, background: '#808080' } })
		.composite([{ input: block, left: STORED_BLOCK.x, top: STORED_BLOCK.y }])
		.withMetadata({ orientation });
	return await (type === 'png' ? painted.png() : painted.jpeg({ quality: 95, chromaSubsampling: '4:4:4' })).toBuffer();
}

/** The part of a box's pixels that are red, 0 to 1, in a picture as it is decoded, without any rotation. */
export async function redIn(picture: Buffer, [left, top, width, height]: Box): Promise<number> {
	const pixels = await sharp(picture).extract({ left, top, width, height }).removeAlpha().raw().toBuffer();
	let red = 0;
	for (let index = 0; index < pixels.length; index += 3)
		if ((pixels[index] ?? 0) > 150 && (pixels[index + 1] ?? 255) < 90) red++;
	return red / (width * height);
}
