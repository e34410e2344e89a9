/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import type { IDataObject } from 'n8n-workflow';
import sharp from 'sharp';
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

describe('OpenAI JSONL', () => {
	interface Line {
		readonly messages: readonly [
			{
				role: string;
				content: readonly [{ type: string; text: string }, { type: string; image_url: { url: string } }];
			},
			{ role: string; content: string },
		];
	}
	const linesIn = async (path: string) =>
		(await readFile(path, 'utf8'))
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line) as Line);
	const bytesIn = ({ messages: [user] }: Line) => {
		const [head, base64] = user.content[1].image_url.url.split(',');
		return { head, bytes: Buffer.from(base64 ?? '', 'base64') };
	};

	test('has a chat for each image, with its stored bytes and its boxes in thousandths', async () => {
		const { id, tasks } = await lab.newProject([
			{ name: 'a.jpg', cars: 2 },
			{ name: 'b.png', type: 'png', cars: 0 },
		]);
		const place = await unpacked(id, 'openAiJsonl', {}, 'openai');
		expect(Object.keys(await filesIn(place))).toEqual(['dataset_report.json', 'train.jsonl']);
		const lines = await linesIn(join(place, 'train.jsonl'));
		expect(lines.map(({ messages }) => messages.map(({ role }) => role))).toEqual([
			['user', 'assistant'],
			['user', 'assistant'],
		]);
		for (const [index, line] of lines.entries()) {
			const { head, bytes } = bytesIn(line);
			expect(head).toBe(`data:image/${index === 0 ? 'jpeg' : 'png'};base64`);
			expect(bytes).toEqual(await lab.harness.server.store.bytes.get(tasks[index]!.medium.id));
			expect(line.messages[0].content[0].text).toContain('"car, road"');
		}
		// Of an image of 64 × 48 pixels, cars of 8 × 9 at 0, 2 and 10, 2.
		expect(lines.map(({ messages }) => JSON.parse(messages[1].content) as unknown)).toEqual([
			[
				{ bbox_2d: [0, 42, 125, 229], label: 'car' },
				{ bbox_2d: [156, 42, 281, 229], label: 'car' },
			],
			[],
		]);
	});

	test('is read back by Prediction: Import as an answer of the model', async () => {
		const { id, tasks } = await lab.newProject([{ name: 'a.jpg', cars: 1 }]);
		const place = await unpacked(id, 'openAiJsonl', {}, 'openai answer');
		const [line] = await linesIn(join(place, 'train.jsonl'));
		const run = await lab.harness.run('prediction', 'import', {
			projectId: byId(id),
			predictions: line!.messages[1].content,
			format: 'qwen3',
			imageReference: tasks[0]!.medium.id,
			options: { allowFinished: true, imageSizes: 'server' },
		});
		expect(run.error?.message).toBeUndefined();
		expect(jsonOf(run)[0]).toMatchObject({ labelCount: 1 });
	});

	test('leaves out and names an image of more than 10 MB', async () => {
		const noise = randomBytes(2100 * 1700 * 3);
		const bytes = await sharp(noise, { raw: { width: 2100, height: 1700, channels: 3 } })
			.png({ compressionLevel: 1 })
			.toBuffer();
		expect(bytes.length).toBeGreaterThan(10_000_000);
		const { id } = await lab.newProject([{ name: 'a.jpg' }, { name: 'large.png', bytes }]);
		const { path, report } = await lab.archived(id, 'openAiJsonl', { options: TRAIN_ONLY });
		const place = join(lab.folder, 'large');
		await mkdir(place);
		unpack(path, place);
		expect(await linesIn(join(place, 'train.jsonl'))).toHaveLength(1);
		const found = expect.objectContaining({ reason: 'large-file', count: 1, example: 'large.png' });
		expect(report.conversionReport).toContainEqual(found);
		expect(
			(JSON.parse(await readFile(join(place, 'dataset_report.json'), 'utf8')) as IDataObject).conversionReport,
		).toContainEqual(found);
	});

	test('of an increment is there if anything in it changed', async () => {
		const { id, tasks } = await lab.newProject(seeded(3));
		const update = async (manifest: unknown) =>
			(await lab.archived(id, 'openAiJsonl', { options: { ...TRAIN_ONLY, manifest: JSON.stringify(manifest) } }))
				.report;
		const first = await update({});
		expect(first.writtenFileCount).toBe(1);
		const same = await update(first.manifest);
		expect(same.writtenFileCount).toBe(0);
		lab.label(tasks[0]!, 4, 'sun');
		expect((await update(same.manifest)).writtenFileCount).toBe(1);
	});
});
