import type { INodeExecutionData } from 'n8n-workflow';
import { isDataGymError, type DataGymError } from '@datagym/client';
import { finish } from '@datagym/shared/turns';
import { remembered } from './compare';
import { emitInTurn, numberQueue, queuePlaces, type Outcome, type PollRun } from './emit';
import { emitMilestones } from './emitMilestones';
import { isSetback } from './events';
import { checkLabels } from './labelChanges';
import { sameEvents, withRecords, type ProjectMemory, type TriggerMemory } from './memory/memory';
import { byHash, Turns, watchesLabels } from './pollTurns';
import { DatasetLists } from './sources/datasetImages';
import { takeSnapshot, type ProjectSnapshot } from './snapshot';
import { refuseUnknownClasses } from './unknownClasses';

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
	const lists = new DatasetLists(run.api);
	const seen: Array<ProjectSnapshot | MissingProject> = [];
	for (const projectId of run.parameters.projectIds) {
		seen.push(
			await takeSnapshot(run, projectId, memory.get(projectId), looks, lists).catch((error: unknown) =>
				missingProject(error, projectId),
			),
		);
	}
	const snapshots = seen.filter((one) => 'source' in one);
	const missingProjects = seen.filter((one) => 'error' in one);
	const [first] = missingProjects;
	if (first !== undefined && snapshots.length === 0) throw first.error;
	const turns = new Turns(snapshots);
	const found = await emitInTurn(run, turns.first(), async (done) => await turns.next(done));
	await refuseUnknownClasses(run, snapshots);
	const newPlace = queuePlaces(found, await turns.placesLeft(found));
	const outcomes = numberQueue(found, newPlace);
	const conclusions: Conclusion[] = [];
	for (const snapshot of snapshots) {
		const own = outcomes.filter(({ source }) => source === snapshot.source);
		const known = await withOutcomes(snapshot, own, turns.areOver(snapshot) ? undefined : newPlace);
		conclusions.push(await conclude(run, snapshot, known, own, turns.hasLeft(snapshot, own)));
	}
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
				({ before, events, look }) => look?.changes.hasSetback === true || !sameEvents(before.events, events),
			) ||
			outcomes.some(isSilentSetback) ||
			turns.wereListedAgain ||
			conclusions.some(({ mustSurvive }) => mustSurvive),
		missingProjects,
		emptyProjects: snapshots.filter(({ look }) => look?.isEmpty).map(({ source }) => source.projectId),
		forgotten: snapshots
			.map(({ source, look }) => ({ projectId: source.projectId, images: look?.changes.forgotten ?? 0 }))
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

/** Where that is wanted and nothing more urgent is left, checks labels for changes; last come the milestones of the project. */
async function conclude(
	run: PollRun,
	snapshot: ProjectSnapshot,
	known: ProjectMemory,
	outcomes: readonly Outcome[],
	hasLeft: boolean,
): Promise<Conclusion> {
	const { source, look } = snapshot;
	const isChecked = watchesLabels(snapshot) && !hasLeft && !outcomes.some(({ isPostponed }) => isPostponed);
	const check = isChecked && look !== undefined ? await checkLabels(run, source, look, outcomes, known) : undefined;
	const milestones = emitMilestones(run, snapshot, check?.after ?? known);
	return {
		projectId: source.projectId,
		after: milestones.after,
		items: [...withRemaining(check?.items ?? [], [snapshot], source), ...milestones.items],
		mustSurvive: hasLeft || check?.hasLearned === true || milestones.hasChangedSilently,
	};
}

/** What was remembered, with what has changed. @param newPlace undefined if what has no outcome has moved on. */
async function withOutcomes(
	{ before, isFirst, look, events }: ProjectSnapshot,
	outcomes: readonly Outcome[],
	newPlace: ((before: number) => number) | undefined,
): Promise<ProjectMemory> {
	if (look === undefined || (look.changes.isUnchanged && !isFirst && sameEvents(before.events, events))) return before;
	return { ...withRecords(before, await finish(remembered(look, byHash(outcomes), newPlace))), events };
}
