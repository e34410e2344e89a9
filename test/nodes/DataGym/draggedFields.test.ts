/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import type { Project, TaskState } from '../../emulator/store/model';
import { byId, openHarness, type Harness } from '../../support/datagym';
import { isDragged } from '../../support/draggedFields';
import { car, LABELS, seedDragged, STATUSES } from '../../support/draggedProject';
import { predictionFlow } from '../../support/predictionFlow';
import type { WorkflowFile } from '../../support/n8n/engine';
import { chain, manualTrigger, node } from '../../support/workflow';

/** What a person builds in the editor by dragging fields, with n8n's own nodes: no expression is typed, and there is no Code node. */

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterAll(async () => await harness.close());

let projects = 0;
const seed = (...tasks: Parameters<typeof seedDragged>[2][]): Project =>
	seedDragged(harness.server.seed, `Dragged ${++projects}`, ...tasks).project;

const dataGym = (name: string, parameters: INodeParameters) => node(name, 'n8n-nodes-datagym.dataGym', parameters);
const getLabels = ({ id }: Project, output: string, name = 'Get labels') =>
	dataGym(name, { resource: 'export', operation: 'getLabels', projectId: byId(id), output });
const ofN8n = (name: string, type: string, typeVersion: number, parameters: INodeParameters): INode =>
	node(name, `n8n-nodes-base.${type}`, parameters, { typeVersion });

async function lastItems(workflow: WorkflowFile, input?: INodeExecutionData[]): Promise<INodeExecutionData[]> {
	expect(workflow.nodes.filter(({ parameters }) => !isDragged(parameters))).toEqual([]);
	const run = await harness.engine.runWorkflow(workflow, { credentials: [harness.credential], input });
	expect(run.error).toBeUndefined();
	return run.itemsOf(workflow.nodes.at(-1)!.name);
}

const records = (items: readonly INodeExecutionData[]) => items.map(({ json }) => json);

/** Two nodes that begin at once, into the two inputs of a third one. */
function joined(one: readonly INode[], other: readonly INode[], last: INode): WorkflowFile {
	const branches = [one, other].map((branch) => chain(manualTrigger, ...branch, last).connections);
	const [first = {}, second = {}] = branches;
	const end = other.at(-1)!.name;
	return {
		nodes: [manualTrigger, ...one, ...other, last],
		connections: {
			...first,
			...second,
			[manualTrigger.name]: {
				main: [[...first[manualTrigger.name]!.main![0]!, ...second[manualTrigger.name]!.main![0]!]],
			},
			[end]: { main: [[{ node: last.name, type: 'main', index: 1 }]] },
		},
	};
}

test('filter images with a class: Filter, with "Class Names" dragged and the class typed', async () => {
	const filter = ofN8n('Filter', 'filter', 2.2, {
		conditions: {
			options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
			combinator: 'and',
			conditions: [
				{
					id: 'class',
					leftValue: '={{ $json.classNames }}',
					rightValue: 'car',
					operator: { type: 'array', operation: 'contains', rightType: 'any' },
				},
			],
		},
		options: {},
	});
	const items = await lastItems(chain(manualTrigger, getLabels(seed(), 'itemPerImage'), filter));
	expect(records(items).map(({ imageName }) => imageName)).toEqual(['a.jpg', 'c.jpg']);
});

test.each(['csv', 'xlsx'])('a spreadsheet of labels: Convert to File, as %s', async (operation) => {
	const convert = ofN8n('Convert', 'convertToFile', 1.1, { operation, options: {} });
	// n8n writes a byte order mark into CSV files, and takes it for a part of the first column's name unless this is on.
	const extract = ofN8n('Extract', 'extractFromFile', 1, { operation, options: { enableBOM: true } });
	const items = await lastItems(chain(manualTrigger, getLabels(seed(), 'itemPerLabel'), convert, extract));
	expect(
		records(items).map(({ imageName, className, x, color }) => [imageName, className, Number(x), color || '-']),
	).toEqual(LABELS);
});

test('group by class: Summarize, with the columns dragged', async () => {
	const summarize = ofN8n('Summarize', 'summarize', 1.1, {
		fieldsToSummarize: { values: [{ aggregation: 'countUnique', field: 'imageId' }] },
		fieldsToSplitBy: 'className',
		options: {},
	});
	const items = await lastItems(chain(manualTrigger, getLabels(seed(), 'itemPerLabel'), summarize));
	expect(records(items)).toEqual([
		{ className: 'car', unique_count_imageId: 2 },
		{ className: 'tree', unique_count_imageId: 2 },
	]);
});

test('merge labels with tasks: Merge by the image, in which both say the same of its status', async () => {
	const project = seed();
	const tasks = dataGym('Get tasks', {
		resource: 'task',
		operation: 'getAll',
		projectId: byId(project.id),
		returnAll: true,
	});
	const merge = (clash: string) =>
		ofN8n('Merge', 'merge', 3.1, {
			mode: 'combine',
			fieldsToMatchString: 'imageId',
			options: { clashHandling: { values: { resolveClash: clash } } },
		});
	const items = async (clash: string) =>
		records(await lastItems(joined([getLabels(project, 'itemPerLabel')], [tasks], merge(clash))));
	const merged = await items('addSuffix');
	expect(
		merged.map(({ imageName_1, className_1 = '', ...item }) => [imageName_1, className_1 || item.className]),
	).toEqual(LABELS.map(([imageName, className]) => [imageName, className]));
	expect(merged.map(({ status_1 }) => status_1)).toEqual(STATUSES);
	expect(merged.map(({ status_2 }) => status_2)).toEqual(merged.map(({ status_1 }) => status_1));
	// Also where they are merged by the status itself.
	const byStatus = { ...merge('preferLast') };
	byStatus.parameters = { ...byStatus.parameters, fieldsToMatchString: 'imageId, status' };
	expect(await lastItems(joined([getLabels(project, 'itemPerLabel')], [tasks], byStatus))).toHaveLength(4);
});

test.each(['itemPerImage', 'itemPerLabel'])(
	'Export, tasks and the trigger name each status alike (%s)',
	async (output) => {
		const states: TaskState[] = ['COMPLETED', 'REVIEWED', 'SKIPPED', 'REVIEWED_SKIP'];
		const project = seed(states.map((state) => [`${state}.jpg`, state, car(1)]));
		const status = ({ json }: INodeExecutionData) => [json.imageName, json.status];
		const inTasks = await lastItems(
			chain(
				manualTrigger,
				dataGym('Get tasks', { resource: 'task', operation: 'getAll', projectId: byId(project.id), returnAll: true }),
			),
		);
		const inTrigger = await lastItems(
			chain(
				node('Trigger', 'n8n-nodes-datagym.dataGymTrigger', {
					projectIds: [project.id],
					events: ['completed', 'skipped'],
					output: output === 'itemPerImage' ? 'labels' : output,
				}),
			),
		);
		const statuses = new Map(inTasks.map(status).map(([name, one]) => [name, one]));
		expect([...statuses.values()].sort()).toEqual(['completed', 'reviewed', 'reviewed_skip', 'skipped']);
		for (const items of [inTrigger, await lastItems(chain(manualTrigger, getLabels(project, output)))]) {
			expect(items.length).toBeGreaterThan(0);
			for (const [name, one] of items.map(status)) expect([name, one]).toEqual([name, statuses.get(name)]);
		}
	},
);

test('compare two nights: Compare Datasets, of last night’s spreadsheet and tonight’s labels', async () => {
	const project = seed();
	const convert = ofN8n('Convert', 'convertToFile', 1.1, { operation: 'xlsx', options: {} });
	const lastNight = await lastItems(chain(manualTrigger, getLabels(project, 'itemPerLabel'), convert));
	const task = [...harness.server.store.tasks.values()].find(
		(one) => one.project.id === project.id && one.medium.name === 'b.jpg',
	)!;
	harness.server.seed.move(task, 'WAITING_CHANGED');
	const extract = ofN8n('Extract', 'extractFromFile', 1, { operation: 'xlsx', options: {} });
	const compare = ofN8n('Compare', 'compareDatasets', 2.3, {
		mergeByFields: {
			values: ['imageId', 'className', 'x', 'y'].map((column) => ({ field1: column, field2: column })),
		},
		fuzzyCompare: true,
		options: {},
	});
	const workflow = joined([extract], [getLabels(project, 'itemPerLabel')], compare);
	expect(workflow.nodes.filter(({ parameters }) => !isDragged(parameters))).toEqual([]);
	const run = await harness.engine.runWorkflow(workflow, { credentials: [harness.credential], input: lastNight });
	expect(run.error).toBeUndefined();
	const names = (output: number) => run.itemsOf('Compare', output).map(({ json }) => json.imageName);
	expect([names(0), names(1), names(2), names(3)]).toEqual([['b.jpg'], ['a.jpg', 'c.jpg', 'c.jpg'], [], []]);
});

test('the model flow of four nodes: Get Images, Download, HTTP Request, Import', () => {
	const { nodes } = predictionFlow({ projectId: 'p', datasetId: 'd', modelUrl: 'http://127.0.0.1', options: {} });
	expect(nodes.filter(({ type }) => type !== manualTrigger.type)).toHaveLength(4);
	expect(nodes.filter(({ parameters }) => !isDragged(parameters))).toEqual([]);
});
