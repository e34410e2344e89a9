/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INodeParameters } from 'n8n-workflow';
import { byId, jsonOf, openHarness, requestsDuring, type Harness } from '../../../support/datagym';
import { chain, manualTrigger, node } from '../../../support/workflow';

let tokens: Harness;
let openCore: Harness;

beforeAll(async () => {
	tokens = await openHarness({ dummyProject: false });
	openCore = await openHarness({ generation: 'open-core', dummyProject: false }, { authentication: 'none' });
});
afterAll(async () => {
	await tokens.close();
	await openCore.close();
});

const CLASSES = [
	{
		entryKey: 'car',
		entryValue: 'Car',
		type: 'rectangle',
		children: [{ entryKey: 'color', entryValue: 'Color', type: 'select', options: { red: 'Red' }, required: true }],
	},
	{ entryKey: 'van', entryValue: 'Van', type: 'rectangle' },
	{ entryKey: 'ship', entryValue: 'Ship', type: 'rectangle' },
];

const box = (x: number, y: number, w: number, h: number, color = 'red') => ({
	rectangle: [{ x, y, w, h }],
	classifications: { color: [color === '' ? null : color] },
});

/** 40 finished images of 640 × 480 pixels with three cars each, and faults in some of them. */
function seed({ server }: Harness, name: string, datasetName = name) {
	const { project, dataset } = server.seed.project({ name, datasetName, classes: CLASSES });
	const tasks = server.seed.tasks(project, dataset!, {
		count: 40,
		state: (index) => (index === 39 ? 'SKIPPED' : index % 2 === 0 ? 'COMPLETED' : 'REVIEWED'),
		labeler: 'anna',
		labels: (index) => {
			const cars = [1, 2, 3].map((car) => box(150 * car, 40 + 8 * index, 80 + index, 40));
			if (index === 4) cars.push(box(151, 72, 83, 40));
			if (index === 8) return { labels: { car: cars, van: [{ rectangle: [{ x: 150, y: 104, w: 88, h: 40 }] }] } };
			if (index === 12) cars.push(box(600, 10, 80, 40));
			if (index === 16) cars.push(box(20, 400, 80, 40, ''));
			if (index === 20) cars.push(box(20, 400, 0, 0));
			return index === 24 || index === 39 ? {} : { labels: { car: cars } };
		},
	});
	return { project, dataset: dataset!, tasks };
}

const parametersFor = (id: string, more: INodeParameters = {}): INodeParameters => ({ projectId: byId(id), ...more });

const find = async (harness: Harness, id: string, more: INodeParameters = {}) =>
	jsonOf(await harness.run('quality', 'findIssues', parametersFor(id, more)));

/** IDs differ from server to server. */
const comparable = (value: unknown): unknown =>
	JSON.parse(JSON.stringify(value).replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID'));

describe('Quality: Find Issues', () => {
	test('gives one item an issue, the most severe first, with what is needed to act on it', async () => {
		const { project, tasks } = seed(tokens, 'Issues');
		const items = await find(tokens, project.id);
		expect(items.map(({ issue, severity, imageName }) => [severity, issue, imageName])).toEqual([
			['high', 'missingValue', 'image_000017.jpg'],
			['high', 'degenerate', 'image_000021.jpg'],
			['high', 'duplicate', 'image_000005.jpg'],
			['high', 'classConflict', 'image_000009.jpg'],
			['medium', 'outside', 'image_000013.jpg'],
			['medium', 'withoutLabels', 'image_000025.jpg'],
			['low', 'classImbalance', null],
			['low', 'classImbalance', null],
		]);
		const task = tasks[4]!;
		expect(items[2]).toEqual({
			issue: 'duplicate',
			severity: 'high',
			reason: 'This "Car" is labeled twice: the two shapes overlap by 98.8%. Delete one of them.',
			comment: 'Duplicates: car at 151, 72',
			imageId: task.medium.id,
			imageName: 'image_000005.jpg',
			taskId: task.id,
			status: 'completed',
			labeler: 'anna',
			datasetId: expect.any(String),
			datasetName: 'Issues',
			labelId: expect.any(String),
			className: 'car',
			type: 'rectangle',
			x: 151,
			y: 72,
			width: 83,
			height: 40,
			otherLabelId: expect.any(String),
			otherClassName: 'car',
			otherImageId: null,
			otherImageName: null,
			measure: 'iou',
			value: 0.988095,
			limit: 0.9,
			typical: null,
			sampleSize: null,
			projectId: project.id,
			projectName: 'Issues',
		});
		expect(items.slice(-2)).toMatchObject([
			{ imageId: null, taskId: null, className: 'ship', value: 0 },
			{ imageId: null, taskId: null, className: 'van', value: 1 },
		]);
		// One table: all items have the same columns.
		expect(new Set(items.map((item) => Object.keys(item).join())).size).toBe(1);
	});

	test.each(['tasks', 'export'])('gives the same on the open core, from the %s', async (labelSource) => {
		const [first, second] = [tokens, openCore].map((harness) => seed(harness, `Both ${labelSource}`));
		const byToken = await find(tokens, first!.project.id, { labelSource });
		const open = await find(openCore, second!.project.id, { labelSource });
		expect(byToken.length).toBeGreaterThan(4);
		// Everybody is the same user on the open core.
		const withoutLabeler = (items: unknown) => JSON.parse(JSON.stringify(items).replace(/"labeler":[^,]*,/g, ''));
		expect(comparable(withoutLabeler(open))).toEqual(comparable(withoutLabeler(byToken)));
	});

	test.each(['token server', 'open core'])('only reads: GET requests alone reach the %s', async (kind) => {
		const harness = kind === 'open core' ? openCore : tokens;
		const { project } = seed(harness, 'Only read');
		for (const labelSource of ['tasks', 'export']) {
			const requests = await requestsDuring(harness, async () => await find(harness, project.id, { labelSource }));
			expect(requests.length).toBeGreaterThan(0);
			expect(requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`)).toEqual(
				[],
			);
		}
	});

	test('tells from the export which tasks and datasets are affected, without IDs of labels', async () => {
		const { project, tasks } = seed(tokens, 'Exported');
		const requests = await requestsDuring(tokens, async () => {
			const [duplicate] = await find(tokens, project.id, { labelSource: 'export', issues: ['duplicate'] });
			expect(duplicate).toMatchObject({ taskId: tasks[4]!.id, datasetName: 'Exported', labelId: null });
		});
		expect(requests.length).toBeLessThan(12);
	});

	test('finds only what is asked for, and the images of the statuses that are asked for', async () => {
		const { project } = seed(tokens, 'Some');
		const kindsOf = async (parameters: INodeParameters) =>
			(await find(tokens, project.id, parameters)).map(({ issue }) => issue);
		expect(await kindsOf({ issues: ['degenerate', 'outside'] })).toEqual(['degenerate', 'outside']);
		expect(await kindsOf({ issues: '={{ "Duplicates, outside" }}' })).toEqual(['duplicate', 'outside']);
		expect(await kindsOf({ options: { status: ['reviewed'] } })).not.toContain('duplicate');
		expect(await kindsOf({ returnAll: false, limit: 2 })).toEqual(['missingValue', 'degenerate']);
	});

	test('groups the issues of an image into one item, whose comment fits a review', async () => {
		const { server } = openCore;
		const { project, tasks } = seed(openCore, 'Grouped');
		server.seed.label(tasks[0]!, { labels: { car: Array.from({ length: 6 }, () => box(300, 48, 80, 40)) } });
		const items = await find(openCore, project.id, { output: 'image', issues: ['duplicate', 'classImbalance'] });
		expect(items).toMatchObject([
			{
				imageName: 'image_000001.jpg',
				taskId: tasks[0]!.id,
				severity: 'high',
				issueCount: 5,
				highCount: 5,
				lowCount: 0,
				issueNames: ['duplicate'],
				labelIds: Array.from({ length: 5 }, () => expect.any(String)),
			},
			{ imageName: 'image_000005.jpg', issueCount: 1 },
			{ imageName: null, taskId: null, issueCount: 2, issueNames: ['classImbalance'] },
		]);
		const [{ comment, issues }] = items as [{ comment: string; issues: Array<Record<string, unknown>> }];
		expect(comment.length).toBeLessThanOrEqual(128);
		expect(issues[0]).toMatchObject({ issue: 'duplicate', labelId: expect.any(String), reason: expect.any(String) });
		expect(issues[0]).not.toHaveProperty('imageId');
	});

	test('feeds Task: Review and Label: Delete', async () => {
		const { project, tasks } = seed(openCore, 'Fed');
		const next = async (issues: string[], parameters: INodeParameters) =>
			await openCore.engine.runWorkflow(
				chain(
					manualTrigger,
					node('Find', 'n8n-nodes-datagym.dataGym', {
						resource: 'quality',
						operation: 'findIssues',
						...parametersFor(project.id, { issues, output: parameters.output ?? 'issue' }),
					}),
					node('DataGym', 'n8n-nodes-datagym.dataGym', parameters),
				),
				{ credentials: [openCore.credential] },
			);
		const deleted = await next(['duplicate'], {
			resource: 'label',
			operation: 'delete',
			taskId: '={{ $json.taskId }}',
			labelId: '={{ $json.labelId }}',
			options: { allowFinished: true },
		});
		expect(jsonOf(deleted)).toHaveLength(1);
		expect(await find(openCore, project.id, { issues: ['duplicate'] })).toEqual([]);
		const rejected = await next(['missingValue'], {
			output: 'image',
			resource: 'task',
			operation: 'review',
			taskId: '={{ $json.taskId }}',
			decision: 'reject',
			comment: '={{ $json.comment }}',
		});
		expect(jsonOf(rejected)).toMatchObject([{ taskId: tasks[16]!.id, reviewed: true, accepted: false }]);
	});

	test('sums up what was found', async () => {
		const { project } = seed(tokens, 'Summed up');
		const run = await tokens.run(
			'quality',
			'findIssues',
			parametersFor(project.id, { issues: ['duplicate', 'degenerate'] }),
		);
		expect(run.hintsOf('DataGym').map(({ message }) => message)).toEqual([
			'2 issues were found in 2 of 39 images. Degenerate Shapes: 1, Duplicates: 1.',
		]);
	});

	test('says what can be done if it cannot look', async () => {
		const { project } = seed(tokens, 'Refused');
		const unknown = await tokens.run('quality', 'findIssues', parametersFor(project.id, { issues: '={{ "typos" }}' }));
		expect(unknown.error?.message).toBe('Unknown issue "typos" in "Issues"');
		expect(unknown.error?.description).toContain('Use some of: missingValue, degenerate,');
		const { project: videos } = tokens.server.seed.project({ name: 'Films', datasetName: 'Films', mediaType: 'VIDEO' });
		const video = await tokens.run('quality', 'findIssues', parametersFor(videos.id));
		expect(video.error?.message).toBe('Issues can be found in images only, but this is a video project');
	});

	test('reads the export of a server without task details', async () => {
		const old = await openHarness({ generation: '2020', dummyProject: false });
		const { project } = seed(old, 'Old');
		const run = await old.run('quality', 'findIssues', parametersFor(project.id, { issues: ['duplicate', 'outside'] }));
		expect(jsonOf(run)).toMatchObject([
			{ issue: 'duplicate', imageName: 'image_000005.jpg', taskId: null, labelId: null },
		]);
		expect(run.hintsOf('DataGym')[0]?.message).toContain('This server has no task details, so the export was read');
		await old.close();
	});
});
