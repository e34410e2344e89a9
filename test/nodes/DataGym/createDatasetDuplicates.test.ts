/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import sharp from 'sharp';
import { requestsDuring } from '../../support/datagym';
import { DatasetLab, type Seeded } from '../../support/datasetLab';

// The promise: docs/duplicates.md#in-training-datasets.

let lab: DatasetLab;

beforeAll(async () => {
	lab = await DatasetLab.open();
});
afterAll(async () => await lab.close());

const NAMES = ['astronaut', 'bowl', 'cat', 'coffee', 'dandelions', 'flower', 'pavilion', 'rocket'];
const photo = (name: string) => readFileSync(join(__dirname, `../../../examples/photos/${name}.jpg`));
const small = async (bytes: Buffer) => await sharp(bytes).resize(160).jpeg({ quality: 70 }).toBuffer();
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Each photograph three times: as it is, again, and small; names tell nothing of it. */
async function copies(names = NAMES): Promise<Seeded[]> {
	const files = await Promise.all(
		names.map(async (name) => {
			const bytes = photo(name);
			return [
				{ name: `1_${name}.jpg`, bytes },
				{ name: `2_${name}.jpg`, bytes },
				{ name: `3_${name}.jpg`, bytes: await small(bytes) },
			];
		}),
	);
	return files.flat();
}

/** In how many splits each photograph is, by the archive's own paths. */
function splitsOf(path: string): number[] {
	const paths = execFileSync('unzip', ['-Z1', path]).toString().trim().split('\n');
	return NAMES.map(
		(name) => new Set(paths.filter((each) => each.endsWith(`_${name}.jpg`)).map((each) => each.split('/')[1])).size,
	);
}

const SHARES = { trainShare: 1, valShare: 1 };

const downloads = (requests: Awaited<ReturnType<typeof requestsDuring>>, imageId: string) =>
	requests.filter(({ path }) => path.includes(imageId)).length;

test('near-duplicates go to one split, and the shares are met', async () => {
	const { id } = await lab.newProject(await copies());
	const apart = await lab.archived(id, 'yoloDetect', { options: { ...SHARES, includeHashes: true } });
	const leaked = splitsOf(apart.path).filter((count) => count > 1).length;
	expect(leaked).toBeGreaterThan(0);
	expect(apart.report.nearDuplicates).toMatchObject({
		groupCount: NAMES.length,
		duplicateCount: 2 * NAMES.length,
		notComparedCount: 0,
		dividedGroupCount: leaked,
	});
	expect(apart.report.keptTogether).toBeUndefined();
	const together = await lab.archived(id, 'yoloDetect', { options: { ...SHARES, togetherByDuplicates: true } });
	expect(splitsOf(together.path)).toEqual(NAMES.map(() => 1));
	expect(together.report).toMatchObject({
		splits: { train: 12, val: 12, test: 0 },
		keptTogether: { groupCount: NAMES.length, largestGroup: 3, dividedGroupCount: 0 },
		nearDuplicates: { groupCount: NAMES.length, dividedGroupCount: 0, dividedGroups: [] },
	});
	expect(together.report.imageHashes).toBeUndefined();
});

test('near-duplicates hold together what other options hold together, too', async () => {
	const { id } = await lab.newProject(await copies());
	const list = { '1_cat.jpg': 'pets', '3_coffee.jpg': 'pets' };
	const { report } = await lab.archived(id, 'coco', {
		options: { ...SHARES, togetherByDuplicates: true, togetherByList: JSON.stringify(list) },
	});
	expect(report.keptTogether).toMatchObject({ groupCount: NAMES.length - 1, largestGroup: 6 });
});

test('the report lists the hashes of the files as they are in DataGym, also without images in the archive', async () => {
	const page = await sharp({ create: { width: 90, height: 60, channels: 3, background: '#fff' } })
		.png()
		.toBuffer();
	const { id } = await lab.newProject([
		{ name: 'cat.jpg', bytes: photo('cat') },
		{ name: 'page.png', bytes: page },
	]);
	const { report, path } = await lab.archived(id, 'coco', { includeImages: false, options: { includeHashes: true } });
	const written = JSON.parse(execFileSync('unzip', ['-p', path, 'dataset_report.json']).toString()) as IDataObject;
	expect(written.imageHashes).toEqual(report.imageHashes);
	expect(report.imageHashes).toEqual([
		{
			imageId: expect.any(String),
			imageName: 'cat.jpg',
			split: expect.any(String),
			sha256: sha256(photo('cat')),
			perceptualHash: expect.stringMatching(/^[0-9a-f]{64}$/),
		},
		expect.objectContaining({ imageName: 'page.png', sha256: sha256(page), perceptualHash: null }),
	]);
	expect(report.nearDuplicates).toMatchObject({ groupCount: 0, notComparedCount: 1 });
});

test('an increment reads only new images, and these follow their near-duplicates', async () => {
	const { id, tasks } = await lab.newProject(
		(await copies(['cat', 'rocket', 'bowl', 'flower'])).map((image) => ({
			...image,
			state: image.name.startsWith('3_') ? 'WAITING' : 'COMPLETED',
		})),
	);
	const options = { ...SHARES, togetherByDuplicates: true };
	const first = await lab.archived(id, 'coco', { options: { ...options, manifest: '{}' } });
	expect(first.report.imageCount).toBe(8);
	const [old, fresh] = [tasks[0]!, tasks[2]!];
	lab.harness.server.seed.move(fresh, 'COMPLETED');
	let next: typeof first | undefined;
	const requests = await requestsDuring(lab.harness, async () => {
		next = await lab.archived(id, 'coco', {
			options: { ...options, manifest: JSON.stringify(first.report.manifest) },
		});
	});
	expect(downloads(requests, old.medium.id)).toBe(0);
	expect(downloads(requests, fresh.medium.id)).toBeGreaterThan(0);
	expect(next?.report).toMatchObject({
		isComplete: false,
		movedImageCount: 0,
		changedImageCount: 1,
		nearDuplicates: { groupCount: 4, dividedGroupCount: 0 },
	});
	const { images } = next?.report.manifest as { images: Record<string, { split: string; hashes: IDataObject }> };
	expect(images[fresh.medium.id]?.split).toBe(images[old.medium.id]?.split);
	expect(images[old.medium.id]?.hashes.sha256).toBe(sha256(photo('cat')));
});

test('hashes in a manifest that are none are read again', async () => {
	const { id, tasks } = await lab.newProject(await copies(['cat', 'rocket']));
	const options = { ...SHARES, includeHashes: true };
	const first = await lab.archived(id, 'coco', { options: { ...options, manifest: '{}' } });
	const manifest = JSON.parse(JSON.stringify(first.report.manifest)) as { images: Record<string, IDataObject> };
	manifest.images[tasks[0]!.medium.id]!.hashes = { sha256: '1', perceptualHash: 'x'.repeat(64) };
	const next = await lab.archived(id, 'coco', { options: { ...options, manifest: JSON.stringify(manifest) } });
	expect(next.report.imageHashes).toEqual(first.report.imageHashes);
});
