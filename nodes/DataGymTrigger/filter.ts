import type { DataGymApi } from '@datagym/client';
import { comparableKey, type LabelClass, type LabelObject } from '@datagym/labels';
import { finish } from '@datagym/shared/turns';
import { ImageSources, readDatasetImages } from './sources/datasetImages';
import type { TaskSummary } from './sources/listedTask';
import type { TaskLabels } from './sources/projectSource';
import type { Filters } from './parameters';

/** Lets tasks pass. What is asked of the server is asked once a poll. */
export class TaskFilter {
	private images: Promise<ImageSources> | undefined;
	/** The same once they are known. */
	private knownImages: ImageSources | undefined;
	private readonly wantedKeys: ReadonlySet<string>;
	private readonly keysOfProjects = new Map<string, ReadonlySet<string>>();

	constructor(
		private readonly api: DataGymApi,
		private readonly filters: Filters,
	) {
		this.wantedKeys = new Set(filters.classes.map(comparableKey));
	}

	/** By what the lists say; only for the dataset the server is asked, and a list of its images changes nothing there. */
	async passes(task: TaskSummary): Promise<boolean> {
		if (!this.passesList(task)) return false;
		return this.filters.datasetIds.length === 0 || (await this.imagesOfDatasets()).has(task.imageId);
	}

	/** Asks the server what `passesList` needs to know all. */
	async prepare(): Promise<void> {
		if (this.filters.datasetIds.length > 0) await this.imagesOfDatasets();
	}

	/** The same, as far as the server need not be asked. */
	passesList({ imageId, imageName, labeler }: TaskSummary): boolean {
		if (!imageName.toLowerCase().includes(this.filters.imageName)) return false;
		if (!(labeler ?? '').toLowerCase().includes(this.filters.labeler)) return false;
		return this.knownImages?.has(imageId) !== false;
	}

	/** Whether there is anything by which a list shows that a task does not pass. */
	get hasListFilters(): boolean {
		const { imageName, labeler, datasetIds } = this.filters;
		return imageName !== '' || labeler !== '' || datasetIds.length > 0;
	}

	get needsLabels(): boolean {
		return this.filters.classes.length > 0;
	}

	/** By the classes in the image; without labels nobody can know, and the task passes. */
	passesLabels(labels: TaskLabels | undefined): boolean {
		if (!this.needsLabels || labels === undefined) return true;
		const { objects, classifications } = labels.image;
		const answered = Object.entries(classifications)
			.filter(([, { values }]) => values.length > 0)
			.map(([key]) => key);
		return [...classNames(objects), ...answered].some((key) => this.wantedKeys.has(comparableKey(key)));
	}

	/** Takes note of a project's classes, as any of its tasks shows them; none at all means that they are not known. */
	learn(projectId: string, classes: readonly LabelClass[]): void {
		if (this.needsLabels && classes.length > 0)
			this.keysOfProjects.set(projectId, new Set(classes.map(({ key }) => key)));
	}

	knowsClassesOf(projectId: string): boolean {
		return this.keysOfProjects.has(projectId);
	}

	/** The keys of all classes learned so far, sorted. */
	get knownClasses(): readonly string[] {
		return [...new Set([...this.keysOfProjects.values()].flatMap((keys) => [...keys]))].sort();
	}

	/** The chosen classes, as the user wrote them, that are in none of the projects learned so far. */
	get unknownClasses(): readonly string[] {
		const known = new Set(this.knownClasses.map(comparableKey));
		return this.filters.classes.filter((key) => !known.has(comparableKey(key)));
	}

	/** Read after the lists of tasks: an image that is new in a dataset must not count as one of another. */
	private async imagesOfDatasets(): Promise<ImageSources> {
		const { datasetIds } = this.filters;
		this.images ??= Promise.all(datasetIds.map(async (id) => await readDatasetImages(this.api, id))).then(
			async (datasets) => await finish(ImageSources.of(datasets)),
		);
		this.knownImages = await this.images;
		return this.knownImages;
	}
}

function* classNames(objects: readonly LabelObject[]): Generator<string, void, undefined> {
	for (const { className, children } of objects) {
		yield className;
		yield* classNames(children);
	}
}
