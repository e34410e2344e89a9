/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { IDataObject, INode } from 'n8n-workflow';
import sharp from 'sharp';
import { compressRunLengths } from '@datagym/labels/geometry/mask';
import type { Mask } from '@datagym/labels/geometry/maskPolygons';
import type { Region } from '@datagym/labels/model';
import type { LabelValue, Task, TaskState } from '../../emulator/store/model';
import { TOKEN_USER, UI_USER } from '../../emulator/store/store';
import { createValue, updateValue, valuesOf } from '../../emulator/store/values';
import { drawn, painted, sharedPixels } from '../../labels/geometry/pictures';
import { byId, jsonOf, openHarness, outputOf, requestsDuring, type Harness } from '../../support/datagym';

/**
 * Masks for classes of segmentations, which the import of the server stores empty (docs/contract.md#import-geometries): they are
 * there afterward all the same, and *Existing Labels* means for them what it means for others (docs/predictions.md).
 */

const [WIDTH, HEIGHT] = [200, 160];

/** In columns, as COCO counts. */
function runLengths({ width, height, pixels }: Mask): IDataObject {
	const counts = [0];
	for (let at = 0, isOn = 0; at < width * height; at++) {
		const pixel = pixels[(at % height) * width + Math.floor(at / height)] ?? 0;
		if (pixel !== isOn) counts.push(0);
		isOn = pixel;
		counts[counts.length - 1]! += 1;
	}
	return { size: [height, width], counts: compressRunLengths(counts) };
}

const mask = (isIn: (x: number, y: number) => boolean) => drawn(WIDTH, HEIGHT, isIn);
const RING = mask((x, y) => Math.hypot(x - 80, y - 80) < 70 && Math.hypot(x - 80, y - 80) > 20);
const TWO_PARTS = mask((x, y) => y > 20 && y < 140 && ((x > 10 && x < 60) || (x > 90 && x < 190)));

const CATEGORIES = ['sky', 'car'].map((name, index) => ({ id: index + 1, name }));

function coco(annotations: readonly IDataObject[]): IDataObject {
	return {
		format: 'coco',
		predictions: JSON.stringify({
			images: [{ id: 1, file_name: 'a.jpg', width: WIDTH, height: HEIGHT }],
			categories: CATEGORIES,
			annotations: annotations.map((annotation) => ({ image_id: 1, ...annotation })),
		}),
	};
}

const masks = (...all: readonly Mask[]) =>
	all.map((each) => ({ category_id: 1, segmentation: runLengths(each) }) as IDataObject);
const BOX: IDataObject = { category_id: 2, bbox: [10, 20, 30, 40] };

describe.each([
	['a server with tokens', { generation: 'current' }, {}, TOKEN_USER],
	['the open core', { generation: 'open-core' }, { authentication: 'none', token: '' }, UI_USER],
] as const)('Prediction: Import of segmentations on %s', (_, options, credential, us) => {
	let harness: Harness;
	beforeAll(async () => {
		harness = await openHarness({ dummyProject: false, ...options }, credential);
	});
	afterEach(() => harness.server.onRequest(undefined));
	afterAll(async () => await harness.close());

	let projects = 0;
	function newTask(state: TaskState = 'BACKLOG'): Task {
		const { seed } = harness.server;
		const name = `Segmentations ${++projects}`;
		const { project, dataset } = seed.project({
			name,
			datasetName: name,
			classes: [
				{
					entryKey: 'sky',
					type: 'image_segmentation',
					children: [
						{ entryKey: 'kind', type: 'select', options: { clear: 'Clear', cloudy: 'Cloudy' } },
						{ entryKey: 'sun', type: 'point' },
					],
				},
				{ entryKey: 'car', type: 'rectangle', children: [{ entryKey: 'dent', type: 'image_segmentation' }] },
			],
		});
		const size = { width: WIDTH, height: HEIGHT };
		return seed.tasks(project, dataset!, { count: 1, name: () => 'a.jpg', state, ...size })[0]!;
	}

	async function run(task: Task, parameters: IDataObject, settings: Partial<INode> = {}, signal?: AbortSignal) {
		const all = { projectId: byId(task.project.id), imageReference: 'a.jpg', ...parameters };
		return await harness.run('prediction', 'import', all as never, { settings, ...(signal && { signal }) });
	}
	const outputFor = async (task: Task, parameters: IDataObject) => jsonOf(await run(task, parameters))[0];

	const drawnIn = (task: Task) =>
		valuesOf(task).flatMap((value) =>
			value.content.type === 'IMAGE_SEGMENTATION'
				? [{ value, rings: value.content.rings.map(({ points }) => points) }]
				: [],
		);
	const boxesIn = (task: Task) => valuesOf(task).filter(({ content }) => content.type === 'RECTANGLE');
	const skyOf = (task: Task) => task.project.configuration.roots.find(({ key }) => key === 'sky')!;

	/** What a person does, who changes a label in DataGym, which sends its comment along. */
	function touch(value: LabelValue, content = value.content): void {
		const { comment, parent } = value;
		updateValue(harness.server.store, value, { content, comment, parent, labeler: UI_USER, valid: true });
	}

	test('stores the pixels of the mask, with its hole, which both Label: Get Many and the bitmap give back', async () => {
		const task = newTask();
		expect(await outputFor(task, coco(masks(RING)))).toMatchObject({ status: 'imported', labelCount: 1 });
		const [label] = jsonOf(await harness.run('label', 'getAll', { taskId: task.id }));
		const { geometry } = label as { geometry: { regions: readonly Region[] } };
		expect(sharedPixels(painted(geometry.regions, RING), RING)).toBeGreaterThan(0.99);
		expect(drawnIn(task).map(({ rings }) => rings.length)).toEqual([2]);
		jsonOf(await harness.run('task', 'complete', { taskId: task.id }));
		const where = { projectId: byId(task.project.id), options: { classKeys: 'sky' } };
		const [item] = outputOf(await harness.run('export', 'downloadMasks', where));
		const { data } = await sharp(await harness.engine.readBinary(item!))
			.toColorspace('b-w')
			.raw()
			.toBuffer({ resolveWithObject: true });
		const stored = { width: WIDTH, height: HEIGHT, pixels: new Uint8Array(data.map((pixel) => (pixel > 0 ? 1 : 0))) };
		// The server counts the edges of outlines as area, which is half a pixel around.
		expect(sharedPixels(stored, RING)).toBeGreaterThan(0.96);
	});

	test('makes each part a label, beside boxes, and counts that', async () => {
		const task = newTask();
		const output = await outputFor(task, coco([...masks(TWO_PARTS), BOX]));
		expect(output).toMatchObject({ labelCount: 3, conversionReport: [{ reason: 'several-labels', count: 1 }] });
		expect([drawnIn(task).length, boxesIn(task).length]).toEqual([2, 1]);
	});

	test('takes an outline that is a polygon, and answers about it', async () => {
		const task = newTask();
		const points = [
			{ x: 1, y: 2 },
			{ x: 50, y: 2 },
			{ x: 50, y: 60.25 },
		];
		const labels = { sky: [{ image_segmentation: [points], classifications: { kind: ['cloudy'] } }] };
		const nested = { ...labels.sky[0], nested_geometries: { sun: [{ point: [{ x: 7, y: 8 }] }] } };
		const predictions = JSON.stringify([{ external_media_ID: 'a.jpg', labels: { sky: [nested] } }]);
		for (const removedLabels of [0, 2])
			expect(await outputFor(task, { format: 'dataGym', predictions })).toMatchObject({ removedLabels });
		const { value, rings } = drawnIn(task)[0]!;
		expect(rings).toMatchObject([points]);
		expect(value.children.map(({ content }) => content)).toMatchObject([
			{ type: 'SELECT', selectKey: 'cloudy' },
			{ type: 'POINT', x: 7, y: 8 },
		]);
		const polygon = { category_id: 1, segmentation: [[1, 2, 50, 2, 50, 60.25]] };
		const other = newTask();
		await outputFor(other, coco([polygon]));
		expect(drawnIn(other)[0]!.rings[0]).toMatchObject(points);
	});

	test('replaces its own of earlier imports, and nothing else', async () => {
		const task = newTask();
		const person = createValue(harness.server.store, task, skyOf(task), null, UI_USER);
		touch(person, { type: 'IMAGE_SEGMENTATION', rings: [] });
		await outputFor(task, coco(masks(RING, TWO_PARTS)));
		expect(drawnIn(task).length).toBe(4);
		expect(await outputFor(task, coco(masks(RING)))).toMatchObject({ removedLabels: 3, keptLabels: 1 });
		expect(drawnIn(task).length).toBe(2);
		expect(await outputFor(task, coco([]))).toMatchObject({ removedLabels: 1, keptLabels: 1 });
		expect(drawnIn(task).map(({ value }) => value.id)).toEqual([person.id]);
	});

	test('keeps those that people have changed, answered, drawn in or commented on', async () => {
		const changes: ReadonlyArray<(value: LabelValue, task: Task) => void> = [
			(value) => {
				if (value.content.type !== 'IMAGE_SEGMENTATION') throw new Error('no segmentation');
				const [outline, ...holes] = value.content.rings as [(typeof value.content.rings)[number]];
				touch(value, { ...value.content, rings: [{ ...outline, points: outline.points.slice(1) }, ...holes] });
			},
			(value) => {
				const answer = value.children.find(({ entry }) => entry.key === 'kind')!;
				touch(answer, { type: 'SELECT', selectKey: 'clear' });
			},
			(value, task) => {
				const sun = value.entry.children.find(({ key }) => key === 'sun')!;
				touch(createValue(harness.server.store, task, sun, value, UI_USER), { type: 'POINT', x: 1, y: 2 });
			},
			(value) => {
				value.comment = 'Checked';
				touch(value);
			},
		];
		for (const change of changes) {
			const task = newTask();
			await outputFor(task, coco(masks(RING)));
			change(drawnIn(task)[0]!.value, task);
			expect(await outputFor(task, coco(masks(TWO_PARTS)))).toMatchObject({ removedLabels: 0 });
			expect(drawnIn(task).length).toBe(3);
		}
	});

	test('adds them once more, or replaces everything, as the user asks', async () => {
		const task = newTask();
		for (const times of [1, 2]) {
			await outputFor(task, { ...coco(masks(RING)), existingLabels: 'add' });
			expect(drawnIn(task).length).toBe(times);
		}
		touch(createValue(harness.server.store, task, skyOf(task), null, UI_USER));
		await outputFor(task, { ...coco(masks(RING)), existingLabels: 'replaceAll' });
		expect(drawnIn(task).length).toBe(1);
	});

	test.each([true, false])('makes a label once if the answer is lost (done: %s)', async (isDone) => {
		const task = newTask();
		let times = 0;
		harness.server.onRequest(({ method, path }) => {
			if (method !== 'POST' || !path.endsWith(skyOf(task).id) || times++ !== 1) return undefined;
			if (isDone) createValue(harness.server.store, task, skyOf(task), null, us);
			return { destroy: true };
		});
		expect(await outputFor(task, coco(masks(RING, TWO_PARTS)))).toMatchObject({ labelCount: 3 });
		expect(times).toBe(isDone ? 3 : 4);
		expect(drawnIn(task).map(({ rings }) => rings.length)).toEqual([2, 1, 1]);
	});

	test('says how many are imported if it breaks off, leaves no empty label, and repairs it the next time', async () => {
		const task = newTask();
		let times = 0;
		harness.server.onRequest(({ method, path }) => {
			const isSecond = method === 'PUT' && path.toLowerCase().includes('/lcvalue') && times++ === 1;
			return isSecond ? { status: 403, body: '{"key":"ex_forbidden","params":[],"code":403}' } : undefined;
		});
		const predictions = coco([...masks(RING, TWO_PARTS), BOX]);
		const { error } = await run(task, predictions);
		expect(error).toMatchObject({
			message: expect.stringContaining('Only 2 of 4 labels of the image "a.jpg" were imported'),
			description: expect.stringContaining('"Replace Earlier Imports"'),
		});
		expect(drawnIn(task).map(({ rings }) => rings.length)).toEqual([2]);
		harness.server.onRequest(undefined);
		await outputFor(task, predictions);
		expect(drawnIn(task).map(({ rings }) => rings.length)).toEqual([2, 1, 1]);
	});

	test('draws nothing into a task that people have taken meanwhile, unless that is allowed', async () => {
		for (const allowFinished of [false, true]) {
			const task = newTask('WAITING');
			harness.server.onRequest(({ path }) => {
				if (path.endsWith('/prediction')) harness.server.seed.move(task, 'IN_PROGRESS');
			});
			const { error } = await run(task, { ...coco([...masks(RING), BOX]), options: { allowFinished } });
			expect(drawnIn(task).length).toBe(allowFinished ? 1 : 0);
			if (!allowFinished)
				expect(error?.message).toBe(
					'Only 1 of 2 labels of the image "a.jpg" were imported: people have taken its task meanwhile',
				);
		}
	});

	test.each<TaskState>(['COMPLETED', 'REVIEWED', 'SKIPPED', 'WAITING_CHANGED'])(
		'does not move a task in %s',
		async (state) => {
			const task = newTask(state);
			await outputFor(task, { ...coco(masks(RING)), options: { allowFinished: true } });
			expect([task.state, drawnIn(task).length]).toEqual([state, 1]);
		},
	);

	test('finishes the label at hand when the execution is canceled, and begins no other', async () => {
		const task = newTask();
		const cancel = new AbortController();
		harness.server.onRequest(({ method, path }) => {
			if (method === 'POST' && path.endsWith(skyOf(task).id)) cancel.abort();
		});
		expect((await run(task, coco(masks(RING, RING)), {}, cancel.signal)).status).toBe('canceled');
		for (let wait = 0; wait < 100 && drawnIn(task)[0]?.rings.length !== 2; wait++)
			await new Promise((resolve) => setTimeout(resolve, 20));
		expect(drawnIn(task).map(({ rings }) => rings.length)).toEqual([2]);
	});

	test('asks for nothing more where there are none, and for nothing at all in a dry run', async () => {
		const task = newTask();
		const changes = async (parameters: IDataObject) =>
			(await requestsDuring(harness, async () => await outputFor(task, parameters))).filter(
				({ method, path }) => method !== 'GET' && !path.endsWith('/prediction'),
			);
		expect(await changes(coco([BOX]))).toEqual([]);
		expect(await changes({ ...coco(masks(RING)), options: { dryRun: true } })).toEqual([]);
	});

	test('refuses segmentations in other labels, which the server makes itself', async () => {
		const dent = {
			image_segmentation: [
				[
					{ x: 1, y: 2 },
					{ x: 5, y: 2 },
					{ x: 5, y: 6 },
				],
			],
		};
		const car = { rectangle: [{ x: 1, y: 2, w: 30, h: 40 }], nested_geometries: { dent: [dent] } };
		const predictions = JSON.stringify([{ external_media_ID: 'a.jpg', labels: { car: [car] } }]);
		const { error } = await run(newTask(), { format: 'dataGym', predictions });
		expect(error?.message).toContain('labels.car[0].nested_geometries.dent[0].image_segmentation');
	});
});

test('a server of 2020, which has no single labels, refuses segmentations with the way out', async () => {
	const harness = await openHarness({ generation: '2020', dummyProject: false });
	const classes = [{ entryKey: 'sky', type: 'image_segmentation' as const }];
	const { project, dataset } = harness.server.seed.project({ name: 'Old', datasetName: 'Old', classes });
	const [task] = harness.server.seed.tasks(project, dataset!, { count: 1 });
	const predictions = JSON.stringify([
		{ internal_media_ID: task!.medium.id, labels: { sky: [{ image_segmentation: [[{ x: 1, y: 2 }]] }] } },
	]);
	const parameters = { projectId: byId(project.id), format: 'dataGym', predictions };
	const { error } = await harness.run('prediction', 'import', parameters as never);
	expect(error?.message).toContain('DataGym stores imported segmentations empty');
	expect(error?.message).toContain('Import a polygon instead');
	await harness.close();
});
