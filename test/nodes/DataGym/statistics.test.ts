/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { byId, jsonOf, openHarness, type Harness } from '../../support/datagym';

let harness: Harness;
let projectId: string;

const CLASSES = [
	{
		entryKey: 'car',
		type: 'rectangle',
		children: [
			{ entryKey: 'color', type: 'select', options: { red: 'Red', blue: 'Blue' } },
			{ entryKey: 'plate', type: 'polygon' },
		],
	},
	{ entryKey: 'lamp', type: 'point' },
	{ entryKey: 'weather', type: 'select', options: { sun: 'Sun', rain: 'Rain' } },
	{ entryKey: 'remark', type: 'freetext' },
];
const STATES = ['COMPLETED', 'COMPLETED', 'REVIEWED', 'WAITING', 'BACKLOG'] as const;
const plate = {
	polygon: [
		{ x: 1, y: 1 },
		{ x: 5, y: 1 },
		{ x: 5, y: 5 },
	],
	classifications: {},
};
const car = (color: string) => ({
	rectangle: [{ x: 1, y: 2, w: 3, h: 4 }],
	classifications: { color: [color] },
	nested_geometries: { plate: [plate] },
});

function seed(server: Harness['server']): string {
	const { project, dataset } = server.seed.project({ name: 'Fleet', datasetName: 'Cars', classes: CLASSES });
	const labels = (index: number) => ({
		labels: { car: index === 0 ? [car('red'), car('blue')] : [car('red')] },
		global_classifications: { weather: [index === 2 ? 'rain' : 'sun'], remark: ['ok'] },
	});
	const [first, second] = server.seed.tasks(project, dataset!, { count: 5, state: (index) => STATES[index]!, labels });
	first!.labeler = 'anna';
	second!.labeler = 'anna';
	return project.id;
}

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	projectId = seed(harness.server);
});
afterAll(async () => await harness.close());

const getStatistics = async (labelSource: string, other = harness, id = projectId) =>
	await other.run('project', 'getStatistics', { projectId: byId(id), labelSource });

describe('Project: Get Statistics', () => {
	test('counts tasks by status and by labeler', async () => {
		expect(jsonOf(await getStatistics('none'))).toEqual([
			{
				projectId,
				projectName: 'Fleet',
				taskCount: 5,
				tasksByStatus: {
					backlog: 1,
					waiting: 1,
					waiting_changed: 0,
					in_progress: 0,
					skipped: 0,
					completed: 2,
					reviewed: 1,
					reviewed_skip: 0,
				},
				labelers: [
					{ labeler: null, taskCount: 3, tasksByStatus: { reviewed: 1, waiting: 1, backlog: 1 } },
					{ labeler: 'anna', taskCount: 2, tasksByStatus: { completed: 2 } },
				],
			},
		]);
	});

	test('counts labels and answers of finished tasks from the export, and tells classes without labels', async () => {
		expect(jsonOf(await getStatistics('export'))).toMatchObject([
			{
				taskCount: 5,
				imageCount: 3,
				labelCount: 8,
				classes: [
					{ className: 'car', type: 'rectangle', labelCount: 4, imageCount: 3 },
					{ className: 'lamp', type: 'point', labelCount: 0, imageCount: 0 },
					{ className: 'plate', type: 'polygon', labelCount: 4, imageCount: 3 },
				],
				classifications: [
					{ classificationName: 'color', type: 'select', answerCount: 4, values: { red: 3, blue: 1 } },
					{ classificationName: 'remark', type: 'freetext', answerCount: 3 },
					{ classificationName: 'weather', type: 'select', answerCount: 3, values: { sun: 2, rain: 1 } },
				],
			},
		]);
	});

	test('counts the labels of all tasks from their details', async () => {
		expect(jsonOf(await getStatistics('tasks'))).toMatchObject([
			{
				imageCount: 5,
				labelCount: 12,
				classifications: [{ answerCount: 6 }, { answerCount: 5 }, { values: { sun: 4, rain: 1 } }],
			},
		]);
	});

	test('counts on a server of the API documented in 2020 what its export tells', async () => {
		const old = await openHarness({ generation: '2020', dummyProject: false });
		const id = seed(old.server);
		const [counted] = jsonOf(await getStatistics('export', old, id));
		const { error } = await getStatistics('none', old, id);
		await old.close();
		expect(counted).toMatchObject({
			taskCount: 3,
			tasksByStatus: { completed: 2, reviewed: 1, backlog: 0 },
			labelers: [{ taskCount: 2 }, { taskCount: 1 }],
			classes: [{ className: 'car', labelCount: 4 }, {}, {}],
		});
		expect(error?.message).toContain('has no task list');
	});
});
