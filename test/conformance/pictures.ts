import sharp from 'sharp';

export const WIDTH = 64;
export const HEIGHT = 48;

const blank = (shade: number) =>
	sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: { r: shade, g: 120, b: 200 } } });

export const jpeg = async (shade: number): Promise<Buffer> => await blank(shade).jpeg().toBuffer();
export const png = async (shade: number): Promise<Buffer> => await blank(shade).png().toBuffer();
export const gif = async (): Promise<Buffer> => await blank(0).gif().toBuffer();
