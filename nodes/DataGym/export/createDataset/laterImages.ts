import type { BriefImage, ImageStore } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { ProjectImageFiles } from '../../imageOrigins';
import { openWithHeader, type OpenedImage } from './imageHeader';

/** Files that are open while one is written; their bytes wait in the connections. */
const AHEAD = 6;

/** An image that cannot be in the dataset, and why. */
export interface SkippedImage {
	readonly imageId: string;
	readonly imageName: string;
	readonly reason: string;
}

/**
 * The images whose files are read once: what is to be known of a file is read from its first bytes when it is written, and the rest
 * after them. An image that turns out to be none is left out of the dataset then.
 */
export class LaterImages {
	private readonly later = new Set<string>();
	private order: readonly BriefImage[] = [];
	private readonly places = new Map<string, number>();
	private readonly ahead = new Map<string, Promise<OpenedImage | string>>();
	/** Told of each image that is left out. */
	onSkipped: (imageId: string) => void = () => undefined;

	constructor(
		private readonly files: ProjectImageFiles,
		private readonly store: ImageStore,
		private readonly skip: (image: SkippedImage) => void,
		private readonly isCanceled: () => boolean,
	) {}

	add(imageId: string): void {
		this.later.add(imageId);
	}

	/** Tells which of them will be asked for, in this order. */
	expect(images: Iterable<BriefImage>): void {
		this.order = [...images].filter(({ imageId }) => this.later.has(imageId));
		this.places.clear();
		for (const [place, { imageId }] of this.order.entries()) this.places.set(imageId, place);
	}

	/** Before the dataset is planned: leaves out an image whose file could not be had, and tells why. */
	giveUp({ imageId, imageName }: BriefImage, reason: string): void {
		if (!this.later.delete(imageId)) return;
		this.store.leaveOut(imageId);
		this.skip({ imageId, imageName, reason });
	}

	has(imageId: string): boolean {
		return this.places.has(imageId);
	}

	/**
	 * The file of an image; those of the next images are opened, too.
	 *
	 * @returns undefined if the image is left out.
	 * @throws InputError if the execution was canceled.
	 */
	async open(imageId: string): Promise<OpenedImage | undefined> {
		if (this.isCanceled())
			throw new InputError('The execution was canceled', 'The dataset is not complete. Run the workflow again.');
		const place = this.places.get(imageId) ?? 0;
		for (const next of this.order.slice(place, place + AHEAD)) this.begin(next.imageId);
		const opened = await this.ahead.get(imageId);
		this.ahead.delete(imageId);
		if (opened !== undefined && typeof opened !== 'string') {
			this.store.learn(imageId, opened.facts);
			return opened;
		}
		this.store.leaveOut(imageId);
		this.onSkipped(imageId);
		this.skip({ imageId, imageName: this.order[place]?.imageName ?? '', reason: opened ?? '' });
		return undefined;
	}

	/** Gives up what was opened and not asked for. */
	close(): void {
		for (const opened of this.ahead.values())
			void opened.then(
				(file) => typeof file !== 'string' && file.destroy(),
				() => undefined,
			);
		this.ahead.clear();
	}

	private begin(imageId: string): void {
		if (this.ahead.has(imageId)) return;
		const opening = openWithHeader(this.files, imageId);
		// Whoever asks for the image meets the error; until then it must not count as unhandled.
		opening.catch(() => undefined);
		this.ahead.set(imageId, opening);
	}
}
