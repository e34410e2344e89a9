import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { connectForList } from './connect';
import { toNodeError } from './errors';
import type { DataGymApi } from '@datagym/client';

const PAGE = 100;
/** With a token, the list of datasets carries every image of the organization, so it is kept while someone types. */
const KEPT_FOR = 30_000;

interface Choice {
	readonly name: string;
	readonly value: string;
}

type Load = (api: DataGymApi) => Promise<readonly Choice[]>;

const kept = new Map<string, { readonly choices: Promise<readonly Choice[]>; readonly until: number }>();

export const searchProjects = searchable('projects', async (api) =>
	(await api.projects.list()).map(({ name, projectId }) => ({ name, value: projectId })),
);

/** From the list of projects where possible it would be cheaper, but datasets without a project are missing there. */
export const searchDatasets = searchable('datasets', async (api) =>
	(await api.datasets.list()).map(({ name, datasetId, imageCount }) => ({
		name: `${name} (${imageCount} ${imageCount === 1 ? 'image' : 'images'})`,
		value: datasetId,
	})),
);

const searchListedImages = searchable('images', async (api) =>
	(await api.datasets.listWithImages()).flatMap(({ name, images }) =>
		images.map(({ imageId, imageName }) => ({ name: `${imageName} (${name})`, value: imageId })),
	),
);

/** By the server's own search where it has one, dataset by dataset; else among all images of the organization. */
export async function searchImages(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const api = await connectForList(this);
	if (!api.images.areSearchable) return await searchListedImages.call(this, filter, paginationToken);
	return await searchDatasetsForImages(api, filter, paginationToken).catch((error: unknown) => {
		throw toNodeError(this.getNode(), error);
	});
}

/**
 * Asks as many datasets as it takes to fill a page.
 *
 * @param paginationToken the dataset to go on with, by its place in the list, and the page of its images.
 */
async function searchDatasetsForImages(
	api: DataGymApi,
	filter: string,
	paginationToken = '0 0',
): Promise<INodeListSearchResult> {
	const datasets = (await api.datasets.list())
		.filter(({ imageCount }) => imageCount > 0)
		.sort((a, b) => a.name.localeCompare(b.name));
	let [place = 0, page = 0] = paginationToken.split(' ').map(Number);
	const results: Choice[] = [];
	while (results.length < PAGE) {
		const dataset = datasets[place];
		if (dataset === undefined) return { results };
		const { name, datasetId } = dataset;
		const isWhole = name.toLowerCase().includes(filter.toLowerCase());
		const { images, hasMore } = await api.images.page(datasetId, isWhole ? '' : filter, page, PAGE);
		results.push(...images.map(({ imageId, imageName }) => ({ name: `${imageName} (${name})`, value: imageId })));
		[place, page] = hasMore ? [place, page + 1] : [place + 1, 0];
	}
	return { results, ...(place < datasets.length && { paginationToken: `${place} ${page}` }) };
}

/** A list for a resource locator: filtered by name, sorted, a page at a time. */
function searchable(what: string, load: Load) {
	return async function (
		this: ILoadOptionsFunctions,
		filter = '',
		paginationToken?: string,
	): Promise<INodeListSearchResult> {
		const choices = await loadKept(this, what, load);
		const wanted = filter.toLowerCase();
		const matching = choices.filter(({ name, value }) => name.toLowerCase().includes(wanted) || value === wanted);
		const start = Number(paginationToken ?? 0);
		const end = start + PAGE;
		return {
			results: matching.slice(start, end),
			...(end < matching.length && { paginationToken: String(end) }),
		};
	};
}

async function loadKept(context: ILoadOptionsFunctions, what: string, load: Load): Promise<readonly Choice[]> {
	const { baseUrl, token } = await context.getCredentials('dataGymApi');
	const key = `${what} ${String(baseUrl)} ${String(token)}`;
	const known = kept.get(key);
	if (known !== undefined && known.until > Date.now()) return await known.choices;
	const choices = connectForList(context)
		.then(load)
		.then((loaded) => [...loaded].sort((a, b) => a.name.localeCompare(b.name)));
	kept.set(key, { choices, until: Date.now() + KEPT_FOR });
	return await choices.catch((error: unknown) => {
		kept.delete(key);
		throw toNodeError(context.getNode(), error);
	});
}
