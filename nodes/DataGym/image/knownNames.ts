import { nameKey, numberedName, type DataGymApi, type Image } from '@datagym/client';

/** The image names of a dataset during one run, so that nothing is uploaded twice and no name is asked for twice. */
export class KnownNames {
	private readonly images = new Map<string, Image>();
	private readonly reserved = new Set<string>();
	private readonly underWay = new Map<string, Promise<unknown>>();

	private lookUp: ((name: string) => Promise<readonly Image[]>) | undefined;
	private isListed = false;

	/** Of a dataset whose names are all known. */
	static async listed(api: DataGymApi, datasetId: string): Promise<KnownNames> {
		const names = new KnownNames();
		await names.list(api, datasetId);
		return names;
	}

	/** For names that are to be numbered. */
	async list(api: DataGymApi, datasetId: string): Promise<void> {
		if (this.isListed) return;
		for (const image of (await api.datasets.get(datasetId)).images) this.add(image);
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

	add(image: Image): void {
		this.images.set(nameKey(image.imageName), image);
	}

	find(name: string): Image | undefined {
		return this.images.get(nameKey(name));
	}

	/** The image of the name, also if it has to be looked up. */
	async existing(name: string): Promise<Image | undefined> {
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
