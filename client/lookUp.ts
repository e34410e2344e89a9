import { isDataGymError } from './errors';
import { nameKey, sameName } from './nameKey';
import type { DatasetSummary, Image, UrlResult } from './wire/dataset';
import type { Project } from './wire/project';

/**
 * The dataset that a lost request has made, among all there are now: it has the name, and nobody has used it yet.
 *
 * @param since when the request was begun, by the server's clock, epoch milliseconds; undefined if the server tells no time.
 */
export function findCreatedDataset(
	datasets: readonly DatasetSummary[],
	name: string,
	since: number | undefined,
): DatasetSummary | undefined {
	const isUnused = ({ imageCount, projectCount }: DatasetSummary) => imageCount === 0 && projectCount === 0;
	return datasets.find((dataset) => sameName(dataset.name, name) && isUnused(dataset) && isAfter(dataset, since));
}

/** The project that a lost request has made: it has the name, and no dataset yet. */
export function findCreatedProject(
	projects: readonly Project[],
	name: string,
	since: number | undefined,
): Project | undefined {
	return projects.find(
		(project) => sameName(project.name, name) && project.datasets.length === 0 && isAfter(project, since),
	);
}

/**
 * The failure of a request that gives a name, in one form: where other servers say `ex_alreadyexists`, the open core says that the
 * name is not valid (docs/contract.md#open-core-ui-api).
 */
export function asAlreadyExists(error: unknown, thing: 'Project' | 'Dataset', name: string): unknown {
	const isTaken =
		isDataGymError(error) && error.failure.details?.includes(`ex_unique${thing.toLowerCase()}name`) === true;
	return isTaken ? error.because({ key: 'ex_alreadyexists', params: [thing, 'name', name] }) : error;
}

/** The image that a lost upload has made, among the dataset's. */
export function findUploadedImage(
	images: readonly Image[],
	name: string,
	since: number | undefined,
): Image | undefined {
	return images.find((image) => nameKey(image.imageName) === nameKey(name) && isAfter(image, since));
}

export function isLinked({ source }: Image): boolean {
	return source === 'SHAREABLE_LINK';
}

/** The images that a lost request has added, and perhaps those of others at the same time. */
export function addedSince(images: readonly Image[], since: number | undefined): readonly Image[] {
	return images.filter((image) => isAfter(image, since));
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
