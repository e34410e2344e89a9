/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import type { INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import { parse } from 'yaml';
import { addLinks } from '../../emulator/store/media';
import type { Medium } from '../../emulator/store/model';
import { byId, jsonOf } from '../../support/datagym';
import { car, DatasetLab, filesIn, unpack, unpackOver, type Seeded } from '../../support/datasetLab';
import { LinkHost } from '../../support/linkHost';

// Options together that are promised one by one in docs/exporting-for-training.md.

let lab: DatasetLab;
let host: LinkHost;

beforeAll(async () => {
	lab = await DatasetLab.open();
	host = await LinkHost.open();
});
afterAll(async () => {
	await host.close();
	await lab.close();
});

const ALL_TRAIN = { trainShare: 1, valShare: 0 };
const TILES = { tileSize: 64, tileOverlap: 25 };
const CARD = { datasetCard: { card: { license: 'mit' } } };

/** 150 × 110 pixels: six tiles. The color makes each another file. */
const large = async (red: number) =>
	await sharp({ create: { width: 150, height: 110, channels: 3, background: { r: red, g: 90, b: 200 } } })
		.jpeg()
		.toBuffer();

const largeImages = async (count: number, more: Partial<Seeded> = {}): Promise<Seeded[]> =>
	await Promise.all(
		Array.from({ length: count }, async (_, index) => ({
			name: `street ${index}.jpg`,
			bytes: await large(index * 9),
			cars: 1 + (index % 3),
			...more,
		})),
	);

interface Written {
	readonly place: string;
	readonly report: Record<string, unknown>;
}

async function written(id: string, format: string, options: INodeParameters): Promise<Written> {
	const { path, report } = await lab.archived(id, format, { options });
	const place = await mkdtemp(join(lab.folder, 'out-'));
	unpack(path, place);
	return { place, report };
}

const pathsIn = async (place: string) => Object.keys(await filesIn(place));
const cardIn = async (place: string) => await readFile(join(place, 'README.md'), 'utf8');
const metadataOf = (card: string) => parse(card.split('---\n')[1]!) as Record<string, unknown>;

/** The cells of the rows below a heading. */
function table(card: string, heading: string): string[][] {
	const [, section = ''] = card.split(`## ${heading}\n\n`);
	return section
		.split('\n\n')[0]!
		.split('\n')
		.slice(2)
		.map((row) =>
			row
				.split('|')
				.slice(1, -1)
				.map((cell) => cell.trim()),
		);
}

interface Row {
	readonly image: { readonly path: string };
	readonly objects: { readonly category_names: readonly string[] };
}

/** The rows of each file, by its name. */
async function parquetFiles(place: string): Promise<Map<string, Row[]>> {
	const names = (await readdir(join(place, 'data'))).sort();
	const rows = names.map(async (name) => {
		const file = Uint8Array.from(await readFile(join(place, 'data', name))).buffer;
		return [name, (await parquetReadObjects({ file })) as unknown as Row[]] as const;
	});
	return new Map(await Promise.all(rows));
}

/** The image that a tile is of, by the name of its file. */
const sourceOf = (path: string) => path.replace(/_\d+_\d+\.jpg$/, '');

describe('a dataset card', () => {
	test('of tiles counts what the files hold', async () => {
		const { id } = await lab.newProject(await largeImages(4));
		const { place } = await written(id, 'huggingFaceParquet', { ...TILES, ...CARD, trainShare: 1, valShare: 1 });
		const card = await cardIn(place);
		const files = await parquetFiles(place);
		const rowsOf = (split: string) => [...files].filter(([name]) => name.startsWith(split)).flatMap(([, rows]) => rows);
		const counted = (['train', 'validation'] as const).map((split) => [
			String(rowsOf(split).length),
			// Each car has a lamp, which Parquet cannot have: labels are counted before any is skipped.
			String(2 * rowsOf(split).flatMap(({ objects }) => objects.category_names).length),
		]);
		expect(table(card, 'Splits').map(([, images, , labels]) => [images, labels])).toEqual(counted);
		expect(card).toContain('4 of 4 images are cut into tiles of 64 pixels, which are counted as images here.');
		expect(card).toContain('64 × 64 pixels.');
		expect(card).not.toContain('150 × 110');
	});

	test.each([
		['huggingFaceParquet', 'data/train-*.parquet'],
		['webDataset', 'train-*.tar'],
		['imageFolder', 'train/**'],
		['cropsByClass', 'train/**'],
	])('of %s says which files load_dataset reads', async (format, path) => {
		const { id } = await lab.newProject([{ name: 'a.jpg' }, { name: 'b.jpg' }]);
		const card = await cardIn((await written(id, format, { ...ALL_TRAIN, ...CARD })).place);
		expect(metadataOf(card).configs).toEqual([{ config_name: 'default', data_files: [{ split: 'train', path }] }]);
		expect(card).toContain('load_dataset("user/name")');
	});

	test('of images with a class of their own has their labels, too', async () => {
		const { id } = await lab.newProject([
			{ name: 'a.jpg', cars: 2, weather: 'sun' },
			{ name: 'b.jpg', cars: 1, weather: 'rain' },
		]);
		const options = { ...ALL_TRAIN, ...CARD, labelKey: 'weather', manifest: '{}' };
		const { place, report } = await written(id, 'huggingFaceParquet', options);
		const card = await cardIn(place);
		expect(metadataOf(card).task_categories).toEqual(['object-detection', 'image-classification']);
		const carRow = table(card, 'Classes').find(([, name]) => name === 'car');
		expect(carRow?.slice(2)).toEqual(['3', '50.0%', '2']);
		const { images } = report.manifest as { images: Record<string, { counts: object }> };
		expect(Object.values(images).map(({ counts }) => counts)).toEqual(
			expect.arrayContaining([
				{ car: 2, lamp: 2 },
				{ car: 1, lamp: 1 },
			]),
		);
	});

	test('of crops is that of a classifier, and says what it counts', async () => {
		const { id } = await lab.newProject([{ name: 'a.jpg', cars: 2 }]);
		const card = await cardIn((await written(id, 'cropsByClass', { ...ALL_TRAIN, ...CARD })).place);
		expect(metadataOf(card).task_categories).toEqual(['image-classification']);
		expect(card).toContain('Each box is cut out as a picture of its own.');
	});

	test('of crops names no split without any, for which load_dataset would look in vain', async () => {
		const images = Array.from(
			{ length: 6 },
			(_, index): Seeded => ({ name: `${index}.jpg`, cars: index === 0 ? 1 : 0 }),
		);
		const { id } = await lab.newProject(images);
		const options = { ...CARD, trainShare: 1, valShare: 1, manifest: '{}' };
		const { place, report } = await written(id, 'cropsByClass', options);
		expect(report.splits).toMatchObject({ train: expect.any(Number), val: expect.any(Number) });
		expect(Object.values(report.splits as object).filter((count) => count > 0)).toHaveLength(2);
		const folders = ['train', 'val'].filter((split) => existsSync(join(place, split)));
		expect(folders).toHaveLength(1);
		const [{ data_files: files }] = metadataOf(await cardIn(place)).configs as [{ data_files: { path: string }[] }];
		expect(files.map(({ path }) => path)).toEqual(folders.map((split) => `${split}/**`));
	});
});

describe.each(['huggingFaceParquet', 'webDataset'])('tiles in %s', (format) => {
	const inFiles = async (place: string): Promise<Map<string, string[]>> => {
		if (format === 'huggingFaceParquet')
			return new Map(
				[...(await parquetFiles(place))].map(([name, rows]) => [name, rows.map(({ image }) => image.path)]),
			);
		const names = (await readdir(place)).filter((name) => name.endsWith('.tar')).sort();
		const listed = (name: string) =>
			execFileSync('tar', ['-tf', join(place, name)])
				.toString()
				.trim()
				.split('\n');
		return new Map(names.map((name) => [name, listed(name).filter((path) => path.endsWith('.jpg'))]));
	};

	test('of an image are in one file, in every run, and nothing is written if nothing changed', async () => {
		const { id, tasks } = await lab.newProject(await largeImages(7));
		const options = { ...ALL_TRAIN, ...TILES, imagesPerShard: 8 };
		const place = await mkdtemp(join(lab.folder, 'tiles-'));
		const update = async (manifest: unknown) => {
			const { path, report } = await lab.archived(id, format, {
				options: { ...options, manifest: JSON.stringify(manifest) },
			});
			unpackOver(path, place);
			const files = await inFiles(place);
			const all = [...files.values()];
			expect(all.flat().sort()).toEqual([...new Set(all.flat())].sort());
			const sources = all.flatMap((paths) => [...new Set(paths.map(sourceOf))]);
			expect(new Set(sources).size).toBe(sources.length);
			return { report, files, shardCount: all.length };
		};
		const first = await update({});
		expect([...first.files.values()].flat()).toHaveLength(7 * 6);
		expect(first.shardCount).toBeGreaterThan(3);
		const same = await update(first.report.manifest);
		expect(same.report).toMatchObject({ writtenFileCount: format === 'webDataset' ? 1 : 0, removedFiles: [] });
		lab.label(tasks[2]!, 5);
		const relabeled = await update(same.report.manifest);
		expect(relabeled.report.writtenFileCount).toBe(format === 'webDataset' ? 2 : 1);
		expect(relabeled.files).toEqual(first.files);
		lab.harness.server.seed.move(tasks[3]!, 'WAITING_CHANGED');
		const fewer = await update(relabeled.report.manifest);
		expect([...fewer.files.values()].flat()).toHaveLength(6 * 6);
		lab.harness.server.seed.move(tasks[3]!, 'COMPLETED');
		expect([...(await update(fewer.report.manifest)).files.values()].flat()).toHaveLength(7 * 6);
	});

	test('are counted of the images that have a class', async () => {
		const images = await largeImages(3, { weather: 'sun' });
		const { id } = await lab.newProject([...images.slice(0, 2), { ...images[2]!, weather: undefined }] as Seeded[]);
		const { place, report } = await written(id, format, { ...ALL_TRAIN, ...TILES, labelKey: 'weather' });
		expect([...(await inFiles(place)).values()].flat()).toHaveLength(12);
		expect(report).toMatchObject({
			imageCount: 2,
			excludedImages: { withoutClass: 1 },
			tiles: { cutImages: 2, tiles: 12, splits: { train: 12, val: 0, test: 0 } },
		});
		expect(report.conversionReport).toContainEqual(expect.objectContaining({ reason: 'without-class', count: 1 }));
	});
});

test('all tiles of images that show the same go to one split', async () => {
	const photo = await readFile(join(__dirname, '../../../examples/photos/cat.jpg'));
	const other = await readFile(join(__dirname, '../../../examples/photos/coffee.jpg'));
	const copiesOf = async (name: string, bytes: Buffer): Promise<Seeded[]> => [
		{ name: `${name}1.jpg`, bytes },
		{ name: `${name}2.jpg`, bytes: await sharp(bytes).resize(200).jpeg({ quality: 60 }).toBuffer() },
		{ name: `${name}3.jpg`, bytes: await sharp(bytes).jpeg({ quality: 50 }).toBuffer() },
	];
	const { id } = await lab.newProject([...(await copiesOf('x', photo)), ...(await copiesOf('y', other))]);
	const options = { trainShare: 1, valShare: 1, tileSize: 128, togetherByDuplicates: true };
	const { place } = await written(id, 'yoloDetect', options);
	const paths = (await pathsIn(place)).filter((path) => path.startsWith('images/'));
	for (const name of ['x', 'y'])
		expect(
			new Set(paths.filter((path) => path.split('/')[2]!.startsWith(name)).map((path) => path.split('/')[1])).size,
		).toBe(1);
	expect(paths.length).toBeGreaterThan(6);
});

describe.each(['huggingFaceParquet', 'webDataset', 'cropsByClass'])(
	'a link that died after the first run, in %s',
	(format) => {
		test('leaves its image out and names it, instead of ending every run', async () => {
			host.reset();
			const { seed, store } = lab.harness.server;
			const { project, dataset } = seed.project({
				name: 'Linked',
				datasetName: `Links of ${format}`,
				classes: [{ entryKey: 'car', type: 'rectangle', children: [{ entryKey: 'lamp', type: 'point' }] }],
			});
			const urls = [0, 1, 2].map((index) => `${host.url}/${format}/${index}.jpg`);
			const media = addLinks(store, dataset!, urls).map(({ medium }) => medium as Medium);
			const tasks = media.map(({ tasks: [task] }) => task!);
			for (const task of tasks) {
				seed.label(task, { labels: { car: [car(1)] } });
				seed.move(task, 'COMPLETED');
			}
			const update = async (manifest: unknown) =>
				jsonOf(
					await lab.harness.run('export', 'createDataset', {
						projectId: byId(project.id),
						format,
						options: { ...ALL_TRAIN, manifest: JSON.stringify(manifest), network: { settings: { retryFor: 0 } } },
					}),
				)[0]!;
			const first = await update({});
			expect(first).toMatchObject({ imageCount: 3 });
			host.answer = ({ url }, response) =>
				url === `/${format}/1.jpg` ? response.writeHead(404).end() : response.writeHead(200).end(host.photo);
			for (const task of tasks) seed.label(task, { labels: { car: [car(1), car(20)] } });
			const second = await update(first.manifest);
			expect(second).toMatchObject({
				imageCount: 2,
				skippedImages: [{ imageName: '1.jpg', reason: `The link ${host.url}/${format}/1.jpg returned HTTP 404` }],
			});
			host.reset();
			expect(await update(second.manifest)).toMatchObject({ imageCount: 3, skippedImages: [] });
		});
	},
);
