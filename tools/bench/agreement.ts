import type { Geometry, LabelObject, Point } from '@datagym/labels/model';
import { matchThings } from '@datagym/labels/quality/agreement/things';
import { finish, nextTurn } from '@datagym/shared/turns';
import { type Cost, Runs, askOnce, machine, measureCost, runBenchmark, verdict, writeSection } from './measuring';

/** How long one dense image takes whose labels two projects drew. */

const ROUNDS = 5;
const OBJECTS = 1_000;
const MOST_MILLISECONDS = 1_000;
const MOST_BLOCK_MILLISECONDS = 50;
const CORNERS = 30;
const [WIDTH, HEIGHT] = [4_000, 3_000];

type Draw = (at: Point) => Geometry;

const box: Draw = ({ x, y }) => ({ type: 'rectangle', x, y, width: 60, height: 60 });
const angleOf = (corner: number) => (corner / CORNERS) * 2 * Math.PI;

/** How the labels are drawn, and how far they are spread over the image. */
const CASES: Readonly<Record<string, { readonly draw: Draw; readonly spread: number }>> = {
	'boxes all over the image': { draw: box, spread: 1 },
	'polygons of 30 corners all over the image': {
		draw: ({ x, y }) => ({
			type: 'polygon',
			points: Array.from({ length: CORNERS }, (_, corner) => ({
				x: x + 30 * Math.cos(angleOf(corner)),
				y: y + 30 * Math.sin(angleOf(corner)),
			})),
		}),
		spread: 1,
	},
	'lines of 20 points all over the image': {
		draw: ({ x, y }) => ({
			type: 'line',
			points: Array.from({ length: 20 }, (_, index) => ({ x: x + 20 * index, y: y + (index % 3) })),
		}),
		spread: 1,
	},
	'boxes in one heap, where each overlaps every other': { draw: box, spread: 0.004 },
};

async function main(): Promise<void> {
	const runs = new Runs<Cost>();
	for (let round = 0; round < ROUNDS; round++)
		for (const name of Object.keys(CASES)) runs.note(name, await askOnce<Cost>('agreement.ts', { name }));
	const time = (name: string) => runs.median(name, ({ processorMilliseconds }) => processorMilliseconds);
	const memory = (name: string) => runs.median(name, ({ grownMebibytes }) => grownMebibytes);
	const block = (name: string) => runs.median(name, ({ longestBlock }) => longestBlock);
	const names = Object.keys(CASES);
	const longest = Math.max(...names.map(block));
	const spread = names.filter((name) => CASES[name]?.spread === 1);
	const slowest = Math.max(...spread.map(time));
	for (const name of names)
		console.log(
			`agreement, ${name}: ${time(name).toFixed(0)} ms on a processor, longest block ${block(name).toFixed(0)} ms`,
		);
	await writeSection('agreement', [
		'## Comparing the labels of two projects',
		'',
		machine(),
		`${OBJECTS} labels of one class on one image in each of two projects, matched by \`matchThings\`, each time in a fresh process; medians of ${ROUNDS}.`,
		'',
		'| Labels | Processor (ms) | Longest block (ms) | Memory (MiB) |',
		'|---|---:|---:|---:|',
		...names.map(
			(name) => `| ${name} | ${time(name).toFixed(0)} | ${block(name).toFixed(0)} | ${memory(name).toFixed(0)} |`,
		),
		'',
		verdict(
			`an image with ${OBJECTS} × ${OBJECTS} labels all over it takes less than a second`,
			`${slowest.toFixed(0)} ms at most`,
			slowest < MOST_MILLISECONDS,
		),
		verdict(
			`no block is longer than ${MOST_BLOCK_MILLISECONDS} ms`,
			`${longest.toFixed(0)} ms on a processor`,
			longest <= MOST_BLOCK_MILLISECONDS,
		),
	]);
}

async function measureCase({ name }: { name: string }): Promise<Cost> {
	const { draw, spread } = CASES[name] ?? { draw: box, spread: 1 };
	let state = 1;
	const random = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
	const places = Array.from({ length: OBJECTS }, () => ({
		x: 100 + random() * WIDTH * spread,
		y: 100 + random() * HEIGHT * spread,
	}));
	const label = (geometry: Geometry): LabelObject => ({
		className: 'car',
		geometry,
		classifications: {},
		children: [],
	});
	const first = places.map((place) => label(draw(place)));
	const second = places.map(({ x, y }) => label(draw({ x: x + 5 * random(), y: y + 5 * random() })));
	await nextTurn();
	const { result, ...cost } = await measureCost(
		async () => await finish(matchThings([first, second], { minimumIou: 0.5, maximumDistance: 10 })),
	);
	if (result.length < OBJECTS) throw new Error(`There are only ${result.length} things`);
	return cost;
}

runBenchmark(main, measureCase);
