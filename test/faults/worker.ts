import { tryBatches, type BatchReport } from './batch';
import { FAULTS } from './faults';
import { fuzz, type FuzzReport } from './fuzz';
import { FaultHarness } from './harness';
import { nameOf, type FaultedKind } from './operation';
import { operationsOf } from './operations';
import { tryAll, type Cell } from './trials';

/** A share of the work, for a process of its own: n8n's engine is one for each process. */
export interface Order {
	/** The number of the process. */
	readonly share: number;
	readonly generation: FaultedKind;
	readonly seed: number;
	/** Names of operations; empty for none. */
	readonly operations: readonly string[];
	/** Names of faults. */
	readonly faults: readonly string[];
	/** Every how many-th fault is tried, another part of them for each operation; 1 for all. */
	readonly every: number;
	/** Hostile answers to each kind of request. */
	readonly hostileAnswers: number;
	readonly withBatches: boolean;
}

export interface Findings {
	readonly cells: readonly Cell[];
	readonly fuzz: FuzzReport;
	readonly batches: readonly BatchReport[];
	readonly hasLeaked: boolean;
}

async function work(order: Order): Promise<Findings> {
	const { share, generation, seed, operations: names, faults, every, hostileAnswers, withBatches } = order;
	const harness = await FaultHarness.open(generation, share);
	const operations = operationsOf(generation).filter((operation) => names.includes(nameOf(operation)));
	const batches = withBatches ? await tryBatches(harness, seed) : [];
	const cells = await tryAll(
		harness,
		operations,
		FAULTS.filter(({ name }) => faults.includes(name)),
		every,
	);
	const fuzzing = await fuzz(harness, operations, seed, hostileAnswers);
	const { hasLeaked } = harness;
	await harness.close();
	return { cells, fuzz: fuzzing, batches, hasLeaked };
}

process.once('message', (order: Order) => {
	void work(order)
		.catch((error: unknown) => ({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }))
		.then((answer) => process.send?.(answer, () => process.exit()));
});
