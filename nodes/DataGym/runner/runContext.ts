import type { IExecuteFunctions } from 'n8n-workflow';
import type { LimitFunction } from 'p-limit';
import type { DataGymApi } from '@datagym/client';

/** What all items of one run share. */
export class Run {
	private readonly once = new Map<string, Promise<unknown>>();

	constructor(
		readonly n8n: IExecuteFunctions,
		readonly api: DataGymApi,
		/** Bounds how much an operation begins at once; how much the server is asked at once, the client bounds. Do not nest. */
		readonly limit: LimitFunction,
		/** Bounds how many items are worked on at once. Apart from `limit`, or items would wait for the places that they hold. */
		readonly itemLimit: LimitFunction,
	) {}

	/** The same promise for everyone who asks for the key: a list that many items need is fetched once. */
	async share<Value>(key: string, make: () => Promise<Value>): Promise<Value> {
		const known = this.once.get(key) as Promise<Value> | undefined;
		if (known !== undefined) return await known;
		const made = make();
		this.once.set(key, made);
		return await made;
	}

	get isCanceled(): boolean {
		return this.n8n.getExecutionCancelSignal()?.aborted ?? false;
	}
}
