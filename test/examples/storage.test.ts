/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { unzipSync, strFromU8 } from 'fflate';
import { BUCKETS } from '@datagym/tools/examples/services';
import { openExamples, seedLabeledPhotographs, type ExampleStage } from '../support/examples';

let stage: ExampleStage;

beforeAll(async () => {
	stage = await openExamples();
});
afterAll(async () => {
	await stage.close();
});

const uploads = () => stage.server.count('POST /api/v1/media/:datasetId/file');

describe('from a storage folder to a dataset', () => {
	let settings: { projectId: string; bucket: string; folder: string; datasetName: string };
	let folders = 0;

	/** A folder of its own for each test, with the photographs of `incoming/`. */
	beforeEach(async () => {
		const bucket = BUCKETS.photographs;
		const folder = `folder ${++folders}/`;
		for (const key of await stage.services.storage.keys(bucket)) {
			if (key.startsWith('incoming/'))
				await stage.services.storage.put(
					bucket,
					key.replace('incoming/', folder),
					await stage.services.storage.get(bucket, key),
				);
		}
		const { project } = stage.server.seed.project({ name: `Storage ${folders}` });
		settings = { projectId: project.id, bucket, folder, datasetName: `From storage ${folders}` };
	});

	test('all photographs of the folder become images of the dataset and tasks of the project', async () => {
		await stage.services.storage.put(BUCKETS.photographs, `${settings.folder}notes.txt`, Buffer.from('no photograph'));
		await stage.services.storage.put(BUCKETS.photographs, 'elsewhere/other.jpg', Buffer.from('not in this folder'));
		const run = await stage.run('storage-to-dataset', settings);
		expect(run.error).toBeUndefined();
		expect(run.itemsOf('Upload image').map(({ json }) => json.status)).toEqual(Array<string>(10).fill('uploaded'));
		expect(
			[...stage.server.store.tasks.values()].filter(({ project }) => project.id === settings.projectId),
		).toHaveLength(10);
		expect(run.itemsOf('Not uploaded')).toEqual([]);
	});

	test('the next hour only what is new is downloaded, and files that cannot be read or are no photographs are told without stopping the others', async () => {
		const { folder } = settings;
		expect((await stage.run('storage-to-dataset', settings)).itemsOf('Upload image')).toHaveLength(10);
		await stage.services.storage.put(
			BUCKETS.photographs,
			`${folder}größe 1+2.jpg`,
			await stage.services.storage.get(BUCKETS.photographs, `${folder}cat.jpg`),
		);
		await stage.services.storage.put(BUCKETS.photographs, `${folder}broken.jpg`, Buffer.from('no photograph'));
		await stage.services.storage.put(
			BUCKETS.photographs,
			`${folder}archived.jpg`,
			Buffer.from('in cold storage'),
			'GLACIER',
		);
		const before = uploads();
		const run = await stage.run('storage-to-dataset', settings, 'Every hour');
		expect(run.error).toBeUndefined();
		expect(run.itemsOf('Result for each file').map(({ json }) => [json.file, json.status])).toEqual([
			[`${folder}archived.jpg`, 'failed'],
			[`${folder}broken.jpg`, 'failed'],
			[`${folder}größe 1+2.jpg`, 'uploaded'],
		]);
		expect(uploads() - before).toBe(1);
		expect(run.itemsOf('Not uploaded').map(({ json }) => json)).toEqual([
			{
				file: `${folder}archived.jpg`,
				status: 'failed',
				imageId: '',
				why: expect.stringMatching(/403|storage class|forbidden/i),
			},
			{ file: `${folder}broken.jpg`, status: 'failed', imageId: '', why: expect.stringMatching(/JPEG or PNG/) },
		]);
	});

	test('with the settings as they come, the first node says what to enter', async () => {
		const run = await stage.run('storage-to-dataset', { bucket: BUCKETS.photographs });
		expect(run.error).toMatchObject({
			node: 'Connect to project',
			message: expect.stringContaining("PUT YOUR PROJECT'S ID HERE"),
		});
	});
});

describe('nightly YOLO archive to a storage', () => {
	const { training } = BUCKETS;

	test('the archive lies under the date, and latest.json leads to it', async () => {
		const { projectId } = await seedLabeledPhotographs(stage, {
			'cat.jpg': 'cat',
			'dogs.jpg': 'dog',
			'rocket.jpg': 'rocket',
		});
		const run = await stage.run(
			'nightly-archive-to-storage',
			{ projectId, bucket: training, folder: 'yolo/' },
			'Every night',
		);
		expect(run.error).toBeUndefined();
		const { archive, ...latest } = JSON.parse(
			strFromU8(await stage.services.storage.get(training, 'yolo/latest.json')),
		) as { archive: string };
		expect(archive).toMatch(/^yolo\/\d{4}-\d\d-\d\d\/.*\.zip$/);
		expect(latest).toMatchObject({ imageCount: 3, labelCount: 3, skippedImages: [] });
		const files = unzipSync(await stage.services.storage.get(training, archive));
		const names = Object.keys(files);
		expect(names.filter((name) => /images\/(train|val)\/(cat|dogs|rocket)\.jpg$/.test(name))).toHaveLength(3);
		expect(strFromU8(files[names.find((name) => name.endsWith('/cat.txt'))!]!)).toMatch(/^1 0\.\d+ 0\.\d+ /);
		expect(names).toContain('data.yaml');
	});

	test('while nothing is finished, the newest archive stays', async () => {
		const { projectId } = await seedLabeledPhotographs(stage, {});
		const before = await stage.services.storage.keys(training);
		const run = await stage.run('nightly-archive-to-storage', { projectId, bucket: training });
		expect(run.error).toBeUndefined();
		expect(run.itemsOf('Nothing to store')).toHaveLength(1);
		expect(await stage.services.storage.keys(training)).toEqual(before);
	});
});
