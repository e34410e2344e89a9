import * as z from 'zod/v4-mini';
import { path, type ApiRequest } from '@datagym/client/http';
import type { Scenario } from '../scenario';
import { byId, refusal, type World } from '../world';
import { IMAGES } from './images';

const missingIn2020 = { resource: 'task', operation: 'getAll', parameters: { projectId: byId('p') } };

const isOpenCore = async ({ api }: World) => (await api.generation()) === 'open-core';

async function list(world: World, query: Record<string, string>): Promise<ReadonlyArray<{ taskId: string }>> {
	const { made, transport } = world;
	const projectId = made.get('the project');
	const request: ApiRequest = (await isOpenCore(world))
		? { root: 'api', method: 'GET', path: path`project/${projectId}/task`, query }
		: { method: 'GET', path: path`task/${projectId}/list`, query };
	return await transport.json(request, z.array(z.looseObject({ taskId: z.string() })));
}

const getAll = async (world: World, parameters: object = {}) =>
	await world.run('task', 'getAll', { projectId: byId(world.made.get('the project')), returnAll: true, ...parameters });

export const tasks: readonly Scenario[] = [
	{
		area: 'Tasks',
		title: 'Each image of the dataset becomes a task in the backlog',
		source: 'docs/contract.md#connect-a-dataset',
		missingIn2020,
		async run(world, check) {
			const all = await getAll(world);
			for (const [index, name] of IMAGES.entries())
				world.made.set(`the task ${index + 1}`, all.find(({ imageName }) => imageName === name)?.taskId);
			check.equal('images', all.map(({ imageName }) => imageName).sort(), [...IMAGES].sort());
			check.equal('statuses', [...new Set(all.map(({ status }) => status))], ['backlog']);
		},
	},
	{
		area: 'Tasks',
		title: 'A list without a state holds waiting tasks only',
		source: 'docs/contract.md#task-list [241]',
		missingIn2020,
		async run(world, check) {
			const found = (await list(world, {})).length;
			if (!(await isOpenCore(world))) return check.equal('tasks', found, 0);
			check.equal('tasks', found, IMAGES.length);
			check.missing('it holds the tasks in all states');
		},
	},
	{
		area: 'Tasks',
		title: 'The server’s search refuses dots and ignores short words; the node’s finds any text',
		source: 'docs/contract.md#task-list [252, 253]',
		missingIn2020,
		async run(world, check) {
			const answer = await refusal(list(world, { state: 'BACKLOG', search: 'conformance.jpg' }));
			const takesDots = await isOpenCore(world);
			check.equal('answer to a dot', answer, takesDots ? 'accepted' : '400 ex_validation');
			if (takesDots) check.remark('dots are taken there');
			check.equal('tasks for "zz"', (await list(world, { state: 'BACKLOG', search: 'zz' })).length, IMAGES.length);
			check.equal(
				'found by the node',
				(await getAll(world, { search: '1.JPG' })).map(({ imageName }) => imageName),
				[IMAGES[0]],
			);
		},
	},
	{
		area: 'Tasks',
		title: 'A task is not completed while a required answer is missing, and the node says which',
		source: 'docs/contract.md#complete-a-task [272]',
		missingIn2020: { resource: 'task', operation: 'complete', parameters: { taskId: 't' } },
		async run(world, check) {
			const { error } = await world.try('task', 'complete', { taskId: world.made.get('the task 2') });
			check.equal('message', error?.message, `The task of "${IMAGES[1]}" cannot be completed: "Weather" has no value`);
		},
	},
	{
		area: 'Tasks',
		title: 'A task is not completed with knowledge of an older label configuration',
		source: 'docs/contract.md#complete-a-task [275]',
		missingIn2020: { resource: 'task', operation: 'complete', parameters: { taskId: 't' } },
		async run(world, check) {
			const taskId = world.made.get('the task 2');
			check.equal('completed', await world.api.tasks.complete(taskId, 0), false);
			check.equal('state', (await world.api.tasks.get(taskId)).labelTaskState, 'BACKLOG');
		},
	},
	{
		area: 'Tasks',
		title: 'A task is completed from the backlog when its answers are given',
		source: 'docs/contract.md#complete-a-task [276]',
		missingIn2020: { resource: 'task', operation: 'complete', parameters: { taskId: 't' } },
		async run(world, check) {
			const taskId = world.made.get('the task 2');
			await world.run('label', 'update', { taskId, classifications: '{"weather": "sun"}' });
			await world.run('task', 'complete', { taskId });
			check.equal('state', (await world.api.tasks.get(taskId)).labelTaskState, 'COMPLETED');
		},
	},
	{
		area: 'Tasks',
		title: 'A task is skipped, again and again',
		source: 'docs/contract.md#connect-a-dataset',
		missingIn2020: { resource: 'task', operation: 'skip', parameters: { taskId: 't' } },
		async run(world, check) {
			const taskId = world.made.get('the task 4');
			for (let time = 0; time < 2; time++) await world.run('task', 'skip', { taskId });
			check.equal(
				'skipped',
				(await getAll(world, { status: ['skipped'] })).map((task) => task.taskId),
				[taskId],
			);
		},
	},
];
