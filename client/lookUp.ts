import { nameKey, sameName } from './nameKey';
import type { Dataset, Image, UrlResult } from './wire/dataset';

/**
 * The dataset that a lost request has made, among all there are now: it has the name, and nobody has used it yet.
 *
 * @param since when the request was begun, by the server's clock, epoch milliseconds; undefined if the server tells no time.
 */
export function findCreatedDataset(
	datasets: readonly Dataset[],
	name: string,
	since: number | undefined,
): Dataset | undefined {
	const isUnused = ({ images, projectCount }: Dataset) => images.length === 0 && projectCount === 0;
	return datasets.find((dataset) => sameName(dataset.name, name) && isUnused(dataset) && isAfter(dataset, since));
}

/** The image that a lost upload has made, among the dataset's. */
export function findUploadedImage(
	images: readonly Image[],
	name: string,
	since: number | undefined,
): Image | undefined {
	return images.find((image) => nameKey(image.imageName) === nameKey(name) && isAfter(image, since));
}

/** The images that a lost request has added by their links, and perhaps those of others at the same time. */
export function findLinkedImages(images: readonly Image[], since: number | undefined): readonly Image[] {
	return images.filter((image) => image.source === 'SHAREABLE_LINK' && isAfter(image, since));
}

/** The result of a link that a lost request has added, and that is a duplicate to the next one; others as they are. */
export function asAdded(result: UrlResult, added: readonly Image[]): UrlResult {
	const name = result.url.split('?')[0]?.split('/').pop();
	const [image, ...others] = result.status === 'DUPLICATE' ? added.filter(({ imageName }) => imageName === name) : [];
	if (image === undefined || others.length > 0) return result;
	return { ...result, status: 'SUCCESS', imageId: image.imageId, imageName: image.imageName };
}

/** A thing counts as made at a time or later, by the server's clock, also if nobody knows when it was. */
function isAfter({ timestamp }: { readonly timestamp?: string }, since: number | undefined): boolean {
	return since === undefined || timestamp === undefined || Date.parse(timestamp) >= since;
}
