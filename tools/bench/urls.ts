import { LATENCY } from './data';
import { machine, median, verdict, writeSection } from './measuring';
import { measureWays, timeOf, type Way } from './transferRounds';

/** Adds links to a dataset. */

const URLS = 10_000;
/** A request an item takes so long that fewer have to tell. */
const FEWER = 1_000;
const ROUNDS = Number(process.env.ROUNDS ?? 3);

const OWN = 'this node';
const EACH = 'HTTP Request, a request an item';
const PYTHON = 'Python client, 50 a request';

const WAYS: readonly Way[] = [
	{ name: OWN, by: 'node', count: URLS },
	{ name: 'bare fetch, 2,000 a request', by: 'fetch', count: URLS, pace: { concurrency: 2_000 } },
	{ name: 'Aggregate and one HTTP Request', by: 'aggregated', count: URLS },
	{ name: PYTHON, by: 'python', count: URLS },
	{ name: EACH, by: 'httpRequest', count: FEWER },
];

async function main(): Promise<void> {
	const runs = await measureWays('urls', WAYS, ROUNDS);
	const perUrl = (name: string) => runs.median(name, timeOf) / (runs.of(name)[0]?.done ?? NaN);
	const requests = (name: string) => runs.median(name, (each) => each.requests);
	const block = (name: string) => {
		const known = runs.of(name).flatMap(({ longestBlock }) => longestBlock ?? []);
		return known.length === 0 ? '' : median(known).toFixed(0);
	};
	const times = perUrl(EACH) / perUrl(OWN);
	await writeSection('urls', [
		`## Adding ${URLS.toLocaleString('en')} images by URL`,
		'',
		machine(),
		`Medians of ${ROUNDS} rounds, all ways in turn in each round, each in a fresh process against a fresh emulator, whose answers take ${LATENCY} ms longer. HTTP Request with a request an item got ${FEWER.toLocaleString('en')} URLs; its column “per URL” is to be compared. Requests are counted by the server, with those of warming up.`,
		'',
		'| Way | URLs | Requests | Time (s) | Time per URL (ms) | Times this node’s, per URL | Longest block (ms) |',
		'|---|---:|---:|---:|---:|---:|---:|',
		...WAYS.map(
			({ name, count }) =>
				`| ${[name, count.toLocaleString('en'), requests(name).toLocaleString('en'), (runs.median(name, timeOf) / 1000).toFixed(2), perUrl(name).toFixed(3), `${(perUrl(name) / perUrl(OWN)).toFixed(1)}×`, block(name)].join(' | ')} |`,
		),
		'',
		verdict('at least 20 times as fast as one request an item', `${times.toFixed(1)} per URL`, times >= 20),
	]);
}

void main();
