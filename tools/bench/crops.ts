import '../wasm';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import sharp from 'sharp';
import { type Picture, withPicture } from '@datagym/pixels';
import { ROOT } from '../paths';
import { type Cost, askOnce, machine, measureCost, runBenchmark, verdict, writeSection } from './measuring';

/** What pictures of 12 megapixels cost: crops, thumbnails, and photographs made upright. */

const CROPS = 10_000;
const CROPS_A_PICTURE = 20;
const MOST_MEBIBYTES = 100;
const PHOTOS = ['astronaut', 'cat', 'coffee', 'flower'];

interface Case {
	readonly name: string;
	readonly kind: 'jpeg' | 'progressive' | 'turned' | 'png';
	readonly does: 'crops' | 'thumbnail' | 'upright';
	readonly pictures: number;
}

const CASES: readonly Case[] = [
	{ name: 'crops of JPEGs', kind: 'jpeg', does: 'crops', pictures: CROPS / CROPS_A_PICTURE },
	{ name: 'crops of progressive JPEGs', kind: 'progressive', does: 'crops', pictures: 50 },
	{ name: 'crops of PNGs', kind: 'png', does: 'crops', pictures: 50 },
	{ name: 'thumbnails of JPEGs', kind: 'jpeg', does: 'thumbnail', pictures: 100 },
	{ name: 'thumbnails of PNGs', kind: 'png', does: 'thumbnail', pictures: 20 },
	{ name: 'JPEGs made upright', kind: 'turned', does: 'upright', pictures: 20 },
];

interface Measured extends Cost {
	readonly results: number;
	readonly bytes: number;
}

async function main(): Promise<void> {
	const rows: Array<Case & Measured> = [];
	for (const each of CASES) {
		const row = { ...each, ...(await askOnce<Measured>('crops.ts', each)) };
		console.log(
			`${row.results} ${row.name}: ${(row.milliseconds / 1000).toFixed(1)} s, ${(row.processorMilliseconds / row.pictures).toFixed(0)} ms on a processor a picture, memory grew by ${row.grownMebibytes.toFixed(0)} MiB, longest stop ${row.longestStop.toFixed(0)} ms`,
		);
		rows.push(row);
	}
	const [crops] = rows;
	await writeSection('crops', [
		'## Crops, thumbnails and upright photographs of 12 megapixels',
		'',
		`${machine()} Pictures of 4000 × 3000 pixels, opened one after the other, each case in a fresh process; ${CROPS_A_PICTURE} crops of 400 × 300 pixels a picture, with a margin, of at most 256 pixels. “Longest stop” is the longest time in which nothing else could run.`,
		'',
		'| Results | Of | Pictures | Processor a picture (ms) | Time (s) | Memory growth (MiB) | Longest stop (ms) |',
		'|---:|---|---:|---:|---:|---:|---:|',
		...rows.map(
			(row) =>
				`| ${row.results} | ${row.name} | ${row.pictures} | ${(row.processorMilliseconds / row.pictures).toFixed(0)} | ${(row.milliseconds / 1000).toFixed(1)} | ${row.grownMebibytes.toFixed(0)} | ${row.longestStop.toFixed(0)} |`,
		),
		'',
		verdict(
			`${CROPS.toLocaleString('en')} crops grow memory by less than ${MOST_MEBIBYTES} MiB`,
			`${crops?.grownMebibytes.toFixed(0)} MiB`,
			(crops?.grownMebibytes ?? Infinity) < MOST_MEBIBYTES,
		),
	]);
}

async function work({ kind, does, pictures }: Case): Promise<Measured> {
	const files = await Promise.all(PHOTOS.map(async (photo) => await largePicture(photo, kind)));
	let results = 0;
	let bytes = 0;
	const cost = await measureCost(async () => {
		for (let index = 0; index < pictures; index++) {
			const file = files[index % files.length] ?? Buffer.alloc(0);
			await withPicture(
				file,
				async (picture) => {
					for (const result of RESULTS[does](picture)) {
						bytes += (await result).bytes.length;
						results++;
					}
				},
				async () => void (await setImmediate()),
			);
		}
	});
	return { ...cost, results, bytes };
}

const RESULTS: Record<Case['does'], (picture: Picture) => Iterable<Promise<{ bytes: Uint8Array }>>> = {
	*crops(picture) {
		for (let index = 0; index < CROPS_A_PICTURE; index++) {
			const box = { x: (index * 170) % 3500, y: (index * 131) % 2600, width: 400, height: 300 };
			yield picture.crop(box, { margin: 0.1, maxSize: 256, format: 'jpeg' });
		}
	},
	*thumbnail(picture) {
		yield picture.thumbnail({ maxSize: 320 });
	},
	*upright(picture) {
		yield picture.upright();
	},
};

async function largePicture(photo: string, kind: Case['kind']): Promise<Buffer> {
	const file = await readFile(join(ROOT, 'examples', 'photos', `${photo}.jpg`));
	const large = sharp(file).resize(4000, 3000, { fit: 'fill' });
	if (kind === 'png') return await large.png().toBuffer();
	if (kind === 'turned') return await large.withMetadata({ orientation: 6 }).jpeg({ quality: 88 }).toBuffer();
	return await large.jpeg({ quality: 88, progressive: kind === 'progressive' }).toBuffer();
}

runBenchmark<Case>(main, work);
