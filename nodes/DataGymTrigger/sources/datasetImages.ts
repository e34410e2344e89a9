import type { DataGymApi, Fold, ListedImage } from '@datagym/client';
import type { Steps } from '@datagym/labels';
import { HASH_BITS, taskHash } from '../memory/hashes';
import { HashIndex, hashOrder, STEP } from '../memory/hashOrder';

/** Images of one dataset, in 9 bytes each, in the order of the server's list. */
export interface DatasetImages {
	/** Of their IDs, at all bits, each once. */
	readonly hashes: Float64Array;
	/** Where each is stored: a place in `sources`. */
	readonly codes: Uint8Array;
	/** LOCAL, SHAREABLE_LINK or AWS_S3. */
	readonly sources: readonly string[];
}

/** Reads the list of a dataset's images, of which nothing else is held. */
export async function readDatasetImages(api: DataGymApi, datasetId: string): Promise<DatasetImages> {
	return await api.datasets.foldImages(datasetId, () => new ImageColumns());
}

/** Entries of the first arrays. */
const FIRST = 1 << 10;
/** There are three; more would be taken for the last one. */
const MOST_SOURCES = 2 ** 8;

class ImageColumns implements Fold<ListedImage, DatasetImages> {
	private hashes = new Float64Array(FIRST);
	private codes = new Uint8Array(FIRST);
	private readonly sources: string[] = [];
	private count = 0;

	add({ imageId, source }: ListedImage): void {
		if (this.count === this.hashes.length) this.grow();
		this.hashes[this.count] = taskHash(imageId);
		this.codes[this.count++] = this.codeOf(source);
	}

	end(): DatasetImages {
		const { count, sources } = this;
		return { hashes: this.hashes.subarray(0, count), codes: this.codes.subarray(0, count), sources };
	}

	private codeOf(source: string): number {
		const known = this.sources.indexOf(source);
		if (known >= 0 || this.sources.length === MOST_SOURCES) return known >= 0 ? known : MOST_SOURCES - 1;
		return this.sources.push(source) - 1;
	}

	private grow(): void {
		const { hashes, codes } = this;
		this.hashes = new Float64Array(2 * hashes.length);
		this.hashes.set(hashes);
		this.codes = new Uint8Array(2 * codes.length);
		this.codes.set(codes);
	}
}

/** Where the images of some datasets are stored, by their IDs: the hash of another image is the same in 1 of 2^52 cases. */
export class ImageSources {
	private constructor(private readonly datasets: ReadonlyArray<DatasetImages & { readonly index: HashIndex }>) {}

	/** Takes up to 13 bytes an image, and 17 more for a moment. */
	static *of(datasets: readonly DatasetImages[]): Steps<ImageSources> {
		const indexed: Array<DatasetImages & { index: HashIndex }> = [];
		for (const { hashes, codes, sources } of datasets) {
			const order = yield* hashOrder(hashes, HASH_BITS);
			const sorted = { hashes: new Float64Array(order.length), codes: new Uint8Array(order.length) };
			for (let place = 0; place < order.length; place++) {
				if (place % STEP === 0) yield;
				const from = order[place] ?? 0;
				sorted.hashes[place] = hashes[from] ?? 0;
				sorted.codes[place] = codes[from] ?? 0;
			}
			indexed.push({ ...sorted, sources, index: yield* HashIndex.of(sorted.hashes, HASH_BITS) });
		}
		return new ImageSources(indexed);
	}

	has(imageId: string): boolean {
		return this.find(imageId) !== undefined;
	}

	/** @returns undefined if none of the datasets has the image. */
	find(imageId: string): string | undefined {
		const hash = taskHash(imageId);
		for (const { index, codes, sources } of this.datasets) {
			const place = index.find(hash);
			if (place >= 0) return sources[codes[place] ?? 0] ?? '';
		}
		return undefined;
	}
}

/**
 * The images of datasets that one poll has read, since several projects can have the same dataset. A list is used again as long as
 * the server counts as many images as it has, since the tasks of the next project are listed later: what was added meanwhile is
 * not finished. If another image was deleted meanwhile, too, the count is the same, and the added one is noticed a poll later.
 */
export class DatasetLists {
	private readonly lists = new Map<string, DatasetImages>();

	constructor(private readonly api: DataGymApi) {}

	/** @param imageCount how many it has by now. */
	async read(datasetId: string, imageCount: number): Promise<DatasetImages> {
		const known = this.lists.get(datasetId);
		if (known?.hashes.length === imageCount) return known;
		const read = await readDatasetImages(this.api, datasetId);
		this.lists.set(datasetId, read);
		return read;
	}
}
