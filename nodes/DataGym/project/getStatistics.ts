import type { IDataObject } from 'n8n-workflow';
import { TASK_STATES, type Fold, type ListedTask, type Task } from '@datagym/client';
import { type LabelClass, type LabeledImage, readTask } from '@datagym/labels';
import { exportElements } from '@datagym/shared/exportElements';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import { paced } from '@datagym/shared/turns';
import { labelSource, projectId } from '../fields';
import { getTasks, statusOf } from '../projectTasks';
import type { ChoiceOf } from '../runner/itemInput';
import type { ItemOperation } from '../runner/operation';
import { withProgress } from '../runner/progress';
import type { Run } from '../runner/runContext';
import { mapTaskDetails } from '../taskDetails';
import { LabelCounter } from './labelCounter';

const sources = labelSource({
	export: 'Labels of finished tasks. Slow in large projects.',
	tasks: 'Labels of all tasks. One request per task, which adds empty values to its classifications.',
});

/** Labels need not be counted. */
const source = field({
	...sources,
	options: [...sources.options, { name: 'None', value: 'none', description: 'Count only tasks, which is fast' }],
});

export const getStatistics: ItemOperation = {
	value: 'getStatistics',
	name: 'Get Statistics',
	action: 'Get statistics of project',
	description: 'Count tasks by status, and labels by class',
	fields: [projectId, source],
	async run(item, run) {
		const id = item.id(projectId);
		const chosen = item.choice(source);
		const { name } = await run.api.projects.get(id);
		const counts = !(await run.api.has('tasks'))
			? await countInExport(run, id, chosen)
			: await countTasksAndLabels(run, id, chosen);
		return [{ json: { projectId: id, projectName: name, ...counts } }];
	},
};

type Source = ChoiceOf<typeof source>;

async function countTasksAndLabels(run: Run, id: string, chosen: Source): Promise<IDataObject> {
	if (chosen === 'tasks') {
		const tasks = await getTasks(run, id, TASK_STATES);
		const counts = new TaskCounter();
		for await (const task of paced(tasks)) counts.add(task);
		return { ...counts.result(), ...(await countDetails(run, tasks)) };
	}
	const tasks = await countTasks(run, id);
	return chosen === 'none' ? tasks.result() : { ...tasks.result(), ...(await readExport(run, id)).result() };
}

/** A server of the documented generation tells of finished images only. */
async function countInExport(run: Run, id: string, chosen: Source): Promise<IDataObject> {
	if (chosen !== 'export') {
		throw new InputError('This DataGym server has no task list', 'Set "Label Source" to "Export".');
	}
	const tasks = new TaskCounter();
	const labels = await readExport(run, id, ({ status, labeler }) =>
		tasks.add({ state: (status ?? '').toUpperCase(), labeler }),
	);
	return { ...tasks.result(), ...labels.result() };
}

async function countDetails(run: Run, tasks: readonly ListedTask[]): Promise<IDataObject> {
	const counter = new LabelCounter();
	let classes: readonly LabelClass[] | undefined;
	await mapTaskDetails(run, tasks, (details) => {
		const reading = readTask(details);
		classes ??= reading.classes;
		counter.add(reading.image);
	});
	return counter.result(classes ?? []);
}

interface CountedLabels {
	readonly result: () => IDataObject;
}

/** Counts the labels while the export arrives, and keeps none. */
async function readExport(
	{ api, n8n }: Run,
	id: string,
	visit?: (image: LabeledImage) => void,
): Promise<CountedLabels> {
	const counter = new LabelCounter();
	let count = 0;
	let classes: readonly LabelClass[] = [];
	const read = async () => {
		for await (const element of exportElements(api, id)) {
			if (element.kind === 'classes') classes = element.classes;
			if (element.kind !== 'image') continue;
			counter.add(element.image);
			visit?.(element.image);
			count++;
		}
	};
	await withProgress(n8n, () => `received ${count} images of the export`, read());
	return { result: () => counter.result(classes) };
}

/** One list after the other is counted while it arrives. */
async function countTasks({ api, limit }: Run, id: string): Promise<TaskCounter> {
	const lists = await limit(async () => await api.tasks.foldStates(id, TASK_STATES, newTaskCount));
	return lists.reduce((all, counts) => all.with(counts), new TaskCounter());
}

function newTaskCount(): Fold<Task, TaskCounter> {
	const counts = new TaskCounter();
	return { add: (task) => counts.add(task), end: () => counts };
}

type StatusCounts = Record<string, number>;

/** Counts tasks by status and labeler, as they come. */
class TaskCounter {
	private readonly byLabeler = new Map<string | null, StatusCounts>();

	add({ state, labeler }: { readonly state: string; readonly labeler?: string | undefined }): void {
		this.count(labeler ?? null, statusOf(state), 1);
	}

	with(others: TaskCounter): this {
		for (const [labeler, counts] of others.byLabeler)
			for (const [status, count] of Object.entries(counts)) this.count(labeler, status, count);
		return this;
	}

	result(): IDataObject {
		const tasksByStatus: StatusCounts = Object.fromEntries(TASK_STATES.map((state) => [statusOf(state), 0]));
		for (const counts of this.byLabeler.values())
			for (const [status, count] of Object.entries(counts))
				tasksByStatus[status] = (tasksByStatus[status] ?? 0) + count;
		return {
			taskCount: totalOf(tasksByStatus),
			tasksByStatus,
			labelers: [...this.byLabeler]
				.map(([labeler, counts]) => ({ labeler, taskCount: totalOf(counts), tasksByStatus: inOrder(counts) }))
				.sort((a, b) => b.taskCount - a.taskCount || ((a.labeler ?? '') < (b.labeler ?? '') ? -1 : 1)),
		};
	}

	private count(labeler: string | null, status: string, count: number): void {
		const counts = this.byLabeler.get(labeler) ?? {};
		counts[status] = (counts[status] ?? 0) + count;
		this.byLabeler.set(labeler, counts);
	}
}

/** Lists come in any order. */
function inOrder(counts: StatusCounts): StatusCounts {
	const statuses = TASK_STATES.map(statusOf).filter((status) => counts[status] !== undefined);
	return Object.fromEntries(
		[...new Set([...statuses, ...Object.keys(counts)])].map((status) => [status, counts[status] ?? 0]),
	);
}

function totalOf(counts: StatusCounts): number {
	return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
