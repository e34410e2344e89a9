/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { INodeParameters } from 'n8n-workflow';
import { WRITABLE_FORMATS } from '@datagym/labels/formats/catalog';
import { outputOf, requestsDuring } from '../../support/datagym';
import { DatasetLab, filesIn, type Seeded, unpack } from '../../support/datasetLab';

// The promise: docs/exporting-for-training.md#archive-or-files, "Each image is asked for once".

let lab: DatasetLab;

beforeAll(async () => (lab = await DatasetLab.open()));
afterAll(async () => await lab.close());

const NAMES = ['a.jpg', 'b.png', 'c.JPEG', 'd.jpg', 'e.jpg', 'f.jpg', 'g.jpg', 'h.jpg', 'i.jpg', 'j.jpg'];
const NO_IMAGE = Buffer.from('This is a text. '.repeat(10));
const images = (names: readonly string[] = NAMES) =>
	names.map((name): Seeded => ({ name, type: name.endsWith('.png') ? 'png' : 'jpeg', weather: 'sun' }));

/** How often each image was asked for, by its name. */
async function askedDuring(work: () => Promise<unknown>): Promise<Record<string, number>> {
	const names = new Map(
		[...lab.harness.server.store.media.values()].map(({ id: imageId, name }) => [imageId, name] as const),
	);
	const counts: Record<string, number> = {};
	for (const { path } of await requestsDuring(lab.harness, work)) {
		const name = names.get(/\/media\/([0-9a-f-]{36})$/.exec(path)?.[1] ?? '');
		if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
	}
	return counts;
}

const each = (names: readonly string[], count: number) => Object.fromEntries(names.map((name) => [name, count]));

const fieldsOf = ({ parameters }: (typeof WRITABLE_FORMATS)[number]['writes']): INodeParameters => ({
	...(parameters.includes('classificationKey') && { classificationKey: 'weather' }),
	...(parameters.includes('keypoints') && { keypoints: 'lamp' }),
});

const plain = WRITABLE_FORMATS.filter(({ writes }) => writes.packsImages !== true && writes.cutsImages !== true);

describe.each(plain.map((format) => [format.key, format] as const))('%s', (key, { writes }) => {
	test.each([
		['an archive', {}],
		['files', { output: 'files' }],
		['an archive with a manifest', { options: { manifest: '{}' } }],
		['stored pixels', { options: { orientation: 'tagRemoved' } }],
	])('of %s asks for each image once', async (_, parameters) => {
		const { id } = await lab.newProject(images());
		const work = async () => outputOf(await lab.create(id, key, { ...fieldsOf(writes), ...parameters }));
		expect(await askedDuring(work)).toEqual(each(NAMES, 1));
	});
});

test('what decides on names is read before', async () => {
	const { id } = await lab.newProject(images(['photo', 'other.jpg']));
	const work = async () => outputOf(await lab.create(id, 'coco'));
	expect(await askedDuring(work)).toEqual({ photo: 2, 'other.jpg': 1 });
});

test('tiles and files that hold images ask twice', async () => {
	const { id } = await lab.newProject(images(['a.jpg', 'b.jpg']));
	const tiles = async () => outputOf(await lab.create(id, 'coco', { options: { tileSize: 32 } }));
	expect(await askedDuring(tiles)).toEqual(each(['a.jpg', 'b.jpg'], 2));
	const parquet = async () => outputOf(await lab.create(id, 'huggingFaceParquet'));
	expect(await askedDuring(parquet)).toEqual(each(['a.jpg', 'b.jpg'], 2));
});

describe('an image that turns out to be none while it is written', () => {
	const names = NAMES.map((name, index) => (index === 3 || index === 7 ? `broken ${index}.jpg` : name));

	async function project(): Promise<string> {
		const { id, tasks } = await lab.newProject(images(names));
		for (const { medium } of tasks)
			if (medium.name.startsWith('broken')) await lab.harness.server.store.bytes.put(medium.id, NO_IMAGE);
		return id;
	}

	test.each(plain.map(({ key, writes }) => [key, writes] as const).filter(([, { needsSizes }]) => needsSizes))(
		'is nowhere in %s, and reported',
		async (key, writes) => {
			const id = await project();
			const { path, report } = await lab.archived(id, key, { ...fieldsOf(writes), options: { manifest: '{}' } });
			const place = await mkdtemp(join(lab.folder, 'out-'));
			unpack(path, place);
			const files = await filesIn(place);
			const texts = Object.entries(files)
				.filter(([name]) => name !== 'dataset_report.json')
				.map(([name, content]) => name + Buffer.from(content, 'base64').toString('latin1'));
			expect(texts.join('\n')).not.toContain('broken');
			expect(report).toMatchObject({
				readImageCount: 10,
				imageCount: 8,
				excludedImages: { unreadable: 2 },
				skippedImages: expect.arrayContaining([
					{
						imageId: expect.any(String),
						imageName: 'broken 3.jpg',
						reason: expect.stringContaining('neither a JPEG nor a PNG'),
					},
				]),
				writtenFileCount: Object.keys(files).length - 1,
			});
			const { images: inManifest } = report.manifest as { images: object };
			expect(Object.keys(inManifest)).toHaveLength(8);
		},
	);

	test('has no item among the files', async () => {
		const id = await project();
		const items = outputOf(await lab.create(id, 'labelMe', { output: 'files' }));
		expect(items.map(({ json }) => json.path).join('\n')).not.toContain('broken');
		expect(items.filter(({ json }) => /\.(jpe?g|png)$/i.test(String(json.path)))).toHaveLength(8);
		expect(items.at(-1)?.json).toMatchObject({ imageCount: 8 });
	});

	test.each(['archive', 'files'])('is said of all images, if all are so: no %s', async (output) => {
		const { id, tasks } = await lab.newProject(images(['a.jpg', 'b.jpg']));
		for (const { medium } of tasks) await lab.harness.server.store.bytes.put(medium.id, NO_IMAGE);
		const run = await lab.create(id, 'yoloDetect', { output });
		expect(run.error?.message).toMatch(
			/^None of the 2 images could be read, so no dataset was created: The file is neither/,
		);
	});
});
