import type { INodeExecutionData } from 'n8n-workflow';
import { finish } from '@datagym/shared/turns';
import { passOver } from './brokenTask';
import { isLabeled } from './events';
import { labelFingerprint, NO_FINGERPRINT } from './memory/labelFingerprint';
import { withRecords, type ProjectMemory } from './memory/memory';
import type { TaskRecord } from './memory/taskRecord';
import type { TaskRecords } from './memory/taskRecords';
import type { ListedTask } from './sources/listedTask';
import type { ProjectSource } from './sources/projectSource';
import type { Look } from './snapshot';
import { isOutOfTime } from './pollTime';
import { makeItems, unlessAway, type Outcome, type PollRun } from './emit';
import type { EventItems } from './items';

/** If so many tasks cannot be read, and no other can, it is not the tasks. */
const SUSPICIOUS = 3;

export interface LabelCheck {
	readonly items: readonly INodeExecutionData[];
	readonly after: ProjectMemory;
	/** Whether a round is over in which labels were read for the first time: what it found out must not be forgotten. */
	readonly hasLearned: boolean;
}

/**
 * Reads the labels of the next finished tasks, in the order of their hashes, and emits those that differ from when they
 * were read last. Nothing else shows a change (docs/contract.md#label-values), and reading all of them in each poll would cost
 * as much as an export: so each poll takes a few, and a round takes as many polls as it needs.
 *
 * @throws what is wrong with the first task, if none can be read and nothing is emitted.
 */
export async function checkLabels(
	run: PollRun,
	source: ProjectSource,
	{ kept, sighting, changes }: Pick<Look, 'kept' | 'sighting' | 'changes'>,
	outcomes: readonly Outcome[],
	memory: ProjectMemory,
): Promise<LabelCheck> {
	const records = await finish(memory.unpack());
	const settled = kept.checks.sorted.filter(({ hash, state }) => sighting.stateNow(hash) === state);
	const emitted = outcomes.map(({ pending }) => pending.task);
	const isInRound = ({ hash }: ListedTask) => hash > memory.checkedUpTo;
	const turn = inTurn([...settled, ...emitted].filter(isInRound), records);
	const inRound = changes.toCheck + inTurn(emitted.filter(isInRound), records).length;
	const checks: Check[] = [];
	const failed: unknown[] = [];
	const most = Math.min(turn.length, run.parameters.labelChecks);
	while (checks.length < most && run.budget.hasTime && run.budget.eventsLeft > 0) {
		const atOnce = Math.min(run.api.atOnce, run.parameters.network.concurrency);
		const places = Math.min(atOnce, run.budget.eventsLeft, most - checks.length);
		const batch = turn.slice(checks.length, checks.length + places);
		const read = await Promise.all(
			batch.map(async (one) => await check(run, source, one, failed).catch(unlessOutOfTime)),
		);
		// What comes behind one that the server has not answered in time is read again, so that none is left out.
		const end = read.indexOf(undefined);
		const done = read.slice(0, end === -1 ? read.length : end).filter((one) => one !== undefined);
		run.budget.spend(done.reduce((sum, { events }) => sum + events.length, 0));
		checks.push(...done);
		if (end !== -1) run.budget.end();
	}
	const isNothingEmitted = run.budget.eventsLeft === run.parameters.maxItems;
	if (isNothingEmitted && failed.length === checks.length && failed.length >= SUSPICIOUS) throw failed[0];
	const items = checks.flatMap(({ events }) => events.flat());
	const isOver = checks.length === inRound;
	const hasNewFingerprints =
		memory.hasNewFingerprints ||
		checks.some(({ record, after }) => record.fingerprint === NO_FINGERPRINT && after !== record);
	return {
		items,
		after: remember(memory, records, checks, isOver, hasNewFingerprints),
		hasLearned: isOver && hasNewFingerprints,
	};
}

function unlessOutOfTime(error: unknown): undefined {
	if (!isOutOfTime(error)) throw error;
}

interface Known {
	readonly task: ListedTask;
	readonly record: TaskRecord;
}

/** Those that are labeled and of which nothing waits, in the order in which they are checked. */
function inTurn(tasks: readonly ListedTask[], records: TaskRecords): readonly Known[] {
	return tasks
		.flatMap((task): readonly Known[] => {
			const record = isLabeled(task.state) ? records.find(task.hash) : undefined;
			return record?.emitted === task.state && record.queuePosition === 0 ? [{ task, record }] : [];
		})
		.sort((a, b) => a.task.hash - b.task.hash);
}

interface Check extends Known {
	/** The items of the event, if there is one. */
	readonly events: readonly EventItems[];
	/** The same record if the labels are as they were. */
	readonly after: TaskRecord;
}

/** @param failed takes what is wrong with a task that cannot be read, which counts as unchanged. */
async function check(run: PollRun, source: ProjectSource, { task, record }: Known, failed: unknown[]): Promise<Check> {
	const summary = task.describe();
	const labels = (await run.filter.passes(summary))
		? await source.readLabels(summary).catch((error: unknown) => {
				passOver(error, summary, run.warn);
				failed.push(error);
				return undefined;
			})
		: undefined;
	const fingerprint =
		labels === undefined || labels.isUnavailable === true ? record.fingerprint : labelFingerprint(labels.image);
	if (fingerprint === record.fingerprint) return { task, record, after: record, events: [] };
	const isEmitted = record.fingerprint !== NO_FINGERPRINT && run.filter.passesLabels(labels);
	const events = isEmitted
		? await unlessAway(run, summary, makeItems(run, source, summary, labels, [{ event: 'labelsChanged' }]))
		: [];
	// Without its file it is not told; the next round finds the change again.
	if (events === undefined) return { task, record, after: record, events: [] };
	return { task, record, after: { ...record, fingerprint }, events };
}

/** The same memory if nothing has changed, which is so when a round takes one poll. */
function remember(
	memory: ProjectMemory,
	records: TaskRecords,
	checks: readonly Check[],
	isOver: boolean,
	hasNewFingerprints: boolean,
): ProjectMemory {
	const checkedUpTo = isOver ? 0 : (checks.at(-1)?.task.hash ?? memory.checkedUpTo);
	const changed = checks.filter(({ record, after }) => after !== record);
	if (changed.length === 0 && checkedUpTo === memory.checkedUpTo) return memory;
	const fingerprints = new Map(changed.map(({ task, after }) => [task.hash, after.fingerprint]));
	const known = changed.length === 0 ? memory : withRecords(memory, records.withFingerprints(fingerprints));
	return { ...known, checkedUpTo, hasNewFingerprints: hasNewFingerprints && !isOver };
}
