import { compareTexts } from '@datagym/labels';
import { finish } from '@datagym/shared/turns';
import { placesWaiting, type Outcomes, type PendingTask } from './compare';
import type { Outcome, PendingInProject } from './emit';
import { FINISHED_STATES, isFinished } from './events';
import type { ProjectSnapshot } from './snapshot';

/** Whose turn it is, in all projects. */
export class Turns {
	/** Projects whose lists have no more tasks to be emitted: what was left has moved on meanwhile. */
	private readonly over = new Set<ProjectSnapshot>();
	wereListedAgain = false;

	constructor(private readonly snapshots: readonly ProjectSnapshot[]) {}

	first(): readonly PendingInProject[] {
		return inTurn(this.snapshots.map((snapshot) => [snapshot, snapshot.look?.pending ?? []]));
	}

	/** The next ones, where more are to be emitted than were kept of the lists. */
	async next(done: readonly Outcome[]): Promise<readonly PendingInProject[]> {
		const pending: Array<readonly [ProjectSnapshot, readonly PendingTask[]]> = [];
		for (const snapshot of this.snapshots) {
			const own = done.filter(({ source }) => source === snapshot.source);
			if (snapshot.look === undefined || !this.hasLeft(snapshot, own)) continue;
			this.wereListedAgain = true;
			const next = await snapshot.look.next(new Set(own.map(({ pending }) => pending.task.hash)));
			if (next.length === 0) this.over.add(snapshot);
			pending.push([snapshot, next]);
		}
		return inTurn(pending);
	}

	/** Whether there are tasks that wait and have no outcome. */
	hasLeft(snapshot: ProjectSnapshot, own: readonly Outcome[]): boolean {
		return !this.areOver(snapshot) && (snapshot.look?.changes.pending ?? 0) > own.length;
	}

	areOver(snapshot: ProjectSnapshot): boolean {
		return this.over.has(snapshot);
	}

	/** The places in the queue of what has no outcome. */
	async placesLeft(outcomes: readonly Outcome[]): Promise<readonly number[]> {
		const places: number[] = [];
		for (const snapshot of this.snapshots) {
			const own = outcomes.filter(({ source }) => source === snapshot.source);
			const { look } = snapshot;
			if (look === undefined || !this.hasLeft(snapshot, own)) continue;
			places.push(...(await finish(placesWaiting(look.sighting, look.rules, byHash(own)))));
		}
		return places;
	}
}

export function byHash(outcomes: readonly Outcome[]): Outcomes {
	return new Map(outcomes.map(({ pending, record }) => [pending.task.hash, record]));
}

/**
 * What has waited longest in any project comes first, then the projects in the order in which they were chosen, their lists, and
 * the images by name.
 */
function inTurn(
	projects: ReadonlyArray<readonly [ProjectSnapshot, readonly PendingTask[]]>,
): readonly PendingInProject[] {
	return projects
		.flatMap(([snapshot, tasks], project) =>
			tasks.map((pending) => ({ snapshot, project, pending, task: pending.task.describe() })),
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

export function watchesLabels({ before, events }: ProjectSnapshot): boolean {
	return events.includes('labelsChanged') && before.events.includes('labelsChanged');
}
