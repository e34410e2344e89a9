import type { IDataObject } from 'n8n-workflow';
import { TASK_STATES, type Task } from '@datagym/client';
import type { LabelClass, LabeledImage } from '@datagym/labels';
import { exportElements } from '@datagym/shared/exportElements';
import { InputError } from '@datagym/shared/errors';
import { projectId } from '../fields';
import { withLifeSigns } from '../runner/progress';
import type { ItemOperation } from '../runner/operation';
import { getTasks } from '../projectTasks';
import type { Run } from '../runner/run';
import { readTasks } from '../taskDetails';
import { LabelCounter } from './labelCounter';

export const getStatistics: ItemOperation = {
	value: 'getStatistics',
	name: 'Get Statistics',
	action: 'Get statistics of a project',
	description: 'Count the tasks of a project by state and labeler, and its labels by class',
	fields: [
		projectId,
		{
			displayName: 'Count Labels',
			name: 'countLabels',
			type: 'options',
			default: 'export',
			options: [
				{
					name: 'From Task Details',
					value: 'tasks',
					description:
						'Of tasks in all states. A request for each task, which notes missing answers of the whole image in it.',
				},
				{
					name: 'From the Export',
					value: 'export',
					description:
						'Of completed, reviewed and skipped tasks. One request, measured at 1 second for 100 of them and 80 for 1,000.',
				},
				{ name: 'No', value: 'no', description: 'Only the tasks, which takes seconds also in large projects' },
			],
			description: 'Whether to count labels by class, and where to read them',
		},
	],
	async run(item, run) {
		const id = item.id('projectId', 'Project');
		const source = item.text('countLabels');
		const { name } = await run.api.getProject(id);
		const counts =
			(await run.api.generation()) === 'image'
				? await countInExport(run, id, source)
				: await countTasksAndLabels(run, id, source);
		return [{ json: { projectId: id, projectName: name, ...counts } }];
	},
};

async function countTasksAndLabels(run: Run, id: string, source: string): Promise<IDataObject> {
	const tasks = await getTasks(run, id, TASK_STATES);
	if (source === 'no') return taskCounts(tasks);
	const { images, classes } = source === 'tasks' ? await readLabels(run, tasks) : await readExport(run, id);
	return { ...taskCounts(tasks), ...labelCounts(images, classes) };
}

/** A server of the documented generation tells of finished images only. */
async function countInExport(run: Run, id: string, source: string): Promise<IDataObject> {
	if (source !== 'export') {
		throw new InputError(
			'This DataGym server has no tasks, and tells of its images in the export only',
			'Choose “From the Export” under “Count Labels”.',
		);
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
	const readings = await readTasks(run, tasks);
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
	await withLifeSigns(n8n, () => `${images.length} images of the export have arrived`, read());
	return { images, classes };
}

function labelCounts(images: readonly LabeledImage[], classes: readonly LabelClass[]): IDataObject {
	const counter = new LabelCounter();
	for (const image of images) counter.add(image);
	return counter.result(classes);
}

type CountedTask = Pick<Task, 'state' | 'labeler'>;

function taskCounts(tasks: readonly CountedTask[]): IDataObject {
	const byLabeler = new Map<string | null, CountedTask[]>();
	for (const task of tasks) {
		const own = byLabeler.get(task.labeler ?? null);
		if (own === undefined) byLabeler.set(task.labeler ?? null, [task]);
		else own.push(task);
	}
	return {
		taskCount: tasks.length,
		states: { ...Object.fromEntries(TASK_STATES.map((state) => [state, 0])), ...stateCounts(tasks) },
		labelers: [...byLabeler]
			.map(([labeler, own]) => ({ labeler, taskCount: own.length, states: stateCounts(own) }))
			.sort((a, b) => b.taskCount - a.taskCount),
	};
}

function stateCounts(tasks: readonly CountedTask[]): IDataObject {
	const counts: Record<string, number> = {};
	for (const { state } of tasks) counts[state] = (counts[state] ?? 0) + 1;
	return counts;
}
