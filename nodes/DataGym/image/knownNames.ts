import { nameKey, numberedName, type DataGymApi, type Image } from '@datagym/client';
import { LongMap } from '@datagym/shared/longMap';

/** What a node's output says of an image; what else the server tells is not kept of each. */
export type KnownImage = Omit<Image, 'raw'>;

/** The image names of a dataset during one run, so that nothing is uploaded twice and no name is asked for twice. */
export class KnownNames {
	private readonly images = new LongMap<KnownImage>();
	private readonly reserved = new Set<string>();
	private readonly underWay = new Map<string, Promise<unknown>>();

	private lookUp: ((name: string) => Promise<readonly Image[]>) | undefined;
	private isListed = false;

	/**
	 * Of a dataset whose names are all known.
	 *
	 * @param isWanted tells by the name's key what is asked for, so that no more is held.
	 */
	static async listed(
		api: DataGymApi,
		datasetId: string,
		isWanted: (key: string) => boolean = () => true,
	): Promise<KnownNames> {
		const names = new KnownNames();
		await names.list(api, datasetId, isWanted);
		return names;
	}

	/** For names that are to be numbered. */
	async list(api: DataGymApi, datasetId: string, isWanted: (key: string) => boolean = () => true): Promise<void> {
		if (this.isListed) return;
		const { images } = this;
		// Into what is known already: a list that breaks off and begins anew says the same once more.
		await api.datasets.foldWholeImages(datasetId, () => ({
			add: (image) => {
				const key = nameKey(image.imageName);
				const known = { ...image, raw: undefined };
				if (isWanted(key)) images.set(key, known);
			},
			end: () => undefined,
		}));
		this.isListed = true;
	}

	/**
	 * For names that are only to be found.
	 *
	 * @param count how many, at least; each is looked up if that is sooner done than listing the dataset.
	 */
	async listOrLookUp(api: DataGymApi, datasetId: string, count: number): Promise<void> {
		if (!(await api.images.isCheaperByName(datasetId, count))) return await this.list(api, datasetId);
		this.lookUp = async (name) => await api.images.named(datasetId, name);
	}

	add(image: KnownImage): void {
		this.images.set(nameKey(image.imageName), image);
	}

	find(name: string): KnownImage | undefined {
		return this.images.get(nameKey(name));
	}

	/** The image of the name, also if it has to be looked up. */
	async existing(name: string): Promise<KnownImage | undefined> {
		return this.find(name) ?? (this.isListed ? undefined : (await this.lookUp?.(name))?.[0]);
	}

	/** The name, or the first numbered one that nobody has; taken from then on. */
	free(name: string): string {
		for (let number = 1; ; number++) {
			const candidate = number === 1 ? name : numberedName(name, number);
			const key = nameKey(candidate);
			if (this.images.has(key) || this.reserved.has(key)) continue;
			this.reserved.add(key);
			return candidate;
		}
	}

	/** One after the other for the same name. */
	async alone<Value>(name: string, work: () => Promise<Value>): Promise<Value> {
		const key = nameKey(name);
		const before = this.underWay.get(key) ?? Promise.resolve();
		const mine = before.then(work, work);
		this.underWay.set(key, mine);
		return await mine;
	}
}
