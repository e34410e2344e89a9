import type { ChildProcess } from 'node:child_process';
import type { CaseName, CaseOrder, Measured } from './pollCase';
import type { Scene, ServerCommand, ServerReady } from './server';
import { noteFigures } from './figures';
import { ask, askOnce, machine, start, writeSection } from './measuring';

/** Finished tasks. */
const SIZES = [1_000, 10_000, 100_000, 1_000_000];
/** More than this take minutes, and are measured fewer times. */
const LARGE = 100_000;
/** Reading the labels of more than this one by one only takes longer. */
const MOST_TO_READ = 1_000;
const turnsOf = (size: number) => (size > LARGE ? 1 : 3);
const runsOf = (size: number) => (size > LARGE ? 2 : 7);

/** Of the poll of an empty project with which each case begins. */
const WARM_UP_REQUESTS = 2;

/** One case in a process of its own, against a server that runs already. */
async function measure(server: ChildProcess, order: CaseOrder): Promise<Measured & { requests: number }> {
	const requests = async () => await ask<number>(server, 'requests' satisfies ServerCommand);
	const before = await requests();
	const measured = await askOnce<Measured>('pollCase.ts', order);
	return { ...measured, requests: ((await requests()) - before - WARM_UP_REQUESTS) / measured.runs };
}

/** The least disturbed of several turns of each, since something else always runs on a machine. */
async function compare(
	size: number,
	names: readonly CaseName[],
	measureOne: (name: CaseName) => Promise<Omit<Row, 'size' | 'name'>>,
): Promise<Row[]> {
	const turns: Row[] = [];
	for (let turn = 0; turn < turnsOf(size); turn++)
		for (const name of names) turns.push({ size, name, ...(await measureOne(name)) });
	return names.map((name) => turns.filter((row) => row.name === name).sort((a, b) => a.time - b.time)[0]!);
}

async function measureSize(size: number, isWanted: (name: CaseName) => boolean): Promise<Row[]> {
	const server = start('server.ts', JSON.stringify({ scene: 'poll', count: size } satisfies Scene));
	const ready = await ask<ServerReady>(server);
	const rows: Row[] = [];
	let staticData = '{}';
	const keep = (row: Row) => {
		rows.push(row);
		console.log(describe(row));
		return row.staticData;
	};
	const run = async (name: CaseName, from = staticData) => {
		if (!isWanted(name)) return '{}';
		return keep({ size, name, ...(await measure(server, { ...ready, name, staticData: from, runs: runsOf(size) })) });
	};
	const others: readonly CaseName[] = ['empty project', 'list alone', 'idle poll'];
	try {
		staticData = await run('first poll');
		for (const row of await compare(
			size,
			others.filter(isWanted),
			async (name) => await measure(server, { ...ready, name, staticData, runs: runsOf(size) }),
		))
			keep(row);
		const reopened = await run('first poll, reopened', '{}');
		await run('idle poll, reopened', reopened);
		const milestones = await run('first poll, milestones', '{}');
		await run('idle poll, milestones', milestones);
		const everything = await run('first poll, everything', '{}');
		await run('second poll, everything', everything);
		await ask(server, { finish: 3 } satisfies ServerCommand);
		await run('3 new, task only');
		await ask(server, { finish: 97 } satisfies ServerCommand);
		await run('100 new, task only');
		await run('100 new, milestones', milestones);
		await run('100 new, labels');
		if (size <= MOST_TO_READ) await run('everything new, labels', '{}');
		// Last, since the server indents all its answers after the first export (docs/contract.md#http-behavior).
		if (size <= LARGE) await run('naive export');
		return rows;
	} finally {
		server.kill();
	}
}

/** Writes its section, unless only one size, and perhaps only some of the cases, are measured: `poll.ts 1000000 "idle poll"`. */
async function main(size: number | undefined, names: readonly string[]): Promise<void> {
	const isWanted = (name: CaseName) => names.length === 0 || names.includes(name);
	if (size !== undefined) return void (await measureSize(size, isWanted));
	const rows: Row[] = [];
	for (const one of SIZES) rows.push(...(await measureSize(one, isWanted)));
	await writeReport(rows);
}

export interface Row extends Measured {
	/** Finished tasks of the project. */
	readonly size: number;
	readonly name: CaseName;
	readonly requests: number;
}

const WITHOUT_MEMORY: readonly CaseName[] = ['empty project', 'list alone', 'naive export'];
export function describe({
	size,
	name,
	time,
	processor,
	longestBlock,
	longestStop,
	requests,
	items,
	peakMemory,
}: Row): string {
	return `${whole(size)} finished, ${name}: ${whole(time)} ms (processor ${whole(processor)}), longest block ${whole(longestBlock)} (delay ${whole(longestStop)}), ${requests} requests, ${whole(items)} items, ${whole(peakMemory)} MiB`;
}

/** Puts the poll's section into the results, in place of an earlier one. */
export async function writeReport(rows: readonly Row[]): Promise<void> {
	await noteFigures(figuresOf(rows));
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

/** Those whose memory counts. */
const GROWING: readonly CaseName[] = [
	'idle poll',
	'3 new, task only',
	'first poll',
	'first poll, everything',
	'second poll, everything',
	'first poll, milestones',
	'idle poll, milestones',
];

/** For the table of what grows with a project. */
function figuresOf(rows: readonly Row[]): Record<string, number> {
	const of = (size: number, name: CaseName) => rows.find((row) => row.size === size && row.name === name);
	const [million, ...others] = GROWING.map((name) => of(1_000_000, name));
	const known = {
		'poll: block, nothing new': of(LARGE, 'idle poll')?.longestBlock,
		'poll: block, 3 new': of(LARGE, '3 new, task only')?.longestBlock,
		'trigger: beside the lists': million && million.processor / (of(1_000_000, 'list alone')?.processor ?? NaN),
		'trigger: growth': million && Math.max(million.peakMemory, ...others.map((row) => row?.peakMemory ?? 0)),
		'trigger: bytes a task': million && million.staticData.length / 1_000_000,
	};
	return Object.fromEntries(
		Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
	);
}

const READING = [
	'The server is the emulator, in a process of its own on the same machine; each case runs in a fresh process. “List alone” fetches the two lists that `completed` needs and parses them as a stream, by the client’s own splitter, keeping nothing, outside of n8n. “Longest block” is processor time of the main thread between two turns of the event loop (the median of the runs’ longest), “by the clock” the longest delay that `monitorEventLoopDelay` has seen. “Empty project” is a poll that finds two empty lists: what n8n itself spends on a poll, mostly on decrypting the credential for each request. “Naive export” is the HTTP Request node with the export, without finding out what is new in it. The emulator’s export is linear; the real server’s grows with the square of the project (82 s for 1,000 images, docs/contract.md#timing-and-limits).',
];

function table(rows: readonly Row[]): string[] {
	return [
		'| Finished tasks | Case | Time (ms) | Processor (ms) | Longest block (ms) | By the clock (ms) | Requests | Items | Static data (bytes) | Peak memory (MiB) | Heap kept (MiB) |',
		'|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
		...rows.map(
			({ size, name, time, processor, longestBlock, longestStop, requests, items, staticData, peakMemory, keptHeap }) =>
				`| ${[whole(size), name, whole(time), whole(processor), whole(longestBlock), whole(longestStop), requests, whole(items), WITHOUT_MEMORY.includes(name) ? '' : whole(staticData.length), whole(peakMemory), keptHeap.toFixed(1)].join(' | ')} |`,
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

const [wantedSize, ...wantedCases] = process.argv.slice(2);
void main(wantedSize === undefined ? undefined : Number(wantedSize), wantedCases);
