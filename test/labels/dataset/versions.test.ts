import { boxSizesOf } from '@datagym/labels/dataset/versions/boxSizes';
import {
	compareVersions,
	type DatasetVersion,
	type VersionImage,
} from '@datagym/labels/dataset/versions/compareVersions';
import { driftBetween } from '@datagym/labels/dataset/versions/drift';
import type { LabeledImage } from '@datagym/labels/model';

const counts = (numbers: readonly number[]) => new Map(numbers.map((count, index) => [String(index), count]));

describe('drift', () => {
	// scipy.spatial.distance.jensenshannon(before, after, base=2), scipy 1.17.1
	test.each([
		[[80, 20, 0], [60, 20, 20], 0.33217511161437735, 'drift'],
		[[400, 100], [390, 110], 0.020855239308378484, 'stable'],
		[[8, 2], [6, 4], 0.18668571064673692, 'tooFewLabels'],
		[[100], [100], 0, 'stable'],
		[[50, 50], [5, 95], 0.45315527111205245, 'drift'],
		[[30, 20, 0, 0], [10, 20, 20, 0], 0.5248702222610336, 'drift'],
	])('from %j to %j has the distance that scipy has, and is judged %#', (before, after, distance, verdict) => {
		const drift = driftBetween(counts(before), counts(after));
		expect(drift.distance).toBeCloseTo(distance, 12);
		expect(drift.verdict).toBe(verdict);
	});

	test('is unknown where there is nothing to compare', () => {
		expect(driftBetween(undefined, counts([1]))).toEqual({ verdict: 'unknown' });
		expect(driftBetween(counts([]), counts([1]))).toEqual({ verdict: 'unknown' });
		expect(driftBetween(counts([0]), counts([1]))).toEqual({ verdict: 'unknown' });
	});
});

const version = (classes: Record<string, number>, images: Record<string, VersionImage>): DatasetVersion => ({
	classes,
	images: new Map(Object.entries(images)),
});

const BEFORE = version(
	{ car: 0, van: 1, tree: 2 },
	{
		a: { labels: 'a1', split: 'train', counts: { car: 3, van: 1 } },
		b: { labels: 'b1', split: 'val', counts: { car: 1 } },
		c: { labels: 'c1', split: 'train', counts: { tree: 5 } },
		d: { labels: 'd1', split: 'train', counts: {} },
	},
);
const AFTER = version(
	{ car: 0, truck: 1, bus: 3 },
	{
		a: { labels: 'a2', split: 'train', counts: { car: 2, truck: 2 } },
		b: { labels: 'b1', split: 'test', counts: { car: 1 } },
		d: { labels: 'd1', split: 'train', counts: {} },
		e: { labels: 'e1', split: 'val', counts: { bus: 4, car: 1 } },
	},
);

describe('two versions', () => {
	const comparison = compareVersions(BEFORE, AFTER);

	test('differ in their images', () => {
		expect(comparison).toMatchObject({
			imageCount: { before: 4, after: 4 },
			labelCount: { before: 10, after: 10 },
			added: ['e'],
			removed: ['c'],
			changed: ['a'],
			moved: [{ imageId: 'b', before: 'val', after: 'test' }],
		});
	});

	test('differ in their classes, by their IDs, and in the labels of each', () => {
		expect(comparison.classes).toEqual([
			{
				className: 'car',
				classId: 0,
				change: 'kept',
				labels: { count: { before: 4, after: 4 }, share: { before: 0.4, after: 0.4 }, added: 1, removed: 1 },
				boxSizes: { verdict: 'unknown' },
			},
			{
				className: 'truck',
				classId: 1,
				change: 'renamed',
				earlierName: 'van',
				labels: { count: { before: 1, after: 2 }, share: { before: 0.1, after: 0.2 }, added: 1, removed: 0 },
				boxSizes: { verdict: 'unknown' },
			},
			{
				className: 'tree',
				classId: 2,
				change: 'removed',
				labels: { count: { before: 5, after: 0 }, share: { before: 0.5, after: 0 }, added: 0, removed: 5 },
				boxSizes: { verdict: 'unknown' },
			},
			{
				className: 'bus',
				classId: 3,
				change: 'added',
				labels: { count: { before: 0, after: 4 }, share: { before: 0, after: 0.4 }, added: 4, removed: 0 },
				boxSizes: { verdict: 'unknown' },
			},
		]);
	});

	test('differ in the shares of their splits', () => {
		expect(comparison.splits).toEqual([
			{ split: 'train', imageCount: { before: 3, after: 2 }, share: { before: 0.75, after: 0.5 } },
			{ split: 'val', imageCount: { before: 1, after: 1 }, share: { before: 0.25, after: 0.25 } },
			{ split: 'test', imageCount: { before: 0, after: 1 }, share: { before: 0, after: 0.25 } },
		]);
	});

	test('are compared as far as they are known', () => {
		const old = version({ car: 0 }, { a: { split: 'train' }, x: { split: 'val' } });
		const { labelCount, changed, added, removed, moved, classes, drift } = compareVersions(old, AFTER);
		expect({ labelCount, changed, drift }).toEqual({
			labelCount: undefined,
			changed: undefined,
			drift: { classes: { verdict: 'unknown' }, boxSizes: { verdict: 'unknown' } },
		});
		expect({ added, removed, moved }).toEqual({ added: ['b', 'd', 'e'], removed: ['x'], moved: [] });
		expect(classes.map(({ className, change, labels }) => ({ className, change, labels }))).toEqual([
			{ className: 'car', change: 'kept', labels: undefined },
			{ className: 'truck', change: 'added', labels: undefined },
			{ className: 'bus', change: 'added', labels: undefined },
		]);
	});

	test('classes with a swapped name are not taken for renamed ones', () => {
		const swapped = compareVersions(version({ car: 0, van: 1 }, {}), version({ car: 1, van: 0 }, {}));
		expect(swapped.classes.map(({ change }) => change)).toEqual(['kept', 'kept']);
	});

	test('classes of whole images, which have no IDs, are known by their images', () => {
		const { classes } = compareVersions(
			version({}, { a: { split: 'train', counts: { sun: 1 } } }),
			version({}, { a: { split: 'train', counts: { rain: 1 } } }),
		);
		expect(classes.map(({ className, change }) => [className, change])).toEqual([
			['rain', 'added'],
			['sun', 'removed'],
		]);
	});
});

test('Box sizes are counted by the root of their share of the image', () => {
	const box = (className: string, width: number, height: number): LabeledImage['objects'][number] => ({
		className,
		geometry: { type: 'rectangle', x: 0, y: 0, width, height },
		classifications: {},
		children: [],
	});
	const image = (imageId: string, objects: LabeledImage['objects'], size = {}): LabeledImage => ({
		imageId,
		imageName: imageId,
		...size,
		objects,
		classifications: {},
	});
	// On 100 × 50: 10 × 5 is 0.1, 50 × 25 is 0.5, all is 1, which belongs into the last bin.
	const sized = image('a', [box('car', 10, 5.1), box('car', 50, 25.1), box('car', 100, 50), box('no', 9, 9)], {
		width: 100,
		height: 50,
	});
	const sizes = boxSizesOf([sized, image('b', [box('car', 5, 5)])], (name) => (name === 'car' ? 'Car' : undefined));
	expect(sizes).toEqual({ Car: [0, 1, 0, 0, 0, 1, 0, 0, 0, 1] });
});
