import { isDataGymError, type DataGymError } from './errors';

const REMEDY =
	'No further image was read in this way. Repair the file at its place, then find the image with Task: Get Many (Status "Skipped") and set it back with Task: Complete.';

/**
 * Reads files that DataGym itself has to fetch from elsewhere. If that fails, DataGym skips all tasks of the image
 * (docs/contract.md#linked-images), so it is asked for one at a time, and for none after the first failure.
 */
export class GuardedReads {
	private last: Promise<unknown> = Promise.resolve();
	private failure: DataGymError | undefined;

	async read<Value>(work: () => Promise<Value>): Promise<Value> {
		const turn = this.last.then(async () => await this.unlessFailed(work));
		this.last = turn.catch(() => undefined);
		return await turn;
	}

	private async unlessFailed<Value>(work: () => Promise<Value>): Promise<Value> {
		if (this.failure !== undefined) throw this.failure;
		return await work().catch((error: unknown) => {
			if (!isDataGymError(error) || error.status !== 400) throw error;
			this.failure = error.with({ remedy: REMEDY });
			throw this.failure;
		});
	}
}
