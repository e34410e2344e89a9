import { type Runs, machine, median, verdict, writeSection } from './measuring';
import { type Measured, type Way, measureWays, timeOf } from './transferRounds';
import { LATENCY } from './data';

/** Uploads or downloads images (the first argument), through this node and through what a user would take instead. */

const IMAGES = 1_000;
/** So many show that memory does not grow with their number. */
const MANY_IMAGES = 3_000;
const ROUNDS = Number(process.env.ROUNDS ?? 3);

const OWN = 'this node';
const OWN_16 = 'this node, 16 at once';
/** After so many, an n8n has what V8 takes for itself once. */
const WARM = 200;
const WARMED = `this node, after ${WARM} images`;
const MANY = `this node, ${MANY_IMAGES.toLocaleString('en')} images after ${WARM}`;
const AT_ONCE = 'HTTP Request, all at once';
const BATCHED = 'HTTP Request, batches of 8 each 100 ms';
const PYTHON = 'Python client';
const STRIPPED = 'this node, Remove Metadata';
const BARE_8 = 'bare fetch, 8 at once';
const BARE_16 = 'bare fetch, 16 at once';

const WAYS: readonly Way[] = [
	{ name: OWN, by: 'node', count: IMAGES },
	{ name: OWN_16, by: 'node', count: IMAGES, pace: { concurrency: 16 } },
	{ name: BARE_8, by: 'fetch', count: IMAGES, pace: { concurrency: 8 } },
	{ name: BARE_16, by: 'fetch', count: IMAGES, pace: { concurrency: 16 } },
	{ name: AT_ONCE, by: 'httpRequest', count: IMAGES },
	{ name: PYTHON, by: 'python', count: IMAGES, rounds: 1 },
	{ name: BATCHED, by: 'httpRequest', count: IMAGES, pace: { batch: { batchSize: 8, batchInterval: 100 } }, rounds: 1 },
	{ name: WARMED, by: 'node', count: IMAGES, warmUp: WARM, rounds: 1 },
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
	await writeSection(work, [
		`## ${upload ? 'Upload' : 'Download'} of ${IMAGES.toLocaleString('en')} images`,
		'',
		machine(),
		`JPEGs of about 200 kB. The server is the emulator in a process of its own, and each answer takes ${LATENCY} ms longer. n8n’s binary mode is \`filesystem\`: ${upload ? 'the images lie in its store before the clock starts, for the others as files' : 'the images go into its store, for the others into files'}. Medians of ${ROUNDS} rounds (the last four ways: one), all ways in turn in each round, each in a fresh process, warmed up with 20 images unless the name says otherwise, with a fresh server; a ratio is the median of the rounds’ ratios. Memory is the resident size’s growth at most, beyond the process at rest. This node sends 6 requests at once unless told otherwise.`,
		'',
		'| Way | Time (s) | Processor (s) | Times this node’s | Times this node’s, 16 at once | Memory growth (MiB) |',
		'|---|---:|---:|---:|---:|---:|',
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
	const ratios = [OWN, OWN_16].map((own) => (count === IMAGES ? `${runs.ratio(name, own, timeOf).toFixed(2)}×` : ''));
	return `| ${[name, seconds(runs.median(name, timeOf)), processor.length === 0 ? '' : seconds(median(processor)), ...ratios, grown.length === 0 ? '' : Math.max(...grown).toFixed(0)].join(' | ')} |`;
}

function verdicts(runs: Runs<Measured>): string[] {
	const times = (name: string, own: string) => runs.ratio(name, own, timeOf);
	const best = runs.median(BARE_8, timeOf) <= runs.median(BARE_16, timeOf) ? BARE_8 : BARE_16;
	const fastest = Math.max(times(best, OWN), times(best, OWN_16));
	const growths = [WARMED, MANY].map((name) => growthOf(runs, name));
	const threeTimes = (name: string): string[] => {
		const limit = times(name, best);
		const line = verdict(
			`at least 3 times as fast as ${name}`,
			`${times(name, OWN).toFixed(2)}, with 16 at once ${times(name, OWN_16).toFixed(2)}`,
			times(name, OWN) >= 3,
		);
		return limit < 3
			? [line, `  - Out of reach: ${best}, the practical limit, is ${limit.toFixed(2)} times as fast.`]
			: [line];
	};
	return [
		...[AT_ONCE, BATCHED, PYTHON].flatMap(threeTimes),
		verdict(
			`at least 0.85 of the speed of ${best}, with as many at once`,
			`${times(best, OWN).toFixed(2)}, with 16 at once ${times(best, OWN_16).toFixed(2)}`,
			fastest >= 0.85,
		),
		...(times(best, OWN) < 0.85
			? [
					`  - With 6 at once, waiting alone (${LATENCY} ms an answer) takes ${(((IMAGES / 6) * LATENCY) / 1000).toFixed(2)} s; 6 is the default for the real server’s sake, which is fastest with about 8 (docs/contract.md#concurrency).`,
				]
			: []),
		verdict(
			`memory grows by less than ${MOST_GROWTH} MiB, whatever the count`,
			`${growths.map((growth) => growth.toFixed(0)).join(' and ')} MiB for ${IMAGES.toLocaleString('en')} and ${MANY_IMAGES.toLocaleString('en')} images in an n8n that has had ${WARM}`,
			Math.max(...growths) < MOST_GROWTH,
		),
		`  - Right after its start, n8n grows by up to ${growthOf(runs, OWN).toFixed(0)} MiB, once: V8 widens the room for young objects, and lets about 64 MiB of freed Buffers lie before it collects them. The bare fetch grows by ${growthOf(runs, best).toFixed(0)} MiB so.`,
	];
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
