/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import type { IDataObject } from 'n8n-workflow';
import { byId, jsonOf, outputOf } from '../../support/datagym';
import { DatasetLab, filesIn, unpack, unpackOver, type Seeded } from '../../support/datasetLab';

let lab: DatasetLab;

beforeAll(async () => {
	lab = await DatasetLab.open();
});
afterAll(async () => await lab.close());

const seeded = (count: number, more: Partial<Seeded> = {}) =>
	Array.from(
		{ length: count },
		(_, index): Seeded => ({ name: `${index}.jpg`, weather: index % 2 ? 'sun' : 'rain', ...more }),
	);

const TRAIN_ONLY = { trainShare: 1, valShare: 0 };

interface ParquetRow {
	readonly image: { readonly bytes: Uint8Array; readonly path: string };
	readonly image_id: string;
	readonly label?: bigint;
	readonly objects: { readonly category_names: readonly string[] };
}

async function unpacked(id: string, format: string, options: IDataObject, name: string): Promise<string> {
	const { path } = await lab.archived(id, format, { options: { ...TRAIN_ONLY, ...options } as never });
	const place = join(lab.folder, name);
	await mkdir(place);
	unpack(path, place);
	return place;
}

const tar = (...args: string[]) => execFileSync('tar', args, { env: { ...process.env, LC_ALL: 'C.UTF-8' } });

test('Parquet files have the stored bytes of each image with its labels and its class', async () => {
	const { id, tasks } = await lab.newProject(seeded(5));
	const place = await unpacked(id, 'huggingFaceParquet', { imagesPerShard: 3, labelKey: 'weather' }, 'parquet');
	const files = [0, 1].map((number) => join(place, 'data', `train-0000${number}-of-00002.parquet`));
	const rows = (
		await Promise.all(
			files.map(
				async (file) => await parquetReadObjects({ file: Uint8Array.from(await readFile(file)).buffer, utf8: false }),
			),
		)
	).flat() as unknown as ParquetRow[];
	expect(rows).toHaveLength(5);
	for (const { image, image_id, label, objects } of rows) {
		const { medium } = tasks.find((task) => task.medium.id === image_id)!;
		expect(image.path).toBe(medium.name);
		expect(Buffer.from(image.bytes)).toEqual(await lab.harness.server.store.bytes.get(image_id));
		expect(label).toBe(parseInt(medium.name) % 2 ? 1n : 0n);
		expect(objects.category_names).toEqual(['car']);
	}
});

test('tar files have the stored bytes of each image and its labels, under one key without dots', async () => {
	const { id, tasks } = await lab.newProject([{ name: 'a.b.jpg' }, { name: `${'ö'.repeat(80)}.jpg` }]);
	const place = await unpacked(id, 'webDataset', {}, 'tar');
	const archive = join(place, 'train-000000.tar');
	const names = ['a_b', 'ö'.repeat(80)];
	expect(tar('--quoting-style=literal', '-tf', archive).toString().trim().split('\n').sort()).toEqual(
		names.flatMap((name) => [`${name}.jpg`, `${name}.json`]).sort(),
	);
	for (const [index, name] of names.entries()) {
		const { medium } = tasks[index]!;
		expect(tar('-xOf', archive, `${name}.jpg`)).toEqual(await lab.harness.server.store.bytes.get(medium.id));
		expect(JSON.parse(tar('-xOf', archive, `${name}.json`).toString())).toMatchObject({
			image_id: medium.id,
			file_name: medium.name,
			width: 64,
			height: 48,
			classifications: { weather: '' },
			objects: { bbox: [[0, 2, 8, 9]], categories: [0], category_names: ['car'], area: [72] },
		});
	}
});

test.each([
	[
		'huggingFaceParquet',
		['data/train-00000-of-00002.parquet', 'data/train-00001-of-00002.parquet'],
		'application/vnd.apache.parquet',
	],
	['webDataset', ['train-000000.tar', 'train-000001.tar', 'classes.txt'], 'application/x-tar'],
])('%s comes as an item for each file, with the same bytes as in the archive', async (format, paths, mimeType) => {
	const { id } = await lab.newProject(seeded(4));
	const options = { imagesPerShard: 2 };
	const place = await unpacked(id, format, options, `files ${format}`);
	const run = await lab.create(id, format, { output: 'files', options: { ...TRAIN_ONLY, ...options } });
	const items = outputOf(run).filter(({ json }) => json.path !== 'dataset_report.json');
	expect(items.map(({ json }) => json.path)).toEqual(paths);
	for (const item of items)
		expect(await lab.harness.engine.readBinary(item)).toEqual(await readFile(join(place, String(item.json.path))));
	expect(items[0]?.binary?.data?.mimeType).toBe(mimeType);
});

test.each(['huggingFaceParquet', 'webDataset'])(
	'an increment of %s has the shards that changed only',
	async (format) => {
		const { id, tasks } = await lab.newProject(
			seeded(13).map((each, index) => ({ ...each, state: index < 12 ? ('COMPLETED' as const) : ('WAITING' as const) })),
		);
		const place = join(lab.folder, `increments ${format}`);
		const options = { ...TRAIN_ONLY, imagesPerShard: 4 };
		const update = async (manifest: unknown) => {
			const { report, path } = await lab.archived(id, format, {
				options: { ...options, manifest: JSON.stringify(manifest) },
			});
			const before = await filesIn(place);
			unpackOver(path, place);
			return { report, before, now: await filesIn(place) };
		};
		const isShard = (path: string) => /\.(parquet|tar)$/.test(path);
		const first = await update({});
		expect(Object.keys(first.now).filter(isShard)).toHaveLength(3);

		// Other labels of one image.
		lab.label(tasks[3]!, 3, 'sun');
		const relabeled = await update(first.report.manifest);
		const differing = ({ before, now }: Awaited<ReturnType<typeof update>>) =>
			Object.keys(now).filter((path) => isShard(path) && now[path] !== before[path]);
		expect(differing(relabeled)).toHaveLength(1);
		expect(relabeled.report).toMatchObject({ isComplete: false, removedFiles: [], changedImageCount: 1 });

		// A new image: where all are full, another file, unless their number is in their names.
		lab.harness.server.seed.move(tasks[12]!, 'COMPLETED');
		const grown = await update(relabeled.report.manifest);
		expect(differing(grown)).toHaveLength(1);
		expect(Object.keys(grown.now).filter(isShard)).toHaveLength(format === 'webDataset' ? 4 : 3);

		const same = await update(grown.report.manifest);
		expect(differing(same)).toEqual([]);
		expect(same.report.writtenFileCount).toBe(format === 'webDataset' ? 1 : 0);

		// One image less.
		lab.harness.server.seed.move(tasks[3]!, 'WAITING_CHANGED');
		const reduced = await update(same.report.manifest);
		expect(differing(reduced)).toHaveLength(1);
		expect(reduced.report.removedImages).toEqual([tasks[3]!.medium.id]);
	},
);

test('the last image of a shard that has the number in its name takes all shards with it', async () => {
	const { id, tasks } = await lab.newProject(seeded(2));
	const options = { ...TRAIN_ONLY, imagesPerShard: 1 };
	const { report } = await lab.archived(id, 'huggingFaceParquet', { options: { ...options, manifest: '{}' } });
	lab.harness.server.seed.move(tasks[0]!, 'WAITING_CHANGED');
	const next = await lab.archived(id, 'huggingFaceParquet', {
		options: { ...options, manifest: JSON.stringify(report.manifest) },
	});
	expect(next.report).toMatchObject({
		removedFiles: ['data/train-00000-of-00002.parquet', 'data/train-00001-of-00002.parquet'],
	});
	const [image] = Object.values((next.report.manifest as { images: Record<string, { files: object }> }).images);
	expect(Object.keys(image!.files)).toEqual(['data/train-00000-of-00001.parquet']);
});

test('an unknown classification as the label is refused by its name', async () => {
	const { id } = await lab.newProject(seeded(1));
	const run = await lab.create(id, 'webDataset', { options: { labelKey: 'wether' } });
	expect(run.error?.message).toContain('no classification of the whole image "wether"');
});

test('the JSON of a shard is read by Prediction: Import', async () => {
	const { id, tasks } = await lab.newProject(seeded(1));
	const place = await unpacked(id, 'webDataset', {}, 'json');
	const json = tar('-xOf', join(place, 'train-000000.tar'), '0.json');
	lab.harness.server.seed.move(tasks[0]!, 'WAITING');
	const items = [await lab.harness.itemWithFile(json, '0.json')];
	const run = await lab.harness.run(
		'prediction',
		'import',
		{ projectId: byId(id), predictionsFrom: 'file' },
		{ items },
	);
	expect(jsonOf(run)).toMatchObject([{ status: 'imported', format: 'Hugging Face Metadata', imageName: '0.jpg' }]);
});

test('images without the chosen class are left out and counted', async () => {
	const { id } = await lab.newProject([{ name: 'a.jpg', weather: 'sun' }, { name: 'b.jpg' }]);
	const run = await lab.create(id, 'huggingFaceParquet', { options: { ...TRAIN_ONLY, labelKey: 'weather' } });
	expect(jsonOf(run)[0]).toMatchObject({ imageCount: 1, excludedImages: { withoutClass: 1 } });
});
