import type { Generation } from '@datagym/client';
import type { World } from './world';

/** A call of the DataGym node. */
interface NodeCall {
	readonly resource: string;
	readonly operation: string;
	readonly parameters: Readonly<Record<string, unknown>>;
}

/** One thing that a server does as the contract says, or does not. */
export interface Scenario {
	readonly area: string;
	readonly title: string;
	/** Where the contract says so. */
	readonly source: string;
	/**
	 * For what servers of the documented generation do not have: a call of the node, which must say there that it is missing.
	 * Left out where both generations have it.
	 */
	readonly missingIn2020?: NodeCall;
	/** Without it nothing that follows makes sense, but for the clean-up. */
	readonly isEssential?: true;
	readonly run: (world: World, check: Check) => Promise<void>;
}

export type Verdict = 'yes' | 'no' | 'differs' | 'failed' | 'not run';

/** The remark on what the documented generation never had. */
export const NOT_DOCUMENTED = 'not in the API documented in 2020';

export interface Finding {
	readonly area: string;
	readonly title: string;
	readonly source: string;
	readonly verdict: Verdict;
	/** What differs, why it failed, or a remark. */
	readonly notes: readonly string[];
}

/** The server may do without this; the scenario ends. */
class Missing extends Error {}

/** Collects what is not as the contract says, so that a scenario tells everything at once. */
export class Check {
	readonly differences: string[] = [];
	readonly remarks: string[] = [];

	equal(what: string, actual: unknown, expected: unknown): void {
		const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
		if (is !== should) this.differences.push(`${what}: ${is ?? 'nothing'} instead of ${should ?? 'nothing'}`);
	}

	remark(text: string): void {
		this.remarks.push(text);
	}

	/** Ends the scenario with “no”, which is no difference: the contract knows servers without it. */
	missing(why: string): never {
		throw new Missing(why);
	}
}

/** Runs one scenario. Never throws: what goes wrong is a finding. */
export async function find(scenario: Scenario, world: World, generation: Generation): Promise<Finding> {
	const { area, title, source } = scenario;
	const check = new Check();
	const run =
		generation === 'image' && scenario.missingIn2020 !== undefined
			? expectMissing(world, check, scenario.missingIn2020)
			: scenario.run(world, check);
	const error: unknown = await run.then(
		() => undefined,
		(failure: unknown) => failure ?? 'failed',
	);
	const { differences, remarks } = check;
	const ending = (verdict: Verdict, notes: readonly string[]): Finding => ({ area, title, source, verdict, notes });
	if (error instanceof Missing)
		return ending(differences.length === 0 ? 'no' : 'differs', [...differences, error.message]);
	if (error !== undefined)
		return ending('failed', [...differences, error instanceof Error ? error.message : String(error)]);
	return ending(differences.length === 0 ? 'yes' : 'differs', [...differences, ...remarks]);
}

async function expectMissing(world: World, check: Check, { resource, operation, parameters }: NodeCall): Promise<void> {
	const { error } = await world.try(resource, operation, parameters);
	if (/^This DataGym server (has no|cannot) /.test(error?.message ?? '')) check.missing(NOT_DOCUMENTED);
	check.equal(`${resource}.${operation} on a server of the documented API`, error?.message ?? 'works', 'is missing');
}
