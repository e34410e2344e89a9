import {
	isDataGymError,
	TASK_STATES,
	type Fold,
	type ListedImage,
	type Project,
	type TaskState,
} from '@datagym/client';
import { isRecord } from '@datagym/labels';
import { LINKED, openImage, originIn, type ImageFile, type ImageOrigin } from '@datagym/shared/imageFile';
import { LongMap } from '@datagym/shared/longMap';
import { FINISHED_STATES } from './projectTasks';
import type { ItemInput } from './runner/itemInput';
import type { Run } from './runner/runContext';

/** In which a task's details are least needed unread: reading those of one that nobody opened adds values to it (docs/contract.md#task-details). */
const STATES_TO_SEARCH: readonly TaskState[] = [
	...FINISHED_STATES,
	...TASK_STATES.filter((state) => !FINISHED_STATES.includes(state)).reverse(),
];

/**
 * The files of a project's images. Lists of its datasets say which images are linked, and those or the tasks have the links: both
 * are read once a run, and only as far as they are needed. Called from work that holds a place in `limit`, so it takes none.
 */
export class ProjectImageFiles {
	private readonly origins = new Map<string, Promise<ImageOrigin>>();
	private listed: Promise<Lookup<ImageOrigin>> | undefined;
	private readonly tasks = new Map<TaskState, Promise<Lookup<string>>>();

	private constructor(
		private readonly run: Run,
		private readonly projectId: string,
	) {}

	static async of(run: Run, projectId: string): Promise<ProjectImageFiles> {
		return await run.share(
			`images ${projectId}`,
			async () => await Promise.resolve(new ProjectImageFiles(run, projectId)),
		);
	}

	async open(imageId: string): Promise<ImageFile> {
		return await openImage(this.run.api, imageId, await this.originOf(imageId));
	}

	async isLinked(imageId: string): Promise<boolean> {
		this.listed ??= this.readLists();
		return (await this.listed).get(imageId)?.source === LINKED;
	}

	private async originOf(imageId: string): Promise<ImageOrigin> {
		this.listed ??= this.readLists();
		const listed = (await this.listed).get(imageId);
		if (listed !== undefined && isWhole(listed)) return listed;
		const known = this.origins.get(imageId) ?? this.originElsewhere(imageId);
		this.origins.set(imageId, known);
		return await known;
	}

	private async originElsewhere(imageId: string): Promise<ImageOrigin> {
		// An image that no list has, such as of a dataset that is being removed, may be a linked one.
		return (await this.originInTask(imageId)) ?? { source: LINKED };
	}

	/** The origin that the image's task in this project tells; undefined if there is none. */
	async originInTask(imageId: string): Promise<ImageOrigin | undefined> {
		const { api } = this.run;
		if (!(await api.has('tasks'))) return undefined;
		for (const state of STATES_TO_SEARCH) {
			const tasks = this.tasks.get(state) ?? this.readTasks(state);
			this.tasks.set(state, tasks);
			const taskId = (await tasks).get(imageId);
			if (taskId !== undefined) return await originInTask(this.run, taskId, imageId);
		}
		return undefined;
	}

	private async readLists(): Promise<Lookup<ImageOrigin>> {
		const { api } = this.run;
		const projects = await this.run.share('projects', async () => await api.projects.list());
		const { datasets } =
			projects.find(({ projectId }) => projectId === this.projectId) ?? (await api.projects.get(this.projectId));
		const lists = await Promise.all(
			datasets.map(async ({ datasetId }) => await api.datasets.foldImages(datasetId, originsOfImages)),
		);
		return firstOf(lists);
	}

	private async readTasks(state: TaskState): Promise<Lookup<string>> {
		return await this.run.api.tasks.foldRows(this.projectId, state, () => {
			const tasks = new LongMap<string>();
			return { add: ({ mediaId, taskId }) => tasks.set(String(mediaId), taskId), end: () => tasks };
		});
	}
}

/** What is known by an ID. */
type Lookup<Value> = Pick<LongMap<Value>, 'get'>;

/** That of the first list that knows the ID. */
function firstOf<Value>(lists: ReadonlyArray<Lookup<Value>>): Lookup<Value> {
	return {
		get: (id) => {
			for (const list of lists) {
				const value = list.get(id);
				if (value !== undefined) return value;
			}
			return undefined;
		},
	};
}

/** Images that are stored in one way share their origin, since there can be a million. Some servers' lists have the links, too. */
function originsOfImages(): Fold<ListedImage, LongMap<ImageOrigin>> {
	const shared = new Map<string, ImageOrigin>();
	const origins = new LongMap<ImageOrigin>();
	return {
		add: ({ imageId, source, link }) => {
			const origin = link === undefined ? (shared.get(source) ?? { source }) : { source, link };
			if (link === undefined) shared.set(source, origin);
			origins.set(imageId, origin);
		},
		end: () => origins,
	};
}

/** Whether nothing is left to find out. */
function isWhole({ source, link }: ImageOrigin): boolean {
	return source !== LINKED || link !== undefined;
}

/** @returns undefined if the task is gone, or is another image's. */
async function originInTask({ api }: Run, taskId: string, imageId: string): Promise<ImageOrigin | undefined> {
	const details = await api.tasks.get(taskId).catch((error: unknown) => {
		if (isDataGymError(error) && error.status === 404) return undefined;
		throw error;
	});
	return isRecord(details?.media) && details.media.id === imageId ? originIn(details) : undefined;
}

/** What an item says about its image, as earlier nodes have put it there. */
interface ImageHints {
	readonly imageId?: unknown;
	readonly source?: unknown;
	readonly taskId?: unknown;
	readonly datasetId?: unknown;
	readonly projectId?: unknown;
}

/** What the item says about the image, and the items that it was made from, the nearest first. */
export function hintsAbout({ data, ancestors }: Pick<ItemInput, 'data' | 'ancestors'>, imageId: string): ImageHints {
	const about = [data, ...ancestors].flatMap(({ json }) => (json.imageId === imageId ? [json] : []));
	return about.reduceRight((further, nearer) => ({ ...further, ...nearer }), {});
}

/** Where an image is that only its ID is known of. */
export async function findOrigin(run: Run, imageId: string, item: ImageHints): Promise<ImageOrigin> {
	const hints: ImageHints = item.imageId === imageId ? item : {};
	// Where a file is stored never changes.
	if (hints.source === 'LOCAL') return { source: 'LOCAL' };
	// The list of all datasets has all images of the organization, so it comes last.
	const place =
		(await placeInDataset(run, hints.datasetId, imageId)) ??
		(await placeInProject(run, hints.projectId, imageId)) ??
		(await placeAnywhere(run, imageId));
	if (place === undefined) return { source: '' };
	if (place.origin.source !== LINKED) return place.origin;
	if (typeof hints.taskId === 'string' && !isWhole(place.origin)) {
		const told = await originInTask(run, hints.taskId, imageId);
		if (told !== undefined) return told;
	}
	const projects = await run.share('projects', async () => await run.api.projects.list());
	const using = projects.filter(({ datasets }) => datasets.some(({ datasetId }) => datasetId === place.datasetId));
	if (using.length === 0) return { source: LINKED, isUnused: true };
	return isWhole(place.origin) ? place.origin : await originInProjects(run, imageId, using);
}

async function originInProjects(run: Run, imageId: string, projects: readonly Project[]): Promise<ImageOrigin> {
	for (const { projectId } of projects) {
		const told = await (await ProjectImageFiles.of(run, projectId)).originInTask(imageId);
		if (told !== undefined) return told;
	}
	return { source: LINKED };
}

interface Place {
	readonly datasetId: string;
	readonly origin: ImageOrigin;
}

/** A dataset with the origins of its images. */
interface ListedDataset {
	readonly datasetId: string;
	readonly origins: Lookup<ImageOrigin>;
}

function placeIn({ datasetId, origins }: ListedDataset, imageId: string): Place | undefined {
	const origin = origins.get(imageId);
	return origin && { datasetId, origin };
}

async function placeInDataset(run: Run, datasetId: unknown, imageId: string): Promise<Place | undefined> {
	if (typeof datasetId !== 'string' || datasetId === '') return undefined;
	const origins = await run.share(
		`images of ${datasetId}`,
		async () =>
			await run.api.datasets.foldImages(datasetId, originsOfImages).catch((error: unknown) => {
				// What an earlier item has told may be gone by now.
				if (isDataGymError(error) && error.status === 404) return undefined;
				throw error;
			}),
	);
	return origins && placeIn({ datasetId, origins }, imageId);
}

async function placeInProject(run: Run, projectId: unknown, imageId: string): Promise<Place | undefined> {
	if (typeof projectId !== 'string' || projectId === '') return undefined;
	const projects = await run.share('projects', async ({ api }) => await api.projects.list());
	for (const { datasetId } of projects.find((project) => project.projectId === projectId)?.datasets ?? []) {
		const place = await placeInDataset(run, datasetId, imageId);
		if (place !== undefined) return place;
	}
	return undefined;
}

async function placeAnywhere(run: Run, imageId: string): Promise<Place | undefined> {
	const datasets = await run.share('images of all datasets', async () =>
		(await run.api.datasets.foldAll(originsOfImages)).map(
			({ datasetId, kept: origins }): ListedDataset => ({ datasetId, origins }),
		),
	);
	for (const dataset of datasets) {
		const place = placeIn(dataset, imageId);
		if (place !== undefined) return place;
	}
	return undefined;
}
