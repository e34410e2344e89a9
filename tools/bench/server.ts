import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { startEmulator, type Emulator } from '@datagym/test/emulator/start';
import type { Dataset, Project, Task } from '@datagym/test/emulator/store/model';
import { CLASSES, LABEL_CLASSES, labelsOf, largePhotos, LATENCY, makePhotos, plainPhoto, smallPhoto } from './data';

/** Which server is wanted, as the first argument. It runs in a process of its own, so that its time and memory do not count. */
export type Scene =
	/** A dataset, with so many photographs of about 200 kB. */
	| { readonly scene: 'images'; readonly count: number }
	/** A project with so many images to label, behind imports that take as long as the real server's. */
	| { readonly scene: 'predictions'; readonly count: number }
	/** A project whose export is the file, and which has so many images, whose files are small, if there is a number. */
	| { readonly scene: 'export'; readonly file: string; readonly count?: number }
	/** A project with so many finished images of about 105 kB, a box on each. */
	| { readonly scene: 'archive'; readonly count: number }
	/** A project with so many finished photographs of 12 megapixels, ten labels on each. */
	| { readonly scene: 'preview'; readonly count: number }
	/** A project with so many finished tasks, and some that are not. */
	| { readonly scene: 'poll'; readonly count: number };

/** What the server tells when it is ready. */
export interface ServerReady {
	readonly url: string;
	readonly token: string;
	readonly datasetId: string;
	/** Another one, for what warms up. */
	readonly warmUpDatasetId: string;
	readonly projectId: string;
	/** A project without images. */
	readonly emptyProjectId: string;
	readonly imageIds: readonly string[];
}

/** Asks for the number of requests so far, or of images in the dataset, or for so many tasks to be finished. */
export type ServerCommand = 'requests' | 'images' | { readonly finish: number };

/** How many tasks wait to be finished. */
const OPEN_TASKS = 2_000;

async function main(wanted: Scene): Promise<void> {
	const isQuick =
		['archive', 'poll', 'preview'].includes(wanted.scene) || (wanted.scene === 'export' && wanted.count !== undefined);
	const server = await startEmulator({ dummyProject: false, latencyMs: isQuick ? 0 : LATENCY });
	const { project, dataset } = server.seed.project({
		name: 'Bench',
		classes:
			wanted.scene === 'poll'
				? LABEL_CLASSES
				: (wanted.scene === 'export' ? CLASSES : ['car']).map((entryKey) => ({ entryKey, type: 'rectangle' })),
		datasetName: 'Bench images',
	});
	const other = server.seed.project({ name: 'Empty', datasetName: 'Warm up' });
	if (dataset === null || other.dataset === null) throw new Error('The datasets were not made');
	const tasks = makeTasks(server, project, dataset, wanted);
	const imageIds = tasks.map(({ medium }) => medium.id);
	if (wanted.scene === 'images') await storePhotos(server, imageIds);
	if (wanted.scene === 'export') serveFiles(server, imageIds, [await smallPhoto()], wanted.file);
	if (wanted.scene === 'archive') serveFiles(server, imageIds, [await plainPhoto()]);
	if (wanted.scene === 'preview') serveFiles(server, imageIds, await largePhotos());
	const open =
		wanted.scene === 'poll'
			? server.seed.tasks(project, dataset, {
					count: OPEN_TASKS,
					state: 'WAITING',
					labels: labelsOf,
					name: (index) => `later_${index}.jpg`,
				})
			: [];
	const url = wanted.scene === 'predictions' ? await slowImports(server.url) : server.url;
	process.on('disconnect', () => process.exit());
	process.on('message', (command: ServerCommand) => process.send?.(obey(command, server, dataset, open)));
	process.send?.({
		url,
		token: server.token,
		datasetId: dataset.id,
		warmUpDatasetId: other.dataset.id,
		projectId: project.id,
		emptyProjectId: other.project.id,
		imageIds,
	} satisfies ServerReady);
}

function makeTasks({ seed }: Emulator, project: Project, dataset: Dataset, wanted: Scene): Task[] {
	switch (wanted.scene) {
		case 'export':
			return wanted.count === undefined ? [] : seed.tasks(project, dataset, { count: wanted.count });
		case 'poll':
			return seed.tasks(project, dataset, { count: wanted.count, state: 'COMPLETED', labels: labelsOf });
		case 'archive': {
			const labels = () => ({
				labels: { car: [{ rectangle: [{ x: 10, y: 20, w: 30, h: 40 }], classifications: {} }] },
			});
			return seed.tasks(project, dataset, { count: wanted.count, state: 'COMPLETED', labels });
		}
		case 'preview': {
			const boxes = Array.from({ length: 10 }, (_, index) => ({
				rectangle: [{ x: 90 + 370 * index, y: 60 + 280 * index, w: 640, h: 410 }],
				classifications: {},
			}));
			const labels = () => ({ labels: { car: boxes } });
			return seed.tasks(project, dataset, { count: wanted.count, state: 'COMPLETED', labels });
		}
		default:
			return seed.tasks(project, dataset, { count: wanted.count });
	}
}

function obey(command: ServerCommand, server: Emulator, dataset: Dataset, open: Task[]): number {
	if (command === 'requests') return server.requests.length;
	if (command === 'images') return dataset.media.size;
	const finished = open.splice(0, command.finish);
	for (const task of finished) server.seed.move(task, 'COMPLETED');
	return finished.length;
}

/** The images share some pictures, so that the server needs no memory for them. */
async function storePhotos(server: Emulator, imageIds: readonly string[]): Promise<void> {
	const photos = await makePhotos(10);
	for (const [index, id] of imageIds.entries()) await server.store.bytes.put(id, photos[index % photos.length]!);
}

/** The images share some files, so that the server needs no memory for them. The file of an export need not be there before it is asked for. */
function serveFiles(server: Emulator, imageIds: readonly string[], files: readonly Buffer[], exported?: string): void {
	const fileOf = new Map(imageIds.map((id, index) => [id, files[index % files.length]]));
	server.onRequest(({ method, path }) => {
		if (exported !== undefined && path.includes('/export/')) return { status: 200, body: readFileSync(exported) };
		const body = method === 'GET' ? fileOf.get(path.split('/').pop() ?? '') : undefined;
		if (body === undefined) return undefined;
		return { status: 200, body, headers: { 'Content-Type': 'image/jpeg', 'Content-Length': String(body.length) } };
	});
}

/**
 * The real server takes about 25 ms for the task of each image of an import, and time with the square of the elements for
 * one task: 30 s for 1,000 (docs/contract.md#timing-and-limits). Here everything takes a tenth of that.
 */
const PER_TASK = 2.5;
const PER_SQUARED_ELEMENT = 0.003;

/** A proxy in front of a server that delays imports by what they cost. Returns its address. */
async function slowImports(target: string): Promise<string> {
	const proxy = createServer((request, response) => void forward(target, request, response)).listen(0, '127.0.0.1');
	await once(proxy, 'listening');
	return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

async function forward(target: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	const body = Buffer.concat(chunks);
	if (request.url?.includes('/prediction')) await setTimeout(costOf(JSON.parse(body.toString()) as Element[]));
	const headers = {
		authorization: request.headers.authorization ?? '',
		'content-type': request.headers['content-type'] ?? 'application/json',
	};
	const answer = await fetch(target + request.url, {
		method: request.method ?? 'GET',
		headers,
		...(request.method !== 'GET' && { body }),
	});
	response.writeHead(answer.status, { 'Content-Type': answer.headers.get('content-type') ?? 'application/json' });
	response.end(Buffer.from(await answer.arrayBuffer()));
}

interface Element {
	readonly internal_media_ID?: string;
}

function costOf(elements: readonly Element[]): number {
	const counts = new Map<string, number>();
	for (const { internal_media_ID: id = '' } of elements) counts.set(id, (counts.get(id) ?? 0) + 1);
	return [...counts.values()].reduce((sum, count) => sum + PER_TASK + PER_SQUARED_ELEMENT * count ** 2, 0);
}

if (require.main === module) void main(JSON.parse(process.argv[2] ?? '{}') as Scene);
