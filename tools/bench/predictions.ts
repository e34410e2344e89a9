import { noteFigures } from './figures';
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
import { LATENCY } from './data';
import type { Scene, ServerCommand, ServerReady } from './server';
import { startEngine, type WorkflowFile } from '@datagym/test/support/n8n/engine';
import { byId, chain, manualTrigger, node } from '@datagym/test/support/workflow';

/** Imports predictions on a server that takes its time with the square of the elements for one image. */

const SIZES = [100, 500, 1_000, 5_000];
const ROUNDS = Number(process.env.ROUNDS ?? 3);
/** A model's answer box by box. */
const BOXES_OF_ONE_IMAGE = 1_000;
const FLAT = 1.5;
/** How an answer reaches the node. */
const WAYS = {
	dataGym: 'DataGym JSON, chosen',
	huggingFace: 'a model’s list in a field, chosen',
	auto: 'a model’s list in a field, detected',
	split: 'a model’s list, an item a box, detected, its image found by its ancestry',
} as const;
type Way = keyof typeof WAYS;
const MOST = 10_000;

type Measured = PredictionsMeasured & { readonly requests: number };

const nameOf = (images: number, items: number, way: Way = 'dataGym') => `${images} ${items} ${way}`;
const timeOf = ({ milliseconds }: Measured) => milliseconds;

async function main(): Promise<void> {
	const runs = new Runs<Measured>();
	for (let round = 0; round < ROUNDS; round++) {
		for (const images of SIZES.slice(0, round === 0 ? undefined : -1)) await measure(runs, images, images);
		await measure(runs, 1, BOXES_OF_ONE_IMAGE);
	}
	for (const way of Object.keys(WAYS) as Way[]) await measure(runs, MOST, MOST, way);
	await report(runs);
}

async function measure(runs: Runs<Measured>, images: number, items: number, way: Way = 'dataGym'): Promise<void> {
	const server = start('server.ts', JSON.stringify({ scene: 'predictions', count: images } satisfies Scene));
	try {
		const order = ask<ServerReady>(server).then((ready): PredictionsOrder => ({ server: ready, items, way }));
		const measured = await askOnce<PredictionsMeasured>('predictions.ts', order);
		if (measured.done !== items) throw new Error(`${measured.done} of ${items} items came out`);
		const requests = await ask<number>(server, 'requests' satisfies ServerCommand);
		console.log(
			`predictions, ${items} items for ${images} images, ${WAYS[way]}: ${(measured.milliseconds / 1000).toFixed(2)} s, ${(measured.processorMilliseconds / 1000).toFixed(2)} s on a processor, ${measured.grownMebibytes.toFixed(0)} MiB, longest block ${measured.longestBlock.toFixed(0)} ms (event loop late by ${measured.longestStop.toFixed(0)} ms), ${requests} requests`,
		);
		runs.note(nameOf(images, items, way), { ...measured, requests });
	} finally {
		server.kill();
	}
}

async function report(runs: Runs<Measured>): Promise<void> {
	const perImage = (images: number) => runs.median(nameOf(images, images), timeOf) / images;
	const times = SIZES.map(perImage);
	const spread = Math.max(...times) / times[0]!;
	const row = (images: number, items: number) => {
		const name = nameOf(images, items);
		return `| ${[images.toLocaleString('en'), items.toLocaleString('en'), runs.median(name, ({ requests }) => requests), (runs.median(name, timeOf) / 1000).toFixed(2), (runs.median(name, timeOf) / items).toFixed(2)].join(' | ')} |`;
	};
	const most = (value: (measured: Measured) => number) =>
		Math.max(...(Object.keys(WAYS) as Way[]).map((way) => runs.median(nameOf(MOST, MOST, way), value)));
	await noteFigures({
		'import: processor seconds': most(({ processorMilliseconds }) => processorMilliseconds) / 1000,
		'import: growth': most(({ grownMebibytes }) => grownMebibytes),
		'import: block': most(({ longestBlock }) => longestBlock),
	});
	await writeSection('predictions', [
		'## Importing predictions',
		'',
		machine(),
		`Medians of ${ROUNDS} rounds (of the most images one), each in a fresh process with a fresh emulator, whose answers take ${LATENCY} ms longer and whose imports take a tenth of the real server’s time: 2.5 ms an image, and 0.003 ms times the square of the elements for one image (docs/contract.md#prediction-import). Ten boxes an image, 50 images a request (the default); the clock starts before the project’s tasks and label configuration are read.`,
		'',
		'| Images | Items | Requests | Time (s) | Time per item (ms) |',
		'|---:|---:|---:|---:|---:|',
		...SIZES.map((images) => row(images, images)),
		row(1, BOXES_OF_ONE_IMAGE),
		'',
		verdict(
			`time per image is flat from ${SIZES[0]} to ${SIZES.at(-1)!.toLocaleString('en')} images`,
			`${times.map((time) => time.toFixed(2)).join(', ')} ms per image, at most ${spread.toFixed(2)} times that of ${SIZES[0]} images`,
			spread < FLAT,
		),
		`- The last row is one image whose ${BOXES_OF_ONE_IMAGE.toLocaleString('en')} items are sent as one element; as ${BOXES_OF_ONE_IMAGE.toLocaleString('en')} elements the real server takes 30 s (here 3 s) for it.`,
		'',
		`${MOST.toLocaleString('en')} images with ${(MOST * BOXES).toLocaleString('en')} boxes, once a way. Most of the time is the server’s; the processor’s is n8n’s and this node’s.`,
		'',
		'| Predictions | Time (s) | Processor (s) | Memory growth (MiB) | Longest block, processor (ms) | Event loop late by at most (ms) |',
		'|---|---:|---:|---:|---:|---:|',
		...(Object.keys(WAYS) as Way[]).map((way) => {
			const figure = (value: (measured: Measured) => number) => runs.median(nameOf(MOST, MOST, way), value);
			return `| ${[WAYS[way], (figure(timeOf) / 1000).toFixed(1), (figure(({ processorMilliseconds }) => processorMilliseconds) / 1000).toFixed(1), figure(({ grownMebibytes }) => grownMebibytes).toFixed(0), figure(({ longestBlock }) => longestBlock).toFixed(0), figure(({ longestStop }) => longestStop).toFixed(0)].join(' | ')} |`;
		}),
	]);
}

export interface PredictionsOrder {
	readonly server: ServerReady;
	/** Divided among the server's images. */
	readonly items: number;
	readonly way: Way;
}

export interface PredictionsMeasured extends Cost {
	readonly done: number;
}

const BOXES = 10;
const WARM_UP = 5;

async function measureCase({ server, items: count, way }: PredictionsOrder): Promise<PredictionsMeasured> {
	const engine = await startEngine();
	const credential = await engine.saveCredential('dataGymApi', { baseUrl: server.url, token: server.token });
	const workflow = workflowFor(way, server.projectId);
	const items = Array.from({ length: count }, (_, index) => {
		const imageId = server.imageIds[index % server.imageIds.length] ?? '';
		return { json: way === 'dataGym' ? prediction(imageId) : { imageId, answer: answer() } };
	});
	const importAll = async (some: typeof items) => {
		const run = await engine.runWorkflow(workflow, { credentials: [credential], input: some });
		if (run.error) throw new Error(`${run.error.message} — ${run.error.description ?? ''}`);
		return run.itemsOf(LAST).length;
	};
	await importAll(items.slice(0, WARM_UP));
	const { result, ...cost } = await measureCost(async () => await importAll(items));
	await engine.stop();
	return { ...cost, done: result };
}

function workflowFor(way: Way, projectId: string): WorkflowFile {
	const last = node(LAST, 'n8n-nodes-datagym.dataGym', {
		resource: 'prediction',
		operation: 'import',
		projectId: byId(projectId),
		format: way === 'split' ? 'auto' : way,
		predictions: way === 'huggingFace' || way === 'auto' ? '={{ $json.answer }}' : '={{ $json }}',
	});
	const split = node('Split', 'n8n-nodes-base.splitOut', { fieldToSplitOut: 'answer', options: {} });
	return way === 'split' ? chain(manualTrigger, split, last) : chain(manualTrigger, last);
}

function prediction(imageId: string) {
	const boxes = Array.from({ length: BOXES }, (_, index) => ({
		rectangle: [{ x: 10 + 40 * index, y: 20, w: 30, h: 40 }],
	}));
	return { internal_media_ID: imageId, keepData: false, labels: { car: boxes } };
}

/** As Hugging Face's object detection has it. */
function answer() {
	return Array.from({ length: BOXES }, (_, index) => ({
		label: 'car',
		score: 0.9,
		box: { xmin: 10 + 40 * index, ymin: 20, xmax: 40 + 40 * index, ymax: 60 },
	}));
}

runBenchmark(main, measureCase);
