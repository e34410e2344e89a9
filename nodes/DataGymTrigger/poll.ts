import type { INodeExecutionData } from 'n8n-workflow';
import { isDataGymError, type DataGymError } from '@datagym/client';
import { compareTexts } from '@datagym/labels';
import { emitMilestones } from './emitMilestones';
import { checkLabels } from './labelChanges';
import { FINISHED_STATES, isFinished, isSetback } from './events';
import type { PendingTask } from './compare';
import { refuseUnknownClasses } from './unknownClasses';
import { sameEvents, type ProjectMemory, type TriggerMemory } from './memory/memory';
import { takeSnapshot, type ProjectSnapshot } from './snapshot';
import { HASH_BITS, shortened } from './memory/hashes';
import { numberQueue, emitInTurn, type PendingInProject, type Outcome, type PollRun } from './emit';

export interface PollResult {
	readonly items: readonly INodeExecutionData[];
	/** To be remembered from now on. */
	readonly memory: TriggerMemory;
	readonly isChanged: boolean;
	/** A project was polled for the first time, so that what it holds by now counts as known. */
	readonly hasBaseline: boolean;
	/** The memory holds what no later poll could find out again, so that it must survive a restart of n8n. */
	readonly mustSurvive: boolean;
	readonly missingProjects: readonly MissingProject[];
	/** The IDs of those that show no image in any state, though some are remembered. */
	readonly emptyProjects: readonly string[];
	/** Projects with images that were in no list for so long that they are forgotten. */
	readonly forgotten: ReadonlyArray<{ readonly projectId: string; readonly images: number }>;
}

/** A project that the server does not know, or does not show to this token, any more. */
interface MissingProject {
	readonly projectId: string;
	readonly error: DataGymError;
}

/**
 * One poll: looks at the projects, emits what is pending, in turn and within the budget, and returns what to remember. It
 * changes nothing by itself; if anything fails, nothing was emitted.
 */
export async function poll(run: PollRun, memory: TriggerMemory): Promise<PollResult> {
	// At activation the parameters are checked, by tasks.
	const looks = run.isActivation === true ? undefined : run.looks;
	const found: Array<ProjectSnapshot | MissingProject> = [];
	for (const projectId of run.parameters.projectIds) {
		found.push(
			await takeSnapshot(run.api, projectId, run.parameters, memory.get(projectId), looks).catch((error: unknown) =>
				missingProject(error, projectId),
			),
		);
	}
	const snapshots = found.filter((one) => 'source' in one);
	const missingProjects = found.filter((one) => 'error' in one);
	const [first] = missingProjects;
	if (first !== undefined && snapshots.length === 0) throw first.error;
	const outcomes = numberQueue(await emitInTurn(run, inTurn(snapshots)));
	await refuseUnknownClasses(run, snapshots);
	const conclusions: Conclusion[] = [];
	for (const snapshot of snapshots)
		conclusions.push(
			await conclude(
				run,
				snapshot,
				outcomes.filter(({ source }) => source === snapshot.source),
			),
		);
	const after = new Map([
		...missingProjects.flatMap(({ projectId }) => kept(memory, projectId)),
		...conclusions.map(({ projectId, after }) => [projectId, after] as const),
	]);
	return {
		items: [
			...outcomes.flatMap(({ items, source }) => withRemaining(items, snapshots, source)),
			...conclusions.flatMap(({ items }) => items),
		],
		memory: after,
		isChanged:
			after.size !== memory.size || [...after].some(([projectId, project]) => project !== memory.get(projectId)),
		hasBaseline: snapshots.some(({ isFirst }) => isFirst),
		mustSurvive:
			snapshots.some(
				({ before, events, changes }) => changes?.hasSetback === true || !sameEvents(before.events, events),
			) ||
			outcomes.some(isSilentSetback) ||
			conclusions.some(({ mustSurvive }) => mustSurvive),
		missingProjects,
		emptyProjects: snapshots.filter(({ isEmpty }) => isEmpty).map(({ source }) => source.projectId),
		forgotten: snapshots
			.map(({ source, changes }) => ({ projectId: source.projectId, images: changes?.forgotten ?? 0 }))
			.filter(({ images }) => images > 0),
	};
}

/**
 * 403 is the answer for other organizations' projects (docs/contract.md#other-organizations). DataGym says so with a key; an
 * answer without one is a proxy's, such as while DataGym restarts, of which nothing follows.
 *
 * @throws the error, if it is of another kind.
 */
function missingProject(error: unknown, projectId: string): MissingProject {
	const isGone = isDataGymError(error) && (error.status === 404 || error.status === 403) && error.key !== undefined;
	if (isGone) return { projectId, error };
	throw error;
}

function kept(memory: TriggerMemory, projectId: string): ReadonlyArray<[string, ProjectMemory]> {
	const project = memory.get(projectId);
	return project === undefined ? [] : [[projectId, project]];
}

/** Whether a poll has found out something about a task that must survive though no item says so. */
function isSilentSetback({ items, isPostponed, pending: { task, record } }: Outcome): boolean {
	return items.length === 0 && (isPostponed || isSetback(record.emitted, task.state));
}

/**
 * What has waited longest in any project comes first, then the projects in the order in which they were chosen, their lists, and
 * the images by name. The server sorts by name as well, but gives images of one name, and all of an export, in any order.
 */
function inTurn(snapshots: readonly ProjectSnapshot[]): readonly PendingInProject[] {
	return snapshots
		.flatMap((snapshot, project) =>
			(snapshot.changes?.pending ?? []).map((pending) => ({
				snapshot,
				project,
				pending,
				task: pending.task.describe(),
			})),
		)
		.sort(
			(a, b) =>
				placeOf(a.pending) - placeOf(b.pending) ||
				a.project - b.project ||
				listOf(a.pending) - listOf(b.pending) ||
				compareTexts(a.task.imageName, b.task.imageName) ||
				compareTexts(a.task.taskId ?? a.task.imageId, b.task.taskId ?? b.task.imageId),
		)
		.map(({ snapshot, pending }) => ({ source: snapshot.source, pending, watchesLabels: watchesLabels(snapshot) }));
}

/** New ones come last. */
function placeOf({ record: { queuePosition } }: PendingTask): number {
	return queuePosition === 0 ? Number.MAX_SAFE_INTEGER : queuePosition;
}

/** What is not finished any more was found behind the lists of finished tasks. */
function listOf({ task: { state } }: PendingTask): number {
	return isFinished(state) ? FINISHED_STATES.indexOf(state) : FINISHED_STATES.length;
}

function watchesLabels({ before, events }: ProjectSnapshot): boolean {
	return events.includes('labelsChanged') && before.events.includes('labelsChanged');
}

/** Where it is known how far a project is, the last field of its items says how many of its images are not finished. */
function withRemaining(
	items: readonly INodeExecutionData[],
	snapshots: readonly ProjectSnapshot[],
	source: ProjectSnapshot['source'],
): readonly INodeExecutionData[] {
	const remaining = snapshots.find((snapshot) => snapshot.source === source)?.progress?.remaining;
	if (remaining === undefined) return items;
	return items.map((item) => ({ ...item, json: { ...item.json, remaining } }));
}

interface Conclusion {
	readonly projectId: string;
	/** The same object as before if nothing has changed. */
	readonly after: ProjectMemory;
	/** Of changed labels and milestones. */
	readonly items: readonly INodeExecutionData[];
	/** Something was learned that no later poll could find out again. */
	readonly mustSurvive: boolean;
}

/**
 * Puts together what to remember and, where that is wanted and nothing more urgent is left, checks labels for changes; last come
 * the milestones of the project.
 */
async function conclude(run: PollRun, snapshot: ProjectSnapshot, outcomes: readonly Outcome[]): Promise<Conclusion> {
	const { source } = snapshot;
	const known = withOutcomes(snapshot, outcomes);
	const isChecked = watchesLabels(snapshot) && !outcomes.some(({ isPostponed }) => isPostponed);
	const check = isChecked ? await checkLabels(run, snapshot, known) : undefined;
	const milestones = emitMilestones(run, snapshot, check?.after ?? known);
	return {
		projectId: source.projectId,
		after: milestones.after,
		items: [...withRemaining(check?.items ?? [], [snapshot], source), ...milestones.items],
		mustSurvive: check?.hasLearned === true || milestones.hasChangedSilently,
	};
}

/** What was remembered, with what has changed. The hashes have all their bits unless some are known in short only. */
function withOutcomes({ before, changes, events }: ProjectSnapshot, outcomes: readonly Outcome[]): ProjectMemory {
	if (changes === undefined) return before;
	const bits = changes.unlisted.size > 0 ? before.bits : HASH_BITS;
	const records = new Map(changes.unlisted);
	for (const [hash, record] of changes.settled) records.set(shortened(hash, bits), record);
	for (const { pending, record } of outcomes)
		if (record !== undefined) records.set(shortened(pending.task.hash, bits), record);
	return { ...before, events, records, bits, digest: undefined };
}
