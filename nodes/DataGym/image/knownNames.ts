import { nameKey, numberedName, type DataGymApi, type Image } from '@datagym/client';

/** The image names of a dataset during one run, so that nothing is uploaded twice and no name is asked for twice. */
export class KnownNames {
	private readonly images = new Map<string, Image>();
	private readonly reserved = new Set<string>();
	private readonly underWay = new Map<string, Promise<unknown>>();

	/** @param isListed whether to read the dataset first; without it only the names of this run are known. */
	static async of(api: DataGymApi, datasetId: string, isListed: boolean): Promise<KnownNames> {
		const names = new KnownNames();
		if (isListed) for (const image of (await api.datasets.get(datasetId)).images) names.add(image);
		return names;
	}

	add(image: Image): void {
		this.images.set(nameKey(image.imageName), image);
	}

	find(name: string): Image | undefined {
		return this.images.get(nameKey(name));
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
