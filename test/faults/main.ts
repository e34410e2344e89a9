import { fork } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FAULTS } from './faults';
import { FAULTED_KINDS, nameOf, type FaultedKind } from './operation';
import { operationsOf } from './operations';
import { reportOf } from './report';
import type { Findings, Order } from './worker';

const PROCESSES = 2;
const DOCS = join(__dirname, '..', '..', 'docs');
const FILES: Readonly<Record<FaultedKind, string>> = { current: 'faults.md', 'open-core': 'faults-open-core.md' };
const COMMANDS: Readonly<Record<FaultedKind, string>> = {
	current: 'npm run test:faults',
	'open-core': 'npm run test:faults -- --generation open-core',
};

const { values } = parseArgs({
	options: {
		/** Regular expressions for names, to try only some. */
		operation: { type: 'string', default: '' },
		fault: { type: 'string', default: '' },
		/** The kind of server: `current` or `open-core`. */
		generation: { type: 'string', default: 'current' },
		/** Every fifth fault for each operation, none of those with gigabytes or minutes, few hostile answers, no batches: in two minutes instead of ten. */
		sample: { type: 'boolean', default: false },
		seed: { type: 'string', default: process.env.FAULTS_SEED ?? '20261123' },
		fuzz: { type: 'string' },
		batches: { type: 'boolean', default: false },
	},
});

async function main(): Promise<void> {
	const kind = FAULTED_KINDS.find((each) => each === values.generation);
	if (kind === undefined) throw new Error(`There is no kind "${values.generation}": ${FAULTED_KINDS.join(', ')}`);
	const isWhole = values.operation === '' && values.fault === '' && !values.sample;
	const begun = performance.now();
	const findings = merged(await Promise.all(orders(kind, isWhole).map(give)));
	const { text, mistakes } = reportOf(findings, { seed: Number(values.seed), kind, command: COMMANDS[kind] });
	console.log(text);
	for (const mistake of mistakes) console.error(mistake);
	console.log(`\nTook ${Math.round((performance.now() - begun) / 1000)} s; the seed was ${values.seed}.`);
	if (isWhole && mistakes.length === 0) await writeFile(join(DOCS, FILES[kind]), text);
	if (mistakes.length > 0) process.exitCode = 1;
}

function orders(generation: FaultedKind, isWhole: boolean): readonly Order[] {
	const all = operationsOf(generation).map(nameOf);
	const operations = all.filter((name) => new RegExp(values.operation).test(name));
	const faults = FAULTS.filter(({ isHeavy, isIdle }) => !values.sample || (isHeavy !== true && isIdle !== true))
		.map(({ name }) => name)
		.filter((name) => new RegExp(values.fault).test(name));
	return Array.from({ length: PROCESSES }, (_, index) => ({
		share: index,
		generation,
		seed: Number(values.seed),
		operations: operations.filter((_name, place) => place % PROCESSES === index),
		faults,
		every: values.sample ? 5 : 1,
		hostileAnswers: Number(values.fuzz ?? (values.sample ? 1 : 8)),
		withBatches: index === 0 && (isWhole || values.batches),
	}));
}

async function give(order: Order): Promise<Findings> {
	const worker = fork(join(__dirname, 'worker.ts'), { execArgv: ['--import', 'tsx'] });
	return await new Promise<Findings>((resolve, reject) => {
		worker.once('exit', () => reject(new Error('A process has ended without an answer')));
		worker.once('message', (answer: Findings | { error: string }) =>
			'error' in answer ? reject(new Error(answer.error)) : resolve(answer),
		);
		worker.send(order);
	});
}

function merged(findings: readonly Findings[]): Findings {
	return {
		cells: findings.flatMap(({ cells }) => cells),
		fuzz: {
			answers: findings.reduce((sum, { fuzz }) => sum + fuzz.answers, 0),
			taken: findings.reduce((sum, { fuzz }) => sum + fuzz.taken, 0),
			mistakes: findings.flatMap(({ fuzz }) => fuzz.mistakes),
		},
		batches: findings.flatMap(({ batches }) => batches),
		hasLeaked: findings.some(({ hasLeaked }) => hasLeaked),
	};
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
