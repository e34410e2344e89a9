import { isDataGymError, type DataGymApi } from '@datagym/client';
import { isMilestone, type TriggerEvent } from './events';
import { isKnown } from './milestones';
import { sameEvents, type ProjectMemory } from './memory/memory';
import type { TriggerParameters } from './parameters';

/** So many polls in a row are content with the counts. */
const MOST_QUIET_POLLS = 4;
/** Milliseconds after which the lists are read all the same. */
export const LONGEST_QUIET = 10 * 60_000;

/** A poll that read a project's lists and found what is remembered. */
interface QuietLook {
	/** Of what is remembered. */
	readonly digest: string;
	/** How many tasks were in which state just before. */
	readonly counts: string;
	/** Epoch milliseconds. */
	readonly at: number;
	/** Polls since that were content with the counts. */
	readonly polls: number;
}

/** What a project is compared with before its lists are read. */
export interface Counted {
	readonly digest: string;
	readonly counts: string;
}

/**
 * Where a server counts the tasks by their states in one small answer, a poll that finds the same numbers as before needs no lists,
 * whose size is that of the project. As many tasks may have come into each state as have left it, so the lists are read now and
 * then all the same. Kept by this process only: the first poll after a start reads the lists.
 */
export class QuietLooks {
	private readonly looks = new Map<string, QuietLook>();

	constructor(private readonly now: () => number = Date.now) {}

	/** Whether nothing speaks for a look at the lists, which counts as one of the polls in a row. */
	mayRest(projectId: string, { digest, counts }: Counted): boolean {
		const look = this.looks.get(projectId);
		if (look === undefined || look.digest !== digest || look.counts !== counts) return false;
		const { polls, at } = look;
		if (polls >= MOST_QUIET_POLLS || Math.abs(this.now() - at) >= LONGEST_QUIET) return false;
		this.looks.set(projectId, { ...look, polls: polls + 1 });
		return true;
	}

	/** The lists are as remembered. @param counted before the lists were read, since a task may move in between. */
	note(projectId: string, counted: Counted): void {
		this.looks.set(projectId, { ...counted, at: this.now(), polls: 0 });
	}
}

/**
 * @returns undefined where counts cannot tell that nothing is new: on other servers, if they cannot be had, while something is pending,
 * for events that leave each task where it is, and where classes are to be checked, which takes a task.
 */
export async function countTasks(
	api: DataGymApi,
	projectId: string,
	{ events, filters }: Pick<TriggerParameters, 'events' | 'filters'>,
	remembered: ProjectMemory | undefined,
): Promise<Counted | undefined> {
	const digest = remembered === undefined ? undefined : quietDigest(remembered, events);
	if (digest === undefined || filters.classes.length > 0) return undefined;
	if (!(await api.has('taskCounts'))) return undefined;
	// Only a shortcut: what is wrong with the server, the lists say. Of a project that is gone, they do not.
	const counts = await api
		.once()
		.projects.counts(projectId)
		.catch((error: unknown) => {
			if (isDataGymError(error) && error.key !== undefined && error.status !== undefined && error.status < 500)
				throw error;
			return undefined;
		});
	if (counts === undefined) return undefined;
	const sorted = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
	return { digest, counts: JSON.stringify(sorted) };
}

/**
 * What says that a poll whose lists are as remembered may do without the size of the project, which costs a request of its own.
 *
 * @returns undefined if it may not.
 */
export function sizeMayRest(remembered: ProjectMemory, events: readonly TriggerEvent[]): Counted | undefined {
	const digest = events.some(isMilestone) ? quietDigest(remembered, events) : undefined;
	return digest === undefined ? undefined : { digest, counts: '' };
}

/** @returns undefined while something waits, also to be known. */
function quietDigest(remembered: ProjectMemory, events: readonly TriggerEvent[]): string | undefined {
	const { digest, milestones } = remembered;
	if (!sameEvents(remembered.events, events) || events.includes(INVISIBLE)) return undefined;
	return events.every((event) => !isMilestone(event) || isKnown(milestones, event)) ? digest : undefined;
}

/** Its tasks stay in their states. */
const INVISIBLE: TriggerEvent = 'labelsChanged';

const looksOfNodes = new Map<string, QuietLooks>();

/** @param key of the node in its workflow. */
export function quietLooksOf(key: string): QuietLooks {
	const looks = looksOfNodes.get(key) ?? new QuietLooks();
	looksOfNodes.set(key, looks);
	return looks;
}
