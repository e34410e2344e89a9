import type { IDataObject } from 'n8n-workflow';
import type { Check, Scenario } from '../scenario';
import { byId, refusal, type World } from '../world';

const AREA = 'Own API of the open core';

/** The output of an operation that only this API has. Elsewhere the node must say so, which ends the scenario with "no". */
async function own(
	world: World,
	check: Check,
	resource: string,
	operation: string,
	parameters: object,
): Promise<IDataObject> {
	const { items, error } = await world.try(resource, operation, parameters);
	if (error !== undefined && /^The API of this DataGym server (has no|cannot) /.test(error.message))
		check.missing(error.message);
	if (error !== undefined) throw new Error(`${resource}.${operation}: ${error.message}`);
	return items[0]?.json ?? {};
}

const project = ({ made }: World) => ({ projectId: byId(made.get('the project')) });
/** Servers without tasks have no operation for one, either. */
const taskOf = ({ made }: World, number: number) => (made.has('the task 1') ? made.get(`the task ${number}`) : 'none');
const stateOf = async (world: World, task: number) => (await world.api.tasks.get(taskOf(world, task))).labelTaskState;

async function countLabels(world: World): Promise<number> {
	return (await world.api.has('tasks')) ? (await world.run('label', 'getAll', { taskId: taskOf(world, 3) })).length : 0;
}

export const ownApi: readonly Scenario[] = [
	{
		area: AREA,
		title: 'A project is created, renamed and deleted',
		source: 'docs/contract.md#ui-projects-and-datasets',
		async run(world, check) {
			const name = `Conformance other ${Date.now()}`;
			const { projectId } = await own(world, check, 'project', 'create', { name, ifExists: 'fail' });
			const { error } = await world.try('project', 'create', { name: name.toUpperCase(), ifExists: 'fail' });
			check.equal('the same name', error?.message, `A project named "${name}" already exists`);
			const updateFields = { name: `${name} 2`, description: 'Renamed' };
			const [updated] = await world.run('project', 'update', { projectId: byId(String(projectId)), updateFields });
			check.equal('texts', [updated?.name, updated?.description], [`${name} 2`, 'Renamed']);
			const deletion = { projectId: byId(String(projectId)), deleteLabels: true };
			const [[first], [second]] = [
				await world.run('project', 'delete', deletion),
				await world.run('project', 'delete', deletion),
			];
			check.equal('deleted now', [first?.deletedNow, second?.deletedNow], [true, false]);
			check.equal('answer afterward', await refusal(world.api.projects.get(String(projectId))), '404 ex_notfound');
		},
	},
	{
		area: AREA,
		title: 'Classes are added, and the labels stay',
		source: 'docs/contract.md#ui-label-configuration',
		async run(world, check) {
			const before = await countLabels(world);
			const bus = { entryKey: 'bus', entryValue: 'Bus', type: 'rectangle', color: '#00ffff', children: [] };
			const { addedEntries } = await own(world, check, 'labelConfig', 'upload', {
				...project(world),
				inputMode: 'json',
				entriesJson: JSON.stringify([bus]),
				updateExisting: true,
				missingEntries: 'keep',
				reopenTasks: false,
			});
			check.equal('added', addedEntries, ['bus']);
			check.equal('labels', await countLabels(world), before);
			check.equal('state', await stateOf(world, 3), 'COMPLETED');
		},
	},
	{
		area: AREA,
		title: 'Finished tasks are accepted, rejected with a comment, and reopened',
		source: 'docs/contract.md#ui-tasks',
		async run(world, check) {
			const [first, second] = [1, 2].map((number) => ({ taskId: taskOf(world, number) }));
			await own(world, check, 'task', 'review', { ...first, decision: 'accept' });
			check.equal('accepted', await stateOf(world, 1), 'REVIEWED');
			await world.run('task', 'review', { ...second, decision: 'reject', comment: 'Once more' });
			check.equal('rejected', await stateOf(world, 2), 'WAITING_CHANGED');
			await world.run('task', 'reopen', first);
			check.equal('reopened', await stateOf(world, 1), 'WAITING_CHANGED');
		},
	},
	{
		area: AREA,
		title: 'Waiting tasks are returned to the backlog and released again, and counted in one answer',
		source: 'docs/contract.md#ui-tasks',
		async run(world, check) {
			const move = async (direction: string) =>
				await own(world, check, 'task', 'release', { ...project(world), scope: 'project', direction });
			check.equal('returned', (await move('return')).movedTasks, 2);
			check.equal('released', (await move('release')).movedTasks, 2);
			const { WAITING, COMPLETED, SKIPPED } = await world.api.projects.counts(world.made.get('the project'));
			check.equal('waiting, completed, skipped', [WAITING, COMPLETED, SKIPPED], [2, 1, 1]);
		},
	},
];

/** When everything else is gone from it. */
export async function deleteDataset(world: World, check: Check): Promise<void> {
	const datasetId = byId(world.made.get('the dataset'));
	const { deletedNow } = await own(world, check, 'dataset', 'delete', { datasetId, deleteLabels: true });
	check.equal('deleted now', deletedNow, true);
	world.made.delete('the dataset');
}
