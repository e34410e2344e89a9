import { readFile } from 'node:fs/promises';
import { startEmulator, type Emulator } from '@datagym/test/emulator/start';
import { makePhotos } from './photos';
import { LATENCY, type Scene, type ServerCommand, type ServerReady } from './scenes';
import { slowImports } from './slowImports';

async function main(wanted: Scene): Promise<void> {
	const server = await startEmulator({ dummyProject: false, latencyMs: LATENCY });
	const { project, dataset } = server.seed.project({
		name: 'Bench',
		classes: [{ entryKey: 'car', type: 'rectangle' }],
		datasetName: 'Bench images',
	});
	const warmUp = server.seed.project({ name: 'Warm up', datasetName: 'Warm up' }).dataset;
	if (dataset === null || warmUp === null) throw new Error('The datasets were not made');
	const count = wanted.scene === 'export' ? 0 : wanted.count;
	const imageIds = server.seed.tasks(project, dataset, { count }).map(({ medium }) => medium.id);
	if (wanted.scene === 'images') await storePhotos(server, imageIds);
	if (wanted.scene === 'export') await serveExport(server, wanted.file);
	const url = wanted.scene === 'predictions' ? await slowImports(server.url) : server.url;
	process.on('disconnect', () => process.exit());
	process.on('message', (command: ServerCommand) =>
		process.send?.(command === 'requests' ? server.requests.length : dataset.media.size),
	);
	process.send?.({
		url,
		token: server.token,
		datasetId: dataset.id,
		warmUpDatasetId: warmUp.id,
		projectId: project.id,
		imageIds,
	} satisfies ServerReady);
}

/** The images share some pictures, so that the server needs no memory for them. */
async function storePhotos(server: Emulator, imageIds: readonly string[]): Promise<void> {
	const photos = await makePhotos(10);
	for (const [index, id] of imageIds.entries()) await server.store.bytes.put(id, photos[index % photos.length]!);
}

async function serveExport(server: Emulator, file: string): Promise<void> {
	const body = await readFile(file);
	server.onRequest(({ path }) => (path.includes('/export/') ? { status: 200, body } : undefined));
}

void main(JSON.parse(process.argv[2] ?? '{}') as Scene);
