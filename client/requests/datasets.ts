import { bySchema, listReader, nestedListReader, nestedObjectReader, type InnerListOptions } from '../answerReaders';
import { needed } from '../features';
import { IDEMPOTENT } from '../idempotency';
import { asAlreadyExists, findCreatedDataset } from '../lookUp';
import type { Server } from '../server';
import { wireNothing } from '../wire/answers';
import {
	IMAGE_LISTS,
	wireDataset,
	wireDatasetSummary,
	wireImage,
	withImages,
	type Dataset,
	type DatasetSummary,
	type Image,
} from '../wire/dataset';

export class DatasetRequests {
	constructor(private readonly server: Server) {}

	/** Where datasets come with their images, the answer has about 165 bytes for each of them. */
	async list(): Promise<readonly DatasetSummary[]> {
		const { dialect, transport } = this.server;
		if (dialect.listImages === undefined) return await this.listWithImages();
		return await transport.elements(
			dialect.listDatasets(),
			listReader(() => bySchema(wireDatasetSummary)),
		);
	}

	async listWithImages(): Promise<readonly Dataset[]> {
		const { dialect, transport } = this.server;
		const datasets = await transport.elements(dialect.listDatasets(), nestedListReader(DATASETS));
		if (dialect.listImages === undefined) return datasets;
		return await Promise.all(datasets.map(async (dataset) => await this.filled(dataset)));
	}

	/** With its images, in no order. */
	async get(datasetId: string): Promise<Dataset> {
		const { dialect, transport } = this.server;
		const dataset = await transport.elements(dialect.getDataset(datasetId), nestedObjectReader(DATASETS));
		return await this.filled(dataset);
	}

	/** @throws DataGymError `ex_alreadyexists` */
	async create(name: string, shortDescription: string): Promise<DatasetSummary> {
		const { dialect, transport } = this.server;
		const request = dialect.createDataset(name, shortDescription, await this.server.ownerOfNew());
		const created = transport.json<DatasetSummary>(request, wireDatasetSummary, {
			kind: 'lookUpFirst',
			find: async (startedAt) => findCreatedDataset(await this.list(), name, startedAt()),
		});
		return await created.catch((error: unknown) => {
			throw asAlreadyExists(error, 'Dataset', name);
		});
	}

	/** With its images, and the tasks and labels of those. Doing it twice is as doing it once. */
	async delete(datasetId: string): Promise<void> {
		const { dialect, transport } = this.server;
		const request = needed(dialect.deleteDataset, 'datasetDeletion')(datasetId);
		await transport.json(request, wireNothing, IDEMPOTENT);
	}

	private async filled(dataset: Dataset): Promise<Dataset> {
		const { dialect, transport } = this.server;
		if (dialect.listImages === undefined) return dataset;
		const request = dialect.listImages(dataset.datasetId);
		const images = await transport.elements(
			request,
			listReader(() => bySchema(wireImage)),
		);
		return withImages(dataset, images);
	}
}

const DATASETS: InnerListOptions<Dataset, Image> = {
	names: IMAGE_LISTS,
	inner: bySchema(wireImage),
	outer: bySchema(wireDataset),
	join: withImages,
};
