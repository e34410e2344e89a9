/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { NodeHelpers, type INodeParameters } from 'n8n-workflow';
import { addMedium } from '../../emulator/store/media';
import { byId, jsonOf, openHarness, type Harness } from '../../support/datagym';

/** The lists of the editor, and what can be given instead of choosing from them, on each kind of server. */

const NODE = 'n8n-nodes-datagym.dataGym';
const KINDS = {
	media: [{ dummyProject: false }, {}],
	'2020': [{ generation: '2020', dummyProject: false }, {}],
	'open-core': [
		{ generation: 'open-core', dummyProject: false },
		{ authentication: 'none', token: '' },
	],
} as const;
type Kind = keyof typeof KINDS;

const CLASSES = [
	{ entryKey: 'car', entryValue: 'Car', type: 'rectangle' },
	{ entryKey: 'sky', entryValue: 'Sky', type: 'image_segmentation' },
	{
		entryKey: 'face',
		entryValue: 'Face',
		type: 'rectangle',
		children: [
			{ entryKey: 'nose', entryValue: 'Nose', type: 'point' },
			{ entryKey: 'eye', entryValue: 'Left Eye', type: 'point' },
		],
	},
	{ entryKey: 'weather', entryValue: 'Weather', type: 'select', options: { sun: 'Sun' } },
] as const;

const open: Harness[] = [];
/** A new one for each test, since lists are kept for half a minute. */
async function serverOf(kind: Kind): Promise<Harness> {
	const [server, credential] = KINDS[kind];
	const harness = await openHarness({ ...server }, { ...credential });
	open.push(harness);
	return harness;
}
afterEach(async () => {
	for (const harness of open.splice(0)) await harness.close();
});

const url = (value: string) => ({ __rl: true, mode: 'url', value });

const lists = (harness: Harness, parameters: INodeParameters = {}) => {
	const list = (method: string) => ({ nodeType: NODE, method, parameters });
	const credentials = [harness.credential];
	return {
		search: async (method: string, filter?: string, page?: string) =>
			await harness.engine.searchList(list(method), credentials, filter, page),
		options: async (method: string) => await harness.engine.loadOptions(list(method), credentials),
		act: async (method: string, search: string) => await harness.engine.runAction(list(method), credentials, search),
	};
};

let scenes = 0;
/** A project with three finished tasks. */
async function sceneOf(kind: Kind) {
	const harness = await serverOf(kind);
	const name = `Scene ${++scenes} ${kind}`;
	const { project, dataset } = harness.server.seed.project({
		name,
		datasetName: `${name} images`,
		classes: CLASSES as never,
	});
	const tasks = harness.server.seed.tasks(project, dataset!, { count: 3, state: 'COMPLETED' });
	return { harness, name, project, dataset: dataset!, task: tasks[0]!, tasks, ...lists(harness) };
}

describe.each(['media', '2020', 'open-core'] as const)('On a server of the kind %s', (kind) => {
	test('lists link to the pages of DataGym, by its routes', async () => {
		const { harness, name, project, dataset, search } = await sceneOf(kind);
		expect((await search('searchProjects', name)).results).toEqual([
			{ name, value: project.id, url: `${harness.server.url}/#/projects/details/${project.id}` },
		]);
		expect((await search('searchDatasets', name)).results).toEqual([
			{ name: `${name} images`, value: dataset.id, url: `${harness.server.url}/#/datasets/details/${dataset.id}` },
		]);
	});

	test('an uploaded image links to its file, a linked one does not, since opening it can skip its tasks', async () => {
		const { harness, name, dataset, search } = await sceneOf(kind);
		addMedium(harness.server.store, dataset, {
			name: 'linked.jpg',
			sourceType: 'SHAREABLE_LINK',
			url: 'https://a/b.jpg',
		});
		const { results } = await search('searchImages', `${name} images`);
		const [uploaded] = results.filter((result) => result.name !== `linked.jpg (${name} images)`);
		expect(uploaded?.url).toBe(`${harness.server.url}/api/media/${String(uploaded?.value)}`);
		expect(results).toHaveLength(4);
		expect(results.find((result) => result.name.startsWith('linked.jpg'))).not.toHaveProperty('url');
	});

	test('a project is found by the URL of any of its pages', async () => {
		const { harness, project, name } = await sceneOf(kind);
		for (const path of [
			'/#/projects/details/ID',
			'/#/projects/details/ID/home',
			'/#/projects/details/ID/label-config/configure?tab=1#top',
			'/sub/path/#/admin/projects/details/ID/settings',
			'/projects/details/ID',
		]) {
			const projectId = url(`https://datagym.example.com${path.replace('ID', project.id)}`);
			expect(jsonOf(await harness.run('project', 'get', { projectId }))).toMatchObject([{ name }]);
			const { options } = lists(harness, { resource: 'export', operation: 'getLabels', projectId });
			expect((await options('getClasses')).map(({ value }) => value)).toContain('car');
		}
	});

	test('datasets and images are found by their URLs', async () => {
		const { harness, dataset, task, name } = await sceneOf(kind);
		const datasetId = url(`${harness.server.url}/#/datasets/details/${dataset.id}/settings`);
		expect(jsonOf(await harness.run('dataset', 'get', { datasetId }))).toMatchObject([{ name: `${name} images` }]);
		for (const path of ['api/media', 'api/v1/media', 'api/v1/image']) {
			const imageId = url(`${harness.server.url}/${path}/${task.medium.id}?dl=1`);
			expect(jsonOf(await harness.run('image', 'download', { imageId }))).toMatchObject([{ imageId: task.medium.id }]);
		}
	});

	test('classes are offered for each field that takes keys', async () => {
		const { harness, project } = await sceneOf(kind);
		const { options } = lists(harness, { resource: 'export', operation: 'createDataset', projectId: byId(project.id) });
		const classes = await options('getClasses');
		expect(classes.map(({ value }) => value)).toEqual(expect.arrayContaining(['car', 'face']));
		if (kind === '2020') return;
		expect(classes).toEqual([
			{ name: 'Car', value: 'car' },
			{ name: 'Face', value: 'face' },
			{ name: 'Left Eye', value: 'eye' },
			{ name: 'Nose', value: 'nose' },
			{ name: 'Sky', value: 'sky' },
		]);
		expect(await options('getSegmentationClasses')).toEqual([{ name: 'Sky', value: 'sky' }]);
		expect(await options('getKeypointClasses')).toEqual([
			{ name: 'Left Eye', value: 'eye' },
			{ name: 'Nose', value: 'nose' },
		]);
	});

	test('datasets are offered: of the project where labels are read, all where images are compared', async () => {
		const { harness, name, dataset, project } = await sceneOf(kind);
		const { seed } = harness.server;
		const other = seed.project({ name: `Other ${kind}`, datasetName: `Other of ${name}` });
		const own = { name: `${name} images`, value: dataset.id };
		const parameters = { resource: 'export', operation: 'getLabels', projectId: byId(project.id) };
		expect(await lists(harness, parameters).options('getProjectDatasets')).toEqual([own]);
		const all = [own, { name: `Other of ${name}`, value: other.dataset!.id }];
		const unchosen = { ...parameters, projectId: byId('') };
		expect(await lists(harness, unchosen).options('getProjectDatasets')).toEqual(expect.arrayContaining(all));
		expect(await lists(harness).options('getDatasets')).toEqual(expect.arrayContaining(all));
		const second = seed.project({ name: `Second ${kind}`, datasetName: `Second ${kind}` });
		const image = async (datasetIds: INodeParameters[string]) =>
			jsonOf(await harness.run('export', 'getLabels', { projectId: byId(project.id), options: { datasetIds } }));
		for (const chosen of [[dataset.id], dataset.id, JSON.stringify([dataset.id])])
			expect(await image(chosen)).toHaveLength(3);
		expect(await image([second.dataset!.id])).toEqual([]);
	});

	test('a new dataset is made of what is typed, and chosen; the same name gives the same one', async () => {
		const { harness, search, act } = await sceneOf(kind);
		await search('searchDatasets');
		const name = `Night shift ${kind}`.replace('-', ' ');
		const [one, other] = await Promise.all([
			act('newDataset', `Night-shift ${kind}`),
			act('newDataset', ` Night shift ${kind}`),
		]);
		expect(other).toBe(one);
		expect((await search('searchDatasets', name)).results).toMatchObject([{ name, value: one }]);
		expect(await act('newDataset', `night shift ${kind}`)).toBe(one);
		const unnamed = await act('newDataset', '');
		expect(jsonOf(await harness.run('dataset', 'get', { datasetId: byId(String(unnamed)) }))).toMatchObject([
			{ name: 'New dataset' },
		]);
	});
});

describe.each(['media', 'open-core'] as const)('Tasks, on a server of the kind %s', (kind) => {
	test('are listed with their projects, and found by image, project, status and ID', async () => {
		const { harness, name, task, tasks, search } = await sceneOf(kind);
		harness.server.seed.move(tasks[1]!, 'SKIPPED');
		const { results } = await search('searchTasks', name);
		expect(results).toHaveLength(3);
		expect(results[0]).toEqual({
			name: `${task.medium.name} (${name})`,
			value: task.id,
			url: `${harness.server.url}/#/label-mode/task/${task.id}`,
		});
		expect((await search('searchTasks', task.id)).results).toMatchObject([{ value: task.id }]);
		expect((await search('searchTasks', `${tasks[2]!.medium.name} (${name}`)).results).toMatchObject([
			{ value: tasks[2]!.id },
		]);
		const skipped = (await search('searchTasks', 'Skipped')).results.map(({ value }) => value);
		expect(skipped).toContain(tasks[1]!.id);
		expect(skipped).not.toContain(task.id);
	});

	test('come a page at a time, each of them once', async () => {
		const { harness, name, project, dataset } = await sceneOf(kind);
		harness.server.seed.tasks(project, dataset, { count: 247, name: (index) => `more_${index}.jpg` });
		const { search } = lists(harness);
		const found: unknown[] = [];
		const sizes: number[] = [];
		let page: string | undefined;
		do {
			const answer = await search('searchTasks', name, page);
			found.push(...answer.results.map(({ value }) => value));
			sizes.push(answer.results.length);
			page = answer.paginationToken as string | undefined;
		} while (page !== undefined);
		expect(new Set(found).size).toBe(250);
		expect(found).toHaveLength(250);
		expect(sizes[0]).toBe(100);
	});

	test('are found by URL, also in the task of a video frame, and by a text as it was saved earlier', async () => {
		const { harness, task } = await sceneOf(kind);
		const page = `${harness.server.url}/#/label-mode/task/${task.id}`;
		for (const taskId of [url(page), url(`${page}/12`), byId(task.id), task.id, page])
			expect(jsonOf(await harness.run('task', 'get', { taskId }))).toMatchObject([{ taskId: task.id }]);
	});

	test('show their classes, by name or key', async () => {
		const { harness, task } = await sceneOf(kind);
		const { search } = lists(harness, { resource: 'label', operation: 'create', taskId: byId(task.id) });
		expect((await search('searchTaskClasses')).results.map(({ name }) => name)).toEqual([
			'Car',
			'Face',
			'Left Eye',
			'Nose',
			'Sky',
		]);
		expect((await search('searchTaskClasses', 'EYE')).results).toEqual([{ name: 'Left Eye', value: 'eye' }]);
		const bitmap = lists(harness, { resource: 'export', operation: 'downloadBitmap', taskId: byId(task.id) });
		expect((await bitmap.search('searchTaskSegmentations')).results).toEqual([{ name: 'Sky', value: 'sky' }]);
	});

	test('show their labels with class and place, nested ones too, and take one from the list, by ID, or as saved earlier', async () => {
		const { harness, task } = await sceneOf(kind);
		harness.server.seed.label(task, {
			labels: {
				car: [{ rectangle: [{ x: 10, y: 20, w: 30, h: 40 }] }],
				face: [
					{
						rectangle: [{ x: 100.4, y: 50, w: 64, h: 80 }],
						nested_geometries: { nose: [{ point: [{ x: 130, y: 90 }] }] },
					},
				],
			},
		});
		const { search, options } = lists(harness, { resource: 'label', operation: 'delete', taskId: byId(task.id) });
		const { results } = await search('searchTaskLabels');
		expect(results.map(({ name }) => name)).toEqual(
			expect.arrayContaining([
				'Car, 30 × 40 at 10, 20',
				'Face, 64 × 80 at 100, 50',
				'Nose at 130, 90 (in Face, 64 × 80 at 100, 50)',
			]),
		);
		expect(results).toHaveLength(3);
		const [car] = (await search('searchTaskLabels', 'car')).results;
		expect(task.values.find(({ entry }) => entry.key === 'car')?.id).toBe(car?.value);
		expect((await options('getTaskClasses')).map(({ value }) => value)).toEqual(['car', 'face', 'eye', 'nose', 'sky']);
		const idOf = (name: string) => String(results.find((result) => result.name.startsWith(name))?.value);
		for (const labelId of [
			{ __rl: true, mode: 'list', value: idOf('Nose') },
			{ __rl: true, mode: 'id', value: idOf('Face') },
			idOf('Car'),
		]) {
			const deleted = await harness.run('label', 'delete', {
				taskId: byId(task.id),
				labelId,
				options: { allowFinished: true },
			});
			expect(jsonOf(deleted)).toMatchObject([{ deletedNow: true }]);
		}
	});

	test('keys are taken from the list, typed, or as a text that was saved earlier', async () => {
		const { harness, task } = await sceneOf(kind);
		const create = async (classKey: INodeParameters[string]) =>
			jsonOf(
				await harness.run('label', 'create', {
					taskId: byId(task.id),
					classKey,
					geometry: '[{"x":1,"y":2,"w":3,"h":4}]',
					options: { allowFinished: true },
				}),
			);
		for (const mode of ['list', 'key'])
			expect(await create({ __rl: true, mode, value: 'car' })).toMatchObject([{ className: 'car' }]);
		expect(await create('car')).toMatchObject([{ className: 'car' }]);
	});

	test('classifications of the whole image are offered, none of labels', async () => {
		const { harness, project } = await sceneOf(kind);
		const { search } = lists(harness, { resource: 'export', operation: 'createDataset', projectId: byId(project.id) });
		expect((await search('searchClassifications')).results).toEqual([{ name: 'Weather', value: 'weather' }]);
	});
});

describe('Many projects', () => {
	test('are not all asked for their tasks: those that the search names come first', async () => {
		const harness = await serverOf('open-core');
		const { seed } = harness.server;
		for (let index = 0; index < 300; index++) seed.project({ name: `Fleet ${String(index).padStart(5, '0')}` });
		const { project, dataset } = seed.project({ name: 'Zebra crossings', datasetName: 'Zebras' });
		const [task] = seed.tasks(project, dataset!, { count: 1 });
		const { search } = lists(harness);
		expect((await search('searchTasks', 'zebra')).results).toMatchObject([{ value: task!.id }]);
		const first = await search('searchTasks');
		expect(first.paginationToken).toBe('50 0');
		expect(harness.server.requests.length).toBeLessThan(120);
	});
});

describe('What cannot be listed', () => {
	test('is said, with the way to do without: a project without tasks on a server with tokens', async () => {
		const harness = await serverOf('media');
		const { project } = harness.server.seed.project({ name: 'Empty', classes: CLASSES as never });
		const { search, options } = lists(harness, {
			resource: 'export',
			operation: 'createDataset',
			projectId: byId(project.id),
		});
		const message = 'The classes cannot be listed, because the project has no task to read them from';
		const description = 'Enter keys instead: with "By Key", or in an expression such as {{ ["car", "lane"] }}.';
		await expect(options('getClasses')).rejects.toMatchObject({ message, description });
		await expect(search('searchClassifications')).rejects.toMatchObject({ message, description });
	});

	test.each([
		['searchClassifications', 'project', { resource: 'export', operation: 'createDataset', projectId: byId('') }],
		['searchTaskClasses', 'task', { resource: 'label', operation: 'create', taskId: byId('={{ $json.taskId }}') }],
		['searchTaskLabels', 'task', { resource: 'label', operation: 'delete', taskId: byId('={{ $json.taskId }}') }],
	])('%s asks for the %s first', async (method, what, parameters) => {
		const { search } = lists(await serverOf('media'), parameters);
		await expect(search(method)).rejects.toMatchObject({ message: `The list needs a ${what}` });
	});
});

describe('The URL of something else', () => {
	const projectId = url('https://app.datagym.ai/#/datasets/details/7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d');

	test('is marked in the editor', async () => {
		const { engine } = await serverOf('media');
		const { description } = engine.packages.getByNameAndVersion(NODE, 1);
		const issues = (value: INodeParameters[string]) =>
			NodeHelpers.getNodeParametersIssues(
				description.properties,
				{
					id: '1',
					name: 'DataGym',
					type: NODE,
					typeVersion: 1,
					position: [0, 0],
					parameters: { resource: 'project', operation: 'get', projectId: value },
				},
				description,
			)?.parameters;
		expect(issues(projectId)).toEqual({ projectId: ['Not the URL of a project in DataGym'] });
		expect(issues(url('https://app.datagym.ai/#/projects/details/7444ab91/home?x=1#y'))).toBeUndefined();
		expect(issues(url('={{ $json.url }}'))).toBeUndefined();
	});

	test('is refused, with an address that would be right', async () => {
		const harness = await serverOf('media');
		const items = [{ json: { page: projectId.value } }];
		const run = await harness.run('project', 'get', { projectId: url('={{ $json.page }}') }, { items });
		expect(run.error).toMatchObject({
			message: `"${projectId.value}" is not a valid project URL`.replace(projectId.value, projectId.value.slice(0, 80)),
			description: expect.stringContaining('https://app.datagym.ai/#/projects/details/') as string,
		});
	});
});
