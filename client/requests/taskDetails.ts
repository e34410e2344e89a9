import { askedOnce } from '../askedOnce';
import type { LabelPlaces } from '../dialects/dialect';
import type { ApiRequest } from '../http';
import type { Server } from '../server';
import type { DatasetSummary } from '../wire/dataset';
import type { Project } from '../wire/project';
import { wireServerLabelConfig, wireTaskLabels, type Task, type TaskDetails } from '../wire/task';
import type { DatasetRequests } from './datasets';
import { IMAGES_PER_LOOK_UP, type ImageRequests } from './images';
import type { ProjectRequests } from './projects';

/** A task as far as its details need a list to tell. */
export type TaskInList = Pick<Task, 'taskId' | 'imageId' | 'imageName' | 'state' | 'reviewComment'>;

/** What else is asked for the details. */
export interface DetailSources {
	readonly projects: Pick<ProjectRequests, 'get'>;
	readonly images: Pick<ImageRequests, 'withId'>;
	readonly tasks: { readonly get: (taskId: string) => Promise<TaskDetails> };
	readonly datasets: Pick<DatasetRequests, 'foldWholeImages'>;
}

interface ImageInDataset {
	/** As the server has it: there can be a million, so no more is kept of each. */
	readonly raw: unknown;
	readonly dataset: Pick<DatasetSummary, 'datasetId' | 'name'>;
}

/**
 * The details of tasks in one project. Where the server gives a task's labels alone, they are read so: that writes nothing, and its
 * time does not grow with the project (docs/contract.md#ui-labels). What is the same for all tasks is asked for once then. To be
 * made for each run, since it does not notice later changes of the project.
 */
export class TaskDetailsReader {
	private readonly project: () => Promise<Project>;
	private readonly labelConfig: () => Promise<TaskDetails['labelConfig']>;
	private readonly allImages: () => Promise<ReadonlyMap<string, ImageInDataset>>;
	private lookUps = 0;
	private lastFoundIn = '';

	constructor(
		private readonly server: Server,
		private readonly sources: DetailSources,
		private readonly projectId: string,
	) {
		this.project = askedOnce(async () => await sources.projects.get(projectId));
		this.labelConfig = askedOnce(async () => await this.readLabelConfig());
		this.allImages = askedOnce(async () => await this.listImages());
	}

	/** In the form of `GET /task/{taskId}`, without when the label configuration was changed if the task is not opened. */
	async read(task: TaskInList): Promise<TaskDetails> {
		const { listLabels } = this.server.dialect;
		return (
			(listLabels === undefined ? undefined : await this.readQuietly(task, listLabels)) ??
			(await this.sources.tasks.get(task.taskId))
		);
	}

	/** @returns undefined if only opening the task can tell what it is, or that it is gone. */
	private async readQuietly(
		task: TaskInList,
		listLabels: (places: LabelPlaces) => ApiRequest,
	): Promise<TaskDetails | undefined> {
		const { labelIterationId: iterationId, name, mediaType } = await this.project();
		// The details of videos are refused (docs/contract.md#task-details), and an unknown iteration cannot be asked for.
		if (mediaType === 'VIDEO' || iterationId === '') return undefined;
		const [labelConfig, found] = await Promise.all([this.labelConfig(), this.findImage(task)]);
		if (found === undefined) return undefined;
		const { taskId, imageId } = task;
		const labels = await this.server.transport.json(listLabels({ iterationId, imageId, taskId }), wireTaskLabels);
		const { datasetId, name: datasetName } = found.dataset;
		if (labels.entryValues.length === 0 && !(await this.isConnected(datasetId))) return undefined;
		return {
			taskId,
			labelTaskState: task.state,
			projectName: name,
			labelConfig,
			labelIteration: labels,
			media: found.raw,
			reviewComment: task.reviewComment ?? null,
			projectType: mediaType,
			datasetId,
			datasetName,
		};
	}

	/** An empty list is also what the server says of a task that it does not have any more. */
	private async isConnected(datasetId: string): Promise<boolean> {
		const { datasets } = await this.sources.projects.get(this.projectId);
		return datasets.some((dataset) => dataset.datasetId === datasetId);
	}

	private async readLabelConfig(): Promise<TaskDetails['labelConfig']> {
		const { dialect, transport } = this.server;
		const { labelConfigurationId } = await this.project();
		if (dialect.getLabelConfig === undefined) return { id: labelConfigurationId, entries: [] };
		return await transport.json(dialect.getLabelConfig(labelConfigurationId), wireServerLabelConfig);
	}

	/** One by one as long as that is cheaper than listing all, which at the latest costs as much again. */
	private async findImage(task: TaskInList): Promise<ImageInDataset | undefined> {
		const { datasets } = await this.project();
		const total = datasets.reduce((sum, { imageCount }) => sum + imageCount, 0);
		if (task.imageName === '' || this.lookUps * IMAGES_PER_LOOK_UP >= total)
			return (await this.allImages()).get(task.imageId);
		const isFirst = ({ datasetId }: { datasetId: string }) => (datasetId === this.lastFoundIn ? 0 : 1);
		for (const dataset of [...datasets].sort((a, b) => isFirst(a) - isFirst(b))) {
			this.lookUps++;
			const image = await this.sources.images.withId(dataset.datasetId, task);
			if (image === undefined) continue;
			this.lastFoundIn = dataset.datasetId;
			return { raw: image.raw, dataset };
		}
		return undefined;
	}

	private async listImages(): Promise<ReadonlyMap<string, ImageInDataset>> {
		const { datasets } = await this.project();
		const images = new Map<string, ImageInDataset>();
		for (const dataset of datasets)
			await this.sources.datasets.foldWholeImages(dataset.datasetId, () => ({
				add: ({ imageId, raw }) => void images.set(imageId, { raw, dataset }),
				end: () => undefined,
			}));
		return images;
	}
}
