import * as fc from 'fast-check';
import pLimit from 'p-limit';
import { mutated, mutation, type Mutation } from './hostile';
import { isRaw } from './judge';
import type { FaultHarness } from './harness';
import { nameOf, type FaultedOperation } from './operation';
import type { Outcome } from './outcome';
import type { Strike } from './proxy';
import { answer, contentHeaders } from './rawAnswer';
import { SECRET } from './scene';
import { modelOf, withinLimit } from './trials';

export interface FuzzReport {
	readonly answers: number;
	/** How many of them the node could live with. */
	readonly taken: number;
	readonly mistakes: readonly string[];
}

/** Gives each request of each operation hostile answers: right ones with one thing wrong. */
export async function fuzz(
	harness: FaultHarness,
	operations: readonly FaultedOperation[],
	seed: number,
	each: number,
): Promise<FuzzReport> {
	const limit = pLimit(12);
	const mistakes: string[] = [];
	let answers = 0;
	let taken = 0;
	const work = operations.map(async (operation) => {
		const { kinds } = await limit(modelOf, harness, operation);
		const tries = kinds.flatMap((kind) =>
			fc.sample(mutation, { seed: seed + kind.length, numRuns: each }).map((change) => ({ kind, change })),
		);
		await Promise.all(
			tries.map(({ kind, change }) =>
				limit(async () => {
					const outcome = await tryAnswer(harness, operation, kind, change);
					answers++;
					const mistake = mistakeOf(outcome);
					if (mistake !== undefined)
						mistakes.push(`${nameOf(operation)}, ${kind}, ${JSON.stringify(change).slice(0, 200)}: ${mistake}`);
					else if (outcome !== 'hangs' && outcome.failure === undefined) taken++;
				}),
			),
		);
	});
	await Promise.all(work);
	if ('polluted' in {}) mistakes.push('a prototype is polluted');
	return { answers, taken, mistakes };
}

async function tryAnswer(
	harness: FaultHarness,
	operation: FaultedOperation,
	kind: string,
	change: Mutation,
): Promise<Outcome | 'hangs'> {
	const bench = await harness.openBench();
	const strike: Strike = async ({ ask, socket }) => {
		const whole = await ask();
		answer(
			socket,
			whole.status,
			{ 'Content-Type': 'application/json', ...contentHeaders(whole) },
			mutated(whole.body.toString('utf8'), change),
		);
	};
	const run = harness.run(bench, operation, { network: { settings: { retryFor: 0 } } }, () => {
		bench.proxy.choose = (request) => (request.kind === kind ? strike : undefined);
	});
	const outcome = await withinLimit(run);
	await bench.close();
	return outcome;
}

function mistakeOf(outcome: Outcome | 'hangs'): string | undefined {
	if (outcome === 'hangs') return 'hangs';
	if (JSON.stringify(outcome).includes(SECRET)) return 'the token is seen';
	const { failure } = outcome;
	if (failure === undefined) return undefined;
	const isOwn = ['NodeApiError', 'NodeOperationError'].includes(failure.name) && failure.message !== '';
	return isOwn && !isRaw(failure.message) ? undefined : `${failure.name}: ${failure.message}`;
}
