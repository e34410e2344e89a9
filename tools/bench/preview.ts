import { startEngine } from '@datagym/test/support/n8n/engine';
import { chain, manualTrigger, node } from '@datagym/test/support/workflow';
import type { Scene, ServerReady } from './server';
import {
	ask,
	askOnce,
	type Cost,
	LAST,
	machine,
	measureCost,
	runBenchmark,
	start,
	verdict,
	writeSection,
} from './measuring';

/** What a preview of photographs of 12 megapixels and 3 MB takes: Export: Preview through n8n's engine into its binary store. */

interface PreviewOrder {
	readonly images: number;
	readonly imageFiles: 'reduced' | 'original';
	readonly server: ServerReady;
}

interface Measured extends Cost {
	readonly pages: number;
	readonly bytes: number;
}

const CASES = [
	{ images: 50, imageFiles: 'original' },
	{ images: 50, imageFiles: 'reduced' },
	{ images: 500, imageFiles: 'reduced' },
] as const;
/** Of 500 photographs, in bytes. */
const MOST_BYTES = 10_000_000;

async function measureCase({ images, imageFiles, server }: PreviewOrder): Promise<Measured> {
	const engine = await startEngine();
	const credential = await engine.saveCredential('dataGymApi', { baseUrl: server.url, token: server.token });
	const run = async (limit: number) => {
		const parameters = {
			resource: 'export',
			operation: 'preview',
			projectId: { __rl: true, mode: 'id', value: server.projectId },
			limit,
			options: { imageFiles },
		};
		const workflow = chain(manualTrigger, node(LAST, 'n8n-nodes-datagym.dataGym', parameters));
		const finished = await engine.runWorkflow(workflow, { credentials: [credential] });
		if (finished.error) throw new Error(`${finished.error.message} — ${finished.error.description ?? ''}`);
		return finished.itemsOf(LAST);
	};
	// The first run loads the codec.
	await run(1);
	try {
		const { result, ...cost } = await measureCost(async () => await run(images));
		return {
			...cost,
			pages: result.length,
			bytes: result.reduce((sum, { binary }) => sum + (binary?.data?.bytes ?? 0), 0),
		};
	} finally {
		await engine.stop();
	}
}

const seconds = ({ milliseconds }: Cost) => (milliseconds / 1000).toFixed(1);
const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);

async function main(): Promise<void> {
	const rows: string[] = [];
	let largest: Measured | undefined;
	for (const { images, imageFiles } of CASES) {
		const server = start('server.ts', JSON.stringify({ scene: 'preview', count: images } satisfies Scene));
		const order = { images, imageFiles, server: await ask<ServerReady>(server) };
		const measured = await askOnce<Measured>('preview.ts', order);
		server.kill();
		const cells = [
			images,
			imageFiles,
			measured.pages,
			megabytes(measured.bytes),
			seconds(measured),
			(measured.processorMilliseconds / images).toFixed(0),
			measured.grownMebibytes.toFixed(0),
			measured.longestBlock.toFixed(0),
		];
		console.log(`preview: ${cells.join(' | ')}`);
		rows.push(`| ${cells.join(' | ')} |`);
		if (images === 500) largest = measured;
	}
	await writeSection('preview', [
		'## A preview of large photographs',
		'',
		`${machine()} Each image is a JPEG of 12 megapixels and about 3 MB with ten labels. The server is in a process of its own on the same machine.`,
		'',
		'| Images | Image files | Pages | Size (MB) | Time (s) | On a processor, per image (ms) | Memory growth (MiB) | Longest block (ms) |',
		'|---:|---|---:|---:|---:|---:|---:|---:|',
		...rows,
		'',
		...(largest === undefined
			? []
			: [
					verdict(
						'500 photographs of 3 MB make less than 10 MB',
						`${megabytes(largest.bytes)} MB`,
						largest.bytes < MOST_BYTES,
					),
				]),
	]);
}

runBenchmark(main, measureCase);
