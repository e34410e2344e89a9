/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { NodeHelpers, type INodeParameters, type INodeProperties } from 'n8n-workflow';
import { resources } from '@datagym/nodes/DataGym/resources';
import type { SeedLabels } from '../../emulator/store/seeding';
import { jsonOf, openHarness, requestsDuring, type Harness } from '../../support/datagym';
import { byId, chain, manualTrigger, node } from '../../support/workflow';

/**
 * Bytes of JSON for which no answer takes more than 8,000 tokens: the answers of these tests, of IDs, numbers and names, Latin and
 * Chinese ones, have 2.33 to 2.47 bytes a token (OpenAI's o200k in gpt-tokenizer 4.0.0), the largest of them 5,985 tokens.
 */
const MOST_BYTES = 16_000;

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterAll(async () => await harness.close());

/** Runs the node as n8n runs the tool of an agent. */
async function callTool(resource: string, operation: string, parameters: INodeParameters) {
	const tool = node('DataGym', 'n8n-nodes-datagym.dataGymTool', { resource, operation, ...parameters });
	return await harness.engine.runWorkflow(chain(manualTrigger, tool), { credentials: [harness.credential] });
}

const bytesOf = (items: readonly object[]) => Buffer.byteLength(JSON.stringify(items));

const CLASSES = Array.from({ length: 30 }, (_, index) => ({
	entryKey: `vehicle_class_${index}`,
	type: 'rectangle',
	children: [{ entryKey: 'color', type: 'select', options: { red: 'Red', blue: 'Blue' } }],
}));

/** As many boxes as asked, of ten classes in turn, the first of which are red. */
const boxes = (count: number, first: number): SeedLabels => {
	const labels: Record<string, object[]> = {};
	for (let index = 0; index < count; index++) {
		const box = { rectangle: [{ x: index * 7, y: index * 3, w: 51, h: 42 }] };
		(labels[`vehicle_class_${(first + index) % 10}`] ??= []).push(
			index === 0 ? { ...box, classifications: { color: ['red'] } } : box,
		);
	}
	return { labels } as SeedLabels;
};

function newProject(name: string, count: number, labelsOf: (index: number) => number, imageName?: string) {
	const { project, dataset } = harness.server.seed.project({ name, datasetName: name, classes: CLASSES });
	harness.server.seed.tasks(project, dataset!, {
		count,
		state: 'COMPLETED',
		labels: (index) => boxes(labelsOf(index), index),
		...(imageName === undefined ? {} : { name: (index) => `${imageName}_${String(index).padStart(4, '0')}.jpg` }),
	});
	return { projectId: byId(project.id) };
}

describe('Get Labels, as a tool of an AI agent', () => {
	let thousand: INodeParameters;
	beforeAll(() => {
		thousand = newProject('A thousand', 1000, () => 8);
	});

	test('begins with the counts, says where to go on, and fits into a model', async () => {
		const [summary, ...images] = jsonOf(await callTool('export', 'getLabels', thousand));
		expect(summary).toMatchObject({ imageCount: 1000, labelCount: 8000, shownImages: images.length });
		expect(summary?.labelsByClass).toEqual(
			Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`vehicle_class_${index}`, 800])),
		);
		expect(summary?.nextOffset).toBe(images.length);
		expect(images.length).toBeGreaterThan(20);
		expect(bytesOf([summary!, ...images])).toBeLessThan(MOST_BYTES);
		expect(images[0]).toEqual({
			imageId: expect.any(String),
			imageName: 'image_000001.jpg',
			status: 'completed',
			labelCount: 8,
			labels: [
				'vehicle_class_0 0 0 51 42, color red',
				...[1, 2, 3, 4, 5, 6, 7].map((n) => `vehicle_class_${n} ${n * 7} ${n * 3} 51 42`),
			],
		});
	});

	test.each(['export', 'tasks'])('gives every image once, page by page, of %s', async (labelSource) => {
		const parameters = { ...newProject(`Pages of ${labelSource}`, 130, (index) => index % 17), labelSource };
		const names: unknown[] = [];
		let offset: number | undefined = 0;
		while (offset !== undefined) {
			const [summary, ...images] = jsonOf(await callTool('export', 'getLabels', { ...parameters, offset }));
			expect(summary).toMatchObject({ imageCount: 130, shownImages: images.length });
			expect(images.length).toBeGreaterThan(0);
			expect(bytesOf([summary!, ...images])).toBeLessThan(MOST_BYTES);
			names.push(...images.map(({ imageName }) => imageName));
			offset = summary!.nextOffset as number | undefined;
		}
		expect(names).toEqual(Array.from({ length: 130 }, (_, index) => `image_${String(index + 1).padStart(6, '0')}.jpg`));
	});

	test('reads of task details only those of the page', async () => {
		const parameters = { ...newProject('Read', 60, () => 1), labelSource: 'tasks', offset: 30, limit: 3 };
		let answers: Array<Record<string, unknown>> = [];
		const requests = await requestsDuring(harness, async () => {
			answers = jsonOf(await callTool('export', 'getLabels', parameters));
		});
		expect(answers.map(({ imageName }) => imageName)).toEqual([
			undefined,
			'image_000031.jpg',
			'image_000032.jpg',
			'image_000033.jpg',
		]);
		expect(answers[0]).toMatchObject({ imageCount: 60, offset: 30, nextOffset: 33 });
		expect(requests.length).toBeLessThan(20);
	});

	test('pages through the images with a class', async () => {
		const project = newProject('Filtered', 100, () => 1);
		for (const labelSource of ['export', 'tasks']) {
			const parameters = { ...project, labelSource, limit: 4, options: { classKeys: 'vehicle_class_3' } };
			const namesFrom = async (offset: number) => {
				const [summary, ...images] = jsonOf(await callTool('export', 'getLabels', { ...parameters, offset }));
				return [summary?.nextOffset, ...images.map(({ imageName }) => String(imageName).slice(9, 12))];
			};
			expect(await namesFrom(0)).toEqual([4, '004', '014', '024', '034']);
			expect(await namesFrom(8)).toEqual([undefined, '084', '094']);
		}
	});

	test.each([
		['an image with thousands of labels', 'Crowd', 2, () => 3000, undefined],
		['names of another script', 'Script', 100, () => 12, '交通事故現場の写真'],
	])('fits into a model with %s, too', async (_, name, count, labelsOf, imageName) => {
		const items = jsonOf(await callTool('export', 'getLabels', newProject(name, count, labelsOf, imageName)));
		expect(items[0]).toMatchObject({ imageCount: count, labelCount: count * labelsOf() });
		expect(items.length).toBeGreaterThan(1);
		expect(bytesOf(items)).toBeLessThan(MOST_BYTES);
		if (labelsOf() > 1000) expect(items[1]?.labels).toContainEqual(expect.stringMatching(/^and \d+ more labels$/));
	});

	test('gives everything to whoever turns on Return All, and the classes to whoever asks for them', async () => {
		const [summary, ...images] = jsonOf(
			await callTool('export', 'getLabels', { ...thousand, returnAll: true, options: { includeClasses: true } }),
		);
		expect(images).toHaveLength(1000);
		expect(summary).not.toHaveProperty('nextOffset');
		expect(summary?.classes).toHaveLength(31);
	});
});

const NAMES_WITH_OUTPUT = resources.flatMap(({ value, operations }) =>
	operations
		.filter(({ fields }) => fields.some(({ name }) => name === 'toolOutput'))
		.map((operation) => `${value}.${operation.value}`),
);

describe('Output, for AI agents', () => {
	const parametersOf: Record<string, INodeParameters> = {};
	beforeAll(() => {
		const { project, dataset } = harness.server.seed.project({
			name: 'Outputs',
			datasetName: 'Outputs',
			classes: CLASSES,
		});
		const [task] = harness.server.seed.tasks(project, dataset!, {
			count: 3,
			state: 'COMPLETED',
			labeler: 'ada',
			labels: () => boxes(3, 0),
		});
		const projectId = byId(project.id);
		const datasetId = byId(dataset!.id);
		const videos = harness.server.seed.project({
			name: 'Videos',
			datasetName: 'Videos',
			mediaType: 'VIDEO',
			classes: [{ entryKey: 'car', type: 'rectangle' }],
		});
		const [videoTask] = harness.server.seed.video(videos.dataset!, 'clip.mp4').tasks;
		const box = { type: 'RECTANGLE', x: 2, y: 2, width: 30, height: 40 } as const;
		harness.server.seed.videoLabel(videoTask!, 'car', [
			{ frameNumber: 10, frameType: 'START', content: box },
			{ frameNumber: 14, frameType: 'END', content: box },
			{ frameNumber: 20, frameType: 'START_END', content: box },
		]);
		harness.server.seed.videoLabel(
			videoTask!,
			'car',
			Array.from({ length: 3000 }, (_, index) => ({
				frameNumber: 100 + 2 * index,
				frameType: 'START_END' as const,
				content: box,
			})),
		);
		Object.assign(parametersOf, {
			'dataset.get': { datasetId },
			'dataset.getAll': {},
			'export.getLabels': { projectId, labelSource: 'tasks' },
			'export.getVideoTask': { taskId: videoTask!.id },
			'image.getAll': { datasetId },
			'label.getAll': { taskId: task!.id },
			'project.get': { projectId },
			'project.getAll': {},
			'task.get': { taskId: task!.id },
			'task.getAll': { projectId },
		});
	});

	test('is of every operation that returns records', () => {
		expect(NAMES_WITH_OUTPUT).toEqual(Object.keys(parametersOf));
	});

	const call = async (name: string, parameters: INodeParameters = {}) => {
		const [resource = '', operation = ''] = name.split('.');
		const items = jsonOf(await callTool(resource, operation, { ...parametersOf[name], ...parameters }));
		// The first item of Get Labels counts.
		return name === 'export.getLabels' ? items.slice(1) : items;
	};

	test.each(NAMES_WITH_OUTPUT)('%s is simplified to ten flat fields at most', async (name) => {
		const items = await call(name);
		expect(items.length).toBeGreaterThan(0);
		for (const item of items) {
			expect(Object.keys(item).length).toBeLessThanOrEqual(10);
			for (const value of Object.values(item).flat()) expect(['boolean', 'number', 'string']).toContain(typeof value);
		}
	});

	test.each(NAMES_WITH_OUTPUT)('%s gives the fields that are selected, each of which it offers', async (name) => {
		const [resource = '', operation = ''] = name.split('.');
		const workflow = jsonOf(await harness.run(resource, operation, parametersOf[name]));
		const names = [...new Set(workflow.flatMap((item) => Object.keys(item)))];
		const offered = fieldOf(name, 'selectedFields').options?.map((option) => 'value' in option && option.value) ?? [];
		expect(offered).toEqual(expect.arrayContaining(names.filter((field) => field !== 'projectId')));
		const chosen = { toolOutput: 'selectedFields', selectedFields: [offered[0]!, offered[1]!] as string[] };
		for (const item of await call(name, chosen))
			expect(chosen.selectedFields).toEqual(expect.arrayContaining(Object.keys(item)));
		// As a model writes it.
		const [common = '', field] = Object.entries({ 'Image Name': 'imageName', name: 'name', 'Task ID': 'taskId' }).find(
			([, known]) => names.includes(known),
		)!;
		const [named] = await call(name, { ...chosen, selectedFields: common });
		expect(Object.keys(named ?? {})).toEqual([field]);
	});

	test.each(NAMES_WITH_OUTPUT)('%s is raw as without Simplify', async (name) => {
		const [resource = '', operation = ''] = name.split('.');
		const raw = jsonOf(await harness.run(resource, operation, { ...parametersOf[name], simplify: false }));
		const expected = name === 'export.getLabels' ? raw.map((item) => ({ ...item, projectId: undefined })) : raw;
		// The server gives lists inside of it in another order each time.
		const facts = (items: readonly object[]) =>
			items.map((item) =>
				Object.entries(item)
					.flatMap(([key, value]) => (value === undefined ? [] : [key]))
					.sort(),
			);
		const items = await call(name, { toolOutput: 'raw' });
		// Get Labels gives no more than fits into a model.
		expect(items.length).toBeGreaterThan(0);
		expect(facts(items)).toEqual(facts(name === 'export.getLabels' ? expected.slice(0, items.length) : expected));
	});

	test('tells of each label in a video where it is, and fits into a model however long the video is', async () => {
		const [item] = await call('export.getVideoTask');
		// This server has no storage for videos, and so does not tell the classes.
		expect(item).toMatchObject({ labelCount: 2, problems: [expect.stringContaining('class keys')] });
		const labels = item?.labels as string[];
		expect(labels).toContainEqual(
			expect.stringMatching(/^label [-0-9a-f]{36}, frames 10-14, 20\. 10: 2 2 30 40\. 14: 2 2 30 40\. 20: 2 2 30 40$/),
		);
		expect(labels).toContainEqual(expect.stringMatching(/and 2980 more key frames$/));
		expect(bytesOf([item!])).toBeLessThan(MOST_BYTES);
	});

	test('asks for fields where none are selected', async () => {
		const run = await callTool('project', 'getAll', { toolOutput: 'selectedFields' });
		expect(run.error).toMatchObject({
			message: '"Fields" is empty',
			description: 'Select the fields to return, or set "Output" to "Simplified".',
		});
	});
});

/** The field of an operation as its tool has it. */
function fieldOf(operation: string, field: string): INodeProperties {
	const found = shownFields(operation, 'n8n-nodes-datagym.dataGymTool').find(({ name }) => name === field);
	if (found === undefined) throw new Error(`${operation} has no ${field}`);
	return found;
}

/** What the editor shows of a new node. */
function shownFields(name: string, type: string): INodeProperties[] {
	const { description } = harness.engine.packages.getByNameAndVersion(type, 1);
	const [resource = '', operation = ''] = name.split('.');
	const own = { resource, operation, toolOutput: 'selectedFields' };
	const parameters = NodeHelpers.getNodeParameters(description.properties, own, true, false, null, description) ?? own;
	return description.properties.filter((field) => NodeHelpers.displayParameter(parameters, field, null, description));
}

describe('A tool in the editor', () => {
	test.each(NAMES_WITH_OUTPUT)('of %s has Output, a workflow has Simplify', (name) => {
		const labels = (type: string) => shownFields(name, type).map(({ displayName }) => displayName);
		const tool = labels('n8n-nodes-datagym.dataGymTool');
		expect(tool).toEqual(expect.arrayContaining(['Output', 'Fields']));
		expect(tool).not.toContain('Simplify');
		expect(new Set(tool).size).toBe(tool.length);
		const workflow = labels('n8n-nodes-datagym.dataGym');
		expect(workflow).toContain('Simplify');
		expect(workflow).not.toContain('Fields');
	});

	test('returns a limited number of results everywhere', () => {
		for (const { value, operations } of resources)
			for (const operation of operations) {
				const name = `${value}.${operation.value}`;
				const shown = shownFields(name, 'n8n-nodes-datagym.dataGymTool');
				for (const { name: field, default: initial } of shown)
					if (field === 'returnAll') expect([name, initial]).toEqual([name, false]);
			}
	});
});
