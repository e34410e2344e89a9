/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { byId, outputOf } from '../../support/datagym';
import { car, DatasetLab, filesIn, type Seeded, unpack } from '../../support/datasetLab';

let lab: DatasetLab;

beforeAll(async () => {
	lab = await DatasetLab.open();
});
afterAll(async () => await lab.close());
afterEach(() => lab.harness.server.onRequest(undefined));

const sum = (counts: object) => Object.values(counts).reduce((total: number, count) => total + Number(count), 0);

describe('file names', () => {
	const NAMES: Seeded[] = [
		{ name: 'plain.jpg' },
		{ name: 'photo' },
		{ name: 'photo.v2', type: 'png' },
		{ name: 'upper.JPG' },
		{ name: 'web.webp', type: 'png' },
		{ name: 'street/a.jpg' },
	];
	const FINAL = ['photo.jpg', 'photo.v2.png', 'plain.jpg', 'street_a.jpg', 'upper.JPG', 'web.webp.png'];
	const options = { trainShare: 1, valShare: 0 };

	test('end as images, by what is in the file, and every file that refers to the image has that name', async () => {
		const { id } = await lab.newProject(NAMES);
		const { report, path } = await lab.archived(id, 'coco', { options });
		unpack(path, join(path, '..', 'out'));
		const place = join(path, '..', 'out');
		expect((await readdir(join(place, 'images/train'))).sort()).toEqual(FINAL);
		const coco = JSON.parse((await readFile(join(place, 'annotations/instances_train.json'))).toString()) as {
			images: { file_name: string }[];
		};
		expect(coco.images.map(({ file_name: name }) => name).sort()).toEqual(FINAL);
		expect(report.renamedImageCount).toBe(4);
		expect(report.renamedImages).toEqual(
			expect.arrayContaining([
				{ imageId: expect.any(String), imageName: 'photo', fileName: 'photo.jpg', split: 'train' },
				{ imageId: expect.any(String), imageName: 'web.webp', fileName: 'web.webp.png', split: 'train' },
			]),
		);
		expect(report.conversionReport).toContainEqual(expect.objectContaining({ reason: 'renamed', count: 4 }));
	});

	test.each([
		['csv', ['=f.jpg', "'=f.jpg"], 2],
		['pascalVoc', ['#1.jpg', '_1.jpg'], 2],
		['pascalVoc', ['#1.jpg', 'b.jpg'], 1],
	])('of %s differ also where the format changes them: %j', async (format, names, renamedImageCount) => {
		const { id } = await lab.newProject(names.map((name) => ({ name })));
		const { report, path } = await lab.archived(id, format, { options });
		const entries = execFileSync('unzip', ['-Z1', path]).toString().trim().split('\n');
		expect(new Set(entries).size).toBe(entries.length);
		expect(entries.filter((each) => each.endsWith('.jpg'))).toHaveLength(2);
		expect(report).toMatchObject({ renamedImageCount });
		expect(report.conversionReport).toContainEqual(
			expect.objectContaining({ reason: 'renamed', count: renamedImageCount }),
		);
	});

	test('in the lists of Pascal VOC begin with nothing that makes a line a comment', async () => {
		const { id } = await lab.newProject([{ name: '#1.jpg' }, { name: 'my photo 1.jpg' }]);
		const { path } = await lab.archived(id, 'pascalVoc', { options });
		const list = execFileSync('unzip', ['-p', path, 'ImageSets/Main/train.txt']).toString();
		expect(list).toBe('_1\nmy photo 1\n');
	});

	test.each(['yoloDetect', 'pascalVoc', 'labelMe', 'masks'])('are those of the label files of %s', async (format) => {
		const { id } = await lab.newProject(NAMES);
		const { path } = await lab.archived(id, format, { options });
		unpack(path, join(path, '..', 'out'));
		const all = Object.keys(await filesIn(join(path, '..', 'out')));
		const stems = (folders: RegExp) =>
			all
				.filter((each) => folders.test(each))
				.map((each) =>
					each
						.split('/')
						.pop()!
						.replace(/\.[^.]+$/, ''),
				);
		const isLabel = { yoloDetect: /^labels/, pascalVoc: /^Annot/, labelMe: /\.json$/, masks: /^masks/ }[format]!;
		const labels = stems(isLabel).filter((stem) => stem !== 'dataset_report');
		expect(labels.sort()).toEqual(FINAL.map((name) => name.replace(/\.[^.]+$/, '')).sort());
	});

	test('also where no format needs the size, with one look into each file whose name does not say it', async () => {
		const { id } = await lab.newProject(NAMES);
		const { path } = await lab.archived(id, 'dataGym', { options });
		unpack(path, join(path, '..', 'out'));
		expect((await readdir(join(path, '..', 'out/images'))).sort()).toEqual(FINAL);
	});
});

describe('splits', () => {
	const SEVEN = Array.from({ length: 7 }, (_, index) => ({ name: `${index}.jpg` }));

	test('have an image each as soon as there are as many images as splits', async () => {
		// Whatever IDs the images have.
		for (let round = 0; round < 4; round++) {
			const { id } = await lab.newProject(SEVEN);
			const { report } = await lab.archived(id, 'coco', { includeImages: false, options: { testShare: 1 } });
			const splits = report.splits as Record<string, number>;
			expect(sum(splits)).toBe(7);
			for (const count of Object.values(splits)) expect(count).toBeGreaterThan(0);
		}
	});

	describe('of images that belong together', () => {
		const FRAMES = Array.from({ length: 12 }, (_, index) => ({
			name: `clip_${Math.floor(index / 3)}_frame_${index % 3}.jpg`,
		}));
		/** The clips that have images in several splits, by the archive's own files. */
		const divided = async (path: string) => {
			const folder = join(path, '..', 'out');
			unpack(path, folder);
			const clipsOf = async (split: string) =>
				new Set((await readdir(join(folder, 'images', split))).map((name) => /^clip_\d+/.exec(name)?.[0]));
			const [train, val] = [await clipsOf('train'), await clipsOf('val')];
			expect(train.size * val.size).toBeGreaterThan(0);
			return [...train].filter((clip) => val.has(clip));
		};

		test.each([
			['a pattern of their names', { togetherByName: 'clip_(\\d+)_frame' }],
			['a pattern without parentheses', { togetherByName: '^clip_\\d+_' }],
			['a list', { togetherByList: JSON.stringify(Object.fromEntries(FRAMES.map(({ name }) => [name, name[5]]))) }],
			[
				'a list of items',
				{ togetherByList: JSON.stringify(FRAMES.map(({ name }) => ({ imageName: name, group: Number(name[5]) }))) },
			],
		])('keep each clip in one, by %s', async (_, options) => {
			const { id } = await lab.newProject(FRAMES);
			const { report, path } = await lab.archived(id, 'yoloDetect', {
				options: { ...options, trainShare: 1, valShare: 1 },
			});
			expect(report.splits).toEqual({ train: 6, val: 6, test: 0 });
			expect(await divided(path)).toEqual([]);
			expect(report.keptTogether).toEqual({ groupCount: 4, largestGroup: 3, dividedGroupCount: 0, dividedGroups: [] });
		});

		test.each([
			['match', { togetherByName: '^clip_0_|\\d*$' }],
			[
				'group',
				{
					togetherByList: JSON.stringify(
						FRAMES.map(({ name }) => ({ imageId: '', imageName: name, group: name[5] === '0' ? 0 : '' })),
					),
				},
			],
			[
				'cell',
				{
					togetherByList: JSON.stringify(
						FRAMES.map(({ name }) => ({ imageName: name, group: name[5] === '0' ? 0 : null })),
					),
				},
			],
		])('leave images alone whose %s is empty', async (_, options) => {
			const { id } = await lab.newProject(FRAMES);
			const clip = FRAMES.filter(({ name }) => name.startsWith('clip_0_')).length;
			const { report } = await lab.archived(id, 'coco', { options });
			expect(report.keptTogether).toMatchObject({ groupCount: FRAMES.length - clip + 1, largestGroup: clip });
		});

		test('keep each dataset in one', async () => {
			const { id, tasks } = await lab.newProject(FRAMES);
			const { store, seed } = lab.harness.server;
			const project = store.projects.get(id)!;
			const { dataset: other } = seed.project({ name: 'Other', datasetName: 'More' });
			other!.projects.add(project);
			project.datasets.add(other!);
			for (const { medium } of tasks.slice(0, 5)) {
				medium.dataset.media.delete(medium);
				medium.dataset = other!;
				other!.media.add(medium);
			}
			const { report } = await lab.archived(id, 'coco', {
				options: { togetherByDataset: true, trainShare: 1, valShare: 1 },
			});
			expect(report.splits).toEqual({ train: 7, val: 5, test: 0 });
		});

		test('that an earlier run has divided stay where they were, and are told', async () => {
			const { id } = await lab.newProject(FRAMES);
			const shares = { trainShare: 1, valShare: 1 };
			const list = (entries: object) => ({ togetherByList: JSON.stringify(entries), ...shares });
			const first = await lab.archived(id, 'coco', {
				options: { ...list({ [FRAMES[0]!.name]: 'a', [FRAMES[1]!.name]: 'a' }), manifest: '{}' },
			});
			const all = Object.fromEntries(FRAMES.map(({ name }) => [name, 'all']));
			const next = await lab.archived(id, 'coco', {
				options: { ...list(all), manifest: JSON.stringify(first.report.manifest) },
			});
			expect(next.report).toMatchObject({
				movedImageCount: 0,
				keptTogether: { groupCount: 1, dividedGroupCount: 1, dividedGroups: [{ splits: first.report.splits }] },
			});
			expect(next.hint).toMatch(/^Groups in more than one split: 1, because the manifest keeps/);
		});

		test.each([
			[{ togetherByName: 'clip_(' }, '"Keep Together by Name" is not a pattern'],
			[{ togetherByName: 'movie_(\\d+)' }, '"Keep Together by Name" groups none of the 12 images'],
			[{ togetherByList: '{"other.jpg": 1}' }, '"Keep Together by List" groups none of the 12 images'],
			[{ togetherByList: '["a.jpg"]' }, '"Keep Together by List" has an entry without an image or a group'],
		])('refuse %j', async (options, message) => {
			const { id } = await lab.newProject(FRAMES);
			const run = await lab.harness.run('export', 'createDataset', { projectId: byId(id), format: 'coco', options });
			expect(run.error?.message).toContain(message);
		});
	});

	test('that stay empty are told', async () => {
		const { id } = await lab.newProject([{ name: 'a.jpg' }]);
		const { report, hint } = await lab.archived(id, 'yoloDetect', { includeImages: false });
		expect(sum(report.splits as object)).toBe(1);
		expect(hint).toMatch(/^No images in (train|val): there are too few/);
	});
});

describe('the report', () => {
	test('adds up: images and why they are not there, labels by class with nested ones, splits', async () => {
		const { id, tasks } = await lab.newProject([
			{ name: 'a.jpg', cars: 2 },
			{ name: 'b.jpg', cars: 1 },
			{ name: 'c.jpg', cars: 0 },
			{ name: 'd.jpg', state: 'SKIPPED' },
			{ name: 'broken.jpg' },
		]);
		lab.harness.server.onRequest(({ path }) =>
			path.endsWith(tasks[4]!.medium.id)
				? { status: 404, body: '{"key":"ex_notfound","params":["media","id","x"]}' }
				: undefined,
		);
		const { report } = await lab.archived(id, 'coco', { options: { includeEmpty: false } });
		expect(report).toMatchObject({
			readImageCount: 5,
			imageCount: 2,
			excludedImages: { skipped: 1, withoutLabels: 1, unreadable: 1, withoutClass: 0 },
			labelCount: 6,
			labelsByClass: [
				{ className: 'car', classId: 0, labelCount: 3 },
				{ className: 'lamp', classId: 1, labelCount: 3 },
				{ className: 'road', classId: 2, labelCount: 0 },
			],
		});
		expect(sum(report.splits as object)).toBe(2);
	});

	test('counts images without a class as excluded', async () => {
		const { id } = await lab.newProject([
			{ name: 'a.jpg', weather: 'sun' },
			{ name: 'b.jpg', weather: 'rain' },
			{ name: 'c.jpg' },
		]);
		const { report } = await lab.archived(id, 'yoloClassify', { classificationKey: 'weather' });
		expect(report).toMatchObject({ readImageCount: 3, imageCount: 2, excludedImages: { withoutClass: 1 } });
		expect(sum(report.splits as object)).toBe(2);
	});

	test('says above the output how much more there is than it has room for', async () => {
		const { id, tasks } = await lab.newProject([{ name: 'a/b.jpg' }]);
		const box = (x: number, w: number) => ({ rectangle: [{ x, y: 2, w, h: 9 }], classifications: {} });
		const road = {
			polygon: [
				{ x: 1, y: 1 },
				{ x: 9, y: 1 },
				{ x: 1, y: 9 },
			],
			classifications: {},
		};
		lab.harness.server.seed.label(tasks[0]!, {
			labels: { car: [car(20), box(60, 40), box(100, 5), box(3, 0)], road: [road] },
			global_classifications: { weather: ['sun'] },
		});
		const { report, hint } = await lab.archived(id, 'yoloDetect', { options: { valShare: 0 } });
		const reasons = (report.conversionReport as { reason: string }[]).map(({ reason }) => reason);
		expect(reasons.length).toBeGreaterThan(5);
		expect(hint).toMatch(new RegExp(`<br>${reasons.length - 5} more in "conversionReport"\\.$`));
	});

	test('says above the output which split the format needs and does not have', async () => {
		const { id } = await lab.newProject([{ name: 'a.jpg' }, { name: 'b.jpg' }]);
		const hintOf = async (format: string, shares: object) =>
			(await lab.archived(id, format, { options: { ...shares } })).hint;
		expect(await hintOf('cocoRfDetr', { valShare: 0 })).toBe(
			'COCO for RF-DETR needs images in val, which has no share. Give it one in the options.',
		);
		expect(await hintOf('cocoRfDetr', { trainShare: 1, valShare: 1 })).toBe('');
		expect(await hintOf('coco', { valShare: 0 })).toBe('');
	});

	test('of no image that can be used says why there is no archive', async () => {
		const { id } = await lab.newProject([
			{ name: 'a.jpg', cars: 0 },
			{ name: 'b.jpg', state: 'SKIPPED' },
		]);
		const run = await lab.create(id, 'coco', { options: { includeEmpty: false } });
		const [item] = outputOf(run);
		expect(item?.binary).toBeUndefined();
		expect(item?.json.message).toBe(
			'No finished image can be used, so no dataset was created (skipped: 1, without labels: 1). Check the options.',
		);
	});
});

describe('keys of classes', () => {
	test.each([
		[
			{ options: { excludeClasses: 'lorry' } },
			'coco',
			'The project has no class "lorry"',
			'Use one of: car, lamp, road.',
		],
		[{ options: { classNames: '{"lorry":"car"}' } }, 'coco', 'The project has no class "lorry"', '"Class Names"'],
		[{ keypoints: 'lampp' }, 'yoloPose', 'The project has no nested point class "lampp"', 'Use one of: lamp.'],
		[
			{ classificationKey: 'wether' },
			'yoloClassify',
			'The project has no classification of the whole image "wether"',
			'Use one of: weather.',
		],
	])('that the project does not have are refused: %j', async (parameters, format, message, remedy) => {
		const { id } = await lab.newProject([{ name: 'a.jpg', weather: 'sun' }]);
		const { error } = await lab.create(id, format, parameters);
		expect(error?.message).toBe(message);
		expect(error?.description).toContain(remedy);
	});

	test('are compared as DataGym does, which stores them in lower case', async () => {
		const { id } = await lab.newProject([{ name: 'a.jpg', weather: 'sun' }]);
		const { report } = await lab.archived(id, 'coco', {
			options: { excludeClasses: 'Lamp', classNames: '{"Car":"Vehicle"}' },
		});
		expect(report.classes).toEqual([
			{ classId: 0, name: 'Vehicle' },
			{ classId: 1, name: 'road' },
		]);
		const pose = await lab.archived(id, 'yoloPose', { keypoints: 'LAMP', options: { trainShare: 1, valShare: 0 } });
		const [labels] = execFileSync('unzip', ['-p', pose.path, 'labels/train/a.txt']).toString().split('\n');
		expect(labels).toMatch(/ 2$/);
		const classified = await lab.archived(id, 'yoloClassify', { classificationKey: 'Weather' });
		expect(classified.report).toMatchObject({ imageCount: 1 });
	});
});
