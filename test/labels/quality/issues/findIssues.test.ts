import type { LabelClass, LabeledImage, LabelObject } from '@datagym/labels/model';
import { findIssues as findInSteps, type IssueSearch } from '@datagym/labels/quality/issues/findIssues';
import { SEVERITIES } from '@datagym/labels/quality/issues/issue';
import { ISSUE_KINDS } from '@datagym/labels/quality/issues/kinds';
import { atOnce } from '@datagym/labels/steps/steps';
import { answers, FLEET_CLASSES, image, object, polygon, rectangle } from '../../build';

const findIssues = (...search: Parameters<typeof findInSteps>) => atOnce(findInSteps(...search));

const SIZE = { width: 640, height: 480 };

/** An image of a known size, with labels that have IDs. */
const photo = (
	objects: LabelObject[],
	more: Partial<LabeledImage> = {},
	size: Pick<LabeledImage, 'width' | 'height' | 'storedSize'> = SIZE,
) =>
	image(
		objects.map((label, index) => ({ id: `label-${index}`, ...label })),
		{ ...size, classifications: answers({ weather: ['sun'] }), ...more },
	);

const car = (...box: Parameters<typeof rectangle>) =>
	object('car', rectangle(...box), { classifications: answers({ color: ['red'] }) });

/** As many images as asked for, each with other labels. */
const photos = (
	count: number,
	labels: (index: number) => LabelObject[],
	name = (index: number) => `photo ${index}x.jpg`,
) =>
	Array.from({ length: count }, (_, index) =>
		photo(labels(index), { imageId: `image-${index}`, imageName: name(index), taskId: `task-${index}` }),
	);

const find = (
	images: readonly LabeledImage[],
	kind: string,
	search: IssueSearch = {},
	classes: readonly LabelClass[] = FLEET_CLASSES,
) => findIssues(images, classes, { ...search, kinds: [kind] });

const labelsOf = (images: readonly LabeledImage[], kind: string, search: IssueSearch = {}) =>
	find(images, kind, search).map(({ label }) => label?.id);

describe('Duplicates', () => {
	test('are two labels of one class that overlap by 90%, of which the second one is reported', () => {
		const [issue, ...others] = find(
			[photo([car(10, 10, 100, 50), car(12, 10, 100, 50), car(200, 10, 100, 50)])],
			'duplicate',
		);
		expect(others).toEqual([]);
		expect(issue).toMatchObject({
			issue: 'duplicate',
			severity: 'high',
			reason: 'This "Car" is labeled twice: the two shapes overlap by 96.1%. Delete one of them.',
			label: { id: 'label-1' },
			otherLabel: { id: 'label-0' },
			measure: 'iou',
			limit: 0.9,
		});
		// 98 × 50 of 102 × 50 pixels are in both.
		expect(issue?.value).toBeCloseTo(98 / 102, 12);
	});

	test('are reported so that all of them can be deleted, and what each of them shows is still labeled', () => {
		// Each overlaps with the next one by 90.5%, and with the one after that by 81.8% only.
		const chain = [0, 5, 10, 15].map((y) => car(100, 100 + y, 100, 100));
		expect(labelsOf([photo(chain)], 'duplicate')).toEqual(['label-1', 'label-3']);
	});

	test('are counted by the label and not by the pair, in time for thousands of labels in one place', () => {
		const pile = photo(
			Array.from({ length: 5000 }, (_, index) => (index % 2 === 0 ? car() : { ...car(), className: 'plate' })),
		);
		expect(find([pile], 'duplicate')).toHaveLength(4998);
		expect(find([pile], 'classConflict')).toHaveLength(1);
	});

	test('are not neighbors in a crowd, which overlap by two thirds', () => {
		expect(find([photo([car(10, 10, 100, 50), car(30, 10, 100, 50)])], 'duplicate')).toEqual([]);
	});

	test('are found among small things, where a pixel is much, and among points, lines, polygons and nested labels', () => {
		const lane = (y: number) =>
			object('lane', {
				type: 'line',
				points: [
					{ x: 0, y },
					{ x: 50, y: y + 50 },
				],
			});
		const plate = object('plate', polygon([10, 10], [30, 10], [30, 20], [10, 20]));
		const images = [
			photo([car(10, 10, 10, 8), car(11, 10, 10, 8)]),
			photo([object('lamp', { type: 'point', x: 5, y: 5 }), object('lamp', { type: 'point', x: 6, y: 5 })]),
			photo([lane(10), lane(11), lane(30)]),
			photo([object('road', polygon([0, 0], [90, 0], [45, 90])), object('road', polygon([0, 0], [90, 1], [45, 90]))]),
			photo([
				{
					...car(),
					children: [
						{ ...plate, id: 'a' },
						{ ...plate, id: 'b' },
					],
				},
			]),
		];
		expect(images.map((one) => labelsOf([one], 'duplicate'))).toEqual([
			['label-1'],
			['label-1'],
			['label-1'],
			['label-1'],
			['b'],
		]);
	});

	test('of a label that is there three times are two', () => {
		expect(labelsOf([photo([car(), car(), car()])], 'duplicate')).toEqual(['label-1', 'label-2']);
	});

	test('need less overlap the higher the sensitivity is', () => {
		// 90 of 110 pixels: 82%.
		const pair = [photo([car(0, 0, 100, 50), car(10, 0, 100, 50)])];
		expect(
			['high', 'normal', 'low'].map(
				(sensitivity) => find(pair, 'duplicate', { sensitivity: sensitivity as 'high' }).length,
			),
		).toEqual([1, 0, 0]);
	});
});

describe('Two classes for one shape', () => {
	test('are reported with both classes', () => {
		const [issue] = find([photo([car(10, 10, 100, 50), object('van', rectangle(10, 10, 100, 50))])], 'classConflict');
		expect(issue).toMatchObject({ label: { className: 'van' }, otherLabel: { className: 'car' }, value: 1 });
		expect(issue?.reason).toBe(
			'One thing is labeled as "Car" and as "van": the two shapes overlap by 100%. Delete the wrong one.',
		);
	});

	test('are a way of labeling if they are so often together, or nested, or points', () => {
		const both = photos(20, (index) => [car(index, 10, 100, 50), object('vehicle', rectangle(index, 10, 100, 50))]);
		const nested = { ...car(0, 0, 60, 60), children: [object('plate', rectangle(0, 0, 60, 60))] };
		const points = ['lamp', 'eye'].map((key) => object(key, { type: 'point', x: 5, y: 5 }));
		expect([...find(both, 'classConflict'), ...find([photo([nested, ...points])], 'classConflict')]).toEqual([]);
	});
});

describe('Outside the image', () => {
	test('is what reaches beyond its edge by more than a hand is off, and worse if nothing of it is inside', () => {
		const issues = find([photo([car(600, 10, 43, 50), car(600, 10, 60, 50), car(-90, 10, 80, 50)])], 'outside');
		expect(issues.map(({ label, severity, value }) => [label?.id, severity, value])).toEqual([
			['label-2', 'high', 90],
			['label-1', 'medium', 20],
		]);
	});

	test('is what is outside whichever way the image is turned while its orientation is not known', () => {
		const turned = photo([car(470, 10, 50, 50), car(600, 500, 40, 50)], {}, { storedSize: SIZE });
		expect(labelsOf([turned], 'outside')).toEqual(['label-1']);
	});

	test('cannot be told without a size', () => {
		expect(find([image([car(9000, 9000, 50, 50)])], 'outside')).toEqual([]);
	});
});

test('A strip along the edge is an issue, a thing that the edge cuts off is none', () => {
	const images = [photo([car(0, 100, 2, 200), car(0, 100, 30, 200), car(638, 100, 2, 90), car(300, 100, 2, 200)])];
	expect(labelsOf(images, 'atEdge')).toEqual(['label-0', 'label-2']);
	// Without a size, the left and the top edge are known.
	const sizeless = photo([car(0, 100, 2, 200), car(100, 0, 200, 3), car(638, 100, 2, 90)], {}, {});
	expect(labelsOf([sizeless], 'atEdge')).toEqual(['label-0', 'label-1']);
});

describe('Sizes', () => {
	/** 60 cars whose sides differ by a half each way. */
	const usual = (index: number) => car(100 + index, 100, 40 + index, 30 + (index % 20));

	test('are too small or too large beyond the limits of the class, which the issue tells', () => {
		const images = photos(60, (index) => [usual(index)]);
		const odd = photo([car(300, 300, 2, 2), car(10, 10, 600, 440)], { imageId: 'odd', imageName: 'odd.jpg' });
		expect(labelsOf([...images, odd], 'tooSmall')).toEqual(['label-0']);
		const [issue, ...others] = find([...images, odd], 'tooLarge');
		expect(others).toEqual([]);
		expect(issue).toMatchObject({ label: { id: 'label-1' }, measure: 'areaShare', sampleSize: 62 });
		expect(issue?.value).toBeCloseTo((600 * 440) / (640 * 480), 9);
		expect(issue?.limit).toBeGreaterThan(issue?.typical ?? 1);
		expect(issue?.limit).toBeLessThan(issue?.value ?? 0);
		expect(issue?.reason).toMatch(
			/^This "Car" \(600 × 440 pixels\) is far larger than usual: it covers 85.9% of the image, the median of 62 labels is 0\.\d+%\. Check/,
		);
	});

	test('of fewer than 30 labels say nothing', () => {
		const images = photos(28, (index) => [usual(index)]);
		expect(find([...images, photo([car(300, 300, 2, 2)])], 'tooSmall')).toEqual([]);
	});

	test('are compared in pixels where the size of an image is not known', () => {
		const images = Array.from({ length: 60 }, (_, index) => photo([usual(index)], {}, {}));
		const [issue] = find([...images, image([car(100, 100, 900, 900)])], 'tooLarge');
		expect(issue).toMatchObject({ measure: 'area', label: { geometry: { width: 900 } } });
		expect(issue?.value).toBeCloseTo(810_000, 3);
	});

	test('that are all the same leave room for ordinary ones', () => {
		const images = photos(60, () => [car(100, 100, 40, 40)]);
		expect(find([...images, photo([car(200, 200, 50, 45), car(200, 200, 30, 30)])], 'tooLarge')).toEqual([]);
	});

	test('at the edge of the image may be as small as they like', () => {
		const images = photos(60, (index) => [usual(index)]);
		expect(find([...images, photo([car(0, 300, 3, 3)])], 'tooSmall')).toEqual([]);
	});
});

test('An aspect ratio is unusual beyond the limits of its class, and told once', () => {
	const images = photos(100, (index) => [car(100, 100, 60 + index, (60 + index) / (1.3 + (index % 10) / 20))]);
	const odd = photo([car(50, 200, 500, 6)], { imageId: 'odd' });
	const [issue] = find([...images, odd], 'aspectRatio');
	expect(issue).toMatchObject({ severity: 'low', label: { id: 'label-0' }, sampleSize: 101 });
	expect(issue?.value).toBeCloseTo(500 / 6, 9);
	const strip = photo([car(50, 0, 500, 2)], { imageId: 'strip' });
	const kinds = findIssues([...images, strip], FLEET_CLASSES).map((one) => one.issue);
	expect(kinds.filter((kind) => kind === 'atEdge' || kind === 'aspectRatio')).toEqual(['atEdge']);
});

describe('Self-crossing outlines', () => {
	const bowTie = polygon([0, 0], [100, 100], [100, 0], [0, 100]);

	test('are told with the place', () => {
		expect(find([photo([object('road', bowTie)])], 'selfCrossing')).toMatchObject([
			{
				severity: 'medium',
				value: 1,
				reason: 'The outline of this "Road" crosses itself once, first near 50, 50. Move its points.',
			},
		]);
	});

	test('matter less where hardly any area depends on it', () => {
		const knot = polygon([0, 0], [300, 0], [300, 300], [3, 300], [0, 297], [3, 297], [0, 300]);
		expect(find([photo([object('road', knot)])], 'selfCrossing')).toMatchObject([{ severity: 'low' }]);
	});

	test('are not those that only touch, such as a hole that is drawn as a cut', () => {
		const cut = polygon([0, 0], [90, 0], [90, 90], [0, 90], [0, 0], [30, 30], [30, 60], [60, 60], [60, 30], [30, 30]);
		expect(
			find(
				[photo([object('road', cut), object('sky', { type: 'segmentation', regions: [[SQUARE, INNER]] })])],
				'selfCrossing',
			),
		).toEqual([]);
	});
});

const SQUARE = [
	{ x: 0, y: 0 },
	{ x: 90, y: 0 },
	{ x: 90, y: 90 },
	{ x: 0, y: 90 },
];
const INNER = [
	{ x: 30, y: 30 },
	{ x: 60, y: 30 },
	{ x: 60, y: 60 },
	{ x: 30, y: 60 },
];

test('Degenerate shapes have no area, no length or too few points', () => {
	const shapes = [
		car(10, 10, 0, 50),
		car(10, 10, 30, -5),
		object('road', polygon([0, 0], [50, 50], [0, 0])),
		object('road', polygon([0, 0], [50, 50], [100, 100])),
		object('lane', {
			type: 'line',
			points: [
				{ x: 5, y: 5 },
				{ x: 5, y: 5 },
			],
		}),
		object('sky', { type: 'segmentation', regions: [] }),
		car(10, 10, 1, 1),
		object('lamp', { type: 'point', x: 1, y: 1 }),
		object('road', polygon([0, 0], [100, 100], [100, 0], [0, 100])),
	];
	expect(labelsOf([photo(shapes)], 'degenerate')).toEqual([0, 1, 2, 3, 4, 5].map((index) => `label-${index}`));
	expect(find([photo([car(10, 10, 0, 50)])], 'degenerate')).toMatchObject([
		{ reason: 'This "Car" has no area. Delete it, or draw it again.', measure: 'thickness', value: 0, limit: 1 },
	]);
});

test('Missing required values are those of labels and of the image, empty or absent', () => {
	const images = [
		photo(
			[
				object('car', rectangle()),
				object('car', rectangle(300), { classifications: answers({ color: [''] }) }),
				car(100),
			],
			{
				classifications: answers({ weather: [] }),
			},
		),
	];
	expect(find(images, 'missingValue').map(({ label, reason }) => [label?.id, reason])).toEqual([
		[undefined, 'The image has no value for "Weather", which is required. Add it.'],
		['label-0', 'This "Car" has no value for "Color", which is required. Add it.'],
		['label-1', 'This "Car" has no value for "Color", which is required. Add it.'],
	]);
});

describe('An image without labels', () => {
	const frames = (
		isEmpty: (index: number) => boolean,
		name = (index: number) => `cam_${String(index).padStart(4, '0')}.jpg`,
	) => photos(100, (index) => (isEmpty(index) ? [] : [car(), car(200)]), name);
	const names = (images: readonly LabeledImage[]) =>
		find(images, 'withoutLabels').map((issue) => issue.image?.imageName);

	test('is an issue among labeled ones', () => {
		expect(names(frames((index) => index === 40))).toEqual(['cam_0040.jpg']);
		expect(
			find(
				frames((index) => index === 40),
				'withoutLabels',
			),
		).toMatchObject([{ severity: 'medium', measure: 'labelCount', value: 0, typical: 2, sampleSize: 100 }]);
	});

	test('is none in a scene that is empty for a while, nor where many are empty, nor if it was skipped', () => {
		expect(names(frames((index) => index >= 40 && index < 50))).toEqual([]);
		expect(names(frames((index) => index % 10 === 0))).toEqual([]);
		const skipped = frames(() => false).map((one, index) =>
			index === 40 ? { ...one, objects: [], status: 'skipped' } : one,
		);
		expect(names(skipped)).toEqual([]);
	});

	test('is compared with those of its dataset', () => {
		const images = [
			...frames(() => false),
			...frames(() => true).map((one) => ({ ...one, imageId: `b-${one.imageId}` })),
		];
		const datasets = new Map(
			images.map(({ imageId }) => [imageId, { datasetId: imageId.slice(0, 1), datasetName: 'Some' }]),
		);
		expect(find(images, 'withoutLabels', { datasets })).toEqual([]);
	});
});

describe('A missing companion', () => {
	const bicycles = (isBare: (index: number) => boolean) =>
		photos(100, (index) => [
			...(index < 60 ? [object('bicycle', rectangle(index))] : [car(index)]),
			...(index < 60 && !isBare(index) ? [object('helmet', rectangle(100 + index))] : []),
		]);

	test('is a class that nearly always comes with another one', () => {
		expect(
			find(
				bicycles((index) => index === 7),
				'missingCompanion',
			),
		).toMatchObject([
			{
				image: { imageId: 'image-7' },
				className: 'helmet',
				value: 59 / 60,
				sampleSize: 60,
				reason:
					'The image has a "bicycle" but no "helmet", which 98.3% of the 60 images with one have. Check whether it was forgotten.',
			},
		]);
	});

	test('is none where several lack it, or where the companion is in nearly all images anyway', () => {
		expect(
			find(
				bicycles((index) => index % 10 === 7),
				'missingCompanion',
			),
		).toEqual([]);
		const everywhere = photos(100, (index) => [
			...(index < 60 ? [object('bicycle', rectangle(index))] : []),
			...(index === 7 ? [car(300)] : [object('road', polygon([0, 0], [90, 0], [90, 90 + index]))]),
		]);
		expect(find(everywhere, 'missingCompanion')).toEqual([]);
	});

	test('is also a nested label that nearly all others of the class have', () => {
		const images = photos(60, (index) => [
			{ ...car(index), children: index === 9 ? [] : [object('plate', rectangle(12 + index, 30, 9, 3))] },
		]);
		expect(find(images, 'missingCompanion')).toMatchObject([
			{
				image: { imageId: 'image-9' },
				label: { id: 'label-0' },
				reason: expect.stringMatching(/^This "Car" has no "Plate" in it/),
			},
		]);
	});
});

describe('The same image twice', () => {
	const [first, second] = photos(
		2,
		() => [car(1), car(2, 5), car(3, 9)],
		() => 'same.jpg',
	);

	test('has the same name, and is surely the same with the same labels', () => {
		expect(find([first!, second!], 'sameImage')).toMatchObject([
			{ severity: 'high', image: { imageId: 'image-1' }, otherImage: { imageId: 'image-0' } },
		]);
		expect(find([first!, { ...second!, objects: [car(300)] }], 'sameImage')).toMatchObject([{ severity: 'low' }]);
	});

	test('has another name but all the labels, unless they are frames of one camera', () => {
		const named = (a: string, b: string) => [
			{ ...first!, imageName: a },
			{ ...second!, imageName: b },
		];
		expect(find(named('a.jpg', 'copy.jpg'), 'sameImage')).toMatchObject([{ measure: 'sameLabels', value: 3 }]);
		expect(find(named('cam_001.jpg', 'cam_002.jpg'), 'sameImage')).toEqual([]);
	});

	test('is told once for two datasets whose images are named alike', () => {
		const images = ['a', 'b'].flatMap((dataset) =>
			photos(
				30,
				(index) => [car(index + dataset.charCodeAt(0))],
				(index) => `${index}.jpg`,
			).map((one) => ({
				...one,
				imageId: `${dataset}-${one.imageId}`,
			})),
		);
		const datasets = new Map(
			images.map(({ imageId }) => [imageId, { datasetId: imageId[0]!, datasetName: imageId[0]! }]),
		);
		expect(find(images, 'sameImage', { datasets })).toMatchObject([{ severity: 'low', value: 30 }]);
	});
});

describe('Leaks between splits', () => {
	const frames = photos(
		40,
		(index) => [car(index)],
		(index) => `cam_${String(index).padStart(4, '0')}.jpg`,
	);
	const datasets = (of: (index: number) => string) =>
		new Map(frames.map(({ imageId }, index) => [imageId, { datasetId: of(index), datasetName: of(index) }]));

	test('are sequences that change between datasets, but not those in two parts', () => {
		const mixed = find(frames, 'splitLeak', { datasets: datasets((index) => (index % 4 === 0 ? 'val' : 'train')) });
		expect(mixed).toMatchObject([{ severity: 'medium', value: 19, sampleSize: 40 }]);
		expect(mixed[0]?.image).toBeUndefined();
		expect(find(frames, 'splitLeak', { datasets: datasets((index) => (index < 30 ? 'train' : 'val')) })).toEqual([]);
	});

	test('may come of a random split of several sequences', () => {
		const others = photos(
			40,
			(index) => [car(index)],
			(index) => `rear_${index}.jpg`,
		);
		expect(find([...frames, ...others], 'splitLeak')).toMatchObject([{ severity: 'low', value: 1 }]);
	});
});

test('Classes with far fewer labels than the most frequent one, or none, are an issue of the project', () => {
	const images = photos(50, (index) => [
		car(index),
		car(100 + index),
		car(200 + index),
		...(index === 0 ? [object('road', polygon([0, 0], [9, 0], [9, 9]))] : []),
	]);
	const issues = find(images, 'classImbalance');
	expect(issues.map(({ className, value }) => [className, value])).toEqual([
		['plate', 0],
		['lamp', 0],
		['lane', 0],
		['road', 1],
		['sky', 0],
	]);
	expect(issues.every(({ image: of }) => of === undefined)).toBe(true);
});

describe('All kinds', () => {
	test('are described, and found in the order of their severity', () => {
		const images = photos(120, (index) => [
			car(100 + index, 100, 40, 30),
			...(index === 3 ? [car(103, 100, 40, 30), car(50, 50, 0, 9)] : []),
		]);
		const issues = findIssues(images, FLEET_CLASSES);
		const ranks = issues.map(({ severity }) => SEVERITIES.indexOf(severity));
		expect(ranks).toEqual([...ranks].sort());
		expect(new Set(issues.map(({ issue }) => issue))).toEqual(new Set(['degenerate', 'duplicate', 'classImbalance']));
		expect(new Set(ISSUE_KINDS.map(({ key }) => key)).size).toBe(ISSUE_KINDS.length);
	});

	test('find nothing in nothing, and never throw on broken shapes', () => {
		expect(findIssues([], [])).toEqual([]);
		const broken = [
			object('car', rectangle(NaN, 0, 1, 1)),
			object('road', { type: 'polygon', points: [] }),
			object('sky', { type: 'segmentation', regions: [[[]]] }),
			object('__proto__', rectangle()),
		];
		expect(findIssues([photo(broken), image(broken, { imageName: '' })], FLEET_CLASSES).length).toBeGreaterThan(0);
	});

	test('explain themselves in sentences that end with what to do', () => {
		const reasons = findIssues(
			photos(40, (index) => [car(index, 0, 50, 40), ...(index % 9 === 0 ? [car(index, 1, 50, 40)] : [])]),
			FLEET_CLASSES,
		);
		for (const { reason } of reasons) expect(reason).toMatch(/^[A-Z].*[.] [A-Z].*[.]$/);
	});
});
