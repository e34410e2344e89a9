import pLimit from 'p-limit';
import type { DataGymApi } from '@datagym/client';

/** Room for as much work at once as is worth beginning at present: the client finds out how many requests a server can take. */
export class Places {
	private readonly places;

	constructor(private readonly api: Pick<DataGymApi, 'atOnce'>) {
		this.places = pLimit(api.atOnce);
	}

	async run<Value>(work: () => Promise<Value>): Promise<Value> {
		return await this.places(async () => {
			try {
				return await work();
			} finally {
				const { atOnce } = this.api;
				if (this.places.concurrency !== atOnce) this.places.concurrency = atOnce;
			}
		});
	}
}
