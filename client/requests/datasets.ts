import {
	allOf,
	bySchema,
	foldReader,
	listReader,
	nestedListReader,
	nestedObjectReader,
	type Fold,
	type InnerListOptions,
	type ReadElement,
} from '../answerReaders';
import { needed } from '../features';
import { IDEMPOTENT } from '../idempotency';
import { asAlreadyExists, findCreatedDataset } from '../lookUp';
import type { Server } from '../server';
import { wireNothing } from '../wire/answers';
import {
	IMAGE_LISTS,
	readListedImage,
	wireDataset,
	wireDatasetAlone,
	wireDatasetSummary,
	wireImage,
	withImages,
	type Dataset,
	type DatasetSummary,
	type Image,
	type ListedImage,
} from '../wire/dataset';

/** A dataset with what is kept of its images. */
interface FoldedDataset<Kept> extends DatasetSummary {
	readonly kept: Kept;
}

/** Makes what takes the images of a dataset; a new one for each try, since a list that breaks off begins anew. */
export type NewImageFold<Kept, Listed = ListedImage> = () => Fold<Listed, Kept>;

export class DatasetRequests {
	constructor(private readonly server: Server) {}

	/** The list has about 165 bytes for each image where datasets come with their images, of which only the number is kept. */
	async list(): Promise<readonly DatasetSummary[]> {
		const { dialect, transport } = this.server;
		if (dialect.listImages === undefined)
			return (await this.foldAll(counting)).map(({ kept, ...dataset }) => ({ ...dataset, imageCount: kept }));
		return await transport.elements(
			dialect.listDatasets(),
			listReader(() => bySchema(wireDatasetSummary)),
		);
	}

	/** As the server's list has them: with their images where datasets come with those. */
	async listAsSent(): Promise<readonly DatasetSummary[]> {
		return this.server.dialect.listImages === undefined ? await this.listWithImages() : await this.list();
	}

	async listWithImages(): Promise<readonly Dataset[]> {
		const { dialect, transport } = this.server;
		const datasets = await transport.elements(dialect.listDatasets(), nestedListReader(WITH_IMAGES));
		return await Promise.all(datasets.map(async (dataset) => await this.filled(dataset)));
	}

	/** What is kept of the images of each dataset. */
	async foldAll<Kept>(newFold: NewImageFold<Kept>): Promise<ReadonlyArray<FoldedDataset<Kept>>> {
		const { dialect, transport } = this.server;
		const options = folded(readListedImage, newFold);
		const datasets = await transport.elements(dialect.listDatasets(), nestedListReader(options));
		return await Promise.all(datasets.map(async (dataset) => await this.refilled(dataset, readListedImage, newFold)));
	}

	/** With its images, in no order. */
	async get(datasetId: string): Promise<Dataset> {
		const { dialect, transport } = this.server;
		const dataset = await transport.elements(dialect.getDataset(datasetId), nestedObjectReader(WITH_IMAGES));
		return await this.filled(dataset);
	}

	/** Without its images, which are counted. */
	async summary(datasetId: string): Promise<DatasetSummary> {
		const { kept, ...dataset } = await this.fold(datasetId, readListedImage, counting);
		return { ...dataset, imageCount: kept };
	}

	/** What is kept of the images of a dataset, which come in no order. */
	async foldImages<Kept>(datasetId: string, newFold: NewImageFold<Kept>): Promise<Kept> {
		return (await this.foldOne(datasetId, newFold)).kept;
	}

	/** The dataset with that. */
	async foldOne<Kept>(datasetId: string, newFold: NewImageFold<Kept>): Promise<FoldedDataset<Kept>> {
		return await this.fold(datasetId, readListedImage, newFold);
	}

	/** The same of images with all that the server tells of them. */
	async foldWholeImages<Kept>(datasetId: string, newFold: NewImageFold<Kept, Image>): Promise<Kept> {
		return (await this.fold(datasetId, bySchema(wireImage), newFold)).kept;
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

	private async fold<Listed, Kept>(
		datasetId: string,
		read: ReadElement<Listed>,
		newFold: NewImageFold<Kept, Listed>,
	): Promise<FoldedDataset<Kept>> {
		const { dialect, transport } = this.server;
		const reader = nestedObjectReader(folded(read, newFold));
		const dataset = await transport.elements(dialect.getDataset(datasetId), reader);
		return await this.refilled(dataset, read, newFold);
	}

	/** With what is kept of its images where datasets come without those. */
	private async refilled<Listed, Kept>(
		dataset: FoldedDataset<Kept>,
		read: ReadElement<Listed>,
		newFold: NewImageFold<Kept, Listed>,
	): Promise<FoldedDataset<Kept>> {
		const { dialect, transport } = this.server;
		if (dialect.listImages === undefined) return dataset;
		const reader = foldReader(() => read, newFold);
		return { ...dataset, kept: await transport.elements(dialect.listImages(dataset.datasetId), reader) };
	}

	private async filled(dataset: Dataset): Promise<Dataset> {
		const { images } = dataset;
		const { kept } = await this.refilled({ ...dataset, kept: images }, bySchema(wireImage), allOf<Image>);
		return kept === images ? dataset : withImages(dataset, kept);
	}
}

const WITH_IMAGES: InnerListOptions<Dataset, Image, readonly Image[], Dataset> = {
	names: IMAGE_LISTS,
	inner: bySchema(wireImage),
	outer: bySchema(wireDataset),
	newFold: allOf<Image>,
	join: withImages,
};

function folded<Listed, Kept>(
	inner: ReadElement<Listed>,
	newFold: NewImageFold<Kept, Listed>,
): InnerListOptions<DatasetSummary, Listed, Kept, FoldedDataset<Kept>> {
	return {
		names: IMAGE_LISTS,
		inner,
		outer: bySchema(wireDatasetAlone),
		newFold,
		join: (dataset, kept) => ({ ...dataset, kept }),
	};
}

function counting(): Fold<unknown, number> {
	let count = 0;
	return { add: () => void count++, end: () => count };
}
