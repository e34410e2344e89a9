import * as z from 'zod/v4-mini';
import type { UploadFile } from '../dialects/dialect';
import { needed } from '../features';
import { GuardedReads } from '../guardedReads';
import type { StreamAnswer } from '../http';
import { IDEMPOTENT, unlessDoneBefore } from '../idempotency';
import type { LinkOrigin } from '../linkRules';
import { asAdded, findLinkedImages, findUploadedImage } from '../lookUp';
import { sameName } from '../nameKey';
import type { Server } from '../server';
import { wireNothing } from '../wire/answers';
import { wireImage, wireUrlResults, type Dataset, type Image, type UrlResult } from '../wire/dataset';

const wireImagePage = z.looseObject({ elements: z.array(wireImage), totalPages: z.number() });
/** The server sorts by name, and the search finds parts of names, too. */
const PAGE_SIZE = 100;

export class ImageRequests {
	private readonly guardedReads = new GuardedReads();

	constructor(
		private readonly server: Server,
		private readonly getDataset: (datasetId: string) => Promise<Dataset>,
	) {}

	/** The images of a dataset with this name, in any case, as the server compares names. */
	async named(datasetId: string, name: string): Promise<readonly Image[]> {
		const { dialect, transport } = this.server;
		const hasName = ({ imageName }: Image) => sameName(imageName, name);
		if (dialect.searchImages === undefined) return (await this.getDataset(datasetId)).images.filter(hasName);
		const found: Image[] = [];
		for (let page = 0, pages = 1; page < pages; page++) {
			const answer = await transport.json(dialect.searchImages(datasetId, name, page, PAGE_SIZE), wireImagePage);
			found.push(...answer.elements.filter(hasName));
			pages = answer.totalPages;
		}
		return found;
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
				const added = findLinkedImages((await this.getDataset(datasetId)).images, startedAt());
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
