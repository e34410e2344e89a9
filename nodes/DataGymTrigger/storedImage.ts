import type { IBinaryData } from 'n8n-workflow';
import { isDataGymError, type ByteStream, type DataGymApi, type DataGymError } from '@datagym/client';
import { safeFileName } from '@datagym/shared/fileName';
import { openImage, type ImageOrigin } from '@datagym/shared/imageFile';
import { isFinished } from './events';
import type { ProjectSource, TaskLabels, TaskSummary } from './sources/projectSource';

export type StoredImage = { readonly field: string; readonly data: IBinaryData } | { readonly problem: string };

export type StoreFile = (stream: ByteStream, fileName: string, contentType?: string) => Promise<IBinaryData>;

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
	private readonly sources = new Map<string, Promise<ReadonlyMap<string, string>>>();

	constructor(
		private readonly api: DataGymApi,
		private readonly store: StoreFile,
	) {}

	/** @throws ImageAway if the reason may pass; any other error is one of the server, which concerns all events. */
	async storeImage(
		project: ProjectSource,
		task: TaskSummary,
		read: TaskLabels | undefined,
		field: string,
	): Promise<StoredImage> {
		return await this.fetchAndStore(project, task, read, field).catch((error: unknown): StoredImage => {
			if (!isDataGymError(error)) throw error;
			if (mayPass(error)) throw new ImageAway(error);
			if (isLasting(error)) return { problem: `${error.message}. ${error.failure.remedy}`.trim() };
			throw error;
		});
	}

	private async fetchAndStore(
		project: ProjectSource,
		task: TaskSummary,
		read: TaskLabels | undefined,
		field: string,
	): Promise<StoredImage> {
		const origin = read?.origin ?? (await this.findOrigin(project, task));
		if (origin === undefined) return { problem: 'The image no longer exists.' };
		const { stream, contentType, fileName } = await openImage(this.api, task.imageId, origin);
		const name = safeFileName(fileName || task.imageName || task.imageId, contentType);
		return { field, data: await this.store(stream, name, contentType || undefined) };
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
		const source = (await sources).get(task.imageId);
		return source === undefined ? undefined : { source };
	}

	private async readSources(projectId: string): Promise<ReadonlyMap<string, string>> {
		const { datasets } = await this.api.projects.get(projectId);
		const lists = await Promise.all(
			datasets.map(async ({ datasetId }) => (await this.api.datasets.get(datasetId)).images),
		);
		return new Map(lists.flat().map(({ imageId, source }) => [imageId, source]));
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
