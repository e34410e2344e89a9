import '../wasm';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { datasetClasses } from '@datagym/labels/classes/datasetClasses';
import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import { tiledImages } from '@datagym/labels/dataset/tiles';
import type { LabeledImage } from '@datagym/labels/model';
import { PartFiles } from '@datagym/nodes/DataGym/export/createDataset/partFiles';
import { ROOT } from '../paths';
import { pythonEnvironment } from '../pythonEnvironment';
import type { LongestHold } from './loopWatch';
import { askOnce, type Cost, machine, measureCost, runBenchmark, verdict, writeSection } from './measuring';

/** What it costs to cut photographs of 12 megapixels into tiles of 640 pixels, here and by SAHI. */

const PHOTOS = ['astronaut', 'cat', 'coffee', 'flower'];
const SIZE = { width: 4000, height: 3000 };
/** Fewer on a busy machine. */
const PHOTOGRAPHS = Number(process.env.BENCH_PHOTOGRAPHS ?? 200);
const OTHERS = Math.ceil(PHOTOGRAPHS / 10);
const MOST_MEBIBYTES = 150;

interface Case {
	readonly name: string;
	readonly type: 'jpeg' | 'png';
	readonly photographs: number;
	/** Where the photographs are. */
	readonly folder: string;
}

/** Of others, nobody knows what held the event loop. */
type Measured = Omit<Cost, keyof LongestHold> & Partial<LongestHold> & { readonly tiles: number };

async function main(): Promise<void> {
	const python = await pythonEnvironment('tiles', join(__dirname, 'tiles_requirements.txt'));
	const folder = await mkdtemp(join(tmpdir(), 'datagym-tiles-'));
	try {
		await writePhotographs(folder);
		const cases: readonly Case[] = [
			{ name: 'JPEG', type: 'jpeg', photographs: PHOTOGRAPHS, folder },
			{ name: 'PNG', type: 'png', photographs: OTHERS, folder },
		];
		const rows: { readonly name: string; readonly photographs: number; readonly measured: Measured }[] = [];
		const note = (name: string, photographs: number, measured: Measured) => {
			console.log(row({ name, photographs, measured }));
			rows.push({ name, photographs, measured });
		};
		for (const each of cases) note(each.name, each.photographs, await askOnce<Measured>('tiles.ts', each));
		note('JPEG, by SAHI 0.12.8', OTHERS, measurePeer(python, folder));
		const [ours] = rows;
		const grown = ours?.measured.grownMebibytes ?? Infinity;
		await writeSection('tiles', [
			'## Tiles of photographs of 12 megapixels',
			'',
			`${machine()} Pictures of 4000 × 3000 pixels, cut into 48 tiles of 640 pixels with an overlap of 20 percent, each case in a fresh process. JPEGs are encoded with a quality of 95 here and as Pillow does by default (75) by SAHI, which writes its tiles to files. “Longest stop” is the longest time in which nothing else could run.`,
			'',
			'| Photographs | Tiles | Processor a photograph (ms) | Time a photograph (ms) | Memory growth (MiB) | Longest stop (ms) |',
			'|---|---:|---:|---:|---:|---:|',
			...rows.map(row),
			'',
			verdict(
				`${PHOTOGRAPHS} photographs cut into tiles grow memory by less than ${MOST_MEBIBYTES} MiB`,
				`${grown.toFixed(0)} MiB`,
				grown < MOST_MEBIBYTES,
			),
		]);
	} finally {
		await rm(folder, { recursive: true });
	}
}

function row({ name, photographs, measured }: { name: string; photographs: number; measured: Measured }): string {
	const { tiles, processorMilliseconds, milliseconds, grownMebibytes, longestStop } = measured;
	const cells = [processorMilliseconds / photographs, milliseconds / photographs, grownMebibytes, longestStop];
	return `| ${photographs} × ${name} | ${tiles} | ${cells.map((cell) => cell?.toFixed(0) ?? '–').join(' | ')} |`;
}

const fileOf = (photo: string, type: Case['type']) => `${photo}.${type === 'png' ? 'png' : 'jpg'}`;

async function writePhotographs(folder: string): Promise<void> {
	for (const photo of PHOTOS) {
		const file = await readFile(join(ROOT, 'examples', 'photos', `${photo}.jpg`));
		const large = () => sharp(file).resize(SIZE.width, SIZE.height, { fit: 'fill' });
		await writeFile(join(folder, fileOf(photo, 'jpeg')), await large().jpeg({ quality: 88 }).toBuffer());
		await writeFile(join(folder, fileOf(photo, 'png')), await large().png().toBuffer());
	}
}

function measurePeer(python: string, folder: string): Measured {
	const photographs = Array.from({ length: OTHERS }, (_, index) =>
		join(folder, fileOf(PHOTOS[index % PHOTOS.length] ?? '', 'jpeg')),
	);
	const parameters = [join(__dirname, 'tiles_peer.py'), join(folder, 'sahi'), ...photographs];
	const lines = execFileSync(python, parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
	return JSON.parse(lines.split('\n').at(-1) ?? '') as Measured;
}

async function work({ type, photographs, folder }: Case): Promise<Measured> {
	const files = await Promise.all(PHOTOS.map(async (photo) => await readFile(join(folder, fileOf(photo, type)))));
	const images = Array.from({ length: photographs }, (_, index): LabeledImage => {
		const imageId = String(index);
		return { imageId, imageName: `${imageId}.jpg`, ...SIZE, objects: [], classifications: {} };
	});
	const { result, ...cost } = await measureCost(async () => {
		const parts = new PartFiles(
			async (imageId) => await Promise.resolve(oneChunk(files[Number(imageId) % files.length])),
		);
		const tiling = { size: 640, overlap: 0.2, visibleShare: 0.1, emptyShare: 1 };
		const writing = { tiling, classes: datasetClasses([]), report: new ConversionReport(), keepsEmpty: false };
		let tiles = 0;
		for (const image of tiledImages(images, writing).images) {
			if (image.part === undefined) continue;
			for await (const bytes of parts.of(image, image.part)) tiles += bytes.length > 0 ? 1 : 0;
		}
		return tiles;
	});
	return { ...cost, tiles: result };
}

async function* oneChunk(bytes: Uint8Array = new Uint8Array()): AsyncGenerator<Uint8Array> {
	yield await Promise.resolve(bytes);
}

runBenchmark<Case>(main, work);
