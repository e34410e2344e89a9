import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INodeExecutionData } from 'n8n-workflow';
import { zipOf } from '@datagym/nodes/DataGym/export/createDataset/zip';
import { readImageHeader } from '@datagym/labels/codecs/imageHeader';
import { startEngine } from '@datagym/test/support/n8n/engine';
import { byId, chain, manualTrigger, node } from '@datagym/test/support/workflow';
import { LATENCY, writePhotos } from './data';
import {
	ask,
	askOnce,
	type Cost,
	LAST,
	machine,
	measureCost,
	runBenchmark,
	Runs,
	start,
	verdict,
	writeSection,
} from './measuring';
import type { Scene, ServerCommand, ServerReady } from './server';

/** Imports an archive of labeled photographs of about 200 kB, and uploads the same photographs with Image: Upload. */

const COUNT = Number(process.env.IMAGES ?? 5_000);
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const WAYS = ['import', 'upload'] as const;

interface Order {
	readonly way: (typeof WAYS)[number];
	readonly userFolder: string;
	readonly itemsFile: string;
	readonly server: ServerReady;
}

async function main(): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'datagym-bench-'));
	const runs = new Runs<Cost>();
	try {
		const userFolder = join(folder, 'n8n');
		await prepare(folder, userFolder);
		for (let round = 0; round < ROUNDS; round++)
			for (const way of WAYS) {
				const process = start('server.ts', JSON.stringify({ scene: 'images', count: 0 } satisfies Scene));
				try {
					const server = await ask<ServerReady>(process);
					const order: Order = { way, userFolder, itemsFile: join(folder, `${way}.json`), server };
					const cost = await askOnce<Cost>('datasetImport.ts', order);
					const requests = await ask<number>(process, 'requests' satisfies ServerCommand);
					console.log(`${way}: ${JSON.stringify(cost)}, ${requests} requests`);
					runs.note(way, cost);
				} finally {
					process.kill();
				}
			}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
	const speed = 1 / runs.ratio('import', 'upload', ({ milliseconds }) => milliseconds);
	const processor = runs.ratio('import', 'upload', ({ processorMilliseconds }) => processorMilliseconds);
	const grown = runs.median('import', ({ grownMebibytes }) => grownMebibytes);
	await writeSection('dataset import', [
		'## Dataset: Import',
		'',
		`An archive of ${COUNT} photographs of about 200 kB with a box each, in ${ROUNDS} rounds, ${LATENCY} ms a request. ${machine()}`,
		'',
		`Processor time of Image: Upload as a share of the import's, which other programs disturb less: ${(1 / processor).toFixed(2)}.`,
		'',
		verdict('at least 0.8 of the speed of Image: Upload', `${speed.toFixed(2)}`, speed >= 0.8),
		verdict('memory grows by less than 150 MiB', `${grown.toFixed(0)} MiB`, grown < 150),
		`- The longest block of n8n’s event loop took ${runs.median('import', ({ longestBlock }) => longestBlock).toFixed(0)} ms of processor time.`,
	]);
}

async function prepare(folder: string, userFolder: string): Promise<void> {
	const photos = join(folder, 'photos');
	const names = await writePhotos(photos, COUNT);
	const header = readImageHeader(await readFile(join(photos, names[0] ?? '')), true);
	const size = header.verdict === 'image' ? { width: header.width, height: header.height } : {};
	const annotations = {
		images: names.map((name, id) => ({ id, file_name: name, ...size })),
		categories: [{ id: 1, name: 'car' }],
		annotations: names.map((_, id) => ({ id, image_id: id, category_id: 1, bbox: [10, 20, 30, 40] })),
	};
	const entries = async function* () {
		yield { name: 'annotations.json', input: Buffer.from(JSON.stringify(annotations)) };
		for (const name of names) yield { name: `images/${name}`, input: await readFile(join(photos, name)) };
	};
	const parts: Uint8Array[] = [];
	for await (const part of zipOf(entries())) parts.push(part);
	const engine = await startEngine({ userFolder });
	const store = async (bytes: Buffer, fileName: string, mimeType: string): Promise<INodeExecutionData> => ({
		json: {},
		binary: { data: await engine.storeBinary({ bytes, fileName, mimeType }) },
	});
	await writeFile(
		join(folder, 'import.json'),
		JSON.stringify([await store(Buffer.concat(parts), 'dataset.zip', 'application/zip')]),
	);
	const items: INodeExecutionData[] = [];
	for (const name of names) items.push(await store(await readFile(join(photos, name)), name, 'image/jpeg'));
	await writeFile(join(folder, 'upload.json'), JSON.stringify(items));
	await engine.stop();
}

async function work({ way, userFolder, itemsFile, server }: Order): Promise<Cost> {
	const engine = await startEngine({ userFolder });
	const credential = await engine.saveCredential('dataGymApi', { baseUrl: server.url, token: server.token });
	const input = JSON.parse(await readFile(itemsFile, 'utf8')) as INodeExecutionData[];
	const parameters =
		way === 'import'
			? { resource: 'dataset', operation: 'import', projectId: byId(server.projectId), datasetName: 'Imported' }
			: { resource: 'image', operation: 'upload', datasetId: byId(server.datasetId) };
	const workflow = chain(manualTrigger, node(LAST, 'n8n-nodes-datagym.dataGym', parameters));
	try {
		// Loads what later runs share, as for all transfers.
		const warmUp = {
			...parameters,
			...(way === 'import' ? { options: { dryRun: true } } : { datasetId: byId(server.warmUpDatasetId) }),
		};
		await engine.runWorkflow(chain(manualTrigger, node(LAST, 'n8n-nodes-datagym.dataGym', warmUp)), {
			credentials: [credential],
			input: input.slice(0, 20),
		});
		const { result, ...cost } = await measureCost(
			async () => await engine.runWorkflow(workflow, { credentials: [credential], input }),
		);
		if (result.error) throw new Error(`${result.error.message} — ${result.error.description ?? ''}`);
		const done = result.itemsOf(LAST).filter(({ json }) => json.status === 'imported' || json.status === 'uploaded');
		if (done.length !== COUNT) throw new Error(`${done.length} of ${COUNT} were done`);
		return cost;
	} finally {
		await engine.stop();
	}
}

runBenchmark(main, work);
