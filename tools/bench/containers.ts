import type { BriefImage } from '@datagym/labels/store/imageList';
import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { datasetClasses } from '@datagym/labels/classes/datasetClasses';
import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import type { DatasetFile } from '@datagym/labels/dataset/datasetFile';
import { datasetFiles, WRITABLE_FORMATS } from '@datagym/labels/formats/catalog';
import type { LabeledImage } from '@datagym/labels/model';
import { archiveOf } from '@datagym/nodes/DataGym/export/createDataset/deliver';
import { makePhotos } from './data';
import { readersPython } from '../pythonEnvironment';
import { askOnce, type Cost, machine, measureCost, runBenchmark, Runs, verdict, writeSection } from './measuring';

/** What files that hold the images cost: as Parquet and tar beside the ZIP of single files, and by Python's own writers. */

const IMAGES = Number(process.env.IMAGES ?? 2000);
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const LABELS = 5;
const MEBIBYTE = 2 ** 20;
const MOST_MEBIBYTES = 200;

const OURS: Readonly<Record<string, Omit<Case, 'folder'>>> = {
	ZIP: { format: 'yoloDetect', isZipped: true },
	'Parquet in a ZIP': { format: 'huggingFaceParquet', isZipped: true },
	'tar in a ZIP': { format: 'webDataset', isZipped: true },
	Parquet: { format: 'huggingFaceParquet', isZipped: false },
	tar: { format: 'webDataset', isZipped: false },
};
const PEERS = ['datasets', 'webdataset'] as const;

interface Case {
	readonly format: string;
	readonly folder: string;
	/** In one archive, instead of as a file for each shard. */
	readonly isZipped: boolean;
}

interface Measured extends Cost {
	readonly bytes: number;
}

const photoOf = (folder: string, { imageName }: Pick<LabeledImage, 'imageName'>) => join(folder, imageName);

function imagesOf(count: number): LabeledImage[] {
	return Array.from({ length: count }, (_, index) => ({
		imageId: `${index.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
		imageName: `photo_${index}.jpg`,
		width: 560,
		height: 560,
		orientation: 1,
		fileType: 'jpeg' as const,
		classifications: {},
		objects: Array.from({ length: LABELS }, (__, label) => ({
			className: 'car',
			geometry: { type: 'rectangle' as const, x: label * 10, y: index % 500, width: 30.5, height: 20 },
			classifications: {},
			children: [],
		})),
	}));
}

async function work({ format: key, folder, isZipped }: Case): Promise<Measured> {
	const labelClasses = [{ key: 'car', name: 'Car', type: 'rectangle', number: 0, parents: [] } as const];
	const [format] = WRITABLE_FORMATS.filter((known) => known.key === key);
	if (format === undefined) throw new Error(`There is no format ${key}`);
	const path = join(folder, `${key}.zip`);
	const cost = await measureCost(async () => {
		const files = datasetFiles(format, imagesOf(IMAGES), {
			classes: datasetClasses(labelClasses),
			labelClasses,
			report: new ConversionReport(),
			splitOf: () => 'train',
			fileNameOf: ({ imageName }) => imageName,
			includesImages: true,
			classificationKey: '',
			keypoints: [],
		});
		const photos = { fetch: async (image: BriefImage) => oneChunk(await readFile(photoOf(folder, image))) };
		const written = isZipped ? archiveOf(files, photos) : shardsIn(files, folder);
		await pipeline(Readable.from(written), createWriteStream(path));
	});
	const { size } = await stat(path);
	rmSync(path);
	return { ...cost, result: undefined, bytes: size } as Measured;
}

async function* oneChunk(bytes: Buffer): AsyncGenerator<Uint8Array> {
	yield bytes;
}

/** The bytes of all shards, one after the other. */
async function* shardsIn(files: Iterable<DatasetFile>, folder: string): AsyncGenerator<Uint8Array> {
	for (const file of files) {
		if (!('parts' in file)) continue;
		const { parts } = file;
		yield* file.pack(
			(async function* () {
				for (const { file: picture } of parts) yield await readFile(photoOf(folder, picture.image));
			})(),
		);
	}
}

/** The same files by Python's writer, which prints its cost as JSON. */
function peer(python: string, name: string, folder: string): Measured {
	const output = join(folder, 'peer');
	const text = execFileSync(python, [join(__dirname, 'containers_peers.py'), name, folder, output, String(IMAGES)], {
		encoding: 'utf8',
		env: {
			...process.env,
			HF_HUB_OFFLINE: '1',
			HF_HOME: join(folder, 'huggingface'),
			HF_DATASETS_DISABLE_PROGRESS_BARS: '1',
		},
	});
	rmSync(output, { recursive: true });
	return JSON.parse(text.trim().split('\n').at(-1) ?? '') as Measured;
}

async function main(): Promise<void> {
	const python = await readersPython();
	const folder = mkdtempSync(join(tmpdir(), 'datagym-containers-'));
	const runs = new Runs<Measured>();
	try {
		await mkdir(folder, { recursive: true });
		const photos = await makePhotos(IMAGES);
		for (const [index, image] of imagesOf(IMAGES).entries())
			await writeFile(photoOf(folder, image), photos[index] ?? Buffer.alloc(0));
		for (let round = 0; round < ROUNDS; round++) {
			for (const [name, ours] of Object.entries(OURS))
				note(runs, name, await askOnce<Measured>('containers.ts', { ...ours, folder } satisfies Case));
			for (const name of PEERS) note(runs, name, peer(python, name, folder));
		}
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
	await writeSection('containers', report(runs));
}

function note(runs: Runs<Measured>, name: string, measured: Measured): void {
	runs.note(name, measured);
	console.log(
		`${name}: ${(measured.processorMilliseconds / 1000).toFixed(2)} s on a processor, ${(measured.milliseconds / 1000).toFixed(2)} s, grew by ${measured.grownMebibytes.toFixed(0)} MiB`,
	);
}

const NAMES: Readonly<Record<string, string>> = {
	ZIP: 'YOLO Detect: a ZIP of single files',
	'Parquet in a ZIP': 'Hugging Face Parquet in a ZIP',
	'tar in a ZIP': 'WebDataset in a ZIP',
	Parquet: 'Hugging Face Parquet, a file for each shard',
	tar: 'WebDataset, a file for each shard',
	datasets: '`Dataset.from_generator(…).to_parquet()` of `datasets`',
	webdataset: '`ShardWriter` of `webdataset`',
};

function report(runs: Runs<Measured>): string[] {
	const processor = ({ processorMilliseconds }: Measured) => processorMilliseconds;
	const row = (name: string) =>
		`| ${NAMES[name]} | ${(runs.median(name, ({ milliseconds }) => milliseconds) / 1000).toFixed(2)} | ${(runs.median(name, processor) / 1000).toFixed(2)} | ${runs.ratio(name, 'ZIP', processor).toFixed(2)}× | ${runs.median(name, ({ grownMebibytes }) => grownMebibytes).toFixed(0)} | ${OURS[name] === undefined ? '' : runs.median(name, ({ longestBlock }) => longestBlock).toFixed(0)} | ${(runs.median(name, ({ bytes }) => bytes) / MEBIBYTE).toFixed(0)} |`;
	const grown = Math.max(...Object.keys(OURS).map((name) => runs.median(name, ({ grownMebibytes }) => grownMebibytes)));
	const parquet = runs.ratio('Parquet', 'datasets', processor);
	const tar = runs.ratio('tar', 'webdataset', processor);
	const zipped = Math.max(...['Parquet in a ZIP', 'tar in a ZIP'].map((name) => runs.ratio(name, 'ZIP', processor)));
	return [
		'## Files that hold the images',
		'',
		`${machine()} ${IMAGES.toLocaleString('en')} JPEGs of about 200 kB with ${LABELS} boxes each, from files on a disk to files on a disk, 1,000 in a shard, without n8n and HTTP around the writers. Medians of ${ROUNDS} rounds, each case in a fresh process. Python writes the same rows, and no ZIP around them.`,
		'',
		'| Written | Time (s) | Processor (s) | Processor, ratio to the ZIP | Memory growth (MiB) | Longest block (ms) | Written (MiB) |',
		'|---|---:|---:|---:|---:|---:|---:|',
		...[...Object.keys(OURS), ...PEERS].map(row),
		'',
		verdict(
			`Parquet and tar grow memory by less than ${MOST_MEBIBYTES} MiB, whatever a shard has`,
			`${grown.toFixed(0)} MiB`,
			grown < MOST_MEBIBYTES,
		),
		verdict(
			'an archive of either takes at most 1.25 times the processor of one of single files',
			`${zipped.toFixed(2)}×`,
			zipped <= 1.25,
		),
		verdict('Parquet takes no more of the processor than `datasets`', `${parquet.toFixed(2)}×`, parquet <= 1),
		verdict('tar takes no more of the processor than `webdataset`', `${tar.toFixed(2)}×`, tar <= 1),
	];
}

runBenchmark(main, work);
