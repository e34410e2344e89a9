import type { INodeExecutionData } from 'n8n-workflow';
import { isLabeled } from './events';
import { labelFingerprint, NO_FINGERPRINT } from './memory/labelFingerprint';
import { traceOf, type ProjectMemory, type Trace } from './memory/memory';
import type { ProjectSource, TaskSighting } from './sources/projectSource';
import type { ProjectLook } from './snapshot';
import { shortened } from './memory/hashes';
import { makeItems, type PollRun } from './emit';

export interface LabelCheck {
	readonly items: readonly INodeExecutionData[];
	readonly after: ProjectMemory;
	/** Whether a round is over in which labels were read for the first time: what it found out must not be forgotten. */
	readonly hasLearned: boolean;
}

/**
 * Reads the labels of the next finished tasks, in the order of their hashes, and tells those that differ from when they
 * were read last. Nothing else tells of a change (CONTRACT.md, section 6), and reading all of them in each poll would cost
 * as much as an export: so each poll takes a few, and a round takes as many polls as it needs.
 */
export async function checkLabels(
	run: PollRun,
	{ source, sightings }: Pick<ProjectLook, 'source' | 'sightings'>,
	memory: ProjectMemory,
): Promise<LabelCheck> {
	const turn = inTurn(sightings, memory);
	const checks: Check[] = [];
	const most = Math.min(turn.length, run.settings.labelChecks);
	while (checks.length < most && run.budget.hasTime && run.budget.itemsLeft > 0) {
		const places = Math.min(run.settings.concurrency, run.budget.itemsLeft, most - checks.length);
		const batch = turn.slice(checks.length, checks.length + places);
		const done = await Promise.all(batch.map(async (one) => await check(run, source, one)));
		run.budget.spend(done.reduce((sum, { items }) => sum + items.length, 0));
		checks.push(...done);
	}
	const items = checks.flatMap(({ items: found }) => found);
	const isOver = checks.length === turn.length;
	const hasNewFingerprints =
		memory.hasNewFingerprints ||
		checks.some(({ trace, after }) => trace.fingerprint === NO_FINGERPRINT && after !== trace);
	return {
		items,
		after: remember(memory, checks, isOver, hasNewFingerprints),
		hasLearned: isOver && hasNewFingerprints,
	};
}

interface Known {
	readonly seen: TaskSighting;
	readonly trace: Trace;
}

/** The labeled tasks whose turn is still to come in this round. */
function inTurn(sightings: readonly TaskSighting[], memory: ProjectMemory): readonly Known[] {
	return sightings
		.flatMap((seen): readonly Known[] => {
			const trace = seen.hash > memory.checkedUpTo && isLabeled(seen.standing) ? traceOf(memory, seen.hash) : undefined;
			return trace?.told === seen.standing && trace.waiting === 0 ? [{ seen, trace }] : [];
		})
		.sort((a, b) => a.seen.hash - b.seen.hash);
}

interface Check extends Known {
	readonly items: readonly INodeExecutionData[];
	/** The same trace if the labels are as they were. */
	readonly after: Trace;
}

async function check(run: PollRun, source: ProjectSource, { seen, trace }: Known): Promise<Check> {
	const task = seen.describe();
	const labels = (await run.filter.passes(task)) ? await source.readLabels(task) : undefined;
	const fingerprint =
		labels === undefined || labels.isUntold === true ? trace.fingerprint : labelFingerprint(labels.image);
	if (fingerprint === trace.fingerprint) return { seen, trace, after: trace, items: [] };
	const isTold = trace.fingerprint !== NO_FINGERPRINT && run.filter.passesLabels(labels);
	const items = isTold ? await makeItems(run, source, task, labels, [{ event: 'labelsChanged' }]) : [];
	return { seen, trace, after: { ...trace, fingerprint }, items };
}

/** The same memory if nothing has changed, which is so when a round takes one poll. */
function remember(
	memory: ProjectMemory,
	checks: readonly Check[],
	isOver: boolean,
	hasNewFingerprints: boolean,
): ProjectMemory {
	const checkedUpTo = isOver ? 0 : (checks.at(-1)?.seen.hash ?? memory.checkedUpTo);
	const changed = checks.filter(({ trace, after }) => after !== trace);
	if (changed.length === 0 && checkedUpTo === memory.checkedUpTo) return memory;
	const traces = new Map(memory.traces);
	for (const { seen, after } of changed) traces.set(shortened(seen.hash, memory.bits), after);
	return { ...memory, traces, checkedUpTo, hasNewFingerprints: hasNewFingerprints && !isOver };
}
