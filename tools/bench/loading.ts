import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cost, Runs, askOnce, machine, measureCost, runBenchmark, verdict, writeSection } from './measuring';
import { LazyPackageDirectoryLoader } from 'n8n-core';
import { ROOT } from '../paths';

/** How long n8n takes to load the package when it starts, and how large what is published is. */

const ROUNDS = 9;
const MOST_MILLISECONDS = 10;
const MOST_MEBIBYTES = 3;
const MOST_BYTES = 1_000_000;

const OWN = 'this package';
const EMPTY = 'a package without nodes';

async function main(): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'datagym-bench-'));
	try {
		const packages = { [OWN]: ROOT, [EMPTY]: await emptyPackage(folder) };
		const runs = new Runs<Cost>();
		for (let round = 0; round < ROUNDS; round++) {
			for (const [name, path] of Object.entries(packages)) runs.note(name, await askOnce<Cost>('loading.ts', { path }));
		}
		await report(runs);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function emptyPackage(folder: string): Promise<string> {
	const path = join(folder, 'n8n-nodes-empty');
	await mkdir(path);
	await writeFile(
		join(path, 'package.json'),
		JSON.stringify({
			name: 'n8n-nodes-empty',
			version: '1.0.0',
			n8n: { n8nNodesApiVersion: 1, nodes: [], credentials: [] },
		}),
	);
	return path;
}

async function report(runs: Runs<Cost>): Promise<void> {
	const time = (name: string) => runs.median(name, ({ milliseconds }) => milliseconds);
	const processor = (name: string) => runs.median(name, ({ processorMilliseconds }) => processorMilliseconds);
	const beyond = processor(OWN) - processor(EMPTY);
	const memory = (name: string) => runs.median(name, ({ grownMebibytes }) => grownMebibytes);
	const grown = memory(OWN) - memory(EMPTY);
	const [tarball] = JSON.parse(
		execFileSync('npm', ['pack', '--dry-run', '--json'], {
			cwd: ROOT,
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
		}),
	) as [{ size: number; unpackedSize: number; entryCount: number }];
	console.log(
		`loading: ${time(OWN).toFixed(1)} ms (${processor(OWN).toFixed(1)} ms on a processor), an empty package ${time(EMPTY).toFixed(1)} ms (${processor(EMPTY).toFixed(1)} ms); tarball ${tarball.size} bytes`,
	);
	await writeSection('loading', [
		'## Loading',
		'',
		machine(),
		`\`LazyPackageDirectoryLoader.loadAll\` of n8n-core, with which n8n starts, each time in a fresh process that has n8n-core loaded; medians of ${ROUNDS}.`,
		'',
		'| Package | Time (ms) | Processor (ms) | Memory (MiB) |',
		'|---|---:|---:|---:|',
		...[OWN, EMPTY].map(
			(name) => `| ${name} | ${time(name).toFixed(1)} | ${processor(name).toFixed(1)} | ${memory(name).toFixed(1)} |`,
		),
		'',
		verdict(
			`n8n starts with the package in less than ${MOST_MILLISECONDS} ms of processor time beyond an empty one`,
			`${beyond.toFixed(1)} ms`,
			beyond < MOST_MILLISECONDS,
		),
		verdict(`and takes less than ${MOST_MEBIBYTES} MiB beyond it`, `${grown.toFixed(1)} MiB`, grown < MOST_MEBIBYTES),
		verdict(
			`the tarball has less than ${MOST_BYTES / 1000} kB`,
			`${(tarball.size / 1000).toFixed(0)} kB (${(tarball.unpackedSize / 1000).toFixed(0)} kB unpacked, ${tarball.entryCount} files)`,
			tarball.size < MOST_BYTES,
		),
	]);
}

async function measureCase({ path }: { path: string }): Promise<Cost> {
	return await measureCost(async () => await new LazyPackageDirectoryLoader(path).loadAll());
}

runBenchmark(main, measureCase);
