import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Network from '@n8n/backend-network';
import { startEngine } from '@datagym/test/support/n8n/engine';
import { Container, requireFromCore } from '@datagym/test/support/n8n/n8nInternals';
import { chain, manualTrigger, node } from '@datagym/test/support/workflow';
import { writeExport } from './data';
import { noteFigures } from './figures';
import { ask, askOnce, type Cost, machine, measureCost, runBenchmark, start, verdict, writeSection } from './measuring';
import type { Scene, ServerCommand, ServerReady } from './server';

/** Create Training Dataset of a large project: how long it holds n8n's event loop, what memory it takes, and how often it asks for an image. */

const IMAGES = Number(process.env.IMAGES ?? 100_000);
/** So that the JSON has about 200 MB. */
const LABELS_PER_IMAGE = 15;
/** What COCO and YOLO cannot do without, keeping nothing: n8n's helper opens each image and gives it up after its first bytes. */
const REQUESTS = 'requests alone';
const ALL = ['dataGym', 'coco', 'yoloDetect', REQUESTS] as const;
const FORMATS = ALL.filter((format) => (process.env.FORMATS ?? ALL.join()).split(',').includes(format));
/** Of an archive with its images. */
const PHOTOGRAPHS = 500;

const LONGEST_BLOCK = 50;
const MOST_MEMORY = 300;

type Format = (typeof ALL)[number];

interface Order {
	readonly format: Format;
	readonly server: ServerReady;
	readonly includeImages: boolean;
}

interface Measured extends Cost {
	readonly bytes: number;
	readonly imageCount: number;
}

async function main(): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'datagym-bench-'));
	try {
		const file = join(folder, 'export.json');
		const rows: Array<readonly [Format, Measured]> = [];
		let bytes = 0;
		await withServer({ scene: 'export', file, count: IMAGES }, async (ready) => {
			bytes = writeExport(file, IMAGES, LABELS_PER_IMAGE, (image) => ready.imageIds[image] ?? '');
			for (const format of FORMATS) {
				// Whose images would be sent with each order.
				const server = format === REQUESTS ? ready : { ...ready, imageIds: [] };
				const measured = await askOnce<Measured>('trainingDataset.ts', {
					format,
					server,
					includeImages: false,
				} satisfies Order);
				console.log(`${format}: ${JSON.stringify(measured)}`);
				rows.push([format, measured]);
			}
		});
		await report(rows, bytes, await requestsForAnImage());
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function withServer<Result>(
	scene: Scene,
	work: (ready: ServerReady, requests: () => Promise<number>) => Promise<Result>,
): Promise<Result> {
	const server = start('server.ts', JSON.stringify(scene));
	const ready = await ask<ServerReady>(server);
	const requests = async () => await ask<number>(server, 'requests' satisfies ServerCommand);
	const result = await work(ready, requests);
	server.kill();
	return result;
}

async function requestsForAnImage(): Promise<number> {
	return await withServer({ scene: 'archive', count: PHOTOGRAPHS }, async (server, requests) => {
		const before = await requests();
		await askOnce<Measured>('trainingDataset.ts', {
			format: 'yoloDetect',
			server,
			includeImages: true,
		} satisfies Order);
		return ((await requests()) - before) / PHOTOGRAPHS;
	});
}

async function report(
	rows: ReadonlyArray<readonly [Format, Measured]>,
	bytes: number,
	requests: number,
): Promise<void> {
	const own = rows.filter(([format]) => format !== REQUESTS);
	const most = (value: (measured: Measured) => number) => Math.max(...own.map(([, measured]) => value(measured)));
	const block = most(({ longestBlock }) => longestBlock);
	const memory = most(({ grownMebibytes }) => grownMebibytes);
	const of = (wanted: Format) => rows.find(([format]) => format === wanted)?.[1];
	await noteFigures({
		'dataset: block, DataGym JSON': of('dataGym')?.longestBlock ?? NaN,
		'dataset: growth, DataGym JSON': of('dataGym')?.grownMebibytes ?? NaN,
		'dataset: block, COCO': of('coco')?.longestBlock ?? NaN,
		'dataset: growth, COCO': of('coco')?.grownMebibytes ?? NaN,
		'dataset: growth, requests alone': of(REQUESTS)?.grownMebibytes ?? NaN,
		'dataset: requests an image': requests,
	});
	await writeSection('trainingDataset', [
		`## A training dataset of ${IMAGES.toLocaleString('en')} images`,
		'',
		machine(),
		`${LABELS_PER_IMAGE} boxes an image, an export of ${(bytes / 1e6).toFixed(0)} MB, sent by a server in a process of its own; through n8n’s engine into its binary store, without the images. The longest block is the longest time between two turns of the event loop, by the clock, in which other programs on the machine count, and by the time on a processor. “${REQUESTS}” are as many as COCO and YOLO need for the sizes of the images, by n8n’s own helper in n8n’s engine, which keeps nothing: it opens a connection for each, whose objects Node.js lets go of at the next collection of its whole heap only.`,
		'',
		'| Format | Time (s) | Processor (s) | Longest block (ms) | of it on a processor (ms) | Memory growth (MiB) |',
		'|---|---:|---:|---:|---:|---:|',
		...rows.map(
			([format, { milliseconds, processorMilliseconds, longestStop, longestBlock, grownMebibytes }]) =>
				`| ${format} | ${(milliseconds / 1000).toFixed(1)} | ${(processorMilliseconds / 1000).toFixed(1)} | ${longestStop.toFixed(0)} | ${longestBlock.toFixed(0)} | ${grownMebibytes.toFixed(0)} |`,
		),
		'',
		verdict(
			`no block of more than ${LONGEST_BLOCK} ms`,
			`${block.toFixed(0)} ms on a processor`,
			block <= LONGEST_BLOCK,
		),
		verdict(
			`memory growth of at most ${MOST_MEMORY} MiB`,
			`${memory.toFixed(0)} MiB; the requests alone ${(of(REQUESTS)?.grownMebibytes ?? NaN).toFixed(0)} MiB`,
			memory <= MOST_MEMORY,
		),
		verdict(
			'one request for an image in an archive with its images',
			`${requests.toFixed(2)} requests in all for each of ${PHOTOGRAPHS} images`,
			requests < 1.1,
		),
	]);
}

async function work({ format, server, includeImages }: Order): Promise<Measured> {
	const engine = await startEngine();
	const credential = await engine.saveCredential('dataGymApi', { baseUrl: server.url, token: server.token });
	const dataGym = (parameters: object) =>
		chain(manualTrigger, node('DataGym', 'n8n-nodes-datagym.dataGym', { ...parameters }));
	const run = async (parameters: object) => {
		const finished = await engine.runWorkflow(dataGym(parameters), { credentials: [credential] });
		if (finished.error) throw new Error(`${finished.error.message}: ${finished.error.description ?? ''}`);
		return finished;
	};
	// The first run loads what later ones share.
	await run({ resource: 'project', operation: 'getAll' });
	const projectId = { __rl: true, mode: 'id', value: server.projectId };
	try {
		if (format === REQUESTS) {
			const { result: imageCount, ...cost } = await measureCost(async () => await requestsAlone(server));
			return { ...cost, bytes: 0, imageCount };
		}
		const { result, ...cost } = await measureCost(
			async () => await run({ resource: 'export', operation: 'createDataset', projectId, format, includeImages }),
		);
		const [item] = result.itemsOf('DataGym');
		return { ...cost, bytes: item?.binary?.data?.bytes ?? 0, imageCount: Number(item?.json.imageCount) };
	} finally {
		await engine.stop();
	}
}

const { OutboundHttp } = requireFromCore('@n8n/backend-network') as typeof Network;
const AT_ONCE = 24;

/** As the node's client asks, without the client. */
async function requestsAlone({ url, token, imageIds }: ServerReady): Promise<number> {
	const n8n = Container.get(OutboundHttp).requests();
	let next = 0;
	const oneAfterAnother = async () => {
		for (let id = imageIds[next++]; id !== undefined; id = imageIds[next++]) {
			const { body } = await n8n.request<NodeJS.ReadableStream & { destroy(): void }>({
				url: `${url}/api/v1/media/${id}`,
				headers: { Authorization: `Token ${token}` },
				encoding: 'stream',
				returnFullResponse: true,
				disableFollowRedirect: true,
				ignoreHttpStatusErrors: true,
				timeout: 300_000,
			});
			for await (const chunk of body) if (chunk.length > 0) break;
			body.destroy();
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, oneAfterAnother));
	return imageIds.length;
}

runBenchmark(main, work);
