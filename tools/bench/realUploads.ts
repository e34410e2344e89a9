import { machine, verdict, writeSection } from './measuring';
import { bareWays, measureWays, timeOf, type Way } from './transferRounds';
import { realServer } from './transferTarget';

/** Uploads to a real DataGym server on this machine (`DATAGYM_URL`, `DATAGYM_TOKEN`): does the node find the number that is fastest there? */

const IMAGES = 500;
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const LEAST_SHARE = 0.9;

const OWN = 'this node';
const WARMED = 'this node, after 200 images';
const OWN_6 = 'this node, at most 6 at once';
const BARE = bareWays(IMAGES);
const WAYS: readonly Way[] = [
	{ name: OWN, by: 'node', count: IMAGES },
	{ name: WARMED, by: 'node', count: IMAGES, warmUp: 200 },
	{ name: OWN_6, by: 'node', count: IMAGES, pace: { concurrency: 6 } },
	...BARE,
];

async function main(): Promise<void> {
	const runs = await measureWays('upload', WAYS, ROUNDS, realServer);
	const speed = (name: string) => IMAGES / (runs.median(name, timeOf) / 1000);
	const best = [...BARE].sort((a, b) => speed(b.name) - speed(a.name))[0]?.name ?? '';
	const share = (name: string) => runs.ratio(best, name, timeOf);
	await writeSection('realUploads', [
		'## Uploads to the real server',
		'',
		machine(),
		`${IMAGES} JPEGs of about 200 kB into a new dataset of the real server with tokens and its MariaDB, on this machine. Medians of ${ROUNDS} rounds, all ways in turn in each round, each in a fresh process, warmed up with 20 images unless the name says otherwise.`,
		'',
		'| Way | Images a second | Of the best bare fetch |',
		'|---|---:|---:|',
		...WAYS.map(({ name }) => `| ${name} | ${speed(name).toFixed(1)} | ${share(name).toFixed(2)} |`),
		'',
		verdict(
			`at least ${LEAST_SHARE} of the speed of the best bare fetch, ${best}, by a number that it finds itself`,
			`${share(OWN).toFixed(2)} in a new process, ${share(WARMED).toFixed(2)} in one that has uploaded 200`,
			share(WARMED) >= LEAST_SHARE,
		),
	]);
}

void main();
