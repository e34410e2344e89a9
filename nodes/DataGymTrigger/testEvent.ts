import type { INodeExecutionData } from 'n8n-workflow';
import type { TaskState } from '@datagym/client';
import { InputError } from '@datagym/shared/errors';
import { isMilestone, type ImageEvent } from './events';
import { milestoneExamples, progressIn } from './testMilestones';
import { openProject } from './snapshot';
import type { TaskSummary } from './sources/listedTask';
import type { ProjectSource } from './sources/projectSource';
import { throwIfUnknown } from './unknownClasses';
import type { Filters } from './parameters';
import { makeItems, type PollRun } from './emit';
import type { EventItems } from './items';

/** Examples of each event. */
const SHOWN = 3;
/** Tasks whose labels are read to find examples with the wanted classes. */
const READ = 30;

/** Where tasks are that could have been the event, the likeliest first. */
const EXAMPLES_IN: Readonly<Record<ImageEvent, readonly TaskState[]>> = {
	completed: ['COMPLETED', 'REVIEWED'],
	reviewed: ['REVIEWED'],
	skipped: ['SKIPPED', 'REVIEWED_SKIP'],
	reopened: ['WAITING_CHANGED', 'IN_PROGRESS'],
	labelsChanged: ['REVIEWED', 'COMPLETED'],
};

/**
 * Some real items for the editor, of tasks that are now where the chosen events bring them: DataGym does not say which were
 * the last. Remembers nothing.
 *
 * @throws InputError that says why, if there are none.
 */
export async function testEvents(run: PollRun): Promise<readonly INodeExecutionData[]> {
	const { projectIds, events } = run.parameters;
	const emitted: INodeExecutionData[] = [];
	const open = async (projectId: string) => await openProject(run.api, projectId, undefined, events.some(isMilestone));
	const projects = await Promise.all(projectIds.map(open));
	const progress = events.some(isMilestone) ? await progressIn(run.api, projects, events) : [];
	for (const event of events) {
		if (isMilestone(event)) emitted.push(...milestoneExamples(event, progress, run.parameters.every).slice(0, SHOWN));
		else emitted.push(...(await imageExamples(run, projects, event)));
	}
	if (emitted.length === 0) {
		if (projects.every(({ projectId }) => run.filter.knowsClassesOf(projectId)))
			throwIfUnknown(run.filter, projects.length);
		throw nothingToShow(run);
	}
	return emitted;
}

async function imageExamples(
	run: PollRun,
	projects: readonly ProjectSource[],
	event: ImageEvent,
): Promise<readonly INodeExecutionData[]> {
	const found: EventItems[] = [];
	for (const project of projects) if (found.length < SHOWN) found.push(...(await examplesIn(run, project, event)));
	return found.slice(0, SHOWN).flat();
}

async function examplesIn(run: PollRun, project: ProjectSource, event: ImageEvent): Promise<readonly EventItems[]> {
	const emitted: EventItems[] = [];
	let read = 0;
	for (const task of await candidates(run, project, event)) {
		if (emitted.length >= SHOWN || read >= READ) break;
		if (!(await run.filter.passes(task))) continue;
		const mayRead = event !== 'reopened' && (run.parameters.output !== 'task' || run.filter.needsLabels);
		const labels = mayRead ? await project.readLabels(task) : undefined;
		run.filter.learn(project.projectId, labels?.classes ?? []);
		read++;
		if ((mayRead && labels === undefined) || !run.filter.passesLabels(labels)) continue;
		emitted.push(...(await makeItems(run, project, task, labels, [{ event }])));
	}
	return emitted;
}

async function candidates(run: PollRun, project: ProjectSource, event: ImageEvent): Promise<readonly TaskSummary[]> {
	const most = hasFilter(run.parameters.filters) ? READ : SHOWN;
	await run.filter.prepare();
	const passes = run.filter.hasListFilters ? (task: TaskSummary) => run.filter.passesList(task) : undefined;
	const tasks: TaskSummary[] = [];
	for (const state of EXAMPLES_IN[event])
		if (tasks.length < most) tasks.push(...(await project.examples(state, most - tasks.length, passes)));
	return tasks;
}

function hasFilter({ datasetIds, classes, imageName, labeler }: Filters): boolean {
	return datasetIds.length + classes.length > 0 || imageName !== '' || labeler !== '';
}

const NOUNS: Readonly<Record<ImageEvent, string>> = {
	completed: 'completed',
	reviewed: 'reviewed',
	skipped: 'skipped',
	reopened: 'reopened',
	labelsChanged: 'completed',
};

function nothingToShow({ parameters: { projectIds, events, filters } }: PollRun): InputError {
	const where = projectIds.length === 1 ? 'the project has' : `the ${projectIds.length} projects have`;
	const nouns = new Set(events.flatMap((event) => (isMilestone(event) ? [] : [NOUNS[event]])));
	const what = nouns.size === 0 ? '' : ` that is ${[...nouns].join(' or ')}`;
	const isFiltered = hasFilter(filters) && nouns.size > 0;
	return new InputError(
		`There is nothing to show yet: ${where} no image${what}${isFiltered ? ' and passes the filters' : ''}`,
		`Finish an image in DataGym${isFiltered ? ', change the filters' : ''} or select other events, then test again. You can also publish the workflow without a test.`,
	);
}
