/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { byId, jsonOf, openHarness, outputOf, type Harness } from '../../support/datagym';

let harness: Harness;
let projectId: string;
let skyTask: string;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	const classes = [
		{
			entryKey: 'car',
			type: 'rectangle',
			children: [
				{ entryKey: 'color', type: 'select', options: { red: 'Red' } },
				{ entryKey: 'plate', type: 'polygon' },
			],
		},
		{ entryKey: 'sky', type: 'image_segmentation' },
		{ entryKey: 'weather', type: 'select', options: { sun: 'Sun' } },
	];
	const { project, dataset } = harness.server.seed.project({ name: 'Fleet', datasetName: 'Cars', classes });
	projectId = project.id;
	const states = ['COMPLETED', 'REVIEWED', 'SKIPPED', 'REVIEWED_SKIP', 'WAITING'] as const;
	const tasks = harness.server.seed.tasks(project, dataset!, {
		count: 5,
		state: (index) => states[index]!,
		labels: () => ({
			labels: {
				car: [
					{
						rectangle: [{ x: 10.7, y: 20, w: 30, h: 40 }],
						classifications: { color: ['red'] },
						nested_geometries: {
							plate: [
								{
									polygon: [
										{ x: 1, y: 1 },
										{ x: 5, y: 1 },
										{ x: 5, y: 5 },
									],
									classifications: {},
								},
							],
						},
					},
				],
			},
			global_classifications: { weather: ['sun'] },
		}),
	});
	skyTask = tasks[0]!.id;
});
afterAll(async () => await harness.close());

const getLabels = async (parameters = {}) =>
	await harness.run('export', 'getLabels', { projectId: byId(projectId), ...parameters });

describe('Export: Get Labels', () => {
	test('gives an item for each finished image, with its labels, and the classes if asked', async () => {
		const [plain] = jsonOf(await getLabels());
		expect(plain).not.toHaveProperty('classes');
		const items = jsonOf(await getLabels({ options: { includeClasses: true } }));
		expect(items.map(({ status }) => status).sort()).toEqual(['completed', 'reviewed', 'skipped']);
		expect(items[0]).toMatchObject({
			imageName: expect.stringMatching(/^image_/),
			labels: [
				{
					className: 'car',
					geometry: { type: 'rectangle', x: 10, y: 20, width: 30, height: 40 },
					classifications: { color: { values: ['red'] } },
					children: [
						{
							className: 'plate',
							geometry: {
								type: 'polygon',
								points: [
									{ x: 1, y: 1 },
									{ x: 5, y: 1 },
									{ x: 5, y: 5 },
								],
							},
						},
					],
				},
			],
			classifications: { weather: { values: ['sun'] } },
			classes: expect.arrayContaining([{ className: 'car', type: 'rectangle', number: 0 }]),
		});
	});

	test('filters by status and stops at the limit', async () => {
		expect(jsonOf(await getLabels({ options: { status: ['reviewed'] } })).map(({ status }) => status)).toEqual([
			'reviewed',
		]);
		expect(jsonOf(await getLabels({ returnAll: false, limit: 2 }))).toHaveLength(2);
	});

	test("gives DataGym's own JSON when it shall not simplify", async () => {
		const [raw] = jsonOf(await getLabels({ simplify: false, options: { includeClasses: false } }));
		expect(raw).toMatchObject({
			imageName: expect.any(String),
			internal_media_ID: raw?.imageId,
			labels: { car: [{ rectangle: [{ x: 10 }] }] },
		});
		expect(raw).not.toHaveProperty('classes');
	});

	test('gives no items for a project without finished tasks', async () => {
		const { project } = harness.server.seed.project({ name: 'New' });
		expect(jsonOf(await harness.run('export', 'getLabels', { projectId: byId(project.id) }))).toEqual([]);
	});

	test('leads links of bitmaps to the server of the credential, whatever host the export names', async () => {
		const elements = [
			{ label_classes: [{ class_name: 'big sky', classification_type: 'image_segmentation' }] },
			{
				internal_media_ID: 'm1',
				external_media_ID: 'a.jpg',
				status: 'completed',
				segmentations: ['https://evil.example/api/v1/export/bitmap/t1/big+sky'],
				global_classifications: {},
				labels: {},
			},
		];
		harness.server.onRequest(({ path }) =>
			path.includes('/export/') ? { status: 200, body: JSON.stringify(elements) } : undefined,
		);
		const run = await getLabels();
		harness.server.onRequest(undefined);
		expect(jsonOf(run)).toMatchObject([
			{
				taskId: 't1',
				bitmaps: [{ className: 'big sky', url: `${harness.server.url}/api/v1/export/bitmap/t1/big%20sky` }],
			},
		]);
		expect(run.text).not.toContain('evil.example');
	});
});

describe('Export: Download Bitmap', () => {
	test("gives a BMP of the image's size", async () => {
		const [item] = outputOf(await harness.run('export', 'downloadBitmap', { taskId: skyTask, classKey: 'sky' }));
		const bytes = await harness.engine.readBinary(item!);
		expect(bytes.subarray(0, 2).toString()).toBe('BM');
		expect([bytes.readInt32LE(18), Math.abs(bytes.readInt32LE(22))]).toEqual([640, 480]);
		expect(item?.binary?.data).toMatchObject({ mimeType: 'image/bmp', fileName: `${skyTask}_sky.bmp` });
	});

	test('says that there is no such class', async () => {
		const run = await harness.run('export', 'downloadBitmap', { taskId: skyTask, classKey: 'moon' });
		expect(run.error?.message).toBe('The project has no segmentation class "moon"');
		expect(run.error?.description).toMatch(/^Correct "Class Key"\. Use one of: /);
	});

	test('says that the task is not finished', async () => {
		const waiting = [...harness.server.store.tasks.values()].find(({ state }) => state === 'WAITING');
		const run = await harness.run('export', 'downloadBitmap', { taskId: waiting!.id, classKey: 'sky' });
		expect(run.error?.message).toBe('The task is not finished');
	});
});
