import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startEngine } from '@datagym/test/support/n8n/engine';
import { chain, manualTrigger, node } from '@datagym/test/support/workflow';
import type { ArchiveServer } from './archiveServer';
import { machine, writeSection } from './results';

/** How much memory an archive takes: Export: Create Training Dataset with the images, through n8n's engine into its binary store. */

const SIZES = [100, 1000, 5000];
const MEBIBYTE = 2 ** 20;

interface Measured {
	images: number;
	seconds: number;
	archiveMebibytes: number;
	grownMebibytes: number;
}

async function measure(images: number): Promise<Measured> {
	const server = fork(join(__dirname, 'archiveServer.ts'), [String(images)], { execArgv: ['--import', 'tsx'] });
	const [ready] = (await once(server, 'message')) as [ArchiveServer];
	const engine = await startEngine();
	const credential = await engine.saveCredential('dataGymApi', { baseUrl: ready.url, token: ready.token });
	const parameters = {
		resource: 'export',
		operation: 'createDataset',
		format: 'yoloDetect',
		projectId: { __rl: true, mode: 'id', value: ready.projectId },
	};
	globalThis.gc?.();
	const before = process.memoryUsage().rss;
	let most = before;
	const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
	const begun = performance.now();
	const run = await engine.runWorkflow(chain(manualTrigger, node('DataGym', 'n8n-nodes-datagym.dataGym', parameters)), {
		credentials: [credential],
	});
	const seconds = (performance.now() - begun) / 1000;
	clearInterval(watch);
	const bytes = run.itemsOf('DataGym')[0]?.binary?.data?.bytes ?? 0;
	await engine.stop();
	server.kill();
	if (run.error) throw new Error(run.error.message);
	return { images, seconds, archiveMebibytes: bytes / MEBIBYTE, grownMebibytes: (most - before) / MEBIBYTE };
}

async function main(): Promise<void> {
	// The first run loads what later ones share.
	await measure(20);
	const rows: Measured[] = [];
	for (const images of SIZES) {
		const row = await measure(images);
		console.log(
			`${images} images: ${row.seconds.toFixed(1)} s, ${row.archiveMebibytes.toFixed(0)} MiB, memory grew by ${row.grownMebibytes.toFixed(0)} MiB`,
		);
		rows.push(row);
	}
	await writeSection('archive', [
		'## A YOLO archive with its images',
		'',
		`${machine()} Each image has about 105 kB and is asked for twice: its first bytes for the size, then whole.`,
		'',
		'| Images | Archive (MiB) | Time (s) | Memory growth (MiB) |',
		'|---:|---:|---:|---:|',
		...rows.map(
			({ images, seconds, archiveMebibytes, grownMebibytes }) =>
				`| ${images} | ${archiveMebibytes.toFixed(0)} | ${seconds.toFixed(1)} | ${grownMebibytes.toFixed(0)} |`,
		),
	]);
}

void main();
