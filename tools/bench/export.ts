import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeExport } from './data';
import {
	type Cost,
	Runs,
	LAST,
	runBenchmark,
	ask,
	askOnce,
	machine,
	measureCost,
	start,
	verdict,
	writeSection,
} from './measuring';
import type { Scene, ServerReady } from './server';
import type { INodeParameters } from 'n8n-workflow';
import { startEngine } from '@datagym/test/support/n8n/engine';
import { chain, manualTrigger, node } from '@datagym/test/support/workflow';

/** An export of a large project to items, beside what parsing its JSON takes. */

const IMAGES = 100_000;
/** So that the JSON has about 200 MB. */
const LABELS_PER_IMAGE = 14;
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const MOST = 1.5;

const PARSE = 'JSON.parse';
const FETCHED = 'fetch and JSON.parse';
const RAW = 'Get Labels, as the server has them';
const SIMPLE = 'Get Labels, simplified';
const HTTP = 'HTTP Request';
const FILE = 'HTTP Request, to a file';
const ARCHIVE = 'Create Training Dataset, DataGym JSON';
const CASES: readonly ExportCaseName[] = [PARSE, FETCHED, RAW, SIMPLE, HTTP, FILE, ARCHIVE];

const timeOf = ({ milliseconds }: Cost) => milliseconds;

async function main(): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'datagym-bench-'));
	try {
		const file = join(folder, 'export.json');
		const bytes = writeExport(file, IMAGES, LABELS_PER_IMAGE);
		const server = start('server.ts', JSON.stringify({ scene: 'export', file } satisfies Scene));
		const ready = await ask<ServerReady>(server);
		const runs = new Runs<Cost>();
		for (let round = 0; round < ROUNDS; round++)
			for (const name of CASES) await measure(runs, { name, file, server: ready, images: IMAGES });
		server.kill();
		await report(runs, bytes);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function measure(runs: Runs<Cost>, order: ExportOrder): Promise<void> {
	const cost = await askOnce<Cost>('export.ts', order);
	console.log(
		`export, ${order.name}: ${(cost.milliseconds / 1000).toFixed(2)} s, ${(cost.processorMilliseconds / 1000).toFixed(2)} s on a processor, memory grew by ${cost.grownMebibytes.toFixed(0)} MiB`,
	);
	runs.note(order.name, cost);
}

async function report(runs: Runs<Cost>, bytes: number): Promise<void> {
	const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(2);
	const times = (name: string) => runs.ratio(name, PARSE, timeOf);
	await writeSection('export', [
		`## An export of ${IMAGES.toLocaleString('en')} images`,
		'',
		machine(),
		`${LABELS_PER_IMAGE} labels an image, ${(bytes / 1e6).toFixed(0)} MB of JSON, sent by a server in a process of its own. Medians of ${ROUNDS} rounds, all cases in turn in each round, each in a fresh process; ratios are medians of the rounds’ ratios. “JSON.parse” reads the file from the disk and parses it; the others get it over HTTP.`,
		'',
		'| Case | Time (s) | Processor (s) | To JSON.parse | Memory growth (MiB) | Longest block (ms) |',
		'|---|---:|---:|---:|---:|---:|',
		...CASES.map(
			(name) =>
				`| ${[name, seconds(runs.median(name, timeOf)), seconds(runs.median(name, ({ processorMilliseconds }) => processorMilliseconds)), `${times(name).toFixed(2)}×`, runs.median(name, ({ grownMebibytes }) => grownMebibytes).toFixed(0), runs.median(name, ({ longestBlock }) => longestBlock).toFixed(0)].join(' | ')} |`,
		),
		'',
		verdict(
			`to items in at most ${MOST} times the time of JSON.parse`,
			`${times(RAW).toFixed(2)} as the server has them, ${times(SIMPLE).toFixed(2)} simplified`,
			Math.max(times(RAW), times(SIMPLE)) <= MOST,
		),
		`  - Beside what nobody can do without, fetching and parsing (${times(FETCHED).toFixed(2)}): ${runs.ratio(RAW, FETCHED, timeOf).toFixed(2)} and ${runs.ratio(SIMPLE, FETCHED, timeOf).toFixed(2)}. HTTP Request, whose items are not read or filtered: ${times(HTTP).toFixed(2)}.`,
		'- What to do with an export that does not fit into memory: [Running at scale](../../docs/running-at-scale.md#memory).',
	]);
}

export type ExportCaseName =
	| 'JSON.parse'
	| 'fetch and JSON.parse'
	| 'Get Labels, as the server has them'
	| 'Get Labels, simplified'
	| 'HTTP Request'
	| 'HTTP Request, to a file'
	| 'Create Training Dataset, DataGym JSON';

export interface ExportOrder {
	readonly name: ExportCaseName;
	readonly file: string;
	readonly server: ServerReady;
	readonly images: number;
}

async function measureCase(order: ExportOrder): Promise<Cost> {
	switch (order.name) {
		case 'JSON.parse':
			return await costOf(async () => JSON.parse(await readFile(order.file, 'utf8')));
		case 'fetch and JSON.parse':
			return await costOf(async () => await (await fetch(exportUrl(order.server))).json());
		default:
			return await inEngine(order);
	}
}

async function costOf(work: () => Promise<unknown>): Promise<Cost> {
	const { result, ...cost } = await measureCost(work);
	if (result === undefined) throw new Error('Nothing came');
	return cost;
}

const exportUrl = ({ url, projectId, token }: ServerReady) => `${url}/api/v1/export/${projectId}?token=${token}`;

async function inEngine({ name, server, images }: ExportOrder): Promise<Cost> {
	const engine = await startEngine();
	const credential = await engine.saveCredential('dataGymApi', { baseUrl: server.url, token: server.token });
	const run = async (last: ReturnType<typeof node>) => {
		const finished = await engine.runWorkflow(chain(manualTrigger, last), { credentials: [credential] });
		if (finished.error) throw new Error(`${finished.error.message} — ${finished.error.description ?? ''}`);
		return finished;
	};
	await run(dataGym({ resource: 'project', operation: 'getAll' }));
	try {
		return await costOf(async () => {
			const items = (await run(lastNode(name, server))).itemsOf(LAST);
			if (!FILES.includes(name) && items.length < images)
				throw new Error(`${items.length} of ${images} items came out`);
			if (FILES.includes(name) && (items[0]?.binary?.data?.bytes ?? 0) === 0) throw new Error('The file is empty');
			return items.length;
		});
	} finally {
		await engine.stop();
	}
}

const FILES: readonly ExportCaseName[] = ['HTTP Request, to a file', 'Create Training Dataset, DataGym JSON'];

const dataGym = (parameters: INodeParameters) => node(LAST, 'n8n-nodes-datagym.dataGym', parameters);

const httpRequest = (server: ServerReady, options: INodeParameters) =>
	node(LAST, 'n8n-nodes-base.httpRequest', { url: exportUrl(server), options }, { typeVersion: 4.2 });

function lastNode(name: ExportCaseName, server: ServerReady) {
	const projectId = { __rl: true, mode: 'id', value: server.projectId };
	const getLabels = { resource: 'export', operation: 'getLabels', projectId, returnAll: true };
	switch (name) {
		case 'Get Labels, as the server has them':
			return dataGym({ ...getLabels, simplify: false });
		case 'Get Labels, simplified':
			return dataGym({ ...getLabels, simplify: true });
		case 'Create Training Dataset, DataGym JSON':
			return dataGym({
				resource: 'export',
				operation: 'createDataset',
				projectId,
				format: 'dataGym',
				includeImages: false,
			});
		default:
			return httpRequest(server, name === 'HTTP Request' ? {} : { response: { response: { responseFormat: 'file' } } });
	}
}

runBenchmark(main, measureCase);
