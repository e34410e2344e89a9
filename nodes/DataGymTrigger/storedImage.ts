import type { IBinaryData } from 'n8n-workflow';
import { isDataGymError, type ByteStream, type DataGymApi, type DataGymError } from '@datagym/client';
import { eachObject, type LabelObject } from '@datagym/labels';
import { cropLabels, type Crops, withoutCrops } from '@datagym/shared/crops';
import { safeFileName } from '@datagym/shared/fileName';
import { bytesOf, openImage, type ImageOrigin } from '@datagym/shared/imageFile';
import { finish } from '@datagym/shared/turns';
import { isFinished } from './events';
import type { TriggerParameters } from './parameters';
import { ImageSources, readDatasetImages, type DatasetImages } from './sources/datasetImages';
import type { TaskSummary } from './sources/listedTask';
import type { ProjectSource, TaskLabels } from './sources/projectSource';

export type StoredImage = { readonly field: string; readonly data: IBinaryData } | { readonly problem: string };

export type StoreFile = (content: ByteStream | Buffer, fileName: string, contentType?: string) => Promise<IBinaryData>;

/** What is wanted of an image's file: itself, in a binary field, and crops of its labels. */
type WantedFiles = Pick<TriggerParameters, 'imageField' | 'crop'>;

/** As far as they are wanted. */
export interface FilesOfImage {
	readonly image?: StoredImage;
	readonly crops?: Crops;
}

/** An image that cannot be had at this moment: its events are kept until it can. */
export class ImageAway extends Error {
	constructor(readonly reason: DataGymError) {
		super(reason.message);
	}
}

/**
 * Stores images in n8n's binary store. An image that is gone, or behind a dead link, is a problem of its item, not of the poll:
 * the poll would fail for ever.
 */
export class ImageStore {
	/** By project. */
	private readonly sources = new Map<string, Promise<ImageSources>>();
	/** By dataset, which several projects can have. */
	private readonly lists = new Map<string, Promise<DatasetImages>>();

	constructor(
		private readonly api: DataGymApi,
		private readonly store: StoreFile,
	) {}

	/**
	 * Fetches the image once, and only if something is wanted of it.
	 *
	 * @throws ImageAway if the reason may pass; any other error is one of the server, which concerns all events.
	 */
	async storeFiles(
		project: ProjectSource,
		task: TaskSummary,
		read: TaskLabels | undefined,
		wanted: WantedFiles,
	): Promise<FilesOfImage> {
		const objects: LabelObject[] = [];
		if (wanted.crop !== undefined && read !== undefined) eachObject(read.image, (object) => objects.push(object));
		if (wanted.imageField === undefined && objects.length === 0) return {};
		const without = (problem: string): FilesOfImage => ({
			...(wanted.imageField === undefined ? {} : { image: { problem } }),
			...(objects.length === 0 ? {} : { crops: withoutCrops(objects, problem) }),
		});
		return await this.fetchAndStore(project, task, read, wanted, objects).then(
			(files) => files ?? without('The image no longer exists.'),
			(error: unknown) => {
				if (!isDataGymError(error)) throw error;
				if (mayPass(error)) throw new ImageAway(error);
				if (isLasting(error)) return without(`${error.message}. ${error.failure.remedy}`.trim());
				throw error;
			},
		);
	}

	/** @returns undefined if the image is gone. */
	private async fetchAndStore(
		project: ProjectSource,
		task: TaskSummary,
		read: TaskLabels | undefined,
		{ imageField: field, crop }: WantedFiles,
		objects: readonly LabelObject[],
	): Promise<FilesOfImage | undefined> {
		const origin = read?.origin ?? (await this.findOrigin(project, task));
		if (origin === undefined) return undefined;
		const file = await openImage(this.api, task.imageId, origin);
		const { stream, contentType, fileName } = file;
		const name = safeFileName(fileName || task.imageName || task.imageId, contentType);
		const storeImage = async (content: ByteStream | Buffer, imageField: string): Promise<StoredImage> => ({
			field: imageField,
			data: await this.store(content, name, contentType || undefined),
		});
		if (crop === undefined || objects.length === 0)
			return field === undefined ? {} : { image: await storeImage(stream, field) };
		const bytes = await bytesOf(file);
		return {
			...(field === undefined ? {} : { image: await storeImage(bytes, field) }),
			crops: await cropLabels(bytes, task, objects, crop, this.store),
		};
	}

	/**
	 * From the task's details, if it is finished; reading those of one that is worked on could block its completion
	 * (docs/contract.md#task-details). Then a list of the project's images says at least whether it is linked.
	 */
	private async findOrigin(project: ProjectSource, task: TaskSummary): Promise<ImageOrigin | undefined> {
		if (task.taskId !== undefined && isFinished(task.status.toUpperCase())) {
			const labels = await project.readLabels(task);
			if (labels?.origin !== undefined) return labels.origin;
		}
		const sources = this.sources.get(project.projectId) ?? this.readSources(project.projectId);
		this.sources.set(project.projectId, sources);
		const source = (await sources).find(task.imageId);
		return source === undefined ? undefined : { source };
	}

	private async readSources(projectId: string): Promise<ImageSources> {
		const { datasets } = await this.api.projects.get(projectId);
		const lists = await Promise.all(datasets.map(async ({ datasetId }) => await this.readList(datasetId)));
		return await finish(ImageSources.of(lists));
	}

	private async readList(datasetId: string): Promise<DatasetImages> {
		const list = this.lists.get(datasetId) ?? readDatasetImages(this.api, datasetId);
		this.lists.set(datasetId, list);
		return await list;
	}
}

/** An error page of a proxy says nothing of the image, and the host of a link comes back. */
function mayPass(error: DataGymError): boolean {
	const { failure, status = 0, key } = error;
	if (failure.kind === 'link') return error.isRetryable;
	return failure.kind === 'refused' && ![401, 403].includes(status) && (key === undefined || key === 'ex_system');
}

function isLasting({ failure, status = 0 }: DataGymError): boolean {
	return failure.kind === 'link' || (failure.kind === 'refused' && [400, 404, 500].includes(status));
}
