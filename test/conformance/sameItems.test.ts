/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { nameOf, type FaultedKind, type FaultedOperation } from '../faults/operation';
import { operationsOf } from '../faults/operations';
import { FaultHarness } from '../faults/harness';
import type { Outcome } from '../faults/outcome';
import { startEngine, type Engine } from '../support/n8n/lentEngine';

/**
 * What a saved workflow does on a server with tokens, it does on the open core: each operation of both, in all variants that the faults
 * are tried on, each kind of poll and each list of the editor, on the same project.
 */

/** A range of ports for each; the processes of `npm run test:faults` have the first two. */
const SHARES: Readonly<Record<FaultedKind, number>> = { current: 2, 'open-core': 3 };

let engine: Engine;
const harnesses = new Map<FaultedKind, FaultHarness>();

beforeAll(async () => {
	engine = await startEngine();
	for (const kind of ['current', 'open-core'] as const)
		harnesses.set(kind, await FaultHarness.open(SHARES[kind], kind, engine));
});
afterAll(async () => {
	for (const harness of harnesses.values()) await harness.close();
	await engine.stop();
});

/** What the two may differ in: who has labeled, since nobody has a name there (docs/contract.md#which-server-has-what). */
const withoutLabelers = (output: string) => output.replace(/"(labeler|owner)":("[^"]*"|null)/g, '"$1":"SOMEBODY"');

async function outcomeOn(kind: FaultedKind, operation: FaultedOperation): Promise<Outcome> {
	const harness = harnesses.get(kind)!;
	const bench = await harness.openBench();
	const outcome = await harness.run(bench, operation, {}, () => undefined);
	await bench.close();
	return outcome;
}

test.each(operationsOf('current').map((operation) => [nameOf(operation), operation] as const))(
	'%s gives the same on the open core',
	async (_name, operation) => {
		const [byToken, open] = [await outcomeOn('current', operation), await outcomeOn('open-core', operation)];
		expect([byToken.failure, open.failure]).toEqual([undefined, undefined]);
		expect(open.warnings).toBe(byToken.warnings);
		expect(withoutLabelers(open.output)).toBe(withoutLabelers(byToken.output));
	},
);
