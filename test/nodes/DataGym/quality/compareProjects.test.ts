/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { Task } from '../../../emulator/store/model';
import { valuesOf } from '../../../emulator/store/values';
import { jsonOf, requestsDuring } from '../../../support/datagym';
import { box, ComparedProjects, labelsOf } from './comparedProjects';

let lab: ComparedProjects;
beforeAll(async () => (lab = await ComparedProjects.open()));
afterAll(async () => await lab.close());

const valueIds = (task: Task, key: string) =>
	valuesOf(task).flatMap((value) => (value.entry.key === key ? [value.id] : []));

test('Item per Image tells who labeled what, the worst image first', async () => {
	const one = lab.label([
		labelsOf({ car: [box(0)] }),
		labelsOf({ car: [box(0), box(300)] }, { weather: ['sun'] }),
		labelsOf({}),
	]);
	const other = lab.label([
		labelsOf({ car: [box(0)] }),
		labelsOf({ van: [box(10)], car: [] }, { weather: ['rain'] }),
		labelsOf({}),
	]);
	const items = jsonOf(await lab.compare('images', [one, other], { labelSource: 'tasks' }));
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
	const one = lab.label([
		labelsOf({ car: [box(0), box(300)], van: [box(450)] }, { weather: ['sun'] }),
		labelsOf({ car: [box(0)] }, { weather: ['rain'] }),
	]);
	const other = lab.label([
		labelsOf({ car: [box(20), box(300)], lamp: [{ point: [{ x: 5, y: 5 }] }] }, { weather: ['sun'] }),
		labelsOf({ van: [box(0)] }, { weather: ['rain'] }),
	]);
	const requests = await requestsDuring(lab.datagym, async () => {
		const [summary, ...rest] = jsonOf(await lab.compare('summary', [one, other], { labelSource }));
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
	const one = lab.label([labelsOf({ car: [box(0)] }), labelsOf({ car: [box(0)] })]);
	const others = [labelsOf({ van: [box(0)] }), labelsOf({ car: [box(0)] })].map((last) =>
		lab.label([labelsOf({ car: [box(10)] }), last], { shared: one }),
	);
	const [summary] = jsonOf(await lab.compare('summary', [one, ...others]));
	expect(summary).not.toHaveProperty('classCohenKappa');
	// Two things and three ratings of each, of which one is van: P = (1 + 1/3) / 2, Pe = (5/6)² + (1/6)².
	const expected = (25 + 1) / 36;
	expect(summary).toMatchObject({
		classFleissKappa: expect.closeTo((2 / 3 - expected) / (1 - expected), 9),
		f1: 8 / 12,
		projectPairs: [{ f1: 1 / 2 }, { f1: 1 }, { f1: 1 / 2 }].map((pair) => expect.objectContaining(pair)),
	});
	const [item] = jsonOf(await lab.compare('images', [one, ...others]));
	expect(item).toMatchObject({ imageName: '1.jpg', disagreements: [{ kind: 'class' }] });
});
describe('Options', () => {
	test('the IoU threshold decides what matches', async () => {
		const pair = [0, 40].map((x) => lab.label([labelsOf({ car: [box(x)] })]));
		const f1 = async (minimumIou: number) => jsonOf(await lab.compare('summary', pair, { minimumIou }))[0]!.f1;
		// 60 of 140 columns are in both.
		expect([await f1(0.43), await f1(0.42)]).toEqual([0, 1]);
	});

	test('the distance decides for points', async () => {
		const pair = [0, 30].map((x) => lab.label([labelsOf({ lamp: [{ point: [{ x, y: 0 }] }] })]));
		const counts = async (maximumDistance: number) => {
			const [{ f1, meanDistance } = {}] = jsonOf(await lab.compare('summary', pair, { maximumDistance }));
			return [f1, meanDistance];
		};
		expect([await counts(29), await counts(30)]).toEqual([
			[0, null],
			[1, 30],
		]);
	});

	test.each(['export', 'tasks'])('skipped images are compared only if wanted, from %s', async (labelSource) => {
		const pair = [lab.label([labelsOf({}), labelsOf({})]), lab.label([labelsOf({}), labelsOf({})])];
		lab.datagym.server.seed.move(pair[0]!.tasks[0]!, 'SKIPPED');
		const names = async (includeSkipped: boolean) =>
			jsonOf(await lab.compare('images', pair, { labelSource, includeSkipped })).map(({ imageName }) => imageName);
		expect([await names(false), await names(true)]).toEqual([['1.jpg'], ['0.jpg', '1.jpg']]);
	});
});
