import type { Fold } from '@datagym/client';
import { compareTexts, type Steps } from '@datagym/labels';
import { finish } from '@datagym/shared/turns';
import { FINISHED_STATES, isFinished, isLabeled, type ObservedState } from './events';
import { FirstOf } from './firstOf';
import { taskHash } from './memory/hashes';
import { emittedCode, NOTHING, placeOf, stateCode } from './memory/kinds';
import type { ListedTask, RowReader, TaskSummary } from './sources/listedTask';
import type { Sighting } from './sighting';
import { DISCARDED, TaskColumns } from './taskColumns';
import type { TaskRules } from './taskRules';

/** What is to be kept of the lists, beside a number and a state of each task. */
export interface ListingPlan {
	readonly rules: TaskRules;
	/** So many tasks with events to be emitted, the first by their turn. */
	readonly mostPending: number;
	/** So many tasks whose labels are to be compared, the first by their hashes, with larger ones than this. */
	readonly checks?: { readonly after: number; readonly most: number } | undefined;
	/** Whether a task passes the filters, as far as its list shows; undefined if there are none. */
	readonly passes?: ((task: TaskSummary) => boolean) | undefined;
}

/** When a task's turn comes. */
interface Turn {
	readonly place: number;
	readonly list: number;
	readonly imageName: string;
	readonly id: string;
}

type WaitingTask = ListedTask & Turn;

/** A list that was read to its end. */
export interface ListedTasks {
	readonly columns: TaskColumns;
	readonly kept: KeptTasks;
	/** How many it had, whether they were looked for or not. */
	readonly total: number;
}

/** What is looked for in lists. */
export interface Search {
	/** Whether a task is looked at. @param known where it is among those that are remembered, or -1. */
	readonly accepts: (hash: number, known: number, state: number) => boolean;
	readonly absorb: (columns: TaskColumns) => Steps<void>;
	/** Whether all that was looked for is found. */
	readonly isComplete: () => boolean;
}

/** Reads lists row by row: one after the other, since a task that is listed again counts as it is listed last. */
export class TaskLister {
	readonly kept: KeptTasks;
	/** How many tasks there were, whether they were looked for or not. */
	total = 0;

	constructor(
		private readonly sighting: Sighting,
		private readonly plan: ListingPlan,
		private readonly search: Search = everything(sighting),
	) {
		this.kept = new KeptTasks(plan);
	}

	/** Whether all that was looked for is found. */
	get isComplete(): boolean {
		return this.search.isComplete();
	}

	/** What takes the rows of one list, in one try to read it. */
	begin<Row extends object>(reader: RowReader<Row>): Fold<Row, ListedTasks> {
		const { records, withImages } = this.sighting;
		const columns = new TaskColumns(withImages);
		const kept = new KeptTasks(this.plan);
		let total = 0;
		return {
			add: (row) => {
				total++;
				const state = reader.state(row);
				const hash = taskHash(reader.id(row));
				const known = records.indexOf(hash);
				const code = stateCode(state);
				if (!this.search.accepts(hash, known, code)) return;
				const kind = known < 0 ? NOTHING : (records.kinds[known] ?? NOTHING);
				const isPassing = kept.consider(reader, row, hash, state, kind);
				const image = withImages ? taskHash(reader.imageId(row)) : 0;
				columns.add(hash, known, isPassing ? code : code | DISCARDED, image);
			},
			end: () => ({ columns, kept, total }),
		};
	}

	async take({ columns, kept, total }: ListedTasks): Promise<void> {
		this.total += total;
		this.kept.addAll(kept);
		await finish(this.search.absorb(columns));
	}
}

function everything(sighting: Sighting): Search {
	return { accepts: () => true, absorb: (columns) => sighting.absorb(columns), isComplete: () => false };
}

/** For the tasks that should be in the lists and are not. */
export function missingTasks(sighting: Sighting): Search {
	return {
		accepts: (_hash, known) => known >= 0 && sighting.isMissing(known),
		absorb: (columns) => sighting.absorb(columns),
		isComplete: () => sighting.missingLeft === 0,
	};
}

/** For those that wait for their turn and were not kept, in the state in which they were seen. */
export function waitingTasks(sighting: Sighting, rules: TaskRules, done: ReadonlySet<number>): Search {
	return {
		accepts: (hash, _known, state) => {
			const index = sighting.indexOf(hash);
			if (index < 0 || sighting.stateAt(index) !== state || sighting.isDiscardedAt(index)) return false;
			return rules.isPending(emittedCode(sighting.kindAt(index)), state) && !done.has(hash);
		},
		absorb: (columns) =>
			columns.drain(({ length, hashes, states }) => {
				for (let at = 0; at < length; at++)
					if (((states[at] ?? 0) & DISCARDED) !== 0) sighting.discard(sighting.indexOf(hashes[at] ?? 0));
			}),
		isComplete: () => false,
	};
}

/** The few tasks of long lists that may be needed whole. */
export class KeptTasks {
	readonly pending: FirstOf<Turn, WaitingTask>;
	/** By their hashes. */
	readonly checks: FirstOf<Pick<ListedTask, 'hash'>, ListedTask>;
	/** One that was reviewed, and one that is finished. */
	reviewed: ListedTask | undefined;
	finished: ListedTask | undefined;

	constructor(private readonly plan: ListingPlan) {
		this.pending = new FirstOf(plan.mostPending, byTurn);
		this.checks = new FirstOf(plan.checks?.most ?? 0, (one, other) => one.hash - other.hash);
	}

	/** @returns whether it passes the filters, as far as they have to be asked. */
	consider<Row extends object>(
		reader: RowReader<Row>,
		row: Row,
		hash: number,
		state: ObservedState,
		kind: number,
	): boolean {
		const { rules, checks, passes } = this.plan;
		if (this.finished === undefined && isFinished(state)) this.finished = keptTask(reader, row, hash, state);
		if (this.reviewed === undefined && state === 'REVIEWED') this.reviewed = keptTask(reader, row, hash, state);
		if (rules.isPending(emittedCode(kind), stateCode(state))) {
			if (passes !== undefined && !passes(reader.summary(row))) return false;
			const [imageName, id] = [reader.imageName(row), reader.sortId(row)];
			const turn = { place: turnOf(kind), list: listOf(state), imageName, id };
			if (this.pending.wants(turn)) this.pending.add({ ...keptTask(reader, row, hash, state), ...turn });
		} else if (checks !== undefined && hash > checks.after && isLabeled(state) && this.checks.wants({ hash })) {
			this.checks.add(keptTask(reader, row, hash, state));
		}
		return true;
	}

	addAll({ pending, checks, reviewed, finished }: KeptTasks): void {
		this.pending.addAll(pending);
		this.checks.addAll(checks);
		this.reviewed ??= reviewed;
		this.finished ??= finished;
	}
}

/**
 * Keeps a copy of the row, and nothing that holds the row itself. Of rows that are made in one place and of which the first thousand
 * are kept, V8 puts all others where things are that live long as well (allocation site pretenuring), and with each of them its texts:
 * a list of a million tasks then takes 150 MB until they are looked for.
 */
function keptTask<Row extends object>(
	reader: RowReader<Row>,
	row: Row,
	hash: number,
	state: ObservedState,
): ListedTask {
	const kept = { ...row };
	return { hash, state, describe: () => reader.describe(kept) };
}

/**
 * What has waited longest comes first, then the lists, and the images by name. The server sorts by name as well, but gives images of
 * one name, and all of an export, in any order.
 */
function byTurn(one: Turn, other: Turn): number {
	return (
		one.place - other.place ||
		one.list - other.list ||
		compareTexts(one.imageName, other.imageName) ||
		compareTexts(one.id, other.id)
	);
}

/** New ones come last. */
function turnOf(kind: number): number {
	return placeOf(kind) || Number.MAX_SAFE_INTEGER;
}

/** What is not finished any more was found behind the lists of finished tasks. */
function listOf(state: ObservedState): number {
	return isFinished(state) ? FINISHED_STATES.indexOf(state) : FINISHED_STATES.length;
}
