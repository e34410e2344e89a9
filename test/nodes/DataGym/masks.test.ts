/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import sharp from 'sharp';
import type { Task } from '../../emulator/store/model';
import { readGrayBmp } from '@datagym/labels/codecs/grayBmp';
import { byId, jsonOf, openHarness, outputOf, type Harness } from '../../support/datagym';
import { RequestGate } from '../../support/requestGate';

let harness: Harness;
let projectId: string;
let first: Task;

const STATES = ['COMPLETED', 'REVIEWED', 'SKIPPED', 'REVIEWED_SKIP', 'WAITING'] as const;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	const classes = [
		{ entryKey: 'sky', type: 'image_segmentation' },
		{ entryKey: 'big road', type: 'image_segmentation' },
		{ entryKey: 'car', type: 'rectangle' },
	];
	const { project, dataset } = harness.server.seed.project({ name: 'Fleet', datasetName: 'Cars', classes });
	projectId = project.id;
	const tasks = harness.server.seed.tasks(project, dataset!, {
		count: 5,
		state: (index) => STATES[index]!,
		name: (index) => `photo ${index}.jpg`,
		width: 30,
		height: 20,
	});
	first = tasks[0]!;
	const outline = [
		{ x: 0, y: 0 },
		{ x: 9, y: 0 },
		{ x: 9, y: 4 },
		{ x: 0, y: 4 },
	];
	await harness.run('label', 'create', {
		taskId: first.id,
		classKey: 'sky',
		geometry: JSON.stringify([outline]),
		options: { allowFinished: true },
	});
	await harness.run('task', 'complete', { taskId: first.id });
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

const downloadMasks = async (parameters = {}) =>
	await harness.run('export', 'downloadMasks', { projectId: byId(projectId), ...parameters });

describe('Export: Download Masks', () => {
	test("gives a PNG of the image's size for each class and finished image", async () => {
		const items = outputOf(await downloadMasks());
		expect(items.map(({ json }) => json.fileName)).toEqual(
			[0, 1, 2].flatMap((index) => [`photo ${index}.big road.png`, `photo ${index}.sky.png`]),
		);
		const sky = items.find(({ json }) => json.fileName === 'photo 0.sky.png')!;
		expect(sky.json).toMatchObject({
			taskId: first.id,
			imageId: first.medium.id,
			imageName: 'photo 0.jpg',
			status: 'completed',
			className: 'sky',
			width: 30,
			height: 20,
			empty: false,
		});
		const { data, info } = await sharp(await harness.engine.readBinary(sky))
			.toColorspace('b-w')
			.raw()
			.toBuffer({ resolveWithObject: true });
		expect([info.width, info.height]).toEqual([30, 20]);
		expect(data.filter((pixel) => pixel === 255)).toHaveLength(50);
		expect([data[0], data[4 * 30 + 9], data[5 * 30]]).toEqual([255, 255, 0]);
	});

	test("gives the server's own BMP, straight into n8n's store", async () => {
		const items = outputOf(await downloadMasks({ fileFormat: 'bmp', options: { classKeys: 'sky' } }));
		expect(items).toHaveLength(3);
		expect(items[0]?.binary?.data).toMatchObject({
			mimeType: 'image/bmp',
			fileName: 'photo 0.sky.bmp',
			id: expect.any(String),
		});
		expect(readGrayBmp(await harness.engine.readBinary(items[0]!))).toMatchObject({ width: 30, height: 20 });
	});

	test.each(['bmp', 'png'])('leaves out empty masks, if the user does not want them (%s)', async (fileFormat) => {
		expect(jsonOf(await downloadMasks({ fileFormat, options: { includeEmpty: false } }))).toMatchObject([
			{ imageName: 'photo 0.jpg', className: 'sky' },
		]);
	});

	test('filters by status', async () => {
		expect(
			new Set(jsonOf(await downloadMasks({ options: { status: ['REVIEWED'] } })).map(({ status }) => status)),
		).toEqual(new Set(['reviewed']));
	});

	test('downloads several at a time, and no more than the user allows', async () => {
		const gate = new RequestGate(harness.server, 3, ({ path }) => path.includes('/bitmap/'));
		jsonOf(await downloadMasks({ options: { network: { settings: { concurrency: 3 } } } }));
		expect(gate.most).toBe(3);
	});

	test('stops asking after the first error', async () => {
		const before = harness.server.count('GET /api/v1/export/bitmap/:taskId/:entryKey');
		harness.server.onRequest(({ path }) =>
			path.includes('/bitmap/') ? { status: 500, body: '{"key":"ex_system","params":[]}' } : undefined,
		);
		expect((await downloadMasks({ options: { network: { settings: { concurrency: 1 } } } })).error?.message).toContain(
			'failed without giving a reason',
		);
		expect(harness.server.count('GET /api/v1/export/bitmap/:taskId/:entryKey') - before).toBeLessThanOrEqual(1);
	});

	test('says that a class is no segmentation, or that there is none', async () => {
		expect((await downloadMasks({ options: { classKeys: 'car' } })).error).toMatchObject({
			message: 'The project has no segmentation class "car"',
			description: 'Correct "Class Keys". Use one of: big road, sky.',
		});
		const { project, dataset } = harness.server.seed.project({
			name: 'Boxes',
			datasetName: 'Boxes',
			classes: [{ entryKey: 'car', type: 'rectangle' }],
		});
		harness.server.seed.tasks(project, dataset!, { count: 1, state: 'COMPLETED' });
		expect((await downloadMasks({ projectId: byId(project.id) })).error?.message).toContain('no segmentation class');
	});

	test('gives nothing for a project without finished images', async () => {
		const { project } = harness.server.seed.project({ name: 'New' });
		expect(jsonOf(await downloadMasks({ projectId: byId(project.id) }))).toEqual([]);
	});

	test('says that a server of the API documented in 2020 does not list the tasks that this needs', async () => {
		const old = await openHarness({ generation: '2020', dummyProject: false });
		const { error } = await old.run('export', 'downloadMasks', { projectId: byId('p') });
		await old.close();
		expect(error?.message).toBe('This DataGym server has no tasks');
	});
});
