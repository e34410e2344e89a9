import type { IExecuteFunctions } from 'n8n-workflow';
import pLimit from 'p-limit';
import { isDataGymError, type DataGymApi } from '@datagym/client';
import { Places } from './places';

/** Does the work when there is room for it. */
type Limit = <Arguments extends unknown[], Value>(
	work: (...given: Arguments) => Promise<Value>,
	...given: Arguments
) => Promise<Value>;

/** What all items of one run share. */
export class Run {
	constructor(
		readonly n8n: IExecuteFunctions,
		readonly api: DataGymApi,
		private readonly shared = new Map<string, Promise<unknown>>(),
		private readonly failed = new Set<string>(),
		private readonly work = new Places(api),
		/** Apart from the other places, or items would wait for those that they hold. */
		private readonly items = new Places(api),
	) {}

	/** Bounds how much an operation begins at once; how much the server is asked at once, the client bounds. Do not nest. */
	readonly limit: Limit = async (work, ...given) => await this.work.run(async () => await work(...given));

	/** Bounds how many items are worked on at once. */
	readonly itemLimit: Limit = async (work, ...given) => await this.items.run(async () => await work(...given));

	/**
	 * The same promise for everyone who asks for the key: a list that many items need is fetched once. Since all of them depend
	 * on it, the reading is more patient; if it fails all the same, later items have one try each, for the case that it has passed.
	 *
	 * @param read changes nothing; asks the server by the run that it is given.
	 */
	async share<Value>(key: string, read: (run: Run) => Promise<Value>): Promise<Value> {
		return await this.once(key, async () => {
			const api = this.failed.has(key) ? this.api.once() : this.api.patiently();
			const run = new Run(this.n8n, api, this.shared, this.failed, this.work, this.items);
			return await read(run).catch((error: unknown) => {
				if (mayPass(error)) {
					this.shared.delete(key);
					this.failed.add(key);
				}
				throw error;
			});
		});
	}

	/** The same promise for everyone who asks for the key, also if it fails: what must not be done twice. */
	async once<Value>(key: string, make: () => Promise<Value>): Promise<Value> {
		const known = this.shared.get(key) as Promise<Value> | undefined;
		if (known !== undefined) return await known;
		const made = make();
		this.shared.set(key, made);
		return await made;
	}

	/** One work after the other of those with the key: what is read and then changed must not be changed by another item in between. */
	async alone<Value>(key: string, work: () => Promise<Value>): Promise<Value> {
		const oneAtATime = await this.once(`alone: ${key}`, async () => await Promise.resolve(pLimit(1)));
		return await oneAtATime(work);
	}

	get isCanceled(): boolean {
		return this.n8n.getExecutionCancelSignal()?.aborted ?? false;
	}
}

/** What DataGym itself says, it says again, and what was canceled stays so. */
function mayPass(error: unknown): boolean {
	if (!isDataGymError(error) || error.failure.kind === 'canceled') return false;
	return error.failure.kind !== 'refused' || error.key === undefined;
}
