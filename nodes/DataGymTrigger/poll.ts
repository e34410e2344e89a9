import type { INodeExecutionData } from 'n8n-workflow';
import { isDataGymError, type DataGymError } from '@datagym/client';
import { checkLabels, type LabelCheck } from './labelChanges';
import type { ProjectMemory, TriggerMemory } from './memory/memory';
import { lookAt, type ProjectLook } from './snapshot';
import { HASH_BITS } from './memory/hashes';
import { queueUp, tellInTurn, type DueInProject, type Outcome, type PollRun } from './emit';

export interface PollResult {
	readonly items: readonly INodeExecutionData[];
	/** To be remembered from now on. */
	readonly memory: TriggerMemory;
	readonly isChanged: boolean;
	/** A project was looked at for the first time, so that what it holds by now counts as known. */
	readonly hasBaseline: boolean;
	/** The memory holds what the next poll could not find out again. */
	readonly hasLearned: boolean;
	readonly vanished: readonly Vanished[];
}

/** A project that the server does not know, or does not show to this token, any more. */
export interface Vanished {
	readonly projectId: string;
	readonly error: DataGymError;
}

/**
 * One poll: looks at the projects, tells what is due, in turn and within the budget, and says what to remember. Changes
 * nothing by itself; if anything fails, nothing was told.
 */
export async function poll(run: PollRun, memory: TriggerMemory): Promise<PollResult> {
	const found: Array<ProjectLook | Vanished> = [];
	for (const projectId of run.settings.projectIds) {
		found.push(
			await lookAt(run.api, projectId, run.settings, memory.get(projectId)).catch((error: unknown) =>
				vanishedBy(error, projectId),
			),
		);
	}
	const looks = found.filter((one) => 'source' in one);
	const vanished = found.filter((one) => 'error' in one);
	const [first] = vanished;
	if (first !== undefined && looks.length === 0) throw first.error;
	const outcomes = queueUp(await tellInTurn(run, inTurn(looks)));
	const conclusions: Conclusion[] = [];
	for (const look of looks)
		conclusions.push(
			await conclude(
				run,
				look,
				outcomes.filter(({ source }) => source === look.source),
			),
		);
	const after = new Map([
		...vanished.flatMap(({ projectId }) => kept(memory, projectId)),
		...conclusions.map(({ projectId, after }) => [projectId, after] as const),
	]);
	return {
		items: [...outcomes.flatMap(({ items }) => items), ...conclusions.flatMap(({ check }) => check?.items ?? [])],
		memory: after,
		isChanged:
			after.size !== memory.size || [...after].some(([projectId, project]) => project !== memory.get(projectId)),
		hasBaseline: looks.some(({ isFirst }) => isFirst),
		hasLearned:
			looks.some(({ difference }) => difference?.hasLeft) || conclusions.some(({ check }) => check?.hasLearned),
		vanished,
	};
}

/**
 * 403 is the answer for other organizations' projects (CONTRACT.md, section 0).
 *
 * @throws the error, if it is of another kind.
 */
function vanishedBy(error: unknown, projectId: string): Vanished {
	if (isDataGymError(error) && (error.status === 404 || error.status === 403)) return { projectId, error };
	throw error;
}

function kept(memory: TriggerMemory, projectId: string): ReadonlyArray<[string, ProjectMemory]> {
	const project = memory.get(projectId);
	return project === undefined ? [] : [[projectId, project]];
}

/** What has waited longest in any project comes first, then the projects in the order in which they were chosen. */
function inTurn(looks: readonly ProjectLook[]): readonly DueInProject[] {
	const place = ({ due }: DueInProject) => (due.before.waiting === 0 ? Infinity : due.before.waiting);
	return looks
		.flatMap((look) =>
			(look.difference?.due ?? []).map(
				(due): DueInProject => ({ source: look.source, due, watchesLabels: watchesLabels(look) }),
			),
		)
		.sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}

function watchesLabels({ before, events }: ProjectLook): boolean {
	return events.includes('labelsChanged') && before.events.includes('labelsChanged');
}

interface Conclusion {
	readonly projectId: string;
	/** The same object as before if nothing has changed. */
	readonly after: ProjectMemory;
	readonly check?: LabelCheck;
}

/** Puts together what to remember and, where that is wanted and nothing more urgent is left, checks labels for changes. */
async function conclude(run: PollRun, look: ProjectLook, outcomes: readonly Outcome[]): Promise<Conclusion> {
	const { projectId } = look.source;
	const known = withOutcomes(look, outcomes);
	if (!watchesLabels(look) || outcomes.some(({ isLeft }) => isLeft)) return { projectId, after: known };
	const check = await checkLabels(run, look, known);
	return { projectId, after: check.after, check };
}

/** What was remembered, with what has changed. */
function withOutcomes({ before, difference, events }: ProjectLook, outcomes: readonly Outcome[]): ProjectMemory {
	if (difference === undefined) return before;
	const traces = new Map(difference.settled);
	for (const { due, trace } of outcomes) if (trace !== undefined) traces.set(due.seen.hash, trace);
	return { ...before, events, traces, bits: HASH_BITS, digest: undefined };
}
