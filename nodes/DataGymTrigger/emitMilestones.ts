import type { INodeExecutionData } from 'n8n-workflow';
import type { PollRun } from './emit';
import { isMilestone } from './events';
import type { ProjectMemory } from './memory/memory';
import { saveMilestones } from './memory/savedMilestones';
import { chosenOnly, judge, type Reached } from './milestones';
import type { Progress } from './progress';
import type { ProjectSnapshot } from './snapshot';
import type { ProjectSource } from './sources/projectSource';

interface Emitted {
	readonly items: readonly INodeExecutionData[];
	/** The same object as before if nothing has changed. */
	readonly after: ProjectMemory;
	/** What was remembered has changed though no item says so. */
	readonly hasChangedSilently: boolean;
}

/**
 * Emits what a project has come to, after all events of its images, as far as the poll has room; the rest waits. While an image
 * is missing, or more are finished than there are, nothing is concluded: its lists are not those of one moment.
 */
export function emitMilestones(
	{ parameters, budget }: Pick<PollRun, 'parameters' | 'budget'>,
	{ source, events, progress, look }: ProjectSnapshot,
	memory: ProjectMemory,
): Emitted {
	const before = memory.milestones && chosenOnly(memory.milestones, events);
	const isUnclear =
		!events.some(isMilestone) ||
		progress?.isUncertain !== false ||
		look?.isEmpty === true ||
		(look?.changes.unlisted ?? 0) > 0;
	if (isUnclear) return { items: [], after: withMilestones(memory, before), hasChangedSilently: false };
	const { due, record } = judge(progress, before ?? {}, events, parameters.every);
	const emitted = budget.hasTime ? due.slice(0, budget.eventsLeft) : [];
	budget.spend(emitted.length);
	const after = {
		...emitted.reduce((known, { remember }) => remember(known), record),
		isDue: emitted.length < due.length,
	};
	return {
		items: emitted.map((milestone) => milestoneItem(source, progress, milestone)),
		after: withMilestones(memory, after),
		hasChangedSilently: emitted.length === 0 && !isSame({ ...record, isDue: false }, { ...before, isDue: false }),
	};
}

export function milestoneItem(
	{ projectId, hint }: Pick<ProjectSource, 'projectId' | 'hint'>,
	{ projectName, remaining }: Progress,
	{ event, json }: Pick<Reached, 'event' | 'json'>,
): INodeExecutionData {
	return { json: { event, projectId, projectName, ...json, ...(hint === undefined ? {} : { hint }), remaining } };
}

function withMilestones(memory: ProjectMemory, milestones: ProjectMemory['milestones']): ProjectMemory {
	return isSame(memory.milestones, milestones) ? memory : { ...memory, milestones };
}

function isSame(one: ProjectMemory['milestones'], other: ProjectMemory['milestones']): boolean {
	return one === other || JSON.stringify(one && saveMilestones(one)) === JSON.stringify(other && saveMilestones(other));
}
