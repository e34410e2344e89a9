/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { Task } from '../../emulator/store/model';
import type { ClassDraft } from '../../emulator/store/seeding';
import { jsonOf, openHarness, requestsTo, type Harness, type RunNode } from '../../support/datagym';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

const CLASSES: ClassDraft[] = [
	{
		entryKey: 'car',
		entryValue: 'Car',
		type: 'rectangle',
		children: [
			{ entryKey: 'color', entryValue: 'Color', type: 'select', required: true, options: { red: 'Red', blue: 'Blue' } },
			{
				entryKey: 'damage',
				type: 'checklist',
				options: { dent: 'Dent', scratch: 'Scratch' },
				children: [{ entryKey: 'note', type: 'freetext', maxLength: 40 }],
			},
			{ entryKey: 'plate', entryValue: 'Plate', type: 'polygon', children: [{ entryKey: 'text', type: 'freetext' }] },
		],
	},
	{ entryKey: 'van', type: 'rectangle' },
	{ entryKey: 'lane', type: 'line' },
	{ entryKey: 'lamp', type: 'point' },
	{ entryKey: 'sky', type: 'image_segmentation' },
	{ entryKey: 'weather', type: 'select', options: { sun: 'Sun', rain: 'Rain' } },
];
const BOX = [{ x: 10.5, y: 20, w: 30, h: 40 }];
const PLATE = [
	{ x: 1, y: 1 },
	{ x: 5, y: 1 },
	{ x: 5, y: 5 },
];

let projects = 0;
function newTask(state: Task['state'] = 'WAITING', labels?: object): Task {
	const { project, dataset } = harness.server.seed.project({
		name: `Project ${++projects}`,
		datasetName: `Dataset ${projects}`,
		classes: CLASSES,
	});
	const all = labels === undefined ? undefined : () => labels as never;
	return harness.server.seed.tasks(project, dataset!, { count: 1, state, labels: all })[0]!;
}
const labeled = () =>
	newTask('WAITING', {
		labels: {
			car: [
				{
					rectangle: BOX,
					classifications: { color: ['red'], damage: ['dent'] },
					nested_geometries: { plate: [{ polygon: PLATE, classifications: { text: ['M-AB 1'] } }] },
				},
			],
		},
		global_classifications: { weather: ['sun'] },
	});

const run = async (operation: string, task: Task, parameters = {}, options: RunNode = {}) =>
	await harness.run('label', operation, { taskId: task.id, ...parameters }, options);
const labelsOf = async (task: Task, parameters = {}) => jsonOf(await run('getAll', task, parameters));
const create = async (task: Task, classKey: string, geometry: unknown, parameters = {}) =>
	await run('create', task, { classKey, geometry: JSON.stringify(geometry), ...parameters });
const idOf = async (task: Task, classKey: string) =>
	String((await labelsOf(task)).find((label) => label.className === classKey)?.labelId);

describe('Label: Get Many', () => {
	test('gives an item for each label, also for one inside of another', async () => {
		const labels = await labelsOf(labeled());
		expect(labels).toMatchObject([
			{
				className: 'car',
				type: 'rectangle',
				geometry: { x: 10.5 },
				classifications: { color: { values: ['red'] }, damage: { values: ['dent'] } },
			},
			{
				className: 'plate',
				parentLabelId: labels[0]?.labelId,
				geometry: { type: 'polygon' },
				classifications: { text: { values: ['M-AB 1'] } },
			},
		]);
	});

	test('gives the answers about the image, too, if the user wants them', async () => {
		const labels = await labelsOf(labeled(), { options: { includeImageAnswers: true, classKeys: 'weather' } });
		expect(labels).toMatchObject([{ className: 'weather', type: 'select', values: ['sun'] }]);
	});

	test("gives the server's own tree when it shall not simplify", async () => {
		expect(await labelsOf(labeled(), { simplify: false })).toMatchObject([
			{ entryKeyLcEntry: 'car', children: expect.any(Array) },
		]);
	});

	test('gives a label that has no position, so that it can be deleted', async () => {
		const task = newTask('WAITING', { labels: { lane: [{ geometry: [], classifications: {} }] } });
		expect(await labelsOf(task)).toMatchObject([{ className: 'lane', geometry: null }]);
	});
});

describe('Label: Create', () => {
	test('makes the geometry with decimals and the answers in one step', async () => {
		const task = newTask();
		const [made] = jsonOf(
			await create(task, 'car', BOX, {
				classifications: '{"color": "red", "damage": ["dent", "scratch", {"note": "left door"}]}',
				options: { comment: 'seen' },
			}),
		);
		expect(made).toMatchObject({ taskId: task.id, className: 'car', comment: 'seen' });
		expect(await labelsOf(task)).toMatchObject([
			{
				labelId: made?.labelId,
				geometry: { type: 'rectangle', x: 10.5, y: 20, width: 30, height: 40 },
				classifications: {
					color: { values: ['red'] },
					damage: { values: ['dent', 'scratch'], children: { note: { values: ['left door'] } } },
				},
				comment: 'seen',
			},
		]);
	});

	test.each([
		[
			'lane',
			[
				{ x: 1, y: 2 },
				{ x: 3, y: 4 },
			],
			{
				type: 'line',
				points: [
					{ x: 1, y: 2 },
					{ x: 3, y: 4 },
				],
			},
		],
		['lamp', { x: 1, y: 2 }, { type: 'point', x: 1, y: 2 }],
		['car', { x: 1, y: 2, width: 3, height: 4 }, { type: 'rectangle', x: 1, y: 2, width: 3, height: 4 }],
		['sky', [PLATE], { type: 'segmentation', regions: [[PLATE]] }],
		['sky', { type: 'segmentation', regions: [[PLATE, PLATE]] }, { type: 'segmentation', regions: [[PLATE, PLATE]] }],
	])('takes the geometry of %s as the import has it, or as the node returns it', async (key, geometry, stored) => {
		const task = newTask();
		jsonOf(await create(task, key, geometry));
		expect(await labelsOf(task)).toMatchObject([{ className: key, geometry: stored }]);
	});

	test('puts a label inside of another', async () => {
		const task = labeled();
		const parentLabelId = await idOf(task, 'car');
		jsonOf(await create(task, 'plate', PLATE, { classifications: '{"text": "B-CD 2"}', options: { parentLabelId } }));
		expect((await labelsOf(task, { options: { classKeys: 'plate' } })).map((label) => label.parentLabelId)).toEqual([
			parentLabelId,
			parentLabelId,
		]);
	});

	test('copies what Get Many returned', async () => {
		const [from, to] = [labeled(), newTask()];
		const items = (await labelsOf(from, { options: { classKeys: 'car' } })).map((json) => ({ json: json as never }));
		const fields = {
			classKey: '={{ $json.className }}',
			geometry: '={{ $json.geometry }}',
			classifications: '={{ $json.classifications }}',
		};
		jsonOf(await run('create', to, fields, { items }));
		expect(await labelsOf(to)).toMatchObject([
			{ className: 'car', geometry: { x: 10.5 }, classifications: { color: { values: ['red'] } } },
		]);
	});

	test('warns of points outside of the image and of required answers that are missing', async () => {
		const [made] = jsonOf(await create(newTask(), 'car', [{ x: 600, y: 20, w: 300, h: 40 }]));
		expect(made?.warnings).toEqual([
			expect.stringContaining('outside the image'),
			expect.stringContaining('"Color" needs a value'),
		]);
	});

	test.each([
		['an unknown class', 'bus', BOX, '', 'The label configuration has no class with the key "bus"'],
		[
			'another geometry',
			'lane',
			{ type: 'rectangle', x: 1, y: 2, width: 3, height: 4 },
			'',
			'The class "lane" is a line, but the label is a rectangle',
		],
		['a negative number', 'car', [{ x: -1, y: 2, w: 3, h: 4 }], '', 'negative numbers'],
		['an unknown option', 'car', BOX, '{"color": "pink"}', '"Color" has no option "pink"'],
		['an unknown question', 'car', BOX, '{"size": "big"}', 'no classification "size"'],
		['too few points', 'lane', [{ x: 1, y: 2 }], '', 'A line needs at least 2 points'],
		['an outline without an area', 'sky', [[{ x: 1, y: 2 }]], '', 'needs at least 3 points'],
		['no geometry', 'car', 'none', '', '"Geometry" is not valid'],
	])('refuses %s before anything is sent', async (_what, key, geometry, classifications, message) => {
		const task = newTask();
		expect((await create(task, key, geometry, { classifications })).error?.message).toContain(message);
		expect(await labelsOf(task)).toEqual([]);
	});

	test('removes the label again when the server refuses a part of it', async () => {
		const task = newTask();
		let puts = 0;
		harness.server.onRequest(({ method, path }) =>
			method === 'PUT' && path.includes('/lcValue/') && ++puts === 2
				? { status: 500, body: '{"key":"ex_system","params":[]}' }
				: undefined,
		);
		expect((await create(task, 'car', BOX, { classifications: '{"color": "red"}' })).error?.message).toContain(
			'failed without giving a reason',
		);
		expect(await labelsOf(task)).toEqual([]);
	});

	test('names the label that is left when it cannot be removed either', async () => {
		const task = newTask();
		harness.server.onRequest(({ method, path }) =>
			['PUT', 'DELETE'].includes(method) && path.includes('/lcValue/')
				? { status: 500, body: '{"key":"ex_system","params":[]}' }
				: undefined,
		);
		const { error } = await create(task, 'car', BOX);
		harness.server.onRequest(undefined);
		expect(error?.message).toContain('the change could not be undone');
		expect(error?.description).toContain(await idOf(task, 'car'));
	});

	test('leaves finished tasks alone unless that is allowed', async () => {
		const task = newTask('COMPLETED');
		expect((await create(task, 'car', BOX)).error?.message).toContain('is finished, so its labels were not changed');
		jsonOf(await create(task, 'car', BOX, { options: { allowFinished: true } }));
		expect(await labelsOf(task)).toHaveLength(1);
		expect(task.state).toBe('COMPLETED');
	});
});

describe('Label: Update', () => {
	test('changes the geometry and one answer, and keeps the rest, the comment and the label that it lies in', async () => {
		const task = labeled();
		const labelId = await idOf(task, 'plate');
		const geometry = JSON.stringify([...PLATE, { x: 1, y: 5.5 }]);
		jsonOf(await run('update', task, { labelId, geometry, options: { comment: 'checked' } }));
		jsonOf(await run('update', task, { labelId, classifications: '{"text": "B-CD 2"}' }));
		expect((await labelsOf(task)).find((label) => label.labelId === labelId)).toMatchObject({
			parentLabelId: await idOf(task, 'car'),
			geometry: { points: [{}, {}, {}, { x: 1, y: 5.5 }] },
			classifications: { text: { values: ['B-CD 2'] } },
			comment: 'checked',
		});
	});

	test('answers a question about the whole image, and takes the answer back', async () => {
		const task = newTask();
		jsonOf(await run('update', task, { classifications: '{"weather": "rain"}' }));
		const answers = { options: { includeImageAnswers: true } };
		expect(await labelsOf(task, answers)).toMatchObject([{ values: ['rain'] }]);
		jsonOf(await run('update', task, { classifications: '{"weather": null}' }));
		expect(await labelsOf(task, answers)).toMatchObject([{ values: [] }]);
	});

	test('puts back what it had written when a later part is refused', async () => {
		const task = labeled();
		let puts = 0;
		harness.server.onRequest(({ method, path }) =>
			method === 'PUT' && path.includes('/lcValue/') && ++puts === 2
				? { status: 500, body: '{"key":"ex_system","params":[]}' }
				: undefined,
		);
		const update = await run('update', task, {
			labelId: await idOf(task, 'car'),
			geometry: '[{"x":1,"y":1,"w":1,"h":1}]',
			classifications: '{"color": "blue"}',
		});
		expect(update.error).toBeDefined();
		expect(await labelsOf(task)).toMatchObject([
			{ geometry: { x: 10.5 }, classifications: { color: { values: ['red'] } } },
			{ className: 'plate' },
		]);
	});

	test('takes the JSON of untouched fields for none, as an empty text', async () => {
		const task = labeled();
		const untouched = { geometry: '{}', classifications: '{}' };
		expect((await run('update', task, { labelId: await idOf(task, 'car'), ...untouched })).error?.message).toBe(
			'There is nothing to update',
		);
		expect((await run('create', task, { classKey: 'van', ...untouched })).error?.message).toBe('"Geometry" is empty');
		expect((await run('create', task, { classKey: 'van', geometry: '' })).error?.message).toBe('"Geometry" is empty');
		expect((await run('create', task, { classKey: 'van', geometry: '={{ ({}) }}' })).error?.message).toContain(
			'"Geometry" is not valid',
		);
	});

	test('says that there is nothing to update, or no such label', async () => {
		const task = labeled();
		expect((await run('update', task, { labelId: await idOf(task, 'car') })).error?.message).toBe(
			'There is nothing to update',
		);
		expect((await run('update', task, { labelId: 'nope', geometry: '[]' })).error?.message).toBe(
			'The task has no label with the ID "nope"',
		);
		expect((await run('update', task, { geometry: '[]' })).error?.message).toBe(
			'"Geometry" needs a label, but "Label" is empty',
		);
	});
});

describe('Label: Delete', () => {
	test('deletes a label with what is inside of it, and takes a second time as done', async () => {
		const task = labeled();
		const labelId = await idOf(task, 'car');
		expect(jsonOf(await run('delete', task, { labelId }))).toMatchObject([{ labelId, deletedNow: true }]);
		expect(await labelsOf(task)).toEqual([]);
		expect(jsonOf(await run('delete', task, { labelId }))).toMatchObject([{ deletedNow: false }]);
		expect((await run('delete', task, { labelId, options: { ifDeleted: 'fail' } })).error?.message).toContain(
			'has no label with the ID',
		);
	});

	test('says that answers cannot be deleted', async () => {
		const task = labeled();
		const [answer] = await labelsOf(task, { options: { includeImageAnswers: true, classKeys: 'weather' } });
		expect((await run('delete', task, { labelId: answer?.labelId })).error?.message).toBe(
			'A classification cannot be deleted',
		);
	});

	test('reads the task once for all its labels', async () => {
		const box = { rectangle: BOX, classifications: {} };
		const task = newTask('WAITING', { labels: { van: [box, box, box] } });
		const items = (await labelsOf(task)).map((json) => ({ json: json as never }));
		const before = requestsTo(harness, 'GET', `/task/${task.id}`);
		jsonOf(await run('delete', task, { labelId: '={{ $json.labelId }}' }, { items }));
		expect(requestsTo(harness, 'GET', `/task/${task.id}`)).toBe(before + 1);
		expect(await labelsOf(task)).toEqual([]);
	});
});

describe('Label: Change Class', () => {
	test('keeps the geometry, gives the new ID and tells which answers were lost', async () => {
		const task = newTask('WAITING', { labels: { car: [{ rectangle: BOX, classifications: { color: ['red'] } }] } });
		const labelId = await idOf(task, 'car');
		const [changed] = jsonOf(await run('changeClass', task, { labelId, classKey: 'van' }));
		expect(changed).toMatchObject({
			previousLabelId: labelId,
			previousClassName: 'car',
			className: 'van',
			lostClassifications: { color: { values: ['red'] } },
			warnings: ['The label lost its classification: color'],
		});
		expect(await labelsOf(task)).toMatchObject([
			{ labelId: changed?.labelId, className: 'van', geometry: { x: 10.5 } },
		]);
	});

	test.each([
		['lane', 'The label is a rectangle, but the class "lane" is a line'],
		['car', 'The label already has the class "car"'],
		['van', 'The label "Car" contains nested labels that would be lost: Plate'],
		['bus', 'has no class with the key "bus"'],
	])('refuses to make a car with a plate a %s', async (classKey, message) => {
		const task = labeled();
		expect((await run('changeClass', task, { labelId: await idOf(task, 'car'), classKey })).error?.message).toContain(
			message,
		);
		expect(await labelsOf(task)).toHaveLength(2);
	});
});

test('a server of the API documented in 2020 has no tasks to label', async () => {
	const old = await openHarness({ generation: '2020', dummyProject: false });
	const { error } = await old.run('label', 'getAll', { taskId: 't' });
	await old.close();
	expect(error?.message).toBe('This DataGym server has no tasks');
});
