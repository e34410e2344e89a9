import type { Pause } from './model';
import type { PixelRegion } from './raster';

/** Pixels between two pauses: some 5 ms of encoding. */
const BETWEEN_PAUSES = 25_000;
/** What a picture costs whatever its size, in pixels: tables and headers. */
const PER_PICTURE = 2_000;

/** Lets others have their turn after so much work, be it one large picture or thousands of small ones. */
export class Pace {
	private worked = 0;

	constructor(readonly pause: Pause) {}

	/** To be awaited before a picture is made of so many pixels. */
	async nextPicture({ width, height }: PixelRegion): Promise<void> {
		await this.after(PER_PICTURE + width * height);
	}

	/** To be awaited after so many pixels. */
	async after(pixels: number): Promise<void> {
		this.worked += pixels;
		if (this.worked <= BETWEEN_PAUSES) return;
		this.worked = 0;
		await this.pause();
	}
}
