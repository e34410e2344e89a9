import type { ILoadOptionsFunctions, INodeListSearchResult, INodePropertyOptions } from 'n8n-workflow';
import { connectForList } from './connect';
import { toNodeError } from './errors';
import { pageUrl } from './pages';
import type { DataGymApi, Image } from '@datagym/client';

const PAGE = 100;
/** With a token, the list of datasets carries every image of the organization, so it is kept while someone types. */
const KEPT_FOR = 30_000;

/** An entry of a list. The name is saved in the workflow, so nothing is in it that changes, such as a count. */
export interface Choice {
	readonly name: string;
	readonly value: string;
	/** Its page in DataGym. */
	readonly url?: string;
	/** What it is found by as well. */
	readonly keyword?: string;
}

type Load = (api: DataGymApi) => Promise<readonly Choice[]>;

const kept = new Map<string, { readonly choices: Promise<readonly Choice[]>; readonly until: number }>();

const loadProjects: Load = async (api) =>
	sorted(
		(await api.projects.list()).map(({ name, projectId }) => ({
			name,
			value: projectId,
			url: pageUrl(api.baseUrl, 'project', projectId),
		})),
	);

const PROJECTS = 'projects';
const DATASETS = 'datasets';

export const searchProjects = searchable(PROJECTS, loadProjects);

/** From the list of projects where possible it would be cheaper, but datasets without a project are missing there. */
const loadDatasets: Load = async (api) =>
	sorted(
		(await api.datasets.list()).map(({ name, datasetId }) => ({
			name,
			value: datasetId,
			url: pageUrl(api.baseUrl, 'dataset', datasetId),
		})),
	);

export const searchDatasets = searchable(DATASETS, loadDatasets);

/** All datasets, where several can be chosen. */
export async function getDatasets(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return (await loadKept(this, DATASETS, loadDatasets)).map(({ name, value }) => ({ name, value }));
}

const searchListedImages = searchable('images', async (api) =>
	sorted((await api.datasets.listWithImages()).flatMap(({ name, images }) => imageChoices(api, images, name))),
);

/** The projects, sorted by name. */
export async function listProjects(lists: Lists): Promise<readonly Choice[]> {
	return await lists(PROJECTS, loadProjects);
}

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
		results.push(...imageChoices(api, images, name));
		[place, page] = hasMore ? [place, page + 1] : [place + 1, 0];
	}
	return { results, ...(place < datasets.length && { paginationToken: `${place} ${page}` }) };
}

/** Without the address of a linked image: opening it makes the server fetch the link, and skip its tasks if that fails. */
function imageChoices({ baseUrl }: DataGymApi, images: readonly Image[], dataset: string): readonly Choice[] {
	return images.map(({ imageId, imageName, source }) => ({
		name: `${imageName} (${dataset})`,
		value: imageId,
		...(source === 'LOCAL' && { url: pageUrl(baseUrl, 'image', imageId) }),
	}));
}

/** A list for a resource locator: filtered by name, a page at a time. */
function searchable(what: string, load: Load) {
	return async function (
		this: ILoadOptionsFunctions,
		filter?: string,
		paginationToken?: string,
	): Promise<INodeListSearchResult> {
		return pageOf(await loadKept(this, what, load), filter, paginationToken);
	};
}

/** The entries that match, a page at a time. */
export function pageOf(choices: readonly Choice[], filter = '', paginationToken = '0'): INodeListSearchResult {
	const matching = choices.filter((choice) => isFound(choice, filter));
	const start = Number(paginationToken);
	const end = start + PAGE;
	return {
		results: matching.slice(start, end).map(shown),
		...(end < matching.length && { paginationToken: String(end) }),
	};
}

/** By a part of its name, its ID, or its keyword. */
export function isFound({ name, value, keyword }: Choice, filter: string): boolean {
	const wanted = filter.trim().toLowerCase();
	return name.toLowerCase().includes(wanted) || value === filter.trim() || keyword?.toLowerCase() === wanted;
}

/** As n8n takes it. */
export function shown({ name, value, url }: Choice): Choice {
	return { name, value, ...(url !== undefined && { url }) };
}

export function sorted(choices: readonly Choice[]): readonly Choice[] {
	return [...choices].sort((a, b) => a.name.localeCompare(b.name));
}

/** Loads a list, or has it still. @param what the list is of, among those of the account. */
export type Lists = (what: string, load: Load) => Promise<readonly Choice[]>;

/** The lists of the node's account, each loaded once for all that ask for it within half a minute. */
export async function keptLists(context: ILoadOptionsFunctions): Promise<Lists> {
	const account = await accountOf(context);
	let api: Promise<DataGymApi> | undefined;
	return async (what, load) => {
		const key = `${what} ${account}`;
		const known = kept.get(key);
		if (known !== undefined && known.until > Date.now()) return await known.choices;
		forgetOld();
		const choices = (api ??= connectForList(context)).then(load);
		kept.set(key, { choices, until: Date.now() + KEPT_FOR });
		return await choices.catch((error: unknown) => {
			kept.delete(key);
			throw toNodeError(context.getNode(), error);
		});
	};
}

export async function loadKept(context: ILoadOptionsFunctions, what: string, load: Load): Promise<readonly Choice[]> {
	return await (
		await keptLists(context)
	)(what, load);
}

/** For a list that has changed. */
export async function forgetDatasets(context: ILoadOptionsFunctions): Promise<void> {
	kept.delete(`${DATASETS} ${await accountOf(context)}`);
}

async function accountOf(context: ILoadOptionsFunctions): Promise<string> {
	const { baseUrl, token } = await context.getCredentials('dataGymApi');
	return `${String(baseUrl)} ${String(token)}`;
}

function forgetOld(): void {
	for (const [key, { until }] of kept) if (until <= Date.now()) kept.delete(key);
}

/** The ID that is chosen in another field; undefined if there is none, or an expression that has no value yet. */
export function chosenId(context: ILoadOptionsFunctions, field: string): string | undefined {
	const value = context.getCurrentNodeParameter(field, { extractValue: true });
	return typeof value === 'string' && value !== '' && !value.startsWith('=') ? value : undefined;
}
