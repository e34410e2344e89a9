/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { IDataObject } from 'n8n-workflow';
import { byId, jsonOf, openHarness, outputOf, requestsTo, type Harness } from '../../support/datagym';
import { jpeg } from '../../support/images';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterAll(async () => {
	await harness.close();
});
afterEach(() => harness.server.onRequest(undefined));

let projects = 0;
function newProject(count: number, state: 'BACKLOG' | 'COMPLETED' = 'BACKLOG') {
	const classes = [
		{
			entryKey: 'car',
			type: 'rectangle',
			children: [{ entryKey: 'color', type: 'select', required: true, options: { red: 'Red', blue: 'Blue' } }],
		},
		{ entryKey: 'road', type: 'polygon' },
		{ entryKey: 'weather', type: 'select', options: { sun: 'Sun' } },
	];
	const { project, dataset } = harness.server.seed.project({
		name: `Project ${++projects}`,
		datasetName: `Dataset ${projects}`,
		classes,
	});
	const tasks = harness.server.seed.tasks(project, dataset!, { count, state });
	return {
		projectId: project.id,
		images: tasks.map((task) => ({ imageId: task.medium.id, imageName: task.medium.name, taskId: task.id })),
	};
}

const box = (x = 10): IDataObject => ({ rectangle: [{ x, y: 20, w: 30, h: 40 }], classifications: { color: ['red'] } });
const labels = (imageId: string, ...cars: IDataObject[]): IDataObject => ({
	internal_media_ID: imageId,
	labels: { car: cars },
});

const importLabels = async (projectId: string, predictions: IDataObject[], parameters = {}, settings = {}) =>
	await harness.run(
		'prediction',
		'import',
		{ projectId: byId(projectId), ...parameters },
		{ items: predictions.map((json) => ({ json })), settings },
	);

/** Left edges of the boxes that the server has of an image. */
async function boxesOf(taskId: string): Promise<number[]> {
	const response = await fetch(`${harness.server.url}/api/v1/task/${taskId}`, {
		headers: { Authorization: `Token ${harness.server.token}` },
	});
	const task = (await response.json()) as { labelIteration: { entryValues: Array<{ point?: { x: number } }> } };
	return task.labelIteration.entryValues.flatMap(({ point }) => (point ? [point.x] : [])).sort((a, b) => a - b);
}

describe('Prediction: Import', () => {
	test('imports the labels of many items in batches, and says so on each item', async () => {
		const { projectId, images } = newProject(5);
		const before = requestsTo(harness, 'POST', '/prediction');
		const run = await importLabels(
			projectId,
			images.map(({ imageId }) => labels(imageId, box(), box(50.5))),
			{ options: { batchSize: 2 } },
		);
		expect(outputOf(run)).toMatchObject(
			images.map((image, item) => ({
				json: { ...image, status: 'imported', labelCount: 2, existingLabels: 'replaced' },
				pairedItem: { item },
			})),
		);
		expect(requestsTo(harness, 'POST', '/prediction') - before).toBe(3);
		expect(await boxesOf(images[4]!.taskId)).toEqual([10, 50.5]);
	});

	test('gives the same labels when it runs again', async () => {
		const { projectId, images } = newProject(1);
		for (let times = 0; times < 2; times++) await importLabels(projectId, [labels(images[0]!.imageId, box())]);
		expect(await boxesOf(images[0]!.taskId)).toEqual([10]);
	});

	test('adds to the existing labels, if the user wants that', async () => {
		const { projectId, images } = newProject(1);
		for (const x of [10, 60])
			await importLabels(projectId, [labels(images[0]!.imageId, box(x))], { existingLabels: 'add' });
		expect(await boxesOf(images[0]!.taskId)).toEqual([10, 60]);
	});

	test('joins the labels that several items have for one image', async () => {
		const { projectId, images } = newProject(1);
		const { imageId, taskId } = images[0]!;
		expect(jsonOf(await importLabels(projectId, [labels(imageId, box(10)), labels(imageId, box(60))]))).toHaveLength(2);
		expect(await boxesOf(taskId)).toEqual([10, 60]);
	});

	test('finds an image by its file name', async () => {
		const { projectId, images } = newProject(2);
		const [out] = jsonOf(
			await importLabels(projectId, [{ external_media_ID: images[1]!.imageName, labels: { car: [box()] } }]),
		);
		expect(out).toMatchObject(images[1]!);
	});

	test('takes an array of several images in one item', async () => {
		const { projectId, images } = newProject(2);
		const predictions = JSON.stringify(images.map(({ imageId }) => labels(imageId, box())));
		const run = await harness.run('prediction', 'import', { projectId: byId(projectId), predictions });
		expect(outputOf(run).map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }]);
	});

	describe('refuses, before anything is sent,', () => {
		const refused = async (
			prediction: (imageId: string) => IDataObject,
			parameters = {},
			state: 'BACKLOG' | 'COMPLETED' = 'BACKLOG',
		) => {
			const { projectId, images } = newProject(2, state);
			const before = requestsTo(harness, 'POST', '/prediction');
			const run = await importLabels(
				projectId,
				[labels(images[0]!.imageId, box()), prediction(images[1]!.imageId)],
				parameters,
			);
			expect(requestsTo(harness, 'POST', '/prediction')).toBe(before);
			return run.error;
		};

		test.each<[string, IDataObject, string]>([
			['an unknown class', { labels: { bike: [box()] } }, 'no class "bike"'],
			[
				'a geometry that the class has not',
				{ labels: { road: [{ rectangle: [{ x: 1, y: 1, w: 2, h: 2 }] }] } },
				'is a polygon, but the label is a rectangle',
			],
			['an unknown option', { labels: { car: [{ ...box(), classifications: { color: ['pink'] } }] } }, 'pink'],
			['a negative coordinate', { labels: { car: [box(-1)] } }, '-1'],
			[
				'a polygon of two points',
				{
					labels: {
						road: [
							{
								polygon: [
									{ x: 1, y: 1 },
									{ x: 2, y: 2 },
								],
							},
						],
					},
				},
				'labels.road[0].polygon',
			],
		])('%s', async (_, prediction, reason) => {
			const error = await refused((imageId) => ({ internal_media_ID: imageId, ...prediction }));
			expect(error?.message).toContain(reason);
			expect(error).toMatchObject({ itemIndex: 1 });
		});

		test('a prediction that names no image, which the server would skip with success', async () => {
			expect((await refused(() => ({ labels: { car: [box()] } })))?.message).toBe(
				'Prediction 1 does not name an image',
			);
		});

		test('an image without a task in the project', async () => {
			expect((await refused(() => labels('11111111-1111-4111-8111-111111111111', box())))?.message).toContain(
				'has no task in this project',
			);
		});

		test('a finished task, unless that is allowed', async () => {
			expect((await refused((imageId) => labels(imageId, box()), {}, 'COMPLETED'))?.message).toContain(
				'is finished, so its labels were not changed',
			);
			const { projectId, images } = newProject(1, 'COMPLETED');
			expect(
				jsonOf(
					await importLabels(projectId, [labels(images[0]!.imageId, box())], { options: { allowFinished: true } }),
				),
			).toMatchObject([{ status: 'imported' }]);
		});
	});

	test('warns of a label outside of the image when the prediction carries the size', async () => {
		const { projectId, images } = newProject(1);
		const [out] = jsonOf(
			await importLabels(projectId, [{ ...labels(images[0]!.imageId, box(630)), width: 640, height: 480 }]),
		);
		expect(out?.warnings).toEqual([expect.stringContaining('outside the image')]);
	});

	test("knows the size from the item's image file, or asks the server for it", async () => {
		const { projectId, images } = newProject(2);
		const [first, second] = images;
		const bytes = await jpeg({ width: 100, height: 100 });
		const binary = { data: await harness.engine.storeBinary({ bytes, fileName: 'a.jpg', mimeType: 'image/jpeg' }) };
		const run = await harness.run(
			'prediction',
			'import',
			{ projectId: byId(projectId), options: { imageSizes: 'server' } },
			{ items: [{ json: labels(first!.imageId, box(90)), binary }, { json: labels(second!.imageId, box(639)) }] },
		);
		expect(jsonOf(run).map(({ warnings }) => String(warnings))).toEqual([
			expect.stringContaining('100 × 100'),
			expect.stringContaining('640 × 480'),
		]);
	});

	test('with "continue on fail", imports the good items and marks the bad ones', async () => {
		const { projectId, images } = newProject(3);
		const predictions = images.map(({ imageId }, index) =>
			index === 1 ? { internal_media_ID: imageId, labels: { bike: [box()] } } : labels(imageId, box()),
		);
		const run = await importLabels(projectId, predictions, {}, { onError: 'continueRegularOutput' });
		expect(jsonOf(run)).toMatchObject([
			{ status: 'imported' },
			{ error: expect.stringContaining('bike') },
			{ status: 'imported' },
		]);
	});

	test('narrows a refused batch down to the image at fault', async () => {
		const { projectId, images } = newProject(8);
		const predictions = images.map(({ imageId }, index) =>
			index === 5 ? { internal_media_ID: imageId, labels: { bike: [box()] } } : labels(imageId, box()),
		);
		const run = await importLabels(
			projectId,
			predictions,
			{ options: { checkConfiguration: false } },
			{ onError: 'continueRegularOutput' },
		);
		const outputs = jsonOf(run);
		expect(outputs[5]).toMatchObject({ error: 'The label configuration has no class or classification "bike"' });
		expect(outputs.filter(({ status }) => status === 'imported')).toHaveLength(7);
		for (const index of [0, 4, 6, 7]) expect(await boxesOf(images[index]!.taskId)).toEqual([10]);
	});

	test('does not take "200 with error messages" for success', async () => {
		const { projectId, images } = newProject(1);
		harness.server.onRequest(({ path }) =>
			path.endsWith('/prediction') ? { status: 200, body: '{"errorMessages":"Schema validation failed"}' } : undefined,
		);
		const run = await importLabels(projectId, [labels(images[0]!.imageId, box())]);
		expect(run.error?.message).toBe('DataGym could not read the request: Schema validation failed');
	});

	test('says what is wrong with the JSON', async () => {
		const { projectId } = newProject(1);
		const run = await harness.run('prediction', 'import', { projectId: byId(projectId), predictions: '{"labels": }' });
		expect(run.error?.message).toBe('"Predictions" is not valid JSON');
	});
});
