/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { resources } from '@datagym/nodes/DataGym/resources';
import { valuesOf } from '../emulator/store/values';
import type { Store } from '../emulator/store/store';
import type { LabelValue } from '../emulator/store/model';
import { FaultHarness } from '../faults/harness';
import type { NodeOperation } from '../faults/operation';
import { operationsOf } from '../faults/operations';
import { recordsOf } from '../emulator/store/records';
import { startEngine } from '../support/n8n/lentEngine';
import { readText } from './markdown';

/**
 * What docs/security.md says of each operation as a tool, against what the operation does to a server: its sample parameters and the
 * variants of the fault tests are run against the emulator, whose whole store is compared.
 */

/** Asks no server. */
const OFFLINE = 'export.compareVersions';

let harness: FaultHarness;

beforeAll(async () => {
	harness = await FaultHarness.open('open-core', undefined, await startEngine());
});
afterAll(async () => await harness.close());

const withChildren = (value: LabelValue): LabelValue[] => [value, ...value.children.flatMap(withChildren)];

/** DataGym adds empty answers to a task that is only looked at (docs/contract.md#tasks); they are nobody's. */
const isAnswered = ({ content, children }: LabelValue): boolean =>
	Object.entries(content).some(([key, value]) => key !== 'type' && value !== null && String(value) !== '') ||
	children.some(isAnswered);

/** All that lives in the server, by its ID, and how it is. */
function livingIn(store: Store): Map<string, string> {
	const living = new Map<string, string>();
	for (const record of recordsOf(store)) {
		if (record.kind === 'token') continue;
		if (record.kind === 'task') {
			const { task } = record;
			living.set(`task ${task.id}`, JSON.stringify([task.state, task.labeler]));
			continue;
		}
		const thing =
			record.kind === 'dataset' ? record.dataset : record.kind === 'medium' ? record.medium : record.project;
		if (thing.deleted) continue;
		living.set(`${record.kind} ${thing.id}`, JSON.stringify(record));
		if (record.kind === 'project')
			for (const { id } of record.project.configuration.roots) living.set(`class ${id}`, '');
	}
	for (const task of store.tasks.values())
		if (living.has(`medium ${task.medium.id}`) && living.has(`project ${task.project.id}`))
			for (const value of valuesOf(task).flatMap(withChildren).filter(isAnswered))
				living.set(`label ${value.id}`, JSON.stringify(value.content));
		else living.delete(`task ${task.id}`);
	return living;
}

type Effect = 'Reads only' | 'Adds or changes' | 'Can delete';

async function effectOf(operation: NodeOperation): Promise<Effect> {
	const bench = await harness.openBench();
	try {
		operation.prepare?.(bench.scene);
		const { store } = bench.scene.server;
		const before = livingIn(store);
		const { failure } = await harness.run(bench, operation, {}, () => undefined);
		if (failure !== undefined) throw new Error(`${failure.message} ${failure.description}`);
		const after = livingIn(store);
		if ([...before.keys()].some((id) => !after.has(id))) return 'Can delete';
		const isSame = before.size === after.size && [...before].every(([id, state]) => after.get(id) === state);
		return isSame ? 'Reads only' : 'Adds or changes';
	} finally {
		await bench.close();
	}
}

/** The rows of the table below a heading, with the operations that their second cells name. */
function tableOf(heading: string): Map<string, string[]> {
	const [, section = ''] = readText('docs/security.md').split(`## ${heading}\n`);
	const rows = section
		.split('\n## ')[0]!
		.split('\n')
		.filter((line) => line.startsWith('| '));
	return new Map(
		rows.slice(2).map((row) => {
			const [, head = '', cell = ''] = row.split('|');
			return [head.replaceAll('*', '').trim(), [...cell.matchAll(/\*([^*]+: [^*]+)\*/g)].map(([, name = '']) => name)];
		}),
	);
}

const nameOf = (value: string) => {
	const [resource, operation] = value.split('.');
	const found = resources.find((each) => each.value === resource);
	return `${found?.name}: ${found?.operations.find((each) => each.value === operation)?.name}`;
};

test('docs/security.md says of each operation what it does to the server', async () => {
	const trials = operationsOf('open-core').filter((each) => each.kind === 'node');
	const order: readonly Effect[] = ['Reads only', 'Adds or changes', 'Can delete'];
	const effects = new Map<string, Effect>([[nameOf(OFFLINE), 'Reads only']]);
	for (const trial of trials) {
		const name = nameOf(`${trial.resource}.${trial.operation}`);
		const effect = await effectOf(trial);
		const known = effects.get(name);
		if (known === undefined || order.indexOf(effect) > order.indexOf(known)) effects.set(name, effect);
	}
	const named = [...tableOf('Operations as tools of an AI agent')].flatMap(([effect, names]) =>
		names.map((name) => [name, effect] as const),
	);
	const byName = ([a]: readonly [string, string], [b]: readonly [string, string]) => (a < b ? -1 : 1);
	expect(named.sort(byName)).toEqual([...effects].sort(byName));
}, 120_000);

test('those that destroy much at once are among the ones that can delete', () => {
	const deleting = tableOf('Operations as tools of an AI agent').get('Can delete') ?? [];
	const destructive = resources.flatMap(({ name, operations }) =>
		operations.filter(({ isDestructive }) => isDestructive === true).map((each) => `${name}: ${each.name}`),
	);
	expect(destructive.length).toBeGreaterThan(2);
	expect(deleting).toEqual(expect.arrayContaining(destructive));
	// And each of them has its row in the table of what is deleted.
	const [, section = ''] = readText('docs/security.md').split('## Operations that delete data\n');
	for (const name of deleting) expect(section.split('\n## ')[0]).toContain(`*${name}*`);
});
