import fc from 'fast-check';
import { WRITABLE_FORMATS } from '@datagym/labels/formats/catalog';
import type { WritableFormat } from '@datagym/labels/formats/format';
import { eachObject, isGeometryClass } from '@datagym/labels/model';
import {
	type Folder,
	histories,
	historiesOfSettings,
	imageIdOf,
	Project,
	type Report,
	runDataset,
	type Step,
	unpackOver,
	type Wishes,
	withoutFiles,
} from '../../support/datasetHistory';

const SHARES = { train: 80, val: 20, test: 0 };

const projectAs = (format: WritableFormat, wishes: Partial<Wishes> = {}) =>
	new Project({
		format,
		frame: 'displayed',
		turnsPixels: false,
		includesImages: true,
		isStratified: false,
		shares: SHARES,
		exclude: [],
		...wishes,
	});

/** It says what one run removed, so it is not about the dataset. */
function dataset(folder: Folder): Record<string, string> {
	return Object.fromEntries([...folder].filter(([path]) => path !== 'removed_files.txt').sort());
}

const sidesOf = ({ manifest }: Report) =>
	Object.fromEntries(Object.entries(manifest.images).map(([id, { split }]) => [id, split]));

/** Follows a history with increments, and compares the folder with a whole run after each step. */
function follow(
	project: Project,
	steps: readonly Step[],
	check?: (before: Report | undefined, now: Report) => void,
): void {
	const folder: Folder = new Map();
	let last: Report | undefined;
	for (const step of steps) {
		project.take(step);
		const run = runDataset(project, last?.manifest ?? {});
		unpackOver(folder, run);
		expectSums(project, run.report);
		if (run.report.imageCount > 0) {
			const whole = runDataset(project, withoutFiles(run.report.manifest));
			expect(dataset(folder)).toEqual(dataset(whole.files));
			// Where no split and no class ID comes from an earlier run, it is a first run like any other.
			const first = runDataset(project, {});
			if (
				JSON.stringify([sidesOf(first.report), first.report.manifest.classes]) ===
				JSON.stringify([sidesOf(run.report), run.report.manifest.classes])
			)
				expect(dataset(folder)).toEqual(dataset(first.files));
		} else {
			// What every archive has anew is not named, since nothing follows that would need it deleted before.
			expect([...folder.keys()].filter((path) => !/^(removed_files.txt|dataset_report.json)$/.test(path))).toEqual([]);
		}
		check?.(last, run.report);
		last = run.report;
	}
}

const sum = (counts: object) => Object.values(counts).reduce((total: number, count) => total + Number(count), 0);

/** Every number of a report, counted in the project. */
function expectSums(project: Project, report: Report): void {
	const { format } = project.wishes;
	const finished = project.labeledImages();
	const isClassified = format.writes.parameters.some((name) => name === 'classificationKey' || name === 'labelKey');
	const images = finished.filter(({ classifications }) => !isClassified || classifications.weather !== undefined);
	const labels = new Map<string, number>(project.classes.filter(isGeometryClass).map(({ key }) => [key, 0]));
	for (const image of images)
		eachObject(image, ({ className }) => labels.set(className, (labels.get(className) ?? 0) + 1));
	const labelsByClass = report.labelsByClass as { className: string; labelCount: number }[];
	expect(report).toMatchObject({ readImageCount: finished.length, imageCount: images.length });
	expect(sum(report.excludedImages as object)).toBe(finished.length - images.length);
	expect(sum(report.splits as object)).toBe(images.length);
	expect(new Map(labelsByClass.map(({ className, labelCount }) => [className, labelCount]))).toEqual(labels);
	expect(report.labelCount).toBe(sum(Object.fromEntries(labels)));
	const renamed = (report.conversionReport as { reason: string; count: number }[]).find(
		({ reason }) => reason === 'renamed',
	);
	if (images.length > 0) {
		expect(report.renamedImages).toHaveLength(renamed?.count ?? 0);
		expect(report.renamedImageCount).toBe(renamed?.count ?? 0);
	}
}

describe.each(WRITABLE_FORMATS)('increments of $key', (format) => {
	test('unpacked over the first run give what a whole run gives, whatever happened to the images', () => {
		fc.assert(
			fc.property(
				histories,
				fc.boolean(),
				fc.boolean(),
				fc.boolean(),
				(steps, includesImages, isStratified, isTogether) => {
					follow(projectAs(format, { includesImages, isStratified, isTogether }), steps, (before, now) => {
						// No image changes its split, no class its ID.
						const sides = sidesOf(now);
						for (const [id, side] of Object.entries(before === undefined ? {} : sidesOf(before)))
							expect([side, undefined]).toContain(sides[id]);
						expect(now.manifest.classes).toMatchObject(before?.manifest.classes ?? {});
					});
				},
			),
			{ numRuns: 40 },
		);
	});

	test('are whole again when settings change, and name what is no longer there', () => {
		fc.assert(
			fc.property(historiesOfSettings, (steps) => follow(projectAs(format), steps)),
			{ numRuns: 40 },
		);
	});
});

describe('an increment', () => {
	const yolo = WRITABLE_FORMATS.find(({ key }) => key === 'yoloDetect')!;
	const coco = WRITABLE_FORMATS.find(({ key }) => key === 'coco')!;
	const images = Array.from({ length: 12 }, (_, index) => ({
		id: index + 1,
		name: `${index + 1}.jpg`,
		cars: 1,
		roads: 0,
		weather: 'sun',
		isFinished: true,
	}));
	const all: Step = { kind: 'save', images };

	test('of a dataset in which nothing changed has the lists of the whole, and nothing else', () => {
		const project = projectAs(yolo);
		project.take(all);
		const first = runDataset(project, {});
		const second = runDataset(project, first.report.manifest);
		expect([...second.files.keys()]).toEqual(['data.yaml', 'removed_files.txt', 'dataset_report.json']);
		expect(second.files.get('data.yaml')).toContain('train: images/train\nval: images/val\n');
		expect(second.report).toMatchObject({
			imageCount: 12,
			changedImageCount: 0,
			writtenFileCount: 1,
			isComplete: false,
			removedFiles: [],
			manifest: first.report.manifest,
		});
	});

	test('writes what one image changed: its labels, not its file', () => {
		const project = projectAs(yolo);
		project.take(all);
		const { report } = runDataset(project, {});
		project.take({ kind: 'save', images: [{ ...images[0]!, cars: 2 }] });
		const second = runDataset(project, report.manifest);
		expect([...second.files.keys()]).toEqual([
			expect.stringMatching(/^labels\/(train|val)\/1\.txt$/),
			'data.yaml',
			'removed_files.txt',
			'dataset_report.json',
		]);
		expect(second.report).toMatchObject({ imageCount: 12, changedImageCount: 1 });
	});

	test('names the files of a deleted image, in the archive, too', () => {
		const project = projectAs(yolo);
		project.take(all);
		const { report } = runDataset(project, {});
		const side = report.manifest.images[imageIdOf(3)]?.split;
		project.take({ kind: 'delete', id: 3 });
		const second = runDataset(project, report.manifest);
		expect(second.report).toMatchObject({
			imageCount: 11,
			removedImages: [imageIdOf(3)],
			removedFiles: [`images/${side}/3.jpg`, `labels/${side}/3.txt`],
		});
		expect(second.files.get('removed_files.txt')).toBe(`images/${side}/3.jpg\nlabels/${side}/3.txt\n`);
	});

	test('with other settings than those of the manifest writes everything, and says which', () => {
		const project = projectAs(yolo);
		project.take(all);
		const { report } = runDataset(project, {});
		project.take({ kind: 'set', wishes: { format: coco, shares: { train: 50, val: 50, test: 0 } } });
		const second = runDataset(project, report.manifest);
		expect(second.report).toMatchObject({
			isComplete: true,
			changedSettings: ['Format', 'Share for Training', 'Share for Validation'],
		});
		expect([...second.files.keys()].filter((path) => path.startsWith('images/'))).toHaveLength(12);
		expect(second.report.removedFiles).toContain('data.yaml');
		// Shares in the same relation are the same.
		project.take({ kind: 'set', wishes: { shares: { train: 1, val: 1, test: 0 } } });
		expect(runDataset(project, second.report.manifest).report).toMatchObject({
			isComplete: false,
			changedSettings: [],
		});
	});

	test('keeps class IDs in every split, and appends new ones', () => {
		const project = projectAs(coco);
		project.take(all);
		const first = runDataset(project, {});
		project.take({ kind: 'addClass' });
		const second = runDataset(project, first.report.manifest);
		const categories = (split: string) =>
			(
				JSON.parse(second.files.get(`annotations/instances_${split}.json`)!) as {
					categories: { id: number; name: string }[];
				}
			).categories.map(({ id, name }) => [id, name]);
		const expected = [
			[1, 'car'],
			[2, 'lamp'],
			[3, 'lane'],
			[4, 'road'],
			[5, 'bike'],
		];
		expect(categories('train')).toEqual(expected);
		expect(categories('val')).toEqual(expected);
	});
});

describe('a stratified dataset divides by the shares', () => {
	const SHARES_OF_HALVES = { train: 1, val: 1, test: 0 };
	const all = Array.from({ length: 24 }, (_, index) => index + 1);

	function sidesBy(
		format: WritableFormat,
		of: (id: number) => { cars: number; roads: number; weather?: string },
		exclude: string[] = [],
	) {
		const project = projectAs(format, { isStratified: true, shares: SHARES_OF_HALVES, exclude });
		project.take({
			kind: 'save',
			images: all.map((id) => ({ id, name: `${id}.jpg`, isFinished: true, ...of(id) })),
		});
		const sides = sidesOf(runDataset(project, {}).report);
		return (isIn: (id: number) => boolean) => {
			const members = all.filter(isIn).map((id) => sides[imageIdOf(id)]);
			return [members.filter((side) => side === 'train').length, members.filter((side) => side === 'val').length];
		};
	}

	const formatOf = (key: string) => WRITABLE_FORMATS.find((format) => format.key === key)!;

	test('the classes of whole images, where the format has these', () => {
		// Of six classes with four images each, chance would hardly put two of each on both sides.
		const weathers = ['sun', 'rain', 'fog', 'snow', 'hail', 'wind'];
		const counts = sidesBy(formatOf('yoloClassify'), (id) => ({ cars: 0, roads: 0, weather: weathers[id % 6]! }));
		for (const [index] of weathers.entries()) expect(counts((id) => id % 6 === index)).toEqual([2, 2]);
	});

	test('the classes that the dataset has, whatever others are in the images', () => {
		// Each road would be the rarest class of its image, if it were not excluded.
		const ofImage = (id: number) => ({ cars: id % 4 === 0 ? 0 : 1, roads: id % 5 === 0 ? 1 : 0 });
		const counts = sidesBy(formatOf('yoloDetect'), ofImage, ['road']);
		expect(counts((id) => ofImage(id).cars > 0)).toEqual([9, 9]);
		expect(counts((id) => ofImage(id).cars === 0)).toEqual([3, 3]);
	});
});
