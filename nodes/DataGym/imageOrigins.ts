import { isDataGymError, TASK_STATES, type Image, type Project, type TaskState } from '@datagym/client';
import { isRecord } from '@datagym/labels';
import { LINKED, openImage, originIn, type ImageFile, type ImageOrigin } from '@datagym/shared/imageFile';
import { FINISHED_STATES } from './projectTasks';
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
	private listed: Promise<ReadonlyMap<string, ImageOrigin>> | undefined;
	private readonly tasks = new Map<TaskState, Promise<ReadonlyMap<string, string>>>();

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
		const known = this.origins.get(imageId) ?? this.findOrigin(imageId);
		this.origins.set(imageId, known);
		return await known;
	}

	private async findOrigin(imageId: string): Promise<ImageOrigin> {
		this.listed ??= this.readLists();
		const listed = (await this.listed).get(imageId);
		if (listed !== undefined && isWhole(listed)) return listed;
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

	private async readLists(): Promise<ReadonlyMap<string, ImageOrigin>> {
		const { api } = this.run;
		const projects = await this.run.share('projects', async () => await api.projects.list());
		const { datasets } =
			projects.find(({ projectId }) => projectId === this.projectId) ?? (await api.projects.get(this.projectId));
		const lists = await Promise.all(datasets.map(async ({ datasetId }) => (await api.datasets.get(datasetId)).images));
		return new Map(lists.flat().map((image) => [image.imageId, originOf(image)]));
	}

	private async readTasks(state: TaskState): Promise<ReadonlyMap<string, string>> {
		const tasks = await this.run.api.tasks.list(this.projectId, state);
		return new Map(tasks.map(({ imageId, taskId }) => [imageId, taskId]));
	}
}

/** Some servers' lists have the links, too. */
function originOf({ source, link }: Image): ImageOrigin {
	return link === undefined ? { source } : { source, link };
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
}

/** Where an image is that only its ID is known of. */
export async function findOrigin(run: Run, imageId: string, item: ImageHints): Promise<ImageOrigin> {
	const hints: ImageHints = item.imageId === imageId ? item : {};
	// Where a file is stored never changes.
	if (hints.source === 'LOCAL') return { source: 'LOCAL' };
	const place = (await placeInDataset(run, hints.datasetId, imageId)) ?? (await allPlaces(run)).get(imageId);
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

type Places = ReadonlyMap<string, Place>;

async function placeInDataset(run: Run, datasetId: unknown, imageId: string): Promise<Place | undefined> {
	if (typeof datasetId !== 'string' || datasetId === '') return undefined;
	const places = await run.share(`images of ${datasetId}`, async (): Promise<Places> => {
		const { images } = await run.api.datasets.get(datasetId);
		return new Map(images.map((image) => [image.imageId, { datasetId, origin: originOf(image) }]));
	});
	return places.get(imageId);
}

async function allPlaces(run: Run): Promise<Places> {
	return await run.share('images of all datasets', async (): Promise<Places> => {
		const datasets = await run.api.datasets.listWithImages();
		const places = datasets.flatMap(({ datasetId, images }) =>
			images.map((image) => [image.imageId, { datasetId, origin: originOf(image) }] as const),
		);
		return new Map(places);
	});
}
