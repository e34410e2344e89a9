import sharp from 'sharp';

export interface Picture {
	width?: number;
	height?: number;
	/** Two pictures of one color and size are the same bytes. */
	color?: { r: number; g: number; b: number };
}

/** A real JPEG. */
export async function jpeg(picture: Picture = {}): Promise<Buffer> {
	return await blank(picture).jpeg().toBuffer();
}

/** A real PNG. */
export async function png(picture: Picture = {}): Promise<Buffer> {
	return await blank(picture).png().toBuffer();
}

export async function gif(picture: Picture = {}): Promise<Buffer> {
	return await blank(picture).gif().toBuffer();
}

function blank({ width = 64, height = 48, color: background = { r: 90, g: 120, b: 200 } }: Picture) {
	return sharp({ create: { width, height, channels: 3, background } });
}
