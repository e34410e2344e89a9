import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { startEngine } from '@datagym/test/support/n8n/engine';
import { writePhotos } from './data';
import { type Cost, Runs, askOnce } from './measuring';
import type { ServerReady } from './server';
import { emulator, type Target } from './transferTarget';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonEnvironment } from '../pythonEnvironment';

export type Work = 'upload' | 'download' | 'urls';
/** This node; n8n's HTTP Request node, a request an item; Aggregate and one HTTP Request for all items. */
export type Builder = 'node' | 'httpRequest' | 'aggregated';

/** Left out, everything goes as it does without settings. */
export interface Pace {
	/** Requests at once; for URLs added without n8n, how many go into one request. */
	readonly concurrency?: number;
	/** Of the node: uploads without the metadata of the photographs. */
	readonly removesMetadata?: boolean;
	/** HTTP Request's batching: so many requests, then a pause in milliseconds. */
	readonly batch?: { readonly batchSize: number; readonly batchInterval: number };
}

/** One way to do the same work. */
export interface Way {
	readonly name: string;
	readonly by: TransferOrder['by'] | 'python';
	readonly count: number;
	readonly pace?: Pace | undefined;
	readonly warmUp?: number | undefined;
	/** In how many rounds it is measured; in all if left out. */
	readonly rounds?: number;
}

/** One of them is the best that the server and this machine can do. */
export function bareWays(count: number): readonly Way[] {
	return [1, 2, 4, 6, 8, 12, 16, 24, 32].map((concurrency) => ({
		name: `bare fetch, ${concurrency} at once`,
		by: 'fetch',
		count,
		pace: { concurrency },
	}));
}

/** Memory and processor are not known of the Python client. */
export type Measured = Pick<Transfer, 'milliseconds' | 'done'> & Partial<Transfer> & { readonly requests: number };

export const timeOf = ({ milliseconds }: Measured): number => milliseconds;

/** All ways in turn in each round, so that what else the machine does meets all of them; each in a fresh process, with a fresh server. */
export async function measureWays(
	work: Work,
	ways: readonly Way[],
	rounds: number,
	newTarget = (count: number): Target | Promise<Target> =>
		emulator({ scene: 'images', count: work === 'download' ? count : 0 }),
): Promise<Runs<Measured>> {
	const runs = new Runs<Measured>();
	const folder = await mkdtemp(join(tmpdir(), 'datagym-bench-'));
	try {
		const photos = await preparePhotos(folder, work === 'upload' ? Math.max(...ways.map(({ count }) => count)) : 0);
		for (let round = 0; round < rounds; round++) {
			for (const way of ways.filter((each) => round < (each.rounds ?? rounds))) {
				const measured = await measureWay(work, way, photos, await newTarget(way.count));
				console.log(describe(work, way, measured));
				runs.note(way.name, measured);
			}
		}
		return runs;
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

function describe(
	work: Work,
	{ name, count }: Way,
	{ milliseconds, requests, processorMilliseconds, grownMebibytes }: Measured,
): string {
	const cost =
		processorMilliseconds === undefined || grownMebibytes === undefined
			? ''
			: `, ${(processorMilliseconds / 1000).toFixed(2)} s on a processor, memory grew by ${grownMebibytes.toFixed(0)} MiB`;
	return `${work} of ${count}, ${name}: ${(milliseconds / 1000).toFixed(2)} s, ${requests} requests${cost}`;
}

async function measureWay(
	work: Work,
	{ name, by, count, pace, warmUp }: Way,
	photos: PreparedPhotos,
	target: Target,
): Promise<Measured> {
	try {
		const some = { ...photos, names: photos.names.slice(0, count) };
		const order = target.ready.then((server) => ({ work, count, pace, warmUp, server, photos: some }));
		const measured =
			by === 'python'
				? await measurePythonClient(await order, urlsOf(count))
				: await askOnce<Transfer>(
						'transferCase.ts',
						order.then((each): TransferOrder => ({ ...each, by })),
					);
		const arrived = await target.images();
		if (measured.done !== count || arrived !== count)
			throw new Error(`${name}: ${measured.done} of ${count} were done, the server has ${arrived}`);
		return { ...measured, requests: await target.requests() };
	} finally {
		target.stop();
	}
}

/** As files, and in a binary store of n8n's mode `filesystem`, before any clock starts. */
async function preparePhotos(folder: string, count: number): Promise<PreparedPhotos> {
	const [files, userFolder, itemsFile] = [join(folder, 'photos'), join(folder, 'n8n'), join(folder, 'items.json')];
	const names = await writePhotos(files, count);
	const engine = await startEngine({ userFolder });
	const items = [];
	for (const fileName of names) {
		const bytes = await readFile(join(files, fileName));
		items.push({ json: {}, binary: { data: await engine.storeBinary({ bytes, fileName, mimeType: 'image/jpeg' }) } });
	}
	await writeFile(itemsFile, JSON.stringify(items));
	await engine.stop();
	return { folder: files, names, userFolder, itemsFile };
}

/** One piece of work, measured in a process of its own. */
export interface TransferOrder {
	readonly work: Work;
	readonly by: Builder | 'fetch';
	readonly count: number;
	readonly pace?: Pace | undefined;
	/** So many images or links go through before the clock starts; 20 if left out, which load what later ones share. */
	readonly warmUp?: number | undefined;
	readonly server: ServerReady;
	readonly photos: PreparedPhotos;
}

/** The same photographs as files and in the binary store of an n8n. */
export interface PreparedPhotos {
	readonly folder: string;
	readonly names: readonly string[];
	readonly userFolder: string;
	/** JSON of the items whose binary data they are. */
	readonly itemsFile: string;
}

export interface Transfer extends Cost {
	/** How many items came out. */
	readonly done: number;
}

export function urlsOf(count: number): string[] {
	return Array.from({ length: count }, (_, index) => `https://images.example.com/2026/street_${index}.jpg`);
}

const MOST_OUTPUT = 2 ** 20;

type PythonTransfer = Pick<Transfer, 'milliseconds' | 'done'>;

/** Lets the public Python client do the work, one call after the other, in a process of its own. */
export async function measurePythonClient(
	{ work, server, photos }: Omit<TransferOrder, 'by'>,
	urls: readonly string[],
): Promise<PythonTransfer> {
	const python = await pythonEnvironment('datagym-client', join(__dirname, 'requirements.txt'));
	const target = await mkdtemp(join(tmpdir(), 'datagym-bench-'));
	try {
		const order = { ...server, work, urls, names: photos.names, folder: work === 'upload' ? photos.folder : target };
		return await new Promise((resolve, reject) => {
			const script = execFile(
				python,
				['-W', 'ignore', join(__dirname, 'datagym_client.py')],
				{ maxBuffer: MOST_OUTPUT },
				(error, output) => {
					if (error) reject(error);
					else resolve(JSON.parse(output) as PythonTransfer);
				},
			);
			script.stdin?.end(JSON.stringify(order));
		});
	} finally {
		await rm(target, { recursive: true, force: true });
	}
}
