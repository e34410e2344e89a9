import * as z from 'zod/v4-mini';
import type { Fold } from '../answerReaders';
import type { UploadFile } from '../dialects/dialect';
import { needed } from '../features';
import { GuardedReads } from '../guardedReads';
import type { StreamAnswer } from '../http';
import { IDEMPOTENT, unlessDoneBefore } from '../idempotency';
import { imageNameFor, unicodeImageNameFor } from '../imageName';
import type { LinkOrigin } from '../linkRules';
import { addedSince, asAdded, findUploadedImage, isLinked } from '../lookUp';
import { sameName } from '../nameKey';
import type { Server } from '../server';
import { wireNothing } from '../wire/answers';
import { wireImage, wireUrlResults, type Image, type UrlResult } from '../wire/dataset';
import type { DatasetRequests, NewImageFold } from './datasets';

const wireImagePage = z.looseObject({
	elements: z.array(wireImage),
	totalPages: z.number(),
	totalElements: z.number(),
});

export interface ImagePage {
	readonly images: readonly Image[];
	readonly hasMore: boolean;
}

/** The search finds parts of names, too: `1.jpg` is in the names of every tenth image. */
const PAGE_SIZE = 1000;
/** How many images of a list cost as much as looking up one by its name, roughly. */
export const IMAGES_PER_LOOK_UP = 100;

export class ImageRequests {
	private readonly guardedReads = new GuardedReads();

	constructor(
		private readonly server: Server,
		private readonly datasets: Pick<DatasetRequests, 'foldWholeImages'>,
	) {}

	/** The images of a dataset with this name, in any case, as the server compares names. */
	async named(datasetId: string, name: string): Promise<readonly Image[]> {
		return await this.foldContaining(datasetId, name, () => filtered(({ imageName }) => sameName(imageName, name)));
	}

	/** An image of which the name is known, too; undefined if the dataset has none of this ID under this name. */
	async withId(
		datasetId: string,
		{ imageId, imageName }: Pick<Image, 'imageId' | 'imageName'>,
	): Promise<Image | undefined> {
		const isIt = (image: Image) => image.imageId === imageId;
		if (!this.areSearchable) return (await this.datasets.foldWholeImages(datasetId, () => filtered(isIt)))[0];
		for await (const images of this.searched(datasetId, imageName)) {
			const found = images.find(isIt);
			if (found !== undefined) return found;
		}
		return undefined;
	}

	/**
	 * What is kept of the images whose names contain the text, and perhaps of others, in no order; of all of them where the server has
	 * no search.
	 */
	async foldContaining<Kept>(datasetId: string, text: string, newFold: NewImageFold<Kept, Image>): Promise<Kept> {
		if (!this.areSearchable) return await this.datasets.foldWholeImages(datasetId, newFold);
		const fold = newFold();
		for await (const images of this.searched(datasetId, text)) for (const image of images) fold.add(image);
		return fold.end();
	}

	/** Page by page, where the server has a search. */
	private async *searched(datasetId: string, text: string): AsyncGenerator<readonly Image[], void, undefined> {
		const { dialect, transport } = this.server;
		const search = needed(dialect.searchImages, 'imageSearch');
		for (let page = 0, pages = 1; page < pages; page++) {
			const answer = await transport.json(search(datasetId, text, page, PAGE_SIZE), wireImagePage);
			yield answer.elements;
			pages = answer.totalPages;
		}
	}

	/** The name under which this server will show a file. */
	nameFor(fileName: string): string {
		return this.server.dialect.keepsUnicode ? unicodeImageNameFor(fileName) : imageNameFor(fileName);
	}

	/** Whether so many names are found sooner one by one than by listing all images of the dataset. */
	async isCheaperByName(datasetId: string, names: number): Promise<boolean> {
		const { dialect, transport } = this.server;
		if (dialect.searchImages === undefined) return false;
		const { totalElements } = await transport.json(dialect.searchImages(datasetId, '', 0, 1), wireImagePage);
		return names * IMAGES_PER_LOOK_UP < totalElements;
	}

	/** Whether the server searches for images by their names. */
	get areSearchable(): boolean {
		return this.server.dialect.searchImages !== undefined;
	}

	/** A page of those, sorted by name, and whether more follow. */
	async page(datasetId: string, text: string, page: number, size: number): Promise<ImagePage> {
		const { dialect, transport } = this.server;
		const request = needed(dialect.searchImages, 'imageSearch')(datasetId, text, page, size);
		const { elements, totalPages } = await transport.json(request, wireImagePage);
		return { images: elements, hasMore: page + 1 < totalPages };
	}

	async upload(datasetId: string, file: UploadFile): Promise<Image> {
		const { dialect, transport } = this.server;
		return await transport.json(await dialect.uploadImage(datasetId, file), wireImage, {
			kind: 'lookUpFirst',
			find: async (startedAt) => findUploadedImage(await this.named(datasetId, file.name), file.name, startedAt()),
		});
	}

	/** One result for each different URL, in no order. Nothing is fetched by the server yet. */
	async addUrls(datasetId: string, urls: readonly string[]): Promise<readonly UrlResult[]> {
		const { dialect, transport } = this.server;
		const request = await dialect.addImageUrls(datasetId, urls);
		return await transport.json(request, wireUrlResults, {
			kind: 'lookUpFirst',
			find: async (startedAt) => {
				const linked = await this.datasets.foldWholeImages(datasetId, () => filtered(isLinked));
				const added = addedSince(linked, startedAt());
				if (added.length === 0) return undefined;
				const results = await transport.json(request, wireUrlResults, IDEMPOTENT);
				return results.map((result) => asAdded(result, added));
			},
		});
	}

	/**
	 * A linked image the server would fetch now; if that failed, it would skip the image's tasks (docs/contract.md#linked-images).
	 * So this is for uploaded images, and in S3 for one at a time: `shared/imageFile.ts` knows the others' links.
	 *
	 * @param source as the server's lists say it: LOCAL, AWS_S3 or SHAREABLE_LINK.
	 */
	async download(imageId: string, source = 'LOCAL'): Promise<StreamAnswer> {
		const { dialect, transport } = this.server;
		const request = await dialect.downloadImage(imageId);
		const read = async () => await transport.stream(request, true, source === 'AWS_S3');
		return await (source === 'LOCAL' ? read() : this.guardedReads.read(read));
	}

	/** A picture from another host, without the token. @throws DataGymError `link` */
	async fetchLink(link: string, origin: LinkOrigin): Promise<StreamAnswer> {
		return await this.server.transport.links.fetch(link, origin);
	}

	/** Whether the server deletes several images in one request. */
	get areDeletedTogether(): boolean {
		return this.server.dialect.deleteImages !== undefined;
	}

	/** All of them, or none if the server refuses one: `ex_gen_image_delete` for one that has been deleted already. */
	async deleteAll(imageIds: readonly string[]): Promise<void> {
		const { dialect, transport } = this.server;
		await transport.json(needed(dialect.deleteImages, 'imageLists')(imageIds), wireNothing, IDEMPOTENT);
	}

	async delete(imageId: string): Promise<void> {
		const { dialect, transport } = this.server;
		const request = await dialect.deleteImage(imageId);
		await unlessDoneBefore(['ex_gen_image_delete'], transport.json(request, wireNothing, IDEMPOTENT));
	}
}

/** Keeps the images that are wanted. */
function filtered(isWanted: (image: Image) => boolean): Fold<Image, readonly Image[]> {
	const found: Image[] = [];
	return { add: (image) => void (isWanted(image) && found.push(image)), end: () => found };
}
