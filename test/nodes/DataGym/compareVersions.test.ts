/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { IDataObject } from 'n8n-workflow';
import { jsonOf, openHarness, requestsDuring } from '../../support/datagym';
import { DatasetLab } from '../../support/datasetLab';

let lab: DatasetLab;

beforeAll(async () => {
	lab = await DatasetLab.open();
});
afterAll(async () => await lab.close());

async function manifestOf(
	id: string,
	earlier: unknown = {},
	options: Record<string, number> = {},
): Promise<IDataObject> {
	const { report } = await lab.archived(id, 'coco', { options: { manifest: JSON.stringify(earlier), ...options } });
	return report.manifest as IDataObject;
}

const compare = async (earlier: unknown, later: unknown, output = 'changes') =>
	await lab.harness.run('export', 'compareVersions', {
		earlierVersion: JSON.stringify(earlier),
		laterVersion: JSON.stringify(later),
		output,
	});

describe('Compare Versions', () => {
	test('gives an item per change, and asks no server', async () => {
		const { id, tasks } = await lab.newProject([
			{ name: 'a.jpg', cars: 1 },
			{ name: 'b.jpg', cars: 2 },
			{ name: 'c.jpg', cars: 1 },
			{ name: 'd.jpg', cars: 3, state: 'WAITING' },
		]);
		const first = await manifestOf(id);
		const images = first.images as Record<string, { counts: object; split: string }>;
		expect(Object.values(images).map(({ counts }) => counts)).toEqual([
			{ car: 1, lamp: 1 },
			{ car: 2, lamp: 2 },
			{ car: 1, lamp: 1 },
		]);
		lab.label(tasks[0]!, 4);
		lab.harness.server.seed.move(tasks[1]!, 'WAITING_CHANGED');
		lab.harness.server.seed.move(tasks[3]!, 'COMPLETED');
		const second = await manifestOf(id, first);
		const requests = await requestsDuring(lab.harness, async () => void (await compare(first, second)));
		expect(requests).toEqual([]);
		const rows = jsonOf(await compare(first, second));
		const idOf = (index: number) => tasks[index]!.medium.id;
		const of = (change: string) => rows.filter((row) => row.change === change);
		expect(of('imageAdded')).toMatchObject([{ imageId: idOf(3), path: expect.stringMatching(/d\.jpg$/) }]);
		expect(of('imageRemoved')).toMatchObject([{ imageId: idOf(1), path: expect.stringMatching(/b\.jpg$/) }]);
		expect(of('imageChanged')).toMatchObject([{ imageId: idOf(0) }]);
		expect(of('imageMoved')).toEqual([]);
		// 1 + 2 + 1 before; 4 more on the first, without the second, with the fourth: 5 + 1 + 3 now.
		expect(of('labels')).toMatchObject([
			{ className: 'car', before: 4, after: 9, message: 'Labels added: 7, removed: 2.' },
			{ className: 'lamp', before: 4, after: 9 },
		]);
		expect(new Set(rows.map((row) => Object.keys(row).join()))).toEqual(
			new Set(['change,imageId,path,split,className,before,after,message']),
		);
	});

	test('gives one item with all lists and shares, and a sentence for people', async () => {
		const { id, tasks } = await lab.newProject([{ name: 'a.jpg' }, { name: 'b.jpg' }]);
		const first = await manifestOf(id);
		lab.label(tasks[0]!, 1);
		const second = await manifestOf(id, first);
		const run = await compare(first, second, 'summary');
		expect(jsonOf(run)).toMatchObject([
			{
				projectId: id,
				isSame: false,
				imageCount: { before: 2, after: 2 },
				labelCount: { before: 4, after: 6 },
				changedImages: [{ imageId: tasks[0]!.medium.id }],
				classes: [
					{ className: 'car', change: 'kept', labelCount: { before: 2, after: 3 }, addedLabels: 1, removedLabels: 0 },
					{ className: 'lamp' },
					{ className: 'road', labelCount: { before: 0, after: 0 } },
				],
				drift: { classes: { distance: 0, verdict: 'stable' } },
				changedSettings: [],
			},
		]);
		expect(run.hintsOf('DataGym').map(({ message }) => message)).toEqual([
			'Images: 0 added, 0 removed, 1 changed. Labels: 4 before, 6 now.',
		]);
	});

	test('of equal versions gives no item, and says so', async () => {
		const { id } = await lab.newProject([{ name: 'a.jpg' }, { name: 'b.jpg' }]);
		const first = await manifestOf(id);
		const run = await compare(first, await manifestOf(id, first));
		expect(jsonOf(run)).toEqual([]);
		expect(run.hintsOf('DataGym').map(({ message }) => message)).toEqual(['Both versions are the same.']);
	});

	test('takes all of a first version for new', async () => {
		const { id } = await lab.newProject([{ name: 'a.jpg' }, { name: 'b.jpg' }]);
		const rows = jsonOf(await compare({}, await manifestOf(id)));
		expect(rows.map(({ change, className }) => `${String(change)} ${String(className)}`.trim())).toEqual([
			'imageAdded',
			'imageAdded',
			'splitShare',
			'splitShare',
			'classAdded car',
			'labels car',
			'classShare car',
			'classAdded lamp',
			'labels lamp',
			'classShare lamp',
			'classAdded road',
		]);
	});

	test('compares a manifest of an earlier version of the node as far as it goes', async () => {
		const { id } = await lab.newProject([{ name: 'a.jpg' }, { name: 'b.jpg' }]);
		const { boxSizes, images, ...others } = await manifestOf(id);
		const bare = structuredClone(images as Record<string, { counts?: object }>);
		for (const image of Object.values(bare)) delete image.counts;
		const [item] = jsonOf(await compare({ ...others, images: bare }, { ...others, images, boxSizes }, 'summary'));
		expect(item).toMatchObject({ isSame: true, drift: { classes: { verdict: 'unknown' } } });
		expect(item).not.toHaveProperty('labelCount');
		const again = await manifestOf(id, { ...others, images: bare });
		expect(again.images).toEqual(images);
	});

	test('names settings that changed', async () => {
		const { id } = await lab.newProject([{ name: 'a.jpg' }, { name: 'b.jpg' }]);
		const first = await manifestOf(id);
		const second = await manifestOf(id, first, { valShare: 0 });
		const rows = jsonOf(await compare(first, second));
		expect(rows.filter(({ change }) => change === 'setting').map(({ message }) => message)).toEqual([
			'"Share for Training" was changed.',
			'"Share for Validation" was changed.',
		]);
	});

	test('takes an empty object, or nothing, as the version before the first', async () => {
		const { id } = await lab.newProject([{ name: 'a.jpg', cars: 1 }]);
		const laterVersion = JSON.stringify(await manifestOf(id));
		for (const earlierVersion of ['{}', ' {} ', '', undefined]) {
			const given = earlierVersion === undefined ? { laterVersion } : { earlierVersion, laterVersion };
			const run = await lab.harness.run('export', 'compareVersions', { ...given, output: 'changes' });
			expect(run.error).toBeUndefined();
			expect(jsonOf(run).filter(({ change }) => change === 'imageAdded')).toHaveLength(1);
		}
		const { error } = await lab.harness.run('export', 'compareVersions', { earlierVersion: laterVersion });
		expect(error?.message).toBe('"Later Version" is empty');
	});

	test('refuses what is no manifest, by the name of its field, and versions of two projects', async () => {
		const [{ id }, { id: other }] = [
			await lab.newProject([{ name: 'a.jpg' }]),
			await lab.newProject([{ name: 'a.jpg' }]),
		];
		const [first, second] = [await manifestOf(id), await manifestOf(other)];
		expect((await compare(first, second)).error?.message).toBe(`The versions are of two projects (${id} and ${other})`);
		expect((await compare({ manifest: first }, first)).error?.message).toMatch(/^"Earlier Version" cannot be used: /);
		expect((await compare({}, 7)).error?.message).toMatch(/^"Later Version" cannot be used: /);
	});

	test('costs the manifest less than 40 bytes an image for three classes', async () => {
		const { id } = await lab.newProject(Array.from({ length: 10 }, (_, index) => ({ name: `${index}.jpg`, cars: 3 })));
		const { images } = await manifestOf(id);
		const all = Object.values(images as Record<string, { counts: object }>);
		const added = all.reduce((sum, { counts }) => sum + JSON.stringify({ counts }).length - 1, 0) / all.length;
		expect(added).toBeLessThan(40);
	});
});

test('Without a later version, the error names the field and the remedy, and the node can continue', async () => {
	const harness = await openHarness({ dummyProject: false });
	const stopped = await harness.run('export', 'compareVersions', {});
	expect(stopped.error).toMatchObject({
		message: '"Later Version" is empty',
		description: 'Enter JSON in "Later Version", or check its expression.',
	});
	const settings = { onError: 'continueRegularOutput' as const };
	const items = [{ json: { night: 1 } }];
	expect(jsonOf(await harness.run('export', 'compareVersions', {}, { items, settings }))).toEqual([
		{ night: 1, error: '"Later Version" is empty', details: 'Enter JSON in "Later Version", or check its expression.' },
	]);
	await harness.close();
});
