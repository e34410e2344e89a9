import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startEngine, type Engine, type SavedCredential } from '@datagym/test/support/n8n/engine';
import { chain, manualTrigger, node } from '@datagym/test/support/workflow';
import type { INodeParameters } from 'n8n-workflow';
import { writeExport } from './data';
import { noteFigures } from './figures';
import type { ListsOrder, ListsReady } from './listsServer';
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

/**
 * What reading long lists costs a process: time, memory, and how long n8n's event loop is held. With `BEFORE`, the folder of another
 * build with its `dist`, the same is measured of that one in turn.
 */

const IMAGES = Number(process.env.IMAGES ?? 1_000_000);
const TASKS = 100_000;
const EXPORTED = 100_000;
const ROUNDS = Number(process.env.ROUNDS ?? 1);
const LONGEST_BLOCK = 50;
const MOST_FOR_IMAGES = 200;
/** Milliseconds after which the editor's lists are let go, and a second. */
const FORGOTTEN_AFTER = 31_000;

interface Measured extends Cost {
	/** MiB of memory in use afterward, beyond what was before. */
	readonly keptMebibytes: number;
}

interface CaseOrder {
	readonly name: CaseName;
	readonly server: ListsReady;
	readonly folder?: string;
}

type Step = (engine: Engine, credential: SavedCredential, server: ListsReady) => Promise<unknown>;

/** Of each case, what is measured one after the other in one process. */
const CASES = {
	'editor’s image list': { 'first load': search(), 'typing a filter': search('9_frame_'), 'after its time': forgotten },
	'Export: Get Labels, raw': { run: run('export.getLabels', { returnAll: true, simplify: false }) },
	'Export: Get Labels, simplified': { run: run('export.getLabels', { returnAll: true, simplify: true }) },
	'Export: Get Labels, item per label': { run: run('export.getLabels', { returnAll: true, output: 'itemPerLabel' }) },
	'Task: Get Many': { run: run('task.getAll', { returnAll: true, simplify: true }) },
	'Dataset: Get Many': { run: run('dataset.getAll', { returnAll: true, simplify: true }) },
	'Image: Get Many, Limit 50': { run: run('image.getAll', { returnAll: false, limit: 50, simplify: true }) },
	'Image: Download, 100 items of any dataset': { run: run('image.download', { imageId: '={{ $json.imageId }}' }, 100) },
	'Project: Get Statistics': { run: run('project.getStatistics', { labelSource: 'export' }) },
	'Export: Preview, 10,000': {
		run: run('export.preview', {
			choice: 'first',
			limit: 10_000,
			options: { imagesPerPage: 2000, imageFiles: 'original' },
		}),
	},
	'Dataset: Get, 100,000 items': { run: manyItems },
	'n8n’s No Operation, 100,000 items': { run: noOperation(100_000) },
	'n8n’s No Operation, 1,000,000 items': { run: noOperation(1_000_000) },
} satisfies Record<string, Record<string, Step>>;
type CaseName = keyof typeof CASES;

const NAMES = (Object.keys(CASES) as CaseName[]).filter((name) => name.includes(process.env.CASES ?? ''));
const BEFORE = process.env.BEFORE;

async function main(): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'datagym-bench-'));
	try {
		const exportFile = join(folder, 'export.json');
		const bytes = writeExport(exportFile, EXPORTED);
		const order: ListsOrder = { images: IMAGES, imagesOfOne: IMAGES, tasks: TASKS, exportFile };
		const process = start('listsServer.ts', JSON.stringify(order));
		const server = await ask<ListsReady>(process);
		const runs = new Runs<Measured>();
		for (let round = 0; round < ROUNDS; round++)
			for (const name of NAMES)
				for (const build of BEFORE === undefined ? [undefined] : [BEFORE, undefined])
					await measure(runs, { name, server, ...(build !== undefined && { folder: build }) });
		process.kill();
		if (NAMES.length === Object.keys(CASES).length) await report(runs, bytes);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function measure(runs: Runs<Measured>, order: CaseOrder): Promise<void> {
	const steps = await askOnce<Record<string, Measured>>('lists.ts', order).catch((error: unknown) => {
		console.log(`${order.name}: ${String(error).slice(0, 300)}`);
		return {};
	});
	for (const [step, cost] of Object.entries(steps)) {
		console.log(`lists, ${keyOf(order.name, step)}${order.folder === undefined ? '' : ', before'}: ${describe(cost)}`);
		runs.note(keyOf(order.name, step, order.folder !== undefined), cost);
	}
}

const keyOf = (name: string, step: string, isBefore = false) =>
	`${step === 'run' ? name : `${name}, ${step}`}${isBefore ? ' (before)' : ''}`;

function describe(cost: Measured): string {
	const { milliseconds, processorMilliseconds, grownMebibytes, longestStop, longestBlock, keptMebibytes } = cost;
	return `${(milliseconds / 1000).toFixed(2)} s, ${(processorMilliseconds / 1000).toFixed(2)} s on a processor, memory grew by ${grownMebibytes.toFixed(0)} MiB, ${keptMebibytes.toFixed(0)} kept; longest block ${longestStop.toFixed(0)} ms, ${longestBlock.toFixed(0)} ms of processor`;
}

async function report(runs: Runs<Measured>, bytes: number): Promise<void> {
	const rows = NAMES.flatMap((name) => Object.keys(CASES[name]).map((step) => keyOf(name, step)));
	const columns: ReadonlyArray<readonly [string, (cost: Measured) => number, number]> = [
		['Time (s)', ({ milliseconds }) => milliseconds / 1000, 2],
		['Processor (s)', ({ processorMilliseconds }) => processorMilliseconds / 1000, 2],
		['Memory growth (MiB)', ({ grownMebibytes }) => grownMebibytes, 0],
		['Kept (MiB)', ({ keptMebibytes }) => keptMebibytes, 0],
		['Longest block (ms)', ({ longestStop }) => longestStop, 0],
		['of processor time (ms)', ({ longestBlock }) => longestBlock, 0],
	];
	const cell = (row: string, value: (cost: Measured) => number, digits: number) =>
		[...(BEFORE === undefined ? [] : [`${row} (before)`]), row]
			.map((name) => {
				const median = runs.median(name, value);
				return Number.isNaN(median) ? 'fails' : median.toFixed(digits);
			})
			.join(' → ');
	const block = (row: string) => runs.median(row, ({ longestBlock }) => longestBlock);
	const [first, typing] = ['first load', 'typing a filter'].map((step) => keyOf('editor’s image list', step));
	const memory = runs.median(first ?? '', ({ grownMebibytes }) => grownMebibytes);
	const kept = runs.median(keyOf('editor’s image list', 'after its time'), ({ keptMebibytes }) => keptMebibytes);
	const labels = ['raw', 'simplified'].map((way) => `Export: Get Labels, ${way}`);
	await noteFigures({
		'get labels: block': Math.max(...labels.map(block)),
		'get labels: growth': Math.max(...labels.map((name) => runs.median(name, ({ grownMebibytes }) => grownMebibytes))),
		'get labels, per label: block': block('Export: Get Labels, item per label'),
		'other operations: block': Math.max(
			...['Task: Get Many', 'Dataset: Get Many', 'Project: Get Statistics', 'Export: Preview, 10,000'].map(block),
		),
		'100,000 items: block': block('Dataset: Get, 100,000 items'),
		'n8n, 100,000 items: block': block('n8n’s No Operation, 100,000 items'),
		'n8n, 1,000,000 items: block': block('n8n’s No Operation, 1,000,000 items'),
		'image list: block': Math.max(block(first ?? ''), block(typing ?? '')),
		'image list: growth': memory,
		'image list: kept': kept,
	});
	const over = rows.filter((row) => !(block(row) <= LONGEST_BLOCK));
	await writeSection('lists', [
		'## Long lists',
		'',
		machine(),
		`The server is the emulator in a process of its own: ${IMAGES.toLocaleString('en')} images in ten datasets, as many in one, ${TASKS.toLocaleString('en')} tasks, and an export of ${EXPORTED.toLocaleString('en')} images (${(bytes / 1e6).toFixed(0)} MB). Each case in a fresh process, medians of ${ROUNDS} rounds${BEFORE === undefined ? '' : '; before the arrow, the version before'}. Memory is sampled resident memory beyond what the process had; “kept” is what is in use after a collection, items included. The longest block is that of \`monitorEventLoopDelay\` on the clock, which a busy machine makes longer, and of the thread’s own processor time.`,
		'',
		`| Case | ${columns.map(([name]) => name).join(' | ')} |`,
		`|---|${columns.map(() => '---:').join('|')}|`,
		...rows.map((row) => `| ${[row, ...columns.map(([, value, digits]) => cell(row, value, digits))].join(' | ')} |`),
		'',
		verdict(
			`blocks of at most ${LONGEST_BLOCK} ms of processor time`,
			over.length === 0 ? 'all' : `longer: ${over.map((row) => `${row} ${block(row).toFixed(0)} ms`).join(', ')}`,
			over.length === 0,
		),
		verdict(
			`the editor’s list of ${IMAGES.toLocaleString('en')} images in at most ${MOST_FOR_IMAGES} MiB, let go after its time`,
			`${memory.toFixed(0)} MiB, ${kept.toFixed(0)} MiB kept; blocks ${block(first ?? '').toFixed(0)} and ${block(typing ?? '').toFixed(0)} ms`,
			memory <= MOST_FOR_IMAGES && kept < MOST_FOR_IMAGES / 10,
		),
	]);
}

async function measureCase({ name, server, folder }: CaseOrder): Promise<Record<string, Measured>> {
	const engine = await startEngine(folder === undefined ? {} : { packages: [folder] });
	try {
		const credential = await engine.saveCredential('dataGymApi', {
			baseUrl: server.url,
			token: server.token,
			apiGeneration: 'media',
		});
		await run('project.getAll', {})(engine, credential, server);
		globalThis.gc?.();
		const before = inUse();
		const measured: Record<string, Measured> = {};
		for (const [step, work] of Object.entries(CASES[name] as Record<string, Step>)) {
			let held: unknown;
			if (process.env.TRACE) console.log(new Date().toISOString(), name, step);
			const { result, ...cost } = await measureCost(async () => (held = await work(engine, credential, server)));
			globalThis.gc?.();
			globalThis.gc?.();
			measured[step] = { ...cost, keptMebibytes: inUse() - before };
			if (held === undefined || result === undefined) throw new Error('Nothing came');
		}
		return measured;
	} finally {
		await engine.stop();
	}
}

function inUse(): number {
	const { heapUsed, external } = process.memoryUsage();
	return (heapUsed + external) / 2 ** 20;
}

function search(filter?: string): Step {
	return async (engine, credential) => {
		const list = { nodeType: 'n8n-nodes-datagym.dataGym', method: 'searchImages', parameters: {} };
		const { results } = await engine.searchList(list, [credential], filter);
		if (results.length !== 100) throw new Error(`There are ${results.length} entries`);
		return results.length;
	};
}

async function forgotten(): Promise<number> {
	await pause(FORGOTTEN_AFTER);
	return 0;
}

function run(operation: string, parameters: INodeParameters, inputs = 1): Step {
	return async (engine, credential, server) => {
		const [resource = '', name = ''] = operation.split('.');
		const id = (value: string) => ({ __rl: true, mode: 'id', value });
		const all = { projectId: id(server.projectId), datasetId: id(server.datasetId), ...parameters };
		const last = node(LAST, 'n8n-nodes-datagym.dataGym', { resource, operation: name, ...all });
		const items = Array.from({ length: inputs }, (_, index) => ({
			json: { imageId: `${(index * 1000).toString(16).padStart(8, '0')}-5d2e-4f0b-9a51-6f1c2d3e4a5b` },
		}));
		const workflow = chain(manualTrigger, last);
		const finished = await engine.runWorkflow(workflow, {
			credentials: [credential],
			...(inputs > 1 && { input: items }),
		});
		if (finished.error) throw new Error(`${finished.error.message} — ${finished.error.description ?? ''}`);
		const results = finished.itemsOf(LAST);
		if (results.length === 0) throw new Error('There are no items');
		return finished;
	};
}

/** What n8n itself does in one block for so many items, which its own node only passes on. */
function noOperation(count: number): Step {
	return async (engine) => {
		const input = Array.from({ length: count }, (_, number) => ({ json: { number } }));
		// What makes the items is not what is measured.
		await pause(1);
		const workflow = chain(manualTrigger, node(LAST, 'n8n-nodes-base.noOp', {}));
		const finished = await engine.runWorkflow(workflow, { input });
		if (finished.error) throw new Error(finished.error.message);
		return finished;
	};
}

/** What n8n's node does for many items, without a request for each: they name no dataset, and the node goes on. */
async function manyItems(engine: Engine, credential: SavedCredential): Promise<unknown> {
	const last = node(
		LAST,
		'n8n-nodes-datagym.dataGym',
		{ resource: 'dataset', operation: 'get', datasetId: { __rl: true, mode: 'id', value: '={{ $json.datasetId }}' } },
		{ onError: 'continueRegularOutput' },
	);
	const items = Array.from({ length: 100_000 }, (_, index) => ({ json: { datasetId: '', number: index } }));
	await pause(1);
	const finished = await engine.runWorkflow(chain(manualTrigger, last), { credentials: [credential], input: items });
	if (finished.error) throw new Error(finished.error.message);
	return finished;
}

runBenchmark(main, measureCase);
