/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { outputOf, requestsDuring } from '../../support/datagym';
import { car, DatasetLab, filesIn, unpack, unpackOver } from '../../support/datasetLab';

let lab: DatasetLab;

beforeAll(async () => {
	lab = await DatasetLab.open();
});
afterAll(async () => await lab.close());
afterEach(() => lab.harness.server.onRequest(undefined));

/** The same JSON with all keys and lists of labels in the opposite order; points stay, since theirs means something. */
function reversed(value: unknown, key = ''): unknown {
	if (Array.isArray(value)) {
		const list = value.map((each) => reversed(each));
		return ['polygon', 'rectangle', 'point'].includes(key) ? list : list.reverse();
	}
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.reverse()
			.map(([name, each]) => [name, reversed(each, name)]),
	);
}

describe('increments', () => {
	test.each([
		'coco',
		'yoloDetect',
		'pascalVoc',
		'csv',
		'imageFolder',
		'yoloClassify',
		'masks',
		'createMl',
		'cvat',
		'huggingFaceParquet',
		'webDataset',
	])('of %s unpacked over the first archive give what one archive of the same state gives', async (format) => {
		const { id, tasks } = await lab.newProject(
			Array.from({ length: 9 }, (_, index) => ({
				name: `${index}.jpg`,
				weather: index % 2 === 0 ? 'sun' : 'rain',
				state: index < 7 ? ('COMPLETED' as const) : ('WAITING' as const),
			})),
		);
		const parameters = { classificationKey: 'weather' };
		const place = join(lab.folder, `kept-${format}`);
		let manifest: unknown = {};
		const update = async () => {
			const { report, path } = await lab.archived(id, format, {
				...parameters,
				options: { manifest: JSON.stringify(manifest) },
			});
			unpackOver(path, place);
			manifest = report.manifest;
			return report;
		};
		await update();
		lab.label(tasks[1]!, 3, 'sun');
		lab.harness.server.seed.move(tasks[7]!, 'COMPLETED');
		expect(await update()).toMatchObject({ imageCount: 8, changedImageCount: 2, isComplete: false });
		lab.harness.server.seed.move(tasks[0]!, 'WAITING_CHANGED');
		tasks[2]!.medium.name = 'renamed';
		lab.harness.server.seed.move(tasks[8]!, 'COMPLETED');
		expect(await update()).toMatchObject({ removedImages: [tasks[0]!.medium.id] });
		expect(await update()).toMatchObject({ changedImageCount: 0, removedFiles: [] });
		// One archive with the same splits, which depend on the history where there are few images.
		const { images, ...others } = manifest as { images: Record<string, object> };
		const bare = Object.entries(images).map(([imageId, image]) => [imageId, { ...image, files: {} }]);
		const { path } = await lab.archived(id, format, {
			...parameters,
			options: { manifest: JSON.stringify({ ...others, files: [], images: Object.fromEntries(bare) as unknown }) },
		});
		const whole = join(lab.folder, `whole-${format}`);
		await mkdir(whole);
		unpack(path, whole);
		expect(await filesIn(place)).toEqual(await filesIn(whole));
	});

	test('of a project without finished images say what becomes of the files', async () => {
		const { id, tasks } = await lab.newProject([{ name: 'a.jpg' }]);
		const first = await lab.archived(id, 'coco', { options: { manifest: '{}', valShare: 0 } });
		lab.harness.server.seed.move(tasks[0]!, 'WAITING_CHANGED');
		const run = await lab.create(id, 'coco', {
			options: { valShare: 0, manifest: JSON.stringify(first.report.manifest) },
		});
		const [item] = outputOf(run);
		expect(item?.binary).toBeUndefined();
		expect(item?.json).toMatchObject({
			removedFiles: ['annotations/instances_train.json', 'images/train/a.jpg'],
			message: expect.stringMatching(
				/Delete the files in "removedFiles", or keep the earlier manifest for the next run\.$/,
			),
		});
		lab.harness.server.seed.move(tasks[0]!, 'COMPLETED');
		const kept = await lab.archived(id, 'coco', {
			options: { valShare: 0, manifest: JSON.stringify(first.report.manifest) },
		});
		expect(kept.report).toMatchObject({ removedFiles: [], changedImageCount: 0 });
	});

	test('ask for no file that the dataset has', async () => {
		const { id, tasks } = await lab.newProject(Array.from({ length: 3 }, (_, index) => ({ name: `${index}.jpg` })));
		const first = await lab.archived(id, 'coco', { options: { manifest: '{}' } });
		lab.label(tasks[1]!, 2);
		const requests = await requestsDuring(lab.harness, async () => {
			await lab.archived(id, 'coco', { options: { manifest: JSON.stringify(first.report.manifest) } });
		});
		expect(requests.filter(({ path }) => /\/media\/[0-9a-f]{8}-/.test(path))).toEqual([]);
	});

	test('do not depend on the order in which the server gives labels and answers', async () => {
		const { id, tasks } = await lab.newProject([{ name: 'a.jpg' }, { name: 'b.jpg' }]);
		const road = (x: number) => ({
			polygon: [
				{ x, y: 10 },
				{ x: x + 9, y: 10 },
				{ x, y: 20 },
			],
			classifications: {},
		});
		lab.harness.server.seed.label(tasks[0]!, { labels: { car: [car(20), car(40)], road: [road(3), road(30)] } });
		let exportPath = '';
		lab.harness.server.onRequest(({ path }) => {
			if (path.includes('/export/')) exportPath = path;
			return undefined;
		});
		const first = await lab.archived(id, 'yoloSegment', { options: { manifest: '{}' } });
		const { url, token } = lab.harness.server;
		const response = await fetch(`${url}${exportPath}`, { headers: { Authorization: `Token ${token}` } });
		const body = JSON.stringify(reversed(await response.json()));
		lab.harness.server.onRequest(({ path }) => (path === exportPath ? { status: 200, body } : undefined));
		const second = await lab.archived(id, 'yoloSegment', {
			options: { manifest: JSON.stringify(first.report.manifest) },
		});
		expect(second.report).toMatchObject({
			changedImageCount: 0,
			writtenFileCount: 1,
			manifest: first.report.manifest,
		});
	});

	test('as items have the changed files and all lists, and name what is removed', async () => {
		const { id, tasks } = await lab.newProject(Array.from({ length: 4 }, (_, index) => ({ name: `${index}.jpg` })));
		const options = { trainShare: 1, valShare: 0 };
		const files = async (manifest: unknown) =>
			outputOf(
				await lab.create(id, 'yoloDetect', {
					output: 'files',
					options: { ...options, manifest: JSON.stringify(manifest) },
				}),
			);
		const first = await files({});
		lab.harness.server.seed.move(tasks[3]!, 'WAITING_CHANGED');
		const second = await files(first.at(-1)!.json.manifest);
		expect(second.map(({ json }) => json.path)).toEqual(['data.yaml', 'removed_files.txt', 'dataset_report.json']);
		expect(second.at(-1)!.json).toMatchObject({ removedFiles: ['images/train/3.jpg', 'labels/train/3.txt'] });
	});

	test('take a manifest of the version before: its splits and class IDs, with all files', async () => {
		const { id, tasks } = await lab.newProject(Array.from({ length: 3 }, (_, index) => ({ name: `${index}.jpg` })));
		const ids = tasks.map(({ medium }) => medium.id);
		const manifest = {
			version: 1,
			classes: { road: 0, car: 1 },
			images: { [ids[0]!]: ['x', 'val'], [ids[1]!]: ['x', 'val'], [ids[2]!]: ['x', 'train'] },
		};
		const { report, hint } = await lab.archived(id, 'coco', { options: { manifest: JSON.stringify(manifest) } });
		expect(report).toMatchObject({
			isComplete: true,
			splits: { train: 1, val: 2, test: 0 },
			classes: [{ name: 'road' }, { name: 'car' }, { name: 'lamp' }],
		});
		expect(hint).toContain('The manifest is of an earlier version of this node, so all files were written.');
	});

	test('refuse a manifest of another project, and one that names files outside', async () => {
		const { id } = await lab.newProject([{ name: 'a.jpg' }]);
		const other = await lab.newProject([{ name: 'b.jpg' }]);
		const { report } = await lab.archived(other.id, 'coco', { options: { manifest: '{}' } });
		const wrong = await lab.create(id, 'coco', { options: { manifest: JSON.stringify(report.manifest) } });
		expect(wrong.error?.message).toBe(`"Manifest" is of another project (${other.id})`);
		const hostile = { ...(report.manifest as IDataObject), files: ['../../etc/passwd'] };
		const refused = await lab.create(other.id, 'coco', { options: { manifest: JSON.stringify(hostile) } });
		expect(refused.error?.message).toBe(
			'"Manifest" cannot be used: "projectId", "settings" or "files" is missing or damaged',
		);
		const twice = await lab.create(other.id, 'coco', {
			options: { manifest: JSON.stringify(report.manifest), classIds: '{"bus":0}' },
		});
		expect(twice.error?.message).toMatch(
			/^"Class IDs" contradict the manifest: "\w+" and "\w+" have the same class ID 0/,
		);
	});

	test('say which settings differ from those of the manifest', async () => {
		const { id } = await lab.newProject(Array.from({ length: 3 }, (_, index) => ({ name: `${index}.jpg` })));
		const { report } = await lab.archived(id, 'coco', { options: { manifest: '{}' } });
		const next = await lab.archived(id, 'coco', {
			options: { manifest: JSON.stringify(report.manifest), orientation: 'kept', classNames: '{"car":"vehicle"}' },
		});
		expect(next.hint).toContain(
			'The manifest was made with other settings (Class Names, Photographs with an Orientation), so all files were written.',
		);
	});
});
