import { noteFigures } from './figures';
import { type Runs, machine, median, verdict, writeSection } from './measuring';
import { bareWays, type Measured, type Way, measureWays, timeOf } from './transferRounds';
import { LATENCY } from './data';

/** Uploads or downloads images (the first argument), through this node and through what a user would take instead. */

const IMAGES = 1_000;
/** So many show that memory does not grow with their number. */
const MANY_IMAGES = 3_000;
const ROUNDS = Number(process.env.ROUNDS ?? 3);

const OWN = 'this node';
const OWN_6 = 'this node, at most 6 at once';
const OWN_16 = 'this node, at most 16 at once';
/** After so many, an n8n has what V8 takes for itself once. */
const WARM = 200;
const WARMED = `this node, after ${WARM} images`;
const MANY = `this node, ${MANY_IMAGES.toLocaleString('en')} images after ${WARM}`;
const AT_ONCE = 'HTTP Request, all at once';
const BATCHED = 'HTTP Request, batches of 8 each 100 ms';
const PYTHON = 'Python client';
const STRIPPED = 'this node, Remove Metadata';
const BARE = bareWays(IMAGES);

const WAYS: readonly Way[] = [
	{ name: OWN, by: 'node', count: IMAGES },
	{ name: OWN_6, by: 'node', count: IMAGES, pace: { concurrency: 6 } },
	{ name: OWN_16, by: 'node', count: IMAGES, pace: { concurrency: 16 } },
	...BARE,
	{ name: AT_ONCE, by: 'httpRequest', count: IMAGES },
	{ name: PYTHON, by: 'python', count: IMAGES, rounds: 1 },
	{ name: BATCHED, by: 'httpRequest', count: IMAGES, pace: { batch: { batchSize: 8, batchInterval: 100 } }, rounds: 1 },
	{ name: WARMED, by: 'node', count: IMAGES, warmUp: WARM },
	{ name: MANY, by: 'node', count: MANY_IMAGES, warmUp: WARM, rounds: 1 },
];

const MOST_GROWTH = 80;

const UPLOAD_WAYS: readonly Way[] = [
	...WAYS,
	{ name: STRIPPED, by: 'node', count: IMAGES, pace: { removesMetadata: true } },
];

const MOST_SLOWER = 1.05;

async function main(work: 'upload' | 'download'): Promise<void> {
	const upload = work === 'upload';
	const ways = upload ? UPLOAD_WAYS : WAYS;
	const runs = await measureWays(work, ways, ROUNDS);
	if (upload) {
		const shareOf = (own: string) => runs.ratio(bestBare(runs), own, timeOf);
		await noteFigures({
			'upload: share of the best, new process': shareOf(OWN),
			'upload: share of the best': shareOf(WARMED),
		});
	}
	await writeSection(work, [
		`## ${upload ? 'Upload' : 'Download'} of ${IMAGES.toLocaleString('en')} images`,
		'',
		machine(),
		`JPEGs of about 200 kB. The server is the emulator in a process of its own, and each answer takes ${LATENCY} ms longer. n8n’s binary mode is \`filesystem\`: ${upload ? 'the images lie in its store before the clock starts, for the others as files' : 'the images go into its store, for the others into files'}. Medians of ${ROUNDS} rounds (Python, batches and ${MANY_IMAGES.toLocaleString('en')} images: one), all ways in turn in each round, each in a fresh process, warmed up with 20 images unless the name says otherwise, with a fresh server; a ratio is the median of the rounds’ ratios. Memory is the resident size’s growth at most, beyond the process at rest. Unless told otherwise, this node finds itself how many requests to send at once, up to 32; in each fresh process it begins with 6.`,
		'',
		'| Way | Time (s) | Processor (s) | Times this node’s | Times this node’s, at most 6 at once | Memory growth (MiB) | Longest block (ms) |',
		'|---|---:|---:|---:|---:|---:|---:|',
		...ways.map((way) => row(runs, way)),
		'',
		...verdicts(runs),
		...(upload ? [strippedVerdict(runs)] : []),
	]);
}

function row(runs: Runs<Measured>, { name, count }: Way): string {
	const measured = runs.of(name);
	const known = (value: (each: Measured) => number | undefined) => measured.flatMap((each) => value(each) ?? []);
	const processor = known(({ processorMilliseconds }) => processorMilliseconds);
	const grown = known(({ grownMebibytes }) => grownMebibytes);
	const blocks = known(({ longestBlock }) => longestBlock);
	const ratios = [OWN, OWN_6].map((own) => (count === IMAGES ? `${runs.ratio(name, own, timeOf).toFixed(2)}×` : ''));
	return `| ${[name, seconds(runs.median(name, timeOf)), processor.length === 0 ? '' : seconds(median(processor)), ...ratios, grown.length === 0 ? '' : Math.max(...grown).toFixed(0), blocks.length === 0 ? '' : median(blocks).toFixed(0)].join(' | ')} |`;
}

function verdicts(runs: Runs<Measured>): string[] {
	const times = (name: string, own: string) => runs.ratio(name, own, timeOf);
	const best = bestBare(runs);
	const growths = [WARMED, MANY].map((name) => growthOf(runs, name));
	const threeTimes = (name: string): string[] => {
		const limit = times(name, best);
		const line = verdict(`at least 3 times as fast as ${name}`, times(name, OWN).toFixed(2), times(name, OWN) >= 3);
		return limit < 3
			? [line, `  - Out of reach: ${best}, the practical limit, is ${limit.toFixed(2)} times as fast.`]
			: [line];
	};
	return [
		...[AT_ONCE, BATCHED, PYTHON].flatMap(threeTimes),
		verdict(
			`at least 0.9 of the speed of the best bare fetch, ${best}, by a number that it finds itself`,
			`${times(best, OWN).toFixed(2)}; after ${WARM} images, when it has found one, ${times(best, WARMED).toFixed(2)}; at most 16 at once ${times(best, OWN_16).toFixed(2)}, at most 6 ${times(best, OWN_6).toFixed(2)}`,
			times(best, OWN) >= 0.9,
		),
		verdict('never slower than at most 6 at once', times(OWN_6, OWN).toFixed(2), times(OWN_6, OWN) >= 0.95),
		verdict(
			`memory grows by less than ${MOST_GROWTH} MiB, whatever the count`,
			`${growths.map((growth) => growth.toFixed(0)).join(' and ')} MiB for ${IMAGES.toLocaleString('en')} and ${MANY_IMAGES.toLocaleString('en')} images in an n8n that has had ${WARM}`,
			Math.max(...growths) < MOST_GROWTH,
		),
		`  - Right after its start, n8n grows by up to ${growthOf(runs, OWN).toFixed(0)} MiB, once: V8 widens the room for young objects, and lets about 64 MiB of freed Buffers lie before it collects them. The bare fetch grows by ${growthOf(runs, best).toFixed(0)} MiB so.`,
	];
}

/** The name of the fastest. */
function bestBare(runs: Runs<Measured>): string {
	const sorted = [...BARE].sort((a, b) => runs.median(a.name, timeOf) - runs.median(b.name, timeOf));
	return sorted[0]?.name ?? '';
}

function strippedVerdict(runs: Runs<Measured>): string {
	const slower = runs.ratio(STRIPPED, OWN, timeOf);
	const processor = runs.ratio(STRIPPED, OWN, ({ processorMilliseconds = NaN }) => processorMilliseconds);
	return verdict(
		'less than 5% slower with Remove Metadata',
		`${slower.toFixed(2)} times the time, ${processor.toFixed(2)} times the processor time`,
		slower < MOST_SLOWER,
	);
}

function growthOf(runs: Runs<Measured>, name: string): number {
	return Math.max(...runs.of(name).map(({ grownMebibytes = NaN }) => grownMebibytes));
}

const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(2);

void main(process.argv[2] === 'download' ? 'download' : 'upload');
