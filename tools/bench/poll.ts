import type { ChildProcess } from 'node:child_process';
import type { CaseName, CaseOrder, Measured } from './pollCase';
import { describe, writeReport, type Row } from './pollReport';
import type { ServerCommand, ServerReady } from './pollServer';
import { ask, askOnce, start } from './processes';

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
	const server = start('pollServer.ts', String(size));
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
		await ask(server, { finish: 100 } satisfies ServerCommand);
		await run('100 new, task only');
		await run('100 new, labels');
		if (size <= MOST_TO_READ) await run('everything new, labels', '{}');
		// Last, since the server indents all its answers after the first export (CONTRACT.md, section 1).
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

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
