import type { IDataObject } from 'n8n-workflow';
import { TASK_STATES, type Task } from '@datagym/client';
import type { LabelClass, LabeledImage } from '@datagym/labels';
import { exportElements } from '@datagym/shared/exportElements';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import { labelSource, projectId } from '../fields';
import { getTasks, statusOf } from '../projectTasks';
import type { ChoiceOf } from '../runner/itemInput';
import type { ItemOperation } from '../runner/operation';
import { withProgress } from '../runner/progress';
import type { Run } from '../runner/runContext';
import { readTaskDetails } from '../taskDetails';
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
	const tasks = await getTasks(run, id, TASK_STATES);
	if (chosen === 'none') return taskCounts(tasks);
	const { images, classes } = chosen === 'tasks' ? await readLabels(run, tasks) : await readExport(run, id);
	return { ...taskCounts(tasks), ...labelCounts(images, classes) };
}

/** A server of the documented generation tells of finished images only. */
async function countInExport(run: Run, id: string, chosen: Source): Promise<IDataObject> {
	if (chosen !== 'export') {
		throw new InputError('This DataGym server has no task list', 'Set "Label Source" to "Export".');
	}
	const { images, classes } = await readExport(run, id);
	const tasks = images.map(({ status, labeler }) => ({ state: (status ?? '').toUpperCase(), labeler }));
	return { ...taskCounts(tasks), ...labelCounts(images, classes) };
}

interface Labels {
	readonly images: readonly LabeledImage[];
	readonly classes: readonly LabelClass[];
}

async function readLabels(run: Run, tasks: readonly Task[]): Promise<Labels> {
	const readings = await readTaskDetails(run, tasks);
	return { images: readings.map(({ image }) => image), classes: readings[0]?.classes ?? [] };
}

async function readExport({ api, n8n }: Run, id: string): Promise<Labels> {
	const images: LabeledImage[] = [];
	let classes: readonly LabelClass[] = [];
	const read = async () => {
		for await (const element of exportElements(api, id)) {
			if (element.kind === 'classes') classes = element.classes;
			if (element.kind === 'image') images.push(element.image);
		}
	};
	await withProgress(n8n, () => `received ${images.length} images of the export`, read());
	return { images, classes };
}

function labelCounts(images: readonly LabeledImage[], classes: readonly LabelClass[]): IDataObject {
	const counter = new LabelCounter();
	for (const image of images) counter.add(image);
	return counter.result(classes);
}

type CountedTask = Pick<Task, 'state'> & { readonly labeler?: string | undefined };

function taskCounts(tasks: readonly CountedTask[]): IDataObject {
	const byLabeler = new Map<string | null, CountedTask[]>();
	for (const task of tasks) {
		const own = byLabeler.get(task.labeler ?? null);
		if (own === undefined) byLabeler.set(task.labeler ?? null, [task]);
		else own.push(task);
	}
	return {
		taskCount: tasks.length,
		tasksByStatus: { ...Object.fromEntries(TASK_STATES.map((state) => [statusOf(state), 0])), ...statusCounts(tasks) },
		labelers: [...byLabeler]
			.map(([labeler, own]) => ({ labeler, taskCount: own.length, tasksByStatus: statusCounts(own) }))
			.sort((a, b) => b.taskCount - a.taskCount || ((a.labeler ?? '') < (b.labeler ?? '') ? -1 : 1)),
	};
}

function statusCounts(tasks: readonly CountedTask[]): IDataObject {
	const counts: Record<string, number> = {};
	for (const { state } of tasks) counts[statusOf(state)] = (counts[statusOf(state)] ?? 0) + 1;
	return counts;
}
