import pLimit from 'p-limit';
import { RETRY_FOR, type Fault } from './faults';
import { judge, NOT_STRUCK, type Judgment } from './judge';
import { aimAt, type Bench, type FaultHarness } from './harness';
import { nameOf, type FaultedOperation } from './operation';
import type { Model, Outcome } from './outcome';

export interface Cell {
	readonly operation: string;
	readonly fault: string;
	readonly kind: string;
	readonly judgment: Judgment;
	readonly milliseconds: number;
}

const LONGEST = 100_000;
const LONGEST_IDLE = 200_000;
const AT_ONCE = 16;
const IDLE_AT_ONCE = 32;

/**
 * Tries each fault on each kind of request that each operation sends.
 *
 * @param every how many-th fault only; they begin elsewhere for each operation, so that all of them are tried.
 */
export async function tryAll(
	harness: FaultHarness,
	operations: readonly FaultedOperation[],
	faults: readonly Fault[],
	every = 1,
): Promise<readonly Cell[]> {
	const limit = pLimit(AT_ONCE);
	const oneByOne = pLimit(1);
	const idle = pLimit(IDLE_AT_ONCE);
	const placeFor = ({ isHeavy, isIdle }: Fault) => {
		if (isHeavy === true) return oneByOne;
		return isIdle === true ? idle : limit;
	};
	const cells = operations.map(async (operation, place) => {
		const model = await limit(async () => await modelOf(harness, operation));
		const chosen = faults.filter((_fault, index) => (index + place) % every === 0);
		const pairs = chosen.flatMap((fault) => model.kinds.map((kind) => ({ fault, kind })));
		return await Promise.all(
			pairs.map(async ({ fault, kind }) => {
				const trial: Trial = [harness, operation, fault, kind, model];
				return { trial, cell: await placeFor(fault)(tryOne, ...trial) };
			}),
		);
	});
	const tried = (await Promise.all(cells)).flat();
	const inOrder: Cell[] = [];
	for (const { trial, cell } of tried) inOrder.push(await untilStruck(trial, cell));
	return inOrder;
}

type Trial = Parameters<typeof tryOne>;

/** Each is made once. */
export async function modelOf(harness: FaultHarness, operation: FaultedOperation): Promise<Model> {
	const known = harness.models.get(operation) ?? makeModel(harness, operation);
	harness.models.set(operation, known);
	return await known;
}

async function makeModel(harness: FaultHarness, operation: FaultedOperation): Promise<Model> {
	const bench = await harness.openBench();
	let before = 0;
	const outcome = await withinLimit(harness.run(bench, operation, {}, () => (before = bench.proxy.seen.length)));
	const effect = effectOf(operation, bench);
	await bench.close();
	if (outcome === 'hangs' || outcome.failure !== undefined || (effect ?? 1) !== 1) {
		throw new Error(
			`${nameOf(operation)} fails without a fault (effect ${effect}): ${JSON.stringify(outcome === 'hangs' ? outcome : outcome.failure)}`,
		);
	}
	const seen = bench.proxy.seen.slice(before).map(({ kind }) => kind);
	return { expected: outcome, kinds: [...new Set(seen)], requests: seen.length };
}

/**
 * A trial in which the fault met no request is none; three of them are no chance. They are repeated alone, after all others: on a
 * crowded machine, an earlier request outlasts the node's time limit again and again.
 */
async function untilStruck(trial: Trial, first: Cell): Promise<Cell> {
	let cell = first;
	for (let attempt = 2; attempt <= 3 && cell.judgment.why === NOT_STRUCK; attempt++) cell = await tryOne(...trial);
	return cell;
}

async function tryOne(
	harness: FaultHarness,
	operation: FaultedOperation,
	fault: Fault,
	kind: string,
	model: Model,
): Promise<Cell> {
	const begun = performance.now();
	const bench = await harness.openBench();
	const { proxy } = bench;
	const settings = {
		retryFor: fault.retryFor ?? RETRY_FOR,
		...(fault.timeout === undefined ? {} : { timeout: fault.timeout }),
	};
	const options = { network: { settings } };
	let before = 0;
	const run = harness.run(bench, operation, options, () => {
		before = proxy.seen.length;
		aimAt(proxy, kind, fault);
	});
	const outcome = await withinLimit(run, longest(fault));
	const effect = effectOf(operation, bench);
	const isRepeated = proxy.seen.length - before > model.requests;
	const judgment = judge({
		operation,
		fault,
		kind,
		outcome,
		expected: model.expected,
		effect,
		isRepeated,
		isStruck: proxy.struck > 0,
	});
	await bench.close();
	return { operation: nameOf(operation), fault: fault.name, kind, judgment, milliseconds: performance.now() - begun };
}

function longest({ isIdle }: Fault): number {
	return isIdle === true ? LONGEST_IDLE : LONGEST;
}

function effectOf(operation: FaultedOperation, { scene }: Bench): number | undefined {
	return operation.kind === 'node' ? operation.effect?.(scene) : undefined;
}

/** No run may take longer than this here. */
export async function withinLimit(run: Promise<Outcome>, limit = LONGEST): Promise<Outcome | 'hangs'> {
	const hanging = new Promise<'hangs'>((resolve) => setTimeout(() => resolve('hangs'), limit).unref());
	return await Promise.race([run, hanging]);
}
