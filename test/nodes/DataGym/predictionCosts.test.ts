/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { IDataObject } from 'n8n-workflow';
import type { SeenRequest } from '../../emulator/http/observation';
import type { TaskState } from '../../emulator/store/model';
import { byId, jsonOf, requestsDuring } from '../../support/datagym';
import { png } from '../../support/images';
import { chain, manualTrigger, node } from '../../support/workflow';
import { type Item, PredictionHarness } from './predictionHarness';

/**
 * What an import may ask the server for: what its own request needs to know, and no more. The contract gives no task by its image
 * (docs/contract.md#task-list), so a state is one list; no label configuration but in the details of a task (#upload-a-configuration); and
 * none of it in one request.
 */

let harness: PredictionHarness;

beforeAll(async () => {
	harness = await PredictionHarness.open();
	// Which generation the server is of is asked once a process.
	const { projectId, images } = harness.newProject('first.jpg');
	await importInto(projectId, [images[0]!]);
});
afterEach(() => harness.datagym.server.onRequest(undefined));
afterAll(async () => await harness.close());

const BOX = [{ label: 'car', score: 0.9, box: { xmin: 10, ymin: 20, xmax: 40, ymax: 60 } }];
const IMPORTED = 'car 10 20 30 40';

const nameOf = (index: number) => `frame_${String(index).padStart(6, '0')}.jpg`;
const namesOf = (count: number) => Array.from({ length: count }, (_, index) => nameOf(index));

async function importInto(
	projectId: string,
	items: readonly IDataObject[],
	parameters: IDataObject = {},
	settings: IDataObject = {},
) {
	const withAnswers: Item[] = items.map((item) => ({ json: { ...item, answer: BOX } }));
	const fields = { predictions: '={{ $json.answer }}', ...parameters };
	return await harness.import(projectId, 'huggingFace', fields, withAnswers, settings);
}

/** Lists of tasks with the state that is asked for, other requests with their path below the project or task. */
function described({ method, path, query }: SeenRequest): string {
	if (path.endsWith('/list'))
		return `${query.has('search') ? 'search' : query.has('limit') ? 'first' : 'list'} ${query.get('state')}`;
	if (path.endsWith('/prediction')) return 'import';
	return /\/task\/[^/]+$/.test(path) ? 'task' : `${method} ${path}`;
}

async function costOf(work: () => Promise<unknown>): Promise<string[]> {
	return (await requestsDuring(harness.datagym, work)).map(described);
}

/** The bytes of all responses to reading requests, asked for once more. */
async function bytesOf(work: () => Promise<unknown>): Promise<number> {
	const { url, token } = harness.datagym.server;
	const requests = await requestsDuring(harness.datagym, work);
	let bytes = 0;
	for (const { method, path, query } of requests) {
		if (method !== 'GET') continue;
		const response = await fetch(`${new URL(url).origin}${path}?${query}`, {
			headers: { Authorization: `Token ${token}` },
		});
		bytes += (await response.arrayBuffer()).byteLength;
	}
	return bytes;
}

const ALL_STATES = [
	'BACKLOG',
	'COMPLETED',
	'IN_PROGRESS',
	'REVIEWED',
	'REVIEWED_SKIP',
	'SKIPPED',
	'WAITING',
	'WAITING_CHANGED',
];

describe('One image of a project of 100,000', () => {
	let project: ReturnType<PredictionHarness['newProject']>;

	beforeAll(() => {
		project = harness.newProject(...namesOf(100_000));
	});

	test('takes a search where nobody has begun its task, and the label configuration', async () => {
		const image = project.images[4711]!;
		const cost = await costOf(async () => {
			expect(jsonOf(await importInto(project.projectId, [image]))).toMatchObject([{ status: 'imported' }]);
		});
		// The two states; the first task of each state in which reading a task does less harm, of which there is none, before one in
		// the backlog; its details; and the import.
		expect([...cost].sort()).toEqual(
			[
				'search BACKLOG',
				'search WAITING',
				...ALL_STATES.filter((state) => state !== 'BACKLOG').map((state) => `first ${state}`),
				'task',
				'import',
			].sort(),
		);
		expect(await harness.storedLabels(image.taskId)).toEqual([IMPORTED]);
	});

	test('takes some kilobytes, once more, by its name only, and when everything is replaced', async () => {
		const image = project.images[815]!;
		const { imageName } = image;
		const ways: Array<() => Promise<unknown>> = [
			async () => jsonOf(await importInto(project.projectId, [image])),
			async () => jsonOf(await importInto(project.projectId, [image])),
			async () => jsonOf(await importInto(project.projectId, [{ imageName }])),
			async () => jsonOf(await importInto(project.projectId, [{}], { imageReference: imageName })),
			// As the files of labels are called.
			async () => jsonOf(await importInto(project.projectId, [{ fileName: imageName.replace('.jpg', '.txt') }])),
			async () => jsonOf(await importInto(project.projectId, [image], { existingLabels: 'replaceAll' })),
		];
		// All tasks are 41 MB. A task's details have the label configuration and its labels.
		for (const way of ways) expect(await bytesOf(way)).toBeLessThan(20_000);
		expect(await harness.storedLabels(image.taskId)).toEqual([IMPORTED]);
	});

	test('takes no more where the file that was uploaded as it comes along', async () => {
		const image = project.images[42]!;
		const { engine, credential } = harness.datagym;
		const file = { json: {}, binary: await harness.file(await png({ width: 640, height: 480 }), image.imageName) };
		// The file, then what the upload said of it, then what the model said of that.
		const set = (name: string, value: object) =>
			node(
				name,
				'n8n-nodes-base.set',
				{ mode: 'raw', jsonOutput: JSON.stringify(value), options: {} },
				{ typeVersion: 3.4 },
			);
		const uploaded = set('Uploaded', { imageId: image.imageId, imageName: image.imageName });
		const last = node('DataGym', 'n8n-nodes-datagym.dataGym', {
			resource: 'prediction',
			operation: 'import',
			projectId: byId(project.projectId),
			format: 'huggingFace',
			predictions: '={{ $json.answer }}',
		});
		const workflow = chain(manualTrigger, uploaded, set('Model', { answer: BOX }), last);
		const cost = await costOf(async () => {
			const run = await engine.runWorkflow(workflow, { credentials: [credential], input: [file] });
			expect(jsonOf(run)).toMatchObject([{ status: 'imported', imageId: image.imageId }]);
		});
		expect(cost.filter((each) => each.startsWith('search') || each.startsWith('list')).sort()).toEqual([
			'search BACKLOG',
			'search WAITING',
		]);
	});

	test('is refused if people have begun or finished its task, or somebody takes it meanwhile', async () => {
		const { seed, store } = harness.datagym.server;
		const image = project.images[90_000]!;
		const task = store.tasks.get(image.taskId)!;
		for (const state of [
			'IN_PROGRESS',
			'WAITING_CHANGED',
			'COMPLETED',
			'REVIEWED',
			'SKIPPED',
			'REVIEWED_SKIP',
		] as const) {
			seed.move(task, state);
			expect((await importInto(project.projectId, [image])).error?.message).toMatch(/so its labels were not changed/);
		}
		seed.move(task, 'WAITING');
		for (const state of ['IN_PROGRESS', 'COMPLETED'] as const) {
			const wish = { existingLabels: 'replaceAll' };
			let searches = 0;
			harness.datagym.server.onRequest(({ query, path }) => {
				// The second look is the one right before the import.
				if (path.endsWith('/list') && query.get('state') === 'WAITING' && query.has('search') && ++searches === 2)
					seed.move(task, state);
			});
			expect((await importInto(project.projectId, [image], wish)).error?.message).toMatch(
				/so its labels were not changed/,
			);
			harness.datagym.server.onRequest(undefined);
			seed.move(task, 'WAITING');
		}
		expect(await harness.storedLabels(image.taskId)).toEqual([]);
	});
});

test('an image is found by its ID also under another name, and by a name that nobody can search for', async () => {
	const project = harness.newProject(...namesOf(300));
	const { imageId, taskId } = project.images[3]!;
	for (const imageName of [nameOf(9), 'frame_000003.png', '000003.jpg', 'a.jpg'])
		expect(jsonOf(await importInto(project.projectId, [{ imageId, imageName }]))).toMatchObject([{ taskId }]);
	const few = harness.newProject('000123.jpg', '000124.jpg');
	expect(jsonOf(await importInto(few.projectId, [{ imageName: '000123.jpg' }]))).toMatchObject([
		{ imageId: few.images[0]!.imageId },
	]);
});

test('a name that several images of the project have is refused, whatever their tasks’ states', async () => {
	const { projectId, project, images } = harness.newProject('street_1.jpg', 'street_2.jpg');
	const { seed, store } = harness.datagym.server;
	const other = seed.project({ name: 'Other streets', datasetName: 'Other streets' }).dataset!;
	await harness.datagym.run('project', 'addDataset', { projectId: byId(projectId), datasetId: byId(other.id) });
	const [twin] = seed.tasks(project, other, { count: 1, name: () => 'street_1.jpg' });
	for (const state of ['BACKLOG', 'COMPLETED'] as TaskState[]) {
		seed.move(twin!, state);
		const { error } = await importInto(projectId, [{ imageName: 'street_1.jpg' }]);
		expect(error?.message).toBe('2 images of this project are named "street_1.jpg"');
	}
	expect(jsonOf(await importInto(projectId, [images[0]!]))).toMatchObject([{ imageId: images[0]!.imageId }]);
	expect(store.tasks.get(images[0]!.taskId)!.hasJsonUpload).toBe(true);
});

test('a few images of a large project are searched for, one by one', async () => {
	const { projectId, images } = harness.newProject(...namesOf(3_000));
	const wanted = [images[1]!, images[2]!, images[2_999]!];
	const cost = await costOf(async () => expect(jsonOf(await importInto(projectId, wanted))).toHaveLength(3));
	// Before, how many images there are; then, the task that the label configuration comes from.
	const searches = wanted.flatMap(() => ['search BACKLOG', 'search WAITING']);
	expect(cost.filter((each) => !each.startsWith('first')).sort()).toEqual(
		['GET /api/v1/project', ...searches, 'task', 'import'].sort(),
	);
	expect(await Promise.all(wanted.map(async ({ taskId }) => await harness.storedLabels(taskId)))).toEqual(
		wanted.map(() => [IMPORTED]),
	);
});

test('some images of a small project take one list of each state, and the details of one task', async () => {
	const { projectId, images } = harness.newProject(...namesOf(10));
	const cost = await costOf(async () => jsonOf(await importInto(projectId, images)));
	// How many images there are tells whether searching would be less.
	expect([...cost].sort()).toEqual(
		['GET /api/v1/project', ...ALL_STATES.map((state) => `list ${state}`), 'task', 'import'].sort(),
	);
});

test('many images take one list of each state, the details of one task, and an import for 50 of them', async () => {
	const { projectId, images } = harness.newProject(...namesOf(1000));
	const cost = await costOf(async () => jsonOf(await importInto(projectId, images)));
	const imports = Array.from({ length: 20 }, () => 'import');
	expect([...cost].sort()).toEqual([...ALL_STATES.map((state) => `list ${state}`), 'task', ...imports].sort());
});

test('an image of which the file is read is searched for in its own project only', async () => {
	const { projectId, images } = harness.newProject(...namesOf(10));
	const cost = await costOf(
		async () => await importInto(projectId, [images[0]!], { options: { orientation: 'stored' } }),
	);
	expect(cost).not.toContain('GET /api/v1/dataset');
});

test('the open core lists the tasks of one image in all states at once, and has a request for the label configuration', async () => {
	const ofTokens = harness;
	harness = await PredictionHarness.open({ generation: 'open-core' }, { authentication: 'none', token: '' });
	try {
		const { projectId, images } = harness.newProject(...namesOf(3));
		const items = [{ json: { ...images[1]!, answer: BOX } }];
		const work = async () =>
			jsonOf(await harness.import(projectId, 'huggingFace', { predictions: '={{ $json.answer }}' }, items));
		await work();
		const requests = await requestsDuring(harness.datagym, work);
		const lists = requests.filter(({ path }) => path.endsWith(`/project/${projectId}/task`));
		// Once to find the image, and once more right before its earlier labels would be replaced.
		expect(lists.map(({ query }) => [query.get('state'), query.get('search')])).toEqual([
			[null, 'frame_000001'],
			[null, 'frame_000001'],
		]);
		expect(requests.filter(({ path }) => /\/lconfig\//.test(path))).toHaveLength(2);
	} finally {
		await harness.close();
		harness = ofTokens;
	}
});

const searchesIn = (cost: readonly string[]) => cost.filter((each) => each.startsWith('search'));

test('labels of an image are only replaced after a search for that image, however they are sent', async () => {
	const { projectId, images } = harness.newProject(...namesOf(10_000));
	const wanted = images.slice(0, 20);
	await importInto(projectId, wanted);
	for (const batchSize of [50, 1]) {
		const cost = await costOf(async () =>
			expect(jsonOf(await importInto(projectId, wanted, { options: { batchSize } }))).toHaveLength(20),
		);
		// Two states for each image, to find it and right before its labels are replaced.
		expect(searchesIn(cost)).toHaveLength(2 * 2 * wanted.length);
	}
});

test('nothing is searched for if one name has nothing that the server can search for', async () => {
	const { projectId, images } = harness.newProject(...namesOf(10_000), '000123.jpg');
	const wanted = [...images.slice(0, 19).map(({ imageName }) => ({ imageName })), { imageName: '000123.jpg' }];
	const cost = await costOf(async () => expect(jsonOf(await importInto(projectId, wanted))).toHaveLength(20));
	expect(searchesIn(cost)).toEqual([]);
});

test('nothing is searched for if an item has the label files of several images', async () => {
	const { projectId, images } = harness.newProject(...namesOf(3));
	const files = images.map(async ({ imageName }, index) => {
		const { data } = await harness.file('0 0.5 0.5 0.1 0.1', imageName.replace('.jpg', '.txt'));
		return [`file_${index}`, data!] as const;
	});
	const item = { json: {}, binary: Object.fromEntries(await Promise.all(files)) };
	const fields = {
		predictionsFrom: 'file',
		binaryPropertyName: '*',
		classNames: 'car',
		options: { imageWidth: 640, imageHeight: 480 },
	};
	const cost = await costOf(async () =>
		expect(jsonOf(await harness.import(projectId, 'yolo', fields, [item]))).toHaveLength(3),
	);
	expect(searchesIn(cost)).toEqual([]);
});

const FORBIDDEN = JSON.stringify({ key: 'ex_forbidden', params: [] });

test('a project whose tasks cannot be listed leaves the items of another one alone', async () => {
	const [one, two] = [harness.newProject(...namesOf(30)), harness.newProject(...namesOf(30))];
	const { engine, credential, server } = harness.datagym;
	const answer = [BOX[0]!, { ...BOX[0]!, box: { xmin: 100, ymin: 20, xmax: 140, ymax: 60 } }];
	const input = [
		// It has the words of other names, and is none, so that a search does not do.
		{ json: { project: one.projectId, imageName: 'frame_00000.jpg', answer } },
		{ json: { project: two.projectId, ...two.images[1]!, answer } },
	];
	const last = node('DataGym', 'n8n-nodes-datagym.dataGym', {
		resource: 'prediction',
		operation: 'import',
		format: 'huggingFace',
		predictions: '={{ $json }}',
		projectId: byId('={{ $("Start").item.json.project }}'),
	});
	const split = node('Split', 'n8n-nodes-base.splitOut', { fieldToSplitOut: 'answer', options: {} });
	const workflow = chain({ ...manualTrigger, name: 'Start' }, split, { ...last, onError: 'continueRegularOutput' });
	server.onRequest(({ path, query }) =>
		path.includes(one.projectId) && path.endsWith('/list') && !query.has('search') && !query.has('limit')
			? { status: 403, headers: { 'content-type': 'application/json' }, body: FORBIDDEN }
			: undefined,
	);
	const run = await engine.runWorkflow(workflow, { credentials: [credential], input });
	expect(jsonOf(run)).toEqual(expect.arrayContaining([expect.objectContaining({ status: 'imported' })]));
	expect(await harness.storedLabels(two.images[1]!.taskId)).toHaveLength(2);
});
