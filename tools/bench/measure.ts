const MEBIBYTE = 2 ** 20;

/** What one run of something costs this process. */
export interface Cost {
	readonly milliseconds: number;
	/** Of all threads on a processor, which other programs on the machine disturb less. */
	readonly processorMilliseconds: number;
	/** By how much resident memory grew at most, sampled, beyond what the process took before. */
	readonly grownMebibytes: number;
}

/** Runs the work once, after what can be collected has been. */
export async function measureCost<Result>(work: () => Promise<Result>): Promise<Cost & { readonly result: Result }> {
	globalThis.gc?.();
	globalThis.gc?.();
	const before = process.memoryUsage.rss();
	let most = before;
	const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 10);
	const used = process.cpuUsage();
	const begun = performance.now();
	const result = await work();
	const milliseconds = performance.now() - begun;
	const { user, system } = process.cpuUsage(used);
	clearInterval(watch);
	most = Math.max(most, process.memoryUsage.rss());
	return {
		result,
		milliseconds,
		processorMilliseconds: (user + system) / 1000,
		grownMebibytes: (most - before) / MEBIBYTE,
	};
}
