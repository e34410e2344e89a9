import { readImageHeader } from '@datagym/labels';
import { extended, flattened, masked } from './background';
import { boundedSize, cropRegion, insideOf } from './cropRegion';
import { type JpegFacts, readJpeg, readJpegFacts } from './jpeg';
import { writeJpeg } from './jpegEncoder';
import {
	type Color,
	type Crop,
	type CropOptions,
	type EncodedPicture,
	MAX_PIXELS,
	type Pause,
	type Picture,
	PictureError,
	type PictureFormat,
	type PixelBox,
	type ThumbnailOptions,
} from './model';
import { Pace } from './pace';
import { HASHED_SIDE, perceptualHash } from './perceptualHash';
import { readPng } from './png';
import { colorChunks, writePng } from './pngEncoder';
import { type BorrowedRaster, displayedRegion, type Raster, shallow } from './raster';
import { resized } from './resample';

const WHITE: Color = [255, 255, 255];
const CROP_QUALITY = 90;
const THUMBNAIL_QUALITY = 75;
/** Losses of a second encoding are hardly seen from here on. */
const UPRIGHT_QUALITY = 95;
/** Of a JPEG. */
const LONGEST_SIDE = 65_535;

/** @throws PictureError if the header says that the file cannot be read. Pixels are decoded when they are needed. */
export function openPicture(bytes: Uint8Array, pause: Pause): OpenPicture {
	const header = readImageHeader(bytes, true);
	if (header.verdict === 'unknown') throw new PictureError('unknown', 'The file is neither a JPEG nor a PNG.');
	if (header.verdict !== 'image')
		throw new PictureError('damaged', 'The file is damaged, so its size cannot be read. Upload it again.');
	const { format, orientation, displayedWidth, displayedHeight } = header;
	const megapixels = (displayedWidth * displayedHeight) / 1e6;
	if (displayedWidth * displayedHeight > MAX_PIXELS)
		throw new PictureError(
			'tooLarge',
			`The image has ${Math.round(megapixels)} megapixels. At most ${MAX_PIXELS / 1e6} are read.`,
		);
	const facts = format === 'jpeg' ? readJpegFacts(bytes) : undefined;
	return new OpenPicture(bytes, format, displayedWidth, displayedHeight, orientation, facts, pause);
}

export class OpenPicture implements Picture {
	private pixels: Promise<BorrowedRaster> | undefined;
	private readonly pace: Pace;

	constructor(
		private readonly bytes: Uint8Array,
		readonly format: PictureFormat,
		readonly width: number,
		readonly height: number,
		readonly orientation: number,
		private readonly facts: JpegFacts | undefined,
		pause: Pause,
	) {
		this.pace = new Pace(pause);
	}

	async crop(box: PixelBox, options: CropOptions = {}): Promise<Crop> {
		const { margin, isSquare, mask, background, maxSize, format = this.format, quality = CROP_QUALITY } = options;
		const region = cropRegion(box, this, margin, isSquare);
		const inside = insideOf(region, this);
		const { width, height } = boundedSize(region, maxSize);
		const isScaled = width < region.width || height < region.height;
		const stored = await this.stored();
		await this.pace.nextPicture(inside);
		// Nothing is awaited until the scaled one is there.
		let raster = displayedRegion(stored, this.orientation, inside, isScaled);
		const isFilled = mask !== undefined || inside.width < region.width || inside.height < region.height;
		if (mask !== undefined) raster = masked(raster, inside, mask);
		if (inside.width < region.width || inside.height < region.height) raster = extended(raster, inside, region);
		raster = resized(raster, width, height);
		const color = background === undefined || background === 'transparent' ? WHITE : background;
		const keepsAlpha = format === 'png' && (background === 'transparent' || !isFilled);
		return { ...(await this.encoded(keepsAlpha ? raster : flattened(raster, color), format, quality)), region };
	}

	async thumbnail({ maxSize, quality = THUMBNAIL_QUALITY }: ThumbnailOptions): Promise<EncodedPicture> {
		const { width, height } = boundedSize(this, maxSize);
		const use = async (whole: Raster) =>
			await this.encoded(flattened(resized(whole, width, height), WHITE), 'jpeg', quality);
		return await this.withReduced((2 * maxSize) / Math.max(this.width, this.height), use);
	}

	async perceptualHash(): Promise<string | undefined> {
		const use = async (whole: Raster) => await Promise.resolve(perceptualHash(shallow(flattened(whole, WHITE))));
		return await this.withReduced(HASHED_SIDE / Math.min(this.width, this.height), use);
	}

	async upright(): Promise<EncodedPicture> {
		const { width, height, format, bytes } = this;
		if (this.orientation === 1) return { bytes, mimeType: `image/${format}`, width, height };
		this.pixels ??= this.decoded(true);
		const raster = this.turned(await this.stored());
		const { facts, pace } = this;
		if (facts === undefined)
			return { bytes: await writePng(raster, colorChunks(bytes)), mimeType: 'image/png', width, height };
		const { isSubsampled, components } = facts;
		// The profile of inks says nothing of red, green and blue.
		const segments = components === raster.channels ? facts.profile : [];
		const file = await writeJpeg(raster, { quality: UPRIGHT_QUALITY, isSubsampled, segments, pace });
		return { bytes: file, mimeType: 'image/jpeg', width, height };
	}

	/** Frees the pixels. */
	async close(): Promise<void> {
		const pixels = await this.pixels?.catch(() => undefined);
		pixels?.release();
		this.pixels = undefined;
	}

	/** The pixels as they are stored. */
	private async stored(): Promise<Raster> {
		return await (this.pixels ??= this.decoded());
	}

	private async decoded(isTolerant = false): Promise<BorrowedRaster> {
		await this.pace.pause();
		if (this.facts === undefined) return await readPng(this.bytes);
		return readJpeg(this.bytes, this.facts, { isTolerant });
	}

	/**
	 * Uses the whole image, as displayed, of at least that scale if it is smaller than it is. A JPEG that was not decoded yet is
	 * decoded at the smallest scale that suffices, in eighths: it costs a fraction of the time and memory.
	 */
	private async withReduced<T>(scale: number, use: (whole: Raster) => Promise<T>): Promise<T> {
		if (this.pixels !== undefined || this.facts === undefined) return await use(this.turned(await this.stored()));
		await this.pace.pause();
		const eighths = Math.min(8, Math.max(1, Math.ceil(8 * scale)));
		const reduced = readJpeg(this.bytes, this.facts, { eighths });
		try {
			return await use(this.turned(reduced));
		} finally {
			reduced.release();
		}
	}

	/** As it is displayed; itself if nothing is to be turned. */
	private turned(stored: Raster): Raster {
		if (this.orientation === 1) return stored;
		const isSideways = this.orientation >= 5;
		const width = isSideways ? stored.height : stored.width;
		const height = isSideways ? stored.width : stored.height;
		return displayedRegion(stored, this.orientation, { x: 0, y: 0, width, height });
	}

	private async encoded(raster: Raster, format: PictureFormat, quality: number): Promise<EncodedPicture> {
		const { width, height } = raster;
		if (format === 'png') return { bytes: await writePng(raster), mimeType: 'image/png', width, height };
		if (Math.max(width, height) > LONGEST_SIDE)
			throw new PictureError('unsupported', `A JPEG has at most ${LONGEST_SIDE} pixels a side. Set a maximum size.`);
		const opaque = shallow(flattened(raster, WHITE));
		const isSubsampled = this.facts?.isSubsampled ?? false;
		const bytes = await writeJpeg(opaque, { quality, isSubsampled, pace: this.pace });
		return { bytes, mimeType: 'image/jpeg', width, height };
	}
}
