/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { IDataObject } from 'n8n-workflow';
import type { Dataset, Project, Task } from '../../../emulator/store/model';
import { joinUnchecked } from '../../../emulator/store/projects';
import type { ClassDraft, SeedLabels } from '../../../emulator/store/seeding';
import { valuesOf } from '../../../emulator/store/values';
import { byId, jsonOf, openHarness, requestsDuring, type Harness } from '../../../support/datagym';

let harness: Harness;
beforeAll(async () => (harness = await openHarness({ dummyProject: false })));
afterAll(async () => await harness.close());

const CLASSES: ClassDraft[] = [
	{
		entryKey: 'car',
		type: 'rectangle',
		children: [
			{ entryKey: 'color', type: 'select', options: { red: 'Red', blue: 'Blue' } },
			{ entryKey: 'plate', type: 'polygon' },
		],
	},
	{ entryKey: 'van', type: 'rectangle' },
	{ entryKey: 'lamp', type: 'point' },
	{ entryKey: 'lane', type: 'line' },
	{ entryKey: 'weather', type: 'select', options: { sun: 'Sun', rain: 'Rain' } },
	{ entryKey: 'seen', type: 'checklist', options: { snow: 'Snow', fog: 'Fog' } },
];

const box = (x: number, more: IDataObject = {}) => ({ rectangle: [{ x, y: 10, w: 100, h: 50 }], ...more });
const of = (labels: IDataObject, answers: IDataObject = {}): SeedLabels =>
	({ labels, global_classifications: answers }) as SeedLabels;

interface Labeled {
	readonly project: Project;
	readonly dataset: Dataset;
	readonly tasks: readonly Task[];
}

let projects = 0;

/** A project with finished images `0.jpg`, `1.jpg`, …, in a dataset of its own or in that of another project. */
function labeled(
	labels: readonly SeedLabels[],
	{ shared, classes = CLASSES }: { shared?: Labeled; classes?: ClassDraft[] } = {},
): Labeled {
	const { seed, store } = harness.server;
	const name = `Compared ${++projects}`;
	if (shared === undefined) {
		const { project, dataset } = seed.project({ name, datasetName: name, classes });
		const tasks = seed.tasks(project, dataset!, {
			count: labels.length,
			name: (index) => `${index}.jpg`,
			state: 'COMPLETED',
		});
		tasks.forEach((task, index) => seed.label(task, labels[index]!));
		return { project, dataset: dataset!, tasks };
	}
	const { project } = seed.project({ name, classes });
	joinUnchecked(store, project, shared.dataset);
	const tasks = shared.tasks.map(({ medium }) => [...medium.tasks].find((task) => task.project === project)!);
	tasks.forEach((task, index) => {
		seed.label(task, labels[index]!);
		seed.move(task, 'COMPLETED');
	});
	return { project, dataset: shared.dataset, tasks };
}

const run = async (output: string, [first, second, ...more]: readonly Labeled[], options: IDataObject = {}) =>
	await harness.run('quality', 'compareProjects', {
		projectId: byId(first!.project.id),
		secondProjectId: byId(second!.project.id),
		output,
		options: { ...(more.length > 0 && { moreProjectIds: more.map(({ project }) => project.id) }), ...options },
	});

const valueIds = (task: Task, key: string) =>
	valuesOf(task).flatMap((value) => (value.entry.key === key ? [value.id] : []));

test('Item per Image tells who labeled what, the worst image first', async () => {
	const one = labeled([of({ car: [box(0)] }), of({ car: [box(0), box(300)] }, { weather: ['sun'] }), of({})]);
	const other = labeled([of({ car: [box(0)] }), of({ van: [box(10)], car: [] }, { weather: ['rain'] }), of({})]);
	const items = jsonOf(await run('images', [one, other], { labelSource: 'tasks' }));
	expect(items.map(({ imageName, agreement, disagreementCount }) => [imageName, agreement, disagreementCount])).toEqual(
		[
			['1.jpg', 0, 3],
			['0.jpg', 1, 0],
			['2.jpg', 1, 0],
		],
	);
	const [ids, otherIds] = [one, other].map(({ project }) => ({ projectId: project.id }));
	const [car, lonelyCar] = valueIds(one.tasks[1]!, 'car');
	const [van] = valueIds(other.tasks[1]!, 'van');
	expect(items[0]).toMatchObject({
		imageId: one.tasks[1]!.medium.id,
		disagreements: expect.arrayContaining([
			{
				kind: 'classification',
				classification: 'weather',
				labels: [
					{ ...ids, values: ['sun'] },
					{ ...otherIds, values: ['rain'] },
				],
			},
			{
				kind: 'class',
				// 90 of 110 columns are in both.
				iou: expect.closeTo(90 / 110, 9),
				...{ x: 0, y: 10, width: 110, height: 50 },
				labels: [
					{ ...ids, className: 'car', labelId: car },
					{ ...otherIds, className: 'van', labelId: van },
				],
			},
			{
				kind: 'missing',
				...{ x: 300, y: 10, width: 100, height: 50 },
				labels: [
					{ ...ids, className: 'car', labelId: lonelyCar },
					{ ...otherIds, className: null },
				],
			},
		]),
		projects: [
			{ ...ids, imageId: one.tasks[1]!.medium.id, taskId: one.tasks[1]!.id, status: 'completed', labelCount: 2 },
			{ ...otherIds, imageId: other.tasks[1]!.medium.id, taskId: other.tasks[1]!.id, labelCount: 1 },
		],
	});
});

test.each(['export', 'tasks'])('Summary counts all images, from %s', async (labelSource) => {
	const one = labeled([
		of({ car: [box(0), box(300)], van: [box(450)] }, { weather: ['sun'] }),
		of({ car: [box(0)] }, { weather: ['rain'] }),
	]);
	const other = labeled([
		of({ car: [box(20), box(300)], lamp: [{ point: [{ x: 5, y: 5 }] }] }, { weather: ['sun'] }),
		of({ van: [box(0)] }, { weather: ['rain'] }),
	]);
	const requests = await requestsDuring(harness, async () => {
		const [summary, ...rest] = jsonOf(await run('summary', [one, other], { labelSource }));
		expect(rest).toEqual([]);
		expect(summary).toMatchObject({
			projectIds: [one.project.id, other.project.id],
			projectNames: [one.project.name, other.project.name],
			imageCount: 2,
			notComparedCount: 0,
			// Two cars and both answers of four things and two answers; the van, the lamp and the other class disagree.
			agreedCount: 4,
			disagreementCount: 3,
			f1: 4 / 8,
			matchedShare: 6 / 8,
			meanIou: expect.closeTo((80 / 120 + 1) / 2, 9),
			meanDistance: null,
			// Three matched things: car/car, car/car, car/van. Each names van with a chance of 0 or 1/3, so that chance expects 2/3.
			classCohenKappa: expect.closeTo(0, 9),
			answerKrippendorffAlpha: 1,
			unreadLabelCount: 0,
			classifications: expect.arrayContaining([
				{ classification: 'weather', unitCount: 2, agreement: 1, cohenKappa: 1, krippendorffAlpha: 1 },
			]),
			ambiguousNames: [],
			classesNotInAll: [],
		});
		expect(summary!.confusion).toEqual([
			{ className: 'car', otherClassName: 'car', count: 2 },
			{ className: 'car', otherClassName: 'van', count: 1 },
			{ className: 'van', otherClassName: null, count: 1 },
			{ className: null, otherClassName: 'lamp', count: 1 },
		]);
		expect(summary!.classes).toEqual([
			expect.objectContaining({ className: 'car', labelCounts: [3, 2], f1: 4 / 5, matchedShare: 1 }),
			expect.objectContaining({ className: 'lamp', labelCounts: [0, 1], f1: 0, matchedShare: 0, meanIou: null }),
			expect.objectContaining({ className: 'van', labelCounts: [1, 1], f1: 0, matchedShare: 1 / 2 }),
		]);
	});
	expect([...new Set(requests.map(({ method }) => method))]).toEqual(['GET']);
});

test('three projects are compared with each other', async () => {
	const one = labeled([of({ car: [box(0)] }), of({ car: [box(0)] })]);
	const others = [of({ van: [box(0)] }), of({ car: [box(0)] })].map((last) =>
		labeled([of({ car: [box(10)] }), last], { shared: one }),
	);
	const [summary] = jsonOf(await run('summary', [one, ...others]));
	expect(summary).not.toHaveProperty('classCohenKappa');
	// Two things and three ratings of each, of which one is van: P = (1 + 1/3) / 2, Pe = (5/6)² + (1/6)².
	const expected = (25 + 1) / 36;
	expect(summary).toMatchObject({
		classFleissKappa: expect.closeTo((2 / 3 - expected) / (1 - expected), 9),
		f1: 8 / 12,
		projectPairs: [{ f1: 1 / 2 }, { f1: 1 }, { f1: 1 / 2 }].map((pair) => expect.objectContaining(pair)),
	});
	const [item] = jsonOf(await run('images', [one, ...others]));
	expect(item).toMatchObject({ imageName: '1.jpg', disagreements: [{ kind: 'class' }] });
});

describe('Consensus', () => {
	const agreed = of(
		{
			car: [
				box(0, {
					classifications: { color: ['red'] },
					nested_geometries: {
						plate: [
							{
								polygon: [
									{ x: 5, y: 20 },
									{ x: 30, y: 20 },
									{ x: 30, y: 30 },
									{ x: 5, y: 30 },
								],
							},
						],
					},
				}),
			],
			lamp: [{ point: [{ x: 200, y: 100 }] }],
			lane: [
				{
					line: [
						{ x: 0, y: 300 },
						{ x: 400, y: 310 },
					],
				},
			],
		},
		{ weather: ['sun'], seen: ['snow'] },
	);
	const withMore: SeedLabels = {
		labels: { ...agreed.labels, van: [box(450)] } as IDataObject,
		global_classifications: { weather: ['sun'], seen: ['snow', 'fog'] },
	} as SeedLabels;

	const labelsOf = async (project: Labeled) =>
		jsonOf(
			await harness.run('export', 'getLabels', {
				projectId: byId(project.project.id),
				labelSource: 'tasks',
				options: { status: ['waiting'] },
			}),
		);

	test.each([
		['a project with the same dataset', true],
		['a project with copies of the images', false],
	])('is imported as it is into %s', async (_, isShared) => {
		const one = labeled([agreed, of({ car: [box(0)] })]);
		const other = labeled([withMore, of({ van: [box(0)] })], { shared: one });
		const third = labeled([of({}), of({})], isShared ? { shared: one } : {});
		for (const task of third.tasks) harness.server.seed.move(task, 'WAITING');
		// Copies have other IDs, so that only projects without a common dataset give names alone.
		const compared = isShared ? [one, other] : [one, labeled([withMore, of({ van: [box(0)] })])];
		const consensus = jsonOf(await run('consensus', compared));
		const imported = jsonOf(
			await harness.run(
				'prediction',
				'import',
				{ projectId: byId(third.project.id) },
				{ items: consensus.map((json) => ({ json: json as IDataObject })) },
			),
		);
		expect(imported.map(({ imageName, status }) => [imageName, status])).toEqual([
			['0.jpg', 'imported'],
			['1.jpg', 'imported'],
		]);
		const [first, second] = await labelsOf(third);
		expect(first).toMatchObject({
			labels: [
				{
					geometry: { type: 'rectangle', x: 0, y: 10, width: 100, height: 50 },
					classifications: { color: { values: ['red'] } },
					children: [{ geometry: { type: 'polygon' } }],
				},
				{ geometry: { type: 'point', x: 200, y: 100 } },
				{
					geometry: {
						type: 'line',
						points: [
							{ x: 0, y: 300 },
							{ x: 400, y: 310 },
						],
					},
				},
			],
			classifications: { weather: { values: ['sun'] }, seen: { values: ['snow'] } },
		});
		expect(second).toMatchObject({ labels: [] });
	});

	test('has the mean of boxes if wanted', async () => {
		const [one, other] = [0, 10].map((x) => labeled([of({ car: [box(x)] })]));
		const [item] = jsonOf(await run('consensus', [one!, other!], { consensusGeometry: 'mean' }));
		expect(item).toMatchObject({ labels: { car: [{ rectangle: [{ x: 5, y: 10, w: 100, h: 50 }] }] } });
	});
});

describe('Options', () => {
	test('the IoU threshold decides what matches', async () => {
		const pair = [0, 40].map((x) => labeled([of({ car: [box(x)] })]));
		const f1 = async (minimumIou: number) => jsonOf(await run('summary', pair, { minimumIou }))[0]!.f1;
		// 60 of 140 columns are in both.
		expect([await f1(0.43), await f1(0.42)]).toEqual([0, 1]);
	});

	test('the distance decides for points', async () => {
		const pair = [0, 30].map((x) => labeled([of({ lamp: [{ point: [{ x, y: 0 }] }] })]));
		const counts = async (maximumDistance: number) => {
			const [{ f1, meanDistance } = {}] = jsonOf(await run('summary', pair, { maximumDistance }));
			return [f1, meanDistance];
		};
		expect([await counts(29), await counts(30)]).toEqual([
			[0, null],
			[1, 30],
		]);
	});

	test.each(['export', 'tasks'])('skipped images are compared only if wanted, from %s', async (labelSource) => {
		const pair = [labeled([of({}), of({})]), labeled([of({}), of({})])];
		harness.server.seed.move(pair[0]!.tasks[0]!, 'SKIPPED');
		const names = async (includeSkipped: boolean) =>
			jsonOf(await run('images', pair, { labelSource, includeSkipped })).map(({ imageName }) => imageName);
		expect([await names(false), await names(true)]).toEqual([['1.jpg'], ['0.jpg', '1.jpg']]);
	});
});

describe('What cannot be compared is told', () => {
	const errorOf = async (...given: Parameters<typeof run>) => {
		const { error } = await run(...given);
		return [error?.message, error?.description];
	};

	test('the same project twice', async () => {
		const one = labeled([of({})]);
		expect(await errorOf('summary', [one, one])).toEqual([
			`The project ${one.project.id} is chosen twice`,
			expect.stringContaining('Choose another project'),
		]);
		const other = labeled([of({})]);
		expect((await errorOf('summary', [one, other, other]))[0]).toBe(`The project ${other.project.id} is chosen twice`);
	});

	test('no image in common', async () => {
		const [one, other] = [labeled([of({})]), labeled([of({})])];
		other.tasks[0]!.medium.name = 'other.jpg';
		expect(await errorOf('summary', [one, other])).toEqual([
			'The projects have no finished images in common',
			expect.stringContaining('Finished images of each project: 1, 1.'),
		]);
		const copies = labeled([of({})]);
		expect((await errorOf('summary', [one, copies], { matchImagesBy: 'id' }))[0]).toBe(
			'The projects have no finished images in common',
		);
	});

	test('a name that several images have, also if only one of them is finished', async () => {
		const { seed } = harness.server;
		const [one, other] = [labeled([of({}), of({})]), labeled([of({}), of({})])];
		seed.tasks(other.project, other.dataset, { count: 1, name: () => '0.jpg', state: 'WAITING' });
		const compared = await run('summary', [one, other]);
		expect(jsonOf(compared)).toMatchObject([{ imageCount: 1, notComparedCount: 2, ambiguousNames: ['0.jpg'] }]);
		expect(compared.hintsOf('DataGym')[0]?.message).toContain('several images of the same name: 0.jpg.');
		const [first, second] = [labeled([of({})]), labeled([of({})])];
		seed.tasks(second.project, second.dataset, { count: 1, name: () => '0.jpg', state: 'WAITING' });
		expect((await errorOf('summary', [first, second]))[0]).toContain('several images named "0.jpg"');
	});

	test.each(['export', 'tasks'])('a video project, from %s', async (labelSource) => {
		const { seed } = harness.server;
		const { project, dataset } = seed.project({
			name: `Video ${++projects}`,
			datasetName: `Video ${projects}`,
			mediaType: 'VIDEO',
			classes: CLASSES,
		});
		const [task] = [...seed.video(dataset!, 'clip.mp4').tasks];
		seed.videoLabel(task!, 'car', [
			{ frameNumber: 10, frameType: 'START', content: { type: 'RECTANGLE', x: 1, y: 2, width: 30, height: 20 } },
		]);
		seed.move(task!, 'COMPLETED');
		const video: Labeled = { project, dataset: dataset!, tasks: [task!] };
		expect(await errorOf('summary', [labeled([of({})]), video], { labelSource })).toEqual([
			`Only labels of images can be compared, but "${project.name}" is a video project`,
			'Choose an image project.',
		]);
	});

	test('classes that only one project has', async () => {
		const one = labeled([of({ car: [box(0)] })]);
		const other = labeled([of({ truck: [box(0)] })], {
			classes: [{ entryKey: 'truck', type: 'rectangle' }, ...CLASSES.slice(1)],
		});
		const compared = await run('summary', [one, other]);
		expect(jsonOf(compared)).toMatchObject([
			{
				confusion: [{ className: 'car', otherClassName: 'truck', count: 1 }],
				classesNotInAll: expect.arrayContaining([
					{ className: 'car', type: 'rectangle', projectIds: [one.project.id] },
					{ className: 'truck', type: 'rectangle', projectIds: [other.project.id] },
				]),
			},
		]);
		expect(compared.hintsOf('DataGym')[0]?.message).toMatch(
			/Classes that not all projects have: .*truck \(rectangle\)/,
		);
	});

	test('copies of another size, where task details tell it', async () => {
		const [one, other] = [labeled([of({}), of({})]), labeled([of({}), of({})])];
		other.tasks[0]!.medium.width = 320;
		other.tasks[0]!.medium.height = 240;
		const compared = await run('summary', [one, other], { labelSource: 'tasks' });
		expect(jsonOf(compared)).toMatchObject([{ imageCount: 1, resizedNames: ['0.jpg'] }]);
		expect(compared.hintsOf('DataGym')[0]?.message).toContain('copies of other sizes: 0.jpg.');
		harness.server.seed.move(one.tasks[1]!, 'WAITING');
		expect((await errorOf('summary', [one, other], { labelSource: 'tasks' }))[0]).toContain('The copies of "0.jpg"');
	});

	test('images that only one project has finished', async () => {
		const [one, other] = [labeled([of({}), of({})]), labeled([of({}), of({})])];
		harness.server.seed.move(other.tasks[1]!, 'WAITING');
		const compared = await run('images', [one, other]);
		expect(jsonOf(compared)).toHaveLength(1);
		expect(compared.hintsOf('DataGym')[0]?.message).toBe('Compared images: 1. Other finished images: 1.');
	});
});
