import { findIssues, type LabelClass, type LabeledImage, type LabelObject } from '@datagym/labels';
import { finish } from '@datagym/shared/turns';
import { askOnce, type Cost, machine, measureCost, runBenchmark, Runs, verdict, writeSection } from './measuring';

/** How long the labels of a large project are searched for issues, and how long nobody else has a turn. */

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const IMAGES = 100_000;
const LABELS = 10;
const CLASSES = 10;
const MOST_BLOCK_MILLISECONDS = 50;
const SIZE = { width: 1920, height: 1080 };

interface Measured extends Cost {
	readonly issues: number;
}

async function main(): Promise<void> {
	const runs = new Runs<Measured>();
	for (let round = 0; round < ROUNDS; round++)
		runs.note('issues', await askOnce<Measured>('quality.ts', { images: IMAGES }));
	const median = (value: (each: Measured) => number) => runs.median('issues', value);
	const [seconds, processor, memory, longest, issues] = [
		median(({ milliseconds }) => milliseconds) / 1000,
		median(({ processorMilliseconds }) => processorMilliseconds) / 1000,
		median(({ grownMebibytes }) => grownMebibytes),
		median(({ longestBlock }) => longestBlock),
		median(({ issues: count }) => count),
	];
	console.log(
		`Find Issues: ${processor.toFixed(2)} s on a processor, longest block ${longest.toFixed(0)} ms, ${memory.toFixed(0)} MiB, ${issues} issues`,
	);
	await writeSection('quality', [
		'## Finding issues',
		'',
		machine(),
		`Every kind of issue in ${IMAGES.toLocaleString('en-US')} images with ${LABELS} labels each (boxes, and a polygon in each image) of ${CLASSES} classes, in memory. Medians of ${ROUNDS} rounds, each in a fresh process.`,
		'',
		'| Time (s) | Processor (s) | Longest block (ms) | Memory growth (MiB) | Issues |',
		'|---:|---:|---:|---:|---:|',
		`| ${seconds.toFixed(2)} | ${processor.toFixed(2)} | ${longest.toFixed(0)} | ${memory.toFixed(0)} | ${issues} |`,
		'',
		verdict(
			`no block is longer than ${MOST_BLOCK_MILLISECONDS} ms`,
			`${longest.toFixed(0)} ms on a processor`,
			longest <= MOST_BLOCK_MILLISECONDS,
		),
	]);
}

async function measureCase({ images: count }: { images: number }): Promise<Measured> {
	const random = seeded(1);
	const images = Array.from({ length: count }, (_, index) => madeImage(index, random));
	const { result, ...cost } = await measureCost(async () => (await finish(findIssues(images, classes))).length);
	return { ...cost, issues: result };
}

const classes: readonly LabelClass[] = [
	...Array.from(
		{ length: CLASSES },
		(_, index): LabelClass => ({
			key: `class_${index}`,
			name: `Class ${index}`,
			type: index === 0 ? 'polygon' : 'rectangle',
			number: index,
		}),
	),
	{ key: 'weather', name: 'Weather', type: 'select', number: 0, parents: [], options: ['sun', 'rain'], required: true },
];

/** Most sizes of a class are near its typical one, and every hundredth image has its last label twice; names are those of the frames of some cameras. */
function madeImage(index: number, random: () => number): LabeledImage {
	const objects = Array.from({ length: LABELS }, (_, label): LabelObject => {
		const number = label === 0 ? 0 : 1 + Math.floor(random() * (CLASSES - 1));
		const spread = Math.exp((random() + random() + random() - 1.5) / 2);
		const [width, height] = [(40 + 10 * number) * spread, (60 + 5 * number) * spread * (0.8 + 0.4 * random())];
		const [x, y] = [random() * (SIZE.width - width), random() * (SIZE.height - height)];
		return {
			className: `class_${number}`,
			geometry: geometryOf(label, { x, y, width, height }),
			classifications: {},
			children: [],
		};
	});
	const twice = index % 100 === 0 ? objects.slice(-1) : [];
	return {
		imageId: index.toString(16).padStart(8, '0'),
		imageName: `camera_${String(index % 20).padStart(2, '0')}_frame_${String(index).padStart(7, '0')}.jpg`,
		...SIZE,
		objects: [...objects, ...twice],
		classifications: { weather: { values: ['sun'], children: {} } },
	};
}

function geometryOf(
	label: number,
	box: { x: number; y: number; width: number; height: number },
): LabelObject['geometry'] {
	if (label > 0) return { type: 'rectangle', ...box };
	const points = Array.from({ length: 12 }, (_, corner) => ({
		x: box.x + (box.width * (1 + Math.cos((corner / 6) * Math.PI))) / 2,
		y: box.y + (box.height * (1 + Math.sin((corner / 6) * Math.PI))) / 2,
	}));
	return { type: 'polygon', points };
}

/** A linear congruential generator (Numerical Recipes). */
function seeded(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

runBenchmark(main, measureCase);
