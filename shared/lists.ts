import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import type { DataGymApi, ListedImage } from '@datagym/client';
import { sorted as inSteps } from '@datagym/labels';
import { connectForList } from './connect';
import { toNodeError } from './errors';
import { forgetList, loadKept, type Lists } from './keptLists';
import { foundIn, LongEntries, type LongGroup } from './longList';
import { pageUrl } from './pages';
import { finish } from './turns';

const PAGE = 100;

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

const loadProjects: Load = async (api) =>
	await sortedInSteps(
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
export const searchDatasets = searchable(
	DATASETS,
	async (api) =>
		await sortedInSteps(
			(await api.datasets.list()).map(({ name, datasetId }) => ({
				name,
				value: datasetId,
				url: pageUrl(api.baseUrl, 'dataset', datasetId),
			})),
		),
);

/** Among all images of the organization. */
async function searchListedImages(
	context: ILoadOptionsFunctions,
	{ baseUrl }: DataGymApi,
	filter: string,
	paginationToken = '0',
): Promise<INodeListSearchResult> {
	const groups = await loadKept(context, 'images', async (api) =>
		(await api.datasets.foldAll(imageEntries)).map(({ name, kept: entries }): LongGroup => ({ name, entries })),
	);
	const start = Number(paginationToken);
	const { found, hasMore } = await finish(foundIn(groups, { filter, start, most: PAGE }));
	return {
		results: found.map(({ name, value, detail }) => imageChoice(baseUrl, name, value, detail)),
		...(hasMore && { paginationToken: String(start + PAGE) }),
	};
}

function imageEntries() {
	const entries = new LongEntries();
	return {
		add: ({ imageName, imageId, source }: ListedImage) =>
			entries.add({ name: imageName, value: imageId, detail: source }),
		end: () => entries.end(),
	};
}

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
	if (!api.images.areSearchable) return await searchListedImages(this, api, filter, paginationToken);
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
		for (const { imageId, imageName, source } of images)
			results.push(imageChoice(api.baseUrl, `${imageName} (${name})`, imageId, source));
		[place, page] = hasMore ? [place, page + 1] : [place + 1, 0];
	}
	return { results, ...(place < datasets.length && { paginationToken: `${place} ${page}` }) };
}

/** Without the address of a linked image: opening it makes the server fetch the link, and skip its tasks if that fails. */
function imageChoice(baseUrl: string, name: string, imageId: string, source: string): Choice {
	return { name, value: imageId, ...(source === 'LOCAL' && { url: pageUrl(baseUrl, 'image', imageId) }) };
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
function shown({ name, value, url }: Choice): Choice {
	return { name, value, ...(url !== undefined && { url }) };
}

/** For short lists. */
export function sorted(choices: readonly Choice[]): readonly Choice[] {
	return [...choices].sort(byName);
}

/** There can be 10,000 projects. */
async function sortedInSteps(choices: readonly Choice[]): Promise<readonly Choice[]> {
	return await finish(inSteps(choices, byName));
}

const { compare } = new Intl.Collator();
const byName = (a: Choice, b: Choice) => compare(a.name, b.name);

/** For a list that has changed. */
export async function forgetDatasets(context: ILoadOptionsFunctions): Promise<void> {
	await forgetList(context, DATASETS);
}

/** The ID that is chosen in another field; undefined if there is none, or an expression that has no value yet. */
export function chosenId(context: ILoadOptionsFunctions, field: string): string | undefined {
	const value = context.getCurrentNodeParameter(field, { extractValue: true });
	return typeof value === 'string' && value !== '' && !value.startsWith('=') ? value : undefined;
}
