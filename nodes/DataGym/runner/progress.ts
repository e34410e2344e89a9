import { sleep, type IExecuteFunctions } from 'n8n-workflow';

const SECONDS_BETWEEN = 30;

/**
 * Writes into n8n's log every half minute that the work goes on: an export of a large project takes minutes to hours
 * (docs/contract.md#timing-and-limits), in which nothing else is seen of it.
 */
export async function withProgress<Value>(
	n8n: Pick<IExecuteFunctions, 'logger'>,
	describe: () => string,
	work: Promise<Value>,
): Promise<Value> {
	const done = new AbortController();
	void logUntil(done.signal, (seconds) => n8n.logger.info(`DataGym: ${describe()} (${seconds} seconds so far)`));
	return await work.finally(() => done.abort());
}

async function logUntil(done: AbortSignal, log: (seconds: number) => void): Promise<void> {
	for (let seconds = SECONDS_BETWEEN; ; seconds += SECONDS_BETWEEN) {
		await sleep(SECONDS_BETWEEN * 1000, done).catch(() => undefined);
		if (done.aborted) return;
		log(seconds);
	}
}
