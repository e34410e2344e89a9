import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ImagePair, type LabelObject, Evaluator } from '@datagym/labels';
import { finish } from '@datagym/shared/turns';
import { readersPython } from '../pythonEnvironment';
import { askOnce, type Cost, machine, measureCost, runBenchmark, Runs, verdict, writeSection } from './measuring';

/** How long predictions are compared with labels, and how much memory it takes, beside pycocotools. */

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const MOST_SECONDS = 5;
const MOST_MEBIBYTES = 300;
/** Longer than this, people notice that n8n does not answer. */
const MOST_BLOCK_MILLISECONDS = 50;

interface Boxes {
	readonly images: number;
	/** Labels an image, and as many predictions. */
	readonly each: number;
	readonly classes: number;
}

const CASES: Record<string, Boxes> = {
	'100,000 labels, 10,000 images, 80 classes': { images: 10_000, each: 10, classes: 80 },
	'100,000 labels, 10,000 images, one class': { images: 10_000, each: 10, classes: 1 },
	'5,000 labels in one image, one class': { images: 1, each: 5000, classes: 1 },
};

interface Evaluated {
	readonly ap: number;
	readonly ar: number;
}

type Measured = Cost & Evaluated;

async function main(): Promise<void> {
	const python = await readersPython();
	const folder = await mkdtemp(join(tmpdir(), 'datagym-bench-'));
	try {
		const [own, peer] = [new Runs<Measured>(), new Runs<Cost & Evaluated>()];
		for (const [name, boxes] of Object.entries(CASES)) {
			const files = await writeCoco(folder, madePairs(boxes));
			for (let round = 0; round < ROUNDS; round++) {
				own.note(name, await askOnce<Measured>('evaluation.ts', boxes));
				// Minutes, and the same numbers each time.
				if (round > 0) continue;
				const output = execFileSync(python, [join(__dirname, 'evaluation_peer.py'), ...files], { encoding: 'utf8' });
				peer.note(name, JSON.parse(output) as Cost & Evaluated);
			}
			console.log(`${name}: ${row(own, name)}, pycocotools ${row(peer, name)}`);
		}
		await report(own, peer);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function measureCase(boxes: Boxes): Promise<Measured> {
	const pairs = madePairs(boxes);
	const { result, ...cost } = await measureCost(async () => {
		const evaluator = new Evaluator({ kind: 'boxes' });
		for (const pair of pairs) await finish(evaluator.adding(pair));
		return (await finish(evaluator.steps())).summary;
	});
	return { ...cost, ap: result.ap ?? -1, ar: result.ar ?? -1 };
}

/** Boxes of 20 to 120 pixels, and each of them predicted, moved by some pixels, one in ten as the first class. */
function madePairs({ images, each, classes }: Boxes): ImagePair[] {
	const random = seeded(1);
	return Array.from({ length: images }, (_, image) => {
		const truth: LabelObject[] = [];
		const predicted: LabelObject[] = [];
		for (let index = 0; index < each; index++) {
			const className = `class ${Math.floor(random() * classes)}`;
			const [x, y, width, height] = [random() * 900, random() * 900, 20 + random() * 100, 20 + random() * 100];
			truth.push(box(className, x, y, width, height));
			const moved = box(
				random() < 0.9 ? className : 'class 0',
				x + random() * 10 - 5,
				y + random() * 10 - 5,
				width * (0.8 + random() * 0.4),
				height * (0.8 + random() * 0.4),
			);
			predicted.push({ ...moved, score: random() });
		}
		return { truth: imageOf(image, truth), predicted: imageOf(image, predicted) };
	});
}

function box(className: string, x: number, y: number, width: number, height: number): LabelObject {
	return { className, geometry: { type: 'rectangle', x, y, width, height }, classifications: {}, children: [] };
}

function imageOf(number: number, objects: readonly LabelObject[]) {
	return { imageId: String(number), imageName: '', width: 1000, height: 1000, objects, classifications: {} };
}

/** A linear congruential generator (Numerical Recipes). */
function seeded(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

async function writeCoco(folder: string, pairs: readonly ImagePair[]): Promise<[string, string]> {
	const categories = new Map<string, number>();
	const entries = (role: keyof ImagePair) =>
		pairs.flatMap((pair, image) =>
			pair[role].objects.flatMap(({ className, geometry, score }) => {
				if (geometry.type !== 'rectangle') return [];
				const category = categories.get(className) ?? categories.size + 1;
				categories.set(className, category);
				const { x, y, width, height } = geometry;
				return [{ image_id: image, category_id: category, bbox: [x, y, width, height], area: width * height, score }];
			}),
		);
	const annotations = entries('truth').map((entry, index) => ({ ...entry, id: index + 1, iscrowd: 0 }));
	const results = entries('predicted');
	const images = pairs.map((_, id) => ({ id, width: 1000, height: 1000 }));
	const files: [string, string] = [join(folder, 'labels.json'), join(folder, 'results.json')];
	const truth = {
		info: {},
		images,
		annotations,
		categories: [...categories.values()].map((id) => ({ id, name: String(id) })),
	};
	await writeFile(files[0], JSON.stringify(truth));
	await writeFile(files[1], JSON.stringify(results));
	return files;
}

function row<Kind extends Cost & Evaluated>(runs: Runs<Kind>, name: string): string {
	const middle = (value: (each: Kind) => number) => runs.median(name, value);
	return `${seconds(middle(({ milliseconds }) => milliseconds))} s, ${seconds(middle(({ processorMilliseconds }) => processorMilliseconds))} s on a processor, ${middle(({ grownMebibytes }) => grownMebibytes).toFixed(0)} MiB, AP ${middle(({ ap }) => ap).toFixed(6)}`;
}

async function report(own: Runs<Measured>, peer: Runs<Cost & Evaluated>): Promise<void> {
	const names = Object.keys(CASES);
	const cells = <Kind extends Cost & Evaluated>(runs: Runs<Kind>, name: string) =>
		[
			seconds(runs.median(name, ({ milliseconds }) => milliseconds)),
			seconds(runs.median(name, ({ processorMilliseconds }) => processorMilliseconds)),
			runs.median(name, ({ grownMebibytes }) => grownMebibytes).toFixed(0),
			runs.median(name, ({ ap }) => ap).toFixed(6),
		].join(' | ');
	const large = names.filter((name) => (CASES[name]?.images ?? 0) > 1);
	const most = (values: readonly string[], value: (each: Measured) => number) =>
		Math.max(...values.map((name) => own.median(name, value)));
	const clock = most(large, ({ milliseconds }) => milliseconds) / 1000;
	const processor = most(large, ({ processorMilliseconds }) => processorMilliseconds) / 1000;
	const memory = most(names, ({ grownMebibytes }) => grownMebibytes);
	const longest = most(names, ({ longestBlock }) => longestBlock);
	const difference = Math.max(
		...names.flatMap((name) => [
			Math.abs(own.median(name, ({ ap }) => ap) - peer.median(name, ({ ap }) => ap)),
			Math.abs(own.median(name, ({ ar }) => ar) - peer.median(name, ({ ar }) => ar)),
		]),
	);
	await writeSection('evaluation', [
		'## Comparing predictions with labels',
		'',
		machine(),
		`Boxes in memory to average precision, curves, confusion matrix and the mistakes of each image; as many predictions as labels. Medians of ${ROUNDS} rounds, each in a fresh process. Python’s pycocotools runs once, after it has read the same boxes from files, and computes the summary only.`,
		'',
		'| Boxes | Time (s) | Processor (s) | Memory growth (MiB) | AP | pycocotools: time (s) | Processor (s) | Memory growth (MiB) | AP |',
		'|---|---:|---:|---:|---:|---:|---:|---:|---:|',
		...names.map((name) => `| ${name} | ${cells(own, name)} | ${cells(peer, name)} |`),
		'',
		verdict(
			`100,000 × 100,000 boxes in less than ${MOST_SECONDS} s`,
			`${processor.toFixed(2)} s on a processor, ${clock.toFixed(2)} s by the clock`,
			processor < MOST_SECONDS,
		),
		verdict(`memory grows by less than ${MOST_MEBIBYTES} MiB`, `${memory.toFixed(0)} MiB`, memory < MOST_MEBIBYTES),
		verdict(
			'the same AP and AR as pycocotools to 1e-6',
			`a difference of ${difference.toExponential(1)}`,
			difference < 1e-6,
		),
		verdict(
			`no block is longer than ${MOST_BLOCK_MILLISECONDS} ms`,
			`${longest.toFixed(0)} ms on a processor, 5,000 × 5,000 boxes of one image included`,
			longest <= MOST_BLOCK_MILLISECONDS,
		),
	]);
}

const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(2);

runBenchmark(main, measureCase);
