/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { nameOf, type FaultedKind, type FaultedOperation } from '../faults/operation';
import { operationsOf } from '../faults/operations';
import { FaultHarness } from '../faults/harness';
import type { Outcome } from '../faults/outcome';
import { ORGANIZATION } from '../emulator/store/store';
import { startEngine, type Engine } from '../support/n8n/lentEngine';

/**
 * What a saved workflow does on a server with tokens, it does on the open core: each operation of both, in all variants that the faults
 * are tried on, each kind of poll and each list of the editor, on the same project.
 */

let engine: Engine;
const harnesses = new Map<FaultedKind, FaultHarness>();

beforeAll(async () => {
	engine = await startEngine();
	for (const kind of ['current', 'open-core'] as const)
		harnesses.set(kind, await FaultHarness.open(kind, undefined, engine));
});
afterAll(async () => {
	for (const harness of harnesses.values()) await harness.close();
	await engine.stop();
});

/** What only one of the two tells, by operation. */
const ONE_SIDED: Readonly<Record<string, RegExp>> = {
	// Lists of images have their sizes there (docs/contract.md#ui-images).
	'image.getAll': /"(width|height)":\d+,/g,
	// The configuration is read without a task there, and only tasks tell when it was changed (docs/contract.md#ui-label-configuration).
	'labelConfig.get': /"lastChanged":"TIME",/g,
};

/** Everybody is the same user there, and all is of one organization (docs/contract.md#which-server-has-what). */
const withoutPeople = (output: string) =>
	output.replace(/"labeler":("[^"]*"|null)/g, '"labeler":"SOMEBODY"').replaceAll(ORGANIZATION, 'OWNER');

async function outcomeOn(kind: FaultedKind, operation: FaultedOperation): Promise<Outcome> {
	const harness = harnesses.get(kind)!;
	const bench = await harness.openBench();
	return await harness.run(bench, operation, {}, () => undefined).finally(async () => await bench.close());
}

test.each(operationsOf('current').map((operation) => [nameOf(operation), operation] as const))(
	'%s gives the same on the open core',
	async (name, operation) => {
		const [byToken, open] = [await outcomeOn('current', operation), await outcomeOn('open-core', operation)];
		expect([byToken.failure, open.failure]).toEqual([undefined, undefined]);
		expect(open.warnings).toBe(byToken.warnings);
		const [given, expected] = [open, byToken].map(({ output }) =>
			withoutPeople(output).replace(ONE_SIDED[name] ?? /$^/, ''),
		);
		expect(given).toBe(expected);
	},
);
