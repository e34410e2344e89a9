import type { DataGymApi, Task, TaskState } from '@datagym/client';
import { type LabelClass, type LabelConfigEntry, readServerLabelConfig } from '@datagym/labels';
import { InputError } from './errors';
import { exportElements } from './exportElements';

export interface ProjectLabelConfig {
	readonly classes: readonly LabelClass[];
	/** In the form that an upload takes; missing when only the classes are known. */
	readonly entries?: readonly LabelConfigEntry[];
	/** When it was changed last, epoch milliseconds; only a task tells it. */
	readonly lastChanged?: number;
}

/**
 * Reading a task adds empty global classifications to it, and a required one then blocks its completion. So tasks are
 * preferred that are least likely to be completed again (docs/contract.md#task-details).
 */
const LEAST_DISTURBED_FIRST: readonly TaskState[] = [
	'REVIEWED',
	'REVIEWED_SKIP',
	'COMPLETED',
	'SKIPPED',
	'IN_PROGRESS',
	'WAITING_CHANGED',
	'WAITING',
	'BACKLOG',
];

/** Tasks of a project that have been listed. */
export interface KnownTasks {
	/** One of each state, as far as there is one. */
	readonly byState: ReadonlyMap<string, Pick<Task, 'taskId'>>;
	/** Whether there is none in the other states. */
	readonly areAll: boolean;
}

/**
 * The label configuration. Where the server has no request for it, it comes from the details of one task, or, on a server of
 * the documented generation, the classes from the head of the export.
 *
 * @param labelConfigurationId if it is known.
 * @param known tasks that need not be asked for.
 * @returns undefined if the server has no request for it, and the project no task (or no finished one) to read it from.
 */
export async function getLabelConfig(
	api: DataGymApi,
	projectId: string,
	labelConfigurationId?: string,
	known?: KnownTasks,
): Promise<ProjectLabelConfig | undefined> {
	if (await api.has('labelConfigReads')) {
		const id = labelConfigurationId ?? (await api.projects.get(projectId)).labelConfigurationId;
		const { entries, classes } = readServerLabelConfig(await api.labelConfigs.get(id));
		return { entries, classes };
	}
	if (!(await api.has('tasks'))) return await configFromExport(api, projectId);
	const task = await firstTask(api, projectId, known);
	if (task === undefined) return undefined;
	const { labelConfig, lastChangedConfig } = await api.tasks.get(task.taskId);
	const { entries, classes } = readServerLabelConfig(labelConfig);
	return { entries, classes, ...(typeof lastChangedConfig === 'number' ? { lastChanged: lastChangedConfig } : {}) };
}

async function firstTask(
	api: DataGymApi,
	projectId: string,
	{ byState, areAll }: KnownTasks = { byState: new Map(), areAll: false },
): Promise<Pick<Task, 'taskId'> | undefined> {
	for (const state of LEAST_DISTURBED_FIRST) {
		const known = byState.get(state);
		const [task] = known === undefined && !areAll ? await api.tasks.list(projectId, state, 1) : [known];
		if (task !== undefined) return task;
	}
	return undefined;
}

async function configFromExport(api: DataGymApi, projectId: string): Promise<ProjectLabelConfig | undefined> {
	for await (const element of exportElements(api, projectId)) {
		if (element.kind === 'classes') return { classes: element.classes };
	}
	return undefined;
}

/** @throws InputError if they cannot be read, as of a project without tasks on a server with tokens. */
export async function classesOf(api: DataGymApi, projectId: string): Promise<readonly LabelClass[]> {
	const config = await getLabelConfig(api, projectId);
	if (config !== undefined) return config.classes;
	throw new InputError(
		'The classes cannot be listed, because the project has no task to read them from',
		'Enter keys instead: with "By Key", or in an expression such as {{ ["car", "lane"] }}.',
	);
}
