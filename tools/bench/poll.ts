import type { ChildProcess } from 'node:child_process';
import type { CaseName, CaseOrder, Measured } from './pollCase';
import type { Scene, ServerCommand, ServerReady } from './server';
import { ask, askOnce, machine, start, writeSection } from './measuring';

/** Finished tasks. */
const SIZES = [1_000, 10_000, 100_000];
/** Reading the labels of more than this one by one only takes longer. */
const MOST_TO_READ = 1_000;
const TURNS = 3;

/** One case in a process of its own, against a server that runs already. */
async function measure(server: ChildProcess, order: CaseOrder): Promise<Measured & { requests: number }> {
	const requests = async () => await ask<number>(server, 'requests' satisfies ServerCommand);
	const before = await requests();
	const measured = await askOnce<Measured>('pollCase.ts', order);
	return { ...measured, requests: ((await requests()) - before) / measured.runs };
}

/** The least disturbed of several turns of each, since something else always runs on a machine. */
async function compare(
	size: number,
	names: readonly CaseName[],
	measureOne: (name: CaseName) => Promise<Omit<Row, 'size' | 'name'>>,
): Promise<Row[]> {
	const turns: Row[] = [];
	for (let turn = 0; turn < TURNS; turn++)
		for (const name of names) turns.push({ size, name, ...(await measureOne(name)) });
	return names.map((name) => turns.filter((row) => row.name === name).sort((a, b) => a.time - b.time)[0]!);
}

async function measureSize(size: number): Promise<Row[]> {
	const server = start('server.ts', JSON.stringify({ scene: 'poll', count: size } satisfies Scene));
	const ready = await ask<ServerReady>(server);
	const rows: Row[] = [];
	let staticData = '{}';
	const keep = (row: Row) => {
		rows.push(row);
		console.log(describe(row));
		return row.staticData;
	};
	const run = async (name: CaseName, from = staticData) =>
		keep({ size, name, ...(await measure(server, { ...ready, name, staticData: from })) });
	try {
		staticData = await run('first poll');
		for (const row of await compare(
			size,
			['empty project', 'list alone', 'idle poll'],
			async (name) => await measure(server, { ...ready, name, staticData }),
		))
			keep(row);
		const reopened = await run('first poll, reopened', '{}');
		await run('idle poll, reopened', reopened);
		const milestones = await run('first poll, milestones', '{}');
		await run('idle poll, milestones', milestones);
		await ask(server, { finish: 100 } satisfies ServerCommand);
		await run('100 new, task only');
		await run('100 new, milestones', milestones);
		await run('100 new, labels');
		if (size <= MOST_TO_READ) await run('everything new, labels', '{}');
		// Last, since the server indents all its answers after the first export (docs/contract.md#http-behavior).
		await run('naive export');
		return rows;
	} finally {
		server.kill();
	}
}

async function main(): Promise<void> {
	const rows: Row[] = [];
	for (const size of SIZES) rows.push(...(await measureSize(size)));
	await writeReport(rows);
}

export interface Row extends Measured {
	/** Finished tasks of the project. */
	readonly size: number;
	readonly name: CaseName;
	readonly requests: number;
}

const WITHOUT_MEMORY: readonly CaseName[] = ['empty project', 'list alone', 'naive export'];
export function describe({ size, name, time, requests, items, peakMemory }: Row): string {
	return `${whole(size)} finished, ${name}: ${whole(time)} ms, ${requests} requests, ${whole(items)} items, ${whole(peakMemory)} MiB`;
}

/** Puts the poll's section into the results, in place of an earlier one. */
export async function writeReport(rows: readonly Row[]): Promise<void> {
	await writeSection('poll', [
		'## The trigger’s polls',
		'',
		machine(),
		...READING,
		'',
		...table(rows),
		'',
		...ratios(rows),
	]);
}

const READING = [
	'The server is the emulator, in a process of its own on the same machine; each case runs in a fresh process. “List alone” fetches and parses the two lists that `completed` needs, outside of n8n. “Empty project” is a poll that finds two empty lists: what n8n itself spends on a poll, mostly on decrypting the credential for each request. “Naive export” is the HTTP Request node with the export, without finding out what is new in it. The emulator’s export is linear; the real server’s grows with the square of the project (82 s for 1,000 images, docs/contract.md#timing-and-limits).',
];

function table(rows: readonly Row[]): string[] {
	return [
		'| Finished tasks | Case | Time (ms) | Processor (ms) | Requests | Items | Static data (bytes) | Peak memory (MiB) | Heap kept (MiB) |',
		'|---:|---|---:|---:|---:|---:|---:|---:|---:|',
		...rows.map(
			({ size, name, time, processor, requests, items, staticData, peakMemory, keptHeap }) =>
				`| ${[whole(size), name, whole(time), whole(processor), requests, whole(items), WITHOUT_MEMORY.includes(name) ? '' : whole(staticData.length), whole(peakMemory), keptHeap.toFixed(1)].join(' | ')} |`,
		),
	];
}

function ratios(rows: readonly Row[]): string[] {
	return [...new Set(rows.map(({ size }) => size))].map((size) => {
		const of = (name: CaseName) => rows.find((row) => row.size === size && row.name === name);
		const [idle, list, empty] = [of('idle poll'), of('list alone'), of('empty project')];
		if (idle === undefined || list === undefined || empty === undefined) return '';
		const times = (of: (row: Row) => number) =>
			`${(of(idle) / of(list)).toFixed(2)} times (without n8n’s own share ${((of(idle) - of(empty)) / of(list)).toFixed(2)} times)`;
		return `- ${whole(size)} finished tasks: ${(idle.staticData.length / size).toFixed(2)} bytes of static data each. An idle poll takes ${times(({ time }) => time)} as long as the lists alone, and ${times(({ processor }) => processor)} the processor time.`;
	});
}

function whole(number: number): string {
	return Math.round(number).toLocaleString('en-US');
}

void main();
