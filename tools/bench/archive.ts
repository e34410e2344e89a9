import { startEngine } from '@datagym/test/support/n8n/engine';
import { chain, manualTrigger, node } from '@datagym/test/support/workflow';
import type { Scene, ServerReady } from './server';
import { ask, machine, measureCost, start, writeSection, type Cost } from './measuring';

/** How much memory an archive takes: Export: Create Training Dataset with the images, through n8n's engine into its binary store. */

const SIZES = [100, 1000, 5000];
const MEBIBYTE = 2 ** 20;

interface Measured extends Cost {
	readonly images: number;
	readonly archiveMebibytes: number;
}

async function measure(images: number): Promise<Measured> {
	const server = start('server.ts', JSON.stringify({ scene: 'archive', count: images } satisfies Scene));
	const ready = await ask<ServerReady>(server);
	const engine = await startEngine();
	const credential = await engine.saveCredential('dataGymApi', { baseUrl: ready.url, token: ready.token });
	const parameters = {
		resource: 'export',
		operation: 'createDataset',
		format: 'yoloDetect',
		projectId: { __rl: true, mode: 'id', value: ready.projectId },
	};
	const workflow = chain(manualTrigger, node('DataGym', 'n8n-nodes-datagym.dataGym', parameters));
	const { result: run, ...cost } = await measureCost(
		async () => await engine.runWorkflow(workflow, { credentials: [credential] }),
	);
	const bytes = run.itemsOf('DataGym')[0]?.binary?.data?.bytes ?? 0;
	await engine.stop();
	server.kill();
	if (run.error) throw new Error(run.error.message);
	return { ...cost, images, archiveMebibytes: bytes / MEBIBYTE };
}

const seconds = ({ milliseconds }: Cost) => (milliseconds / 1000).toFixed(1);

async function main(): Promise<void> {
	// The first run loads what later ones share.
	await measure(20);
	const rows: Measured[] = [];
	for (const images of SIZES) {
		const row = await measure(images);
		console.log(
			`${images} images: ${seconds(row)} s, ${row.archiveMebibytes.toFixed(0)} MiB, memory grew by ${row.grownMebibytes.toFixed(0)} MiB, longest block ${row.longestBlock.toFixed(0)} ms`,
		);
		rows.push(row);
	}
	await writeSection('archive', [
		'## A YOLO archive with its images',
		'',
		`${machine()} Each image has about 105 kB and is asked for once.`,
		'',
		'| Images | Archive (MiB) | Time (s) | Memory growth (MiB) | Longest block (ms) |',
		'|---:|---:|---:|---:|---:|',
		...rows.map(
			(row) =>
				`| ${row.images} | ${row.archiveMebibytes.toFixed(0)} | ${seconds(row)} | ${row.grownMebibytes.toFixed(0)} | ${row.longestBlock.toFixed(0)} |`,
		),
	]);
}

void main();
