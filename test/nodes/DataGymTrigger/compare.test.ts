import { atOnce } from '@datagym/labels/steps/steps';
import { compare, remembered, type PendingTask } from '@datagym/nodes/DataGymTrigger/compare';
import type { ObservedState, TriggerEvent } from '@datagym/nodes/DataGymTrigger/events';
import { taskHash } from '@datagym/nodes/DataGymTrigger/memory/hashes';
import { emptyMemory, sameEvents, withRecords, type ProjectMemory } from '@datagym/nodes/DataGymTrigger/memory/memory';
import type { TaskRecord } from '@datagym/nodes/DataGymTrigger/memory/taskRecord';
import { loadMemory, saveMemory } from '@datagym/nodes/DataGymTrigger/memory/savedMemory';
import { taskRecordsOf } from '@datagym/nodes/DataGymTrigger/memory/taskRecords';
import { Sighting } from '@datagym/nodes/DataGymTrigger/sighting';
import type { ListedTask, RowReader } from '@datagym/nodes/DataGymTrigger/sources/listedTask';
import { missingTasks, TaskLister } from '@datagym/nodes/DataGymTrigger/taskLister';
import { TaskRules } from '@datagym/nodes/DataGymTrigger/taskRules';
import { memoryOf, record, recordsIn } from './memories';

const listed = (id: string, state: ObservedState): ListedTask => ({
	hash: taskHash(id),
	state,
	describe: () => ({ imageId: id, imageName: id, status: state.toLowerCase() }),
});

function remembering(events: readonly TriggerEvent[], tasks: Record<string, TaskRecord>): ProjectMemory {
	return memoryOf(
		events,
		Object.entries(tasks).map(([id, one]) => [taskHash(id), one] as const),
	);
}

interface Others {
	/** Tasks that are found when the missing ones are looked for. */
	readonly located?: readonly ListedTask[];
	readonly events?: readonly TriggerEvent[];
	readonly isEmpty?: boolean;
	readonly isBaseline?: boolean;
}

const name = (task: ListedTask) => task.describe().imageName;
const READER: RowReader<ListedTask> = {
	id: name,
	state: ({ state }) => state,
	imageId: name,
	imageName: name,
	sortId: name,
	summary: (task) => task.describe(),
	describe: (task) => task.describe(),
};

function listing(lister: TaskLister, sighting: Sighting, tasks: readonly ListedTask[]): void {
	const fold = lister.begin(READER);
	for (const task of tasks) fold.add(task);
	const { columns, kept } = fold.end();
	atOnce(sighting.absorb(columns));
	lister.kept.addAll(kept);
}

/** What a poll sees of these finished tasks. */
function seeing(memory: ProjectMemory, finished: readonly ListedTask[], others: Others = {}) {
	const { located = [], events = memory.events, isBaseline = false } = others;
	const sighting = new Sighting(recordsIn(memory), false);
	const rules = new TaskRules(events, memory.events, isBaseline);
	const plan = { rules, mostPending: 100 };
	const lister = new TaskLister(sighting, plan);
	listing(lister, sighting, finished);
	atOnce(sighting.close());
	atOnce(sighting.findMissing(rules));
	const missing = [...sighting.records].filter((_, index) => sighting.isMissing(index)).map(([hash]) => hash);
	const other = new TaskLister(sighting, plan, missingTasks(sighting));
	listing(other, sighting, located);
	lister.kept.addAll(other.kept);
	return { sighting, rules, missing, kept: lister.kept };
}

/** What a poll makes of these finished tasks. */
function comparing(memory: ProjectMemory, finished: readonly ListedTask[], others: Others = {}) {
	const { isEmpty = false } = others;
	const { sighting, rules, missing, kept } = seeing(memory, finished, others);
	const changes = atOnce(compare(sighting, rules, isEmpty, 0));
	const pending = kept.pending.sorted
		.filter(({ hash, state }) => sighting.stateNow(hash) === state)
		.map((task): PendingTask => {
			const known = sighting.recordAt(sighting.indexOf(task.hash), rules);
			return { task, record: known, steps: rules.steps(known.emitted, task.state) };
		});
	expect(pending).toHaveLength(changes.pending);
	const forgotten = new Map(pending.map(({ task }) => [task.hash, undefined]));
	const after = atOnce(remembered({ sighting, rules, changes, isEmpty }, forgotten, () => 1));
	const settled = new Map([...after].filter(([hash]) => sighting.stateNow(hash) !== undefined));
	const unlisted = new Map([...after].filter(([hash]) => sighting.stateNow(hash) === undefined));
	expect(unlisted.size).toBe(changes.unlisted);
	return {
		hasSetback: changes.hasSetback,
		pending,
		settled,
		unlisted,
		missing: missing.length,
		emitted: pending.map(
			({ task, steps }) => `${task.describe().imageName}: ${steps.map(({ event }) => event).join(', ')}`,
		),
	};
}

function missingFrom(memory: ProjectMemory, finished: readonly ListedTask[]): readonly number[] {
	return seeing(memory, finished).missing;
}

function isUnchanged(memory: ProjectMemory, finished: readonly ListedTask[], events: readonly TriggerEvent[]) {
	const { sighting, rules } = seeing(memory, finished, { events });
	return sameEvents(memory.events, events) && atOnce(compare(sighting, rules, false, 0)).isUnchanged;
}

function baseline(tasks: readonly ListedTask[]): ReadonlyMap<number, TaskRecord> {
	return comparing(emptyMemory(['reopened'], 'task'), tasks, { isBaseline: true }).settled;
}

test('finds nothing to tell while nothing changes', () => {
	const memory = remembering(['completed'], { a: record('COMPLETED'), b: record('REVIEWED') });
	const result = comparing(memory, [listed('a', 'COMPLETED'), listed('b', 'REVIEWED')]);
	expect(result).toMatchObject({ pending: [], missing: 0, hasSetback: false });
	expect(result.settled).toEqual(new Map(recordsIn(memory)));
});

describe('a poll knows that nothing has changed', () => {
	const events: readonly TriggerEvent[] = ['completed'];
	const memory = loadMemory(
		atOnce(
			saveMemory(
				new Map([
					['p', remembering(events, { a: record('COMPLETED'), b: record('REVIEWED'), c: record('COMPLETED') })],
				]),
			),
		),
	).get('p')!;
	const all = [listed('c', 'COMPLETED'), listed('a', 'COMPLETED'), listed('b', 'REVIEWED')];

	test('from the same tasks in any order', () => {
		expect(isUnchanged(memory, all, events)).toBe(true);
		expect(isUnchanged(memory, [...all].reverse(), events)).toBe(true);
	});

	test.each([
		['a task more', [...all, listed('d', 'COMPLETED')]],
		['a task less', all.slice(1)],
		['another task', [...all.slice(1), listed('d', 'COMPLETED')]],
		['a task in another state', [listed('c', 'REVIEWED'), ...all.slice(1)]],
		[
			'two tasks that have changed places',
			[listed('c', 'COMPLETED'), listed('a', 'REVIEWED'), listed('b', 'COMPLETED')],
		],
		[
			'a task that is in two lists, in place of one that is missing',
			[listed('a', 'COMPLETED'), listed('b', 'REVIEWED'), listed('b', 'COMPLETED')],
		],
	])('but not from %s', (_what, tasks) => {
		expect(isUnchanged(memory, tasks, events)).toBe(false);
	});

	test('but not if other events are chosen, or something waits to be told', () => {
		expect(isUnchanged(memory, all, ['completed', 'reviewed'])).toBe(false);
		const queuePosition = remembering(events, { a: record('COMPLETED', 1) });
		expect(
			isUnchanged(
				loadMemory(atOnce(saveMemory(new Map([['p', queuePosition]])))).get('p')!,
				[listed('a', 'COMPLETED')],
				events,
			),
		).toBe(false);
	});
});

test('tells what is new, in the order of the lists', () => {
	const memory = remembering(['completed', 'reviewed'], { a: record('COMPLETED') });
	expect(
		comparing(memory, [listed('b', 'COMPLETED'), listed('a', 'REVIEWED'), listed('c', 'REVIEWED')]).emitted,
	).toEqual(['b: completed', 'a: reviewed', 'c: completed, reviewed']);
});

test('remembers what is no event for this workflow', () => {
	const memory = remembering(['completed'], { a: record('COMPLETED') });
	const result = comparing(memory, [listed('a', 'REVIEWED')]);
	expect(result).toMatchObject({ emitted: [], hasSetback: false });
	expect([...result.settled.values()]).toEqual([record('REVIEWED')]);
});

describe('a task that is in no list any more', () => {
	const memory = remembering(['completed', 'reopened'], { a: record('COMPLETED'), b: record('REVIEWED') });
	const without = (missedPolls: number) =>
		remembering(['completed', 'reopened'], { a: record('COMPLETED', 0, 0, missedPolls), b: record('REVIEWED') });

	test('was reopened if it is found among the unfinished', () => {
		const result = comparing(memory, [listed('b', 'REVIEWED')], { located: [listed('a', 'UNFINISHED')] });
		expect(result).toMatchObject({ missing: 1, emitted: ['a: reopened'] });
	});

	test('must stay known as sent back over a restart if no event says so', () => {
		const result = comparing(memory, [listed('b', 'REVIEWED')], {
			located: [listed('a', 'UNFINISHED')],
			events: ['completed'],
		});
		expect(result).toMatchObject({ missing: 1, emitted: [], hasSetback: true });
		expect([...result.settled.keys()]).toEqual([taskHash('b')]);
	});

	test('is kept without an event for two polls, and forgotten in the third in a row', () => {
		for (const missed of [0, 1]) {
			const result = comparing(without(missed), [listed('b', 'REVIEWED')]);
			expect(result).toMatchObject({ missing: 1, emitted: [], hasSetback: false });
			expect([...result.unlisted]).toEqual([[taskHash('a'), record('COMPLETED', 0, 0, missed + 1)]]);
		}
		const third = comparing(without(2), [listed('b', 'REVIEWED')]);
		expect(third).toMatchObject({ missing: 1, emitted: [] });
		expect([...third.unlisted]).toEqual([]);
		expect([...third.settled.keys()]).toEqual([taskHash('b')]);
	});

	test('is not forgotten at all as long as the project shows no task', () => {
		const result = comparing(without(2), [], { isEmpty: true });
		expect([...result.unlisted.keys()].sort()).toEqual([taskHash('a'), taskHash('b')].sort());
		expect(result).toMatchObject({ emitted: [], hasSetback: false });
	});

	test('is known as before when it is back, and its next absence counts from the start', () => {
		const result = comparing(without(2), [listed('a', 'COMPLETED'), listed('b', 'REVIEWED')]);
		expect(result).toMatchObject({ missing: 0, emitted: [] });
		expect(result.settled.get(taskHash('a'))).toEqual(record('COMPLETED'));
	});

	test('was only on its way if a second look finds it in another list', () => {
		const result = comparing(memory, [listed('b', 'REVIEWED')], { located: [listed('a', 'REVIEWED')] });
		expect(result).toMatchObject({ missing: 1, emitted: [], hasSetback: false });
		expect([...result.unlisted]).toStrictEqual([]);
		expect([...result.settled.keys()].sort()).toEqual([taskHash('a'), taskHash('b')].sort());
	});

	test('is missed as well while its next events wait, but not if none was emitted yet', () => {
		const waiting = remembering(['completed', 'reopened'], {
			back: record('SENT_BACK', 1),
			pending: record('REVIEW_PENDING', 2),
			outdated: record('OUTDATED', 3),
			fresh: record('NOTHING', 4),
		});
		expect([...missingFrom(waiting, [])].sort()).toEqual(['back', 'pending', 'outdated'].map(taskHash).sort());
		expect([...missingFrom(waiting, [listed('back', 'COMPLETED')])].sort()).toEqual(
			['pending', 'outdated'].map(taskHash).sort(),
		);
	});

	test('is not missed if its state is not listed any more', () => {
		const skipping = remembering(['completed', 'skipped'], { a: record('COMPLETED'), s: record('SKIPPED') });
		expect(comparing(skipping, [listed('a', 'COMPLETED')], { events: ['completed'] })).toMatchObject({
			missing: 0,
			emitted: [],
			hasSetback: false,
		});
	});
});

test('takes the later state of a task that moved while the lists were read, and so is in two of them', () => {
	const memory = remembering(['completed', 'reviewed'], { a: record('COMPLETED') });
	expect(comparing(memory, [listed('a', 'COMPLETED'), listed('a', 'REVIEWED')]).emitted).toEqual(['a: reviewed']);
});

test('tells of what was sent back before its turn came nothing, unless it was told as finished before', () => {
	const memory = remembering(['completed', 'reviewed', 'reopened'], {
		fresh: record('NOTHING', 1),
		known: record('COMPLETED', 1),
	});
	expect(comparing(memory, [], { located: [listed('known', 'UNFINISHED')] }).emitted).toEqual(['known: reopened']);
});

test.each([
	['skipped', 'COMPLETED', 'SKIPPED', true],
	['skipped after its review', 'REVIEWED', 'SKIPPED', true],
	['not accepted any more', 'REVIEWED', 'COMPLETED', true],
	['labeled after all', 'SKIPPED', 'COMPLETED', true],
	['accepted, as nearly all are', 'COMPLETED', 'REVIEWED', false],
	['accepted as skipped', 'SKIPPED', 'REVIEWED_SKIP', false],
] as const)(
	'a finished task that is %s without an event must survive a restart: %s to %s',
	(_what, from, to, expected) => {
		const memory = remembering(['reopened'], { a: record(from) });
		expect(comparing(memory, [listed('a', to)])).toMatchObject({ emitted: [], hasSetback: expected });
	},
);

describe('an event that is chosen later', () => {
	const memory = remembering(['completed'], { a: record('COMPLETED') });

	test('begins with what happens from then on', () => {
		const both: readonly TriggerEvent[] = ['completed', 'skipped'];
		const first = comparing(memory, [listed('a', 'COMPLETED'), listed('b', 'COMPLETED'), listed('s', 'SKIPPED')], {
			events: both,
		});
		expect(first.emitted).toEqual(['b: completed']);
		const after = { ...withRecords(memory, atOnce(taskRecordsOf(first.settled))), events: both };
		expect(
			comparing(after, [listed('a', 'COMPLETED'), listed('s', 'SKIPPED'), listed('t', 'SKIPPED')]).emitted,
		).toEqual(['t: skipped']);
	});
});

test('does not remember what is finished in a state that is not listed: it is as good as new', () => {
	const memory = remembering(['reviewed'], { a: record('REVIEWED') });
	const result = comparing(memory, [], { located: [listed('a', 'COMPLETED')] });
	expect(result).toMatchObject({ emitted: [], hasSetback: true });
	expect([...result.settled]).toStrictEqual([]);
	expect([...result.unlisted]).toStrictEqual([]);
});

describe('what was remembered of a task', () => {
	const memory = remembering(['completed', 'labelsChanged'], {
		a: record('COMPLETED', 0, 77, 2),
		b: record('OUTDATED', 3, 78, 1),
		c: record('OUTDATED', 4),
	});
	const tasks = [listed('a', 'COMPLETED'), listed('b', 'COMPLETED'), listed('c', 'COMPLETED')];

	test('keeps its fingerprint as long as changed labels are asked for, but not how often it was missed', () => {
		const { settled, pending } = comparing(memory, tasks);
		expect([...settled]).toEqual([[taskHash('a'), record('COMPLETED', 0, 77)]]);
		expect(pending.map(({ record: known }) => known)).toEqual([record('OUTDATED', 3, 78), record('OUTDATED', 4)]);
	});

	test('loses its fingerprint when they are not asked for any more, and keeps its place', () => {
		const { settled, pending } = comparing(memory, tasks, { events: ['completed'] });
		expect([...settled]).toEqual([[taskHash('a'), record('COMPLETED')]]);
		expect(pending.map(({ record: known }) => known)).toEqual([record('OUTDATED', 3), record('OUTDATED', 4)]);
	});

	test('is where it is finished now once nothing waits', () => {
		const { settled } = comparing(
			remembering(['reviewed'], { a: record('COMPLETED', 0, 77, 1) }),
			[listed('a', 'SKIPPED')],
			{ events: ['reviewed', 'reopened', 'labelsChanged'] },
		);
		expect([...settled]).toEqual([[taskHash('a'), record('SKIPPED', 0, 77)]]);
	});
});

test('drops fingerprints when nobody asks for changed labels any more', () => {
	const memory = remembering(['completed', 'labelsChanged'], { a: record('COMPLETED', 0, 77) });
	expect([...comparing(memory, [listed('a', 'COMPLETED')], { events: ['completed'] }).settled.values()]).toEqual([
		record('COMPLETED'),
	]);
});

test('a baseline holds the finished tasks only', () => {
	expect(baseline([listed('a', 'COMPLETED'), listed('b', 'UNFINISHED')])).toEqual(
		new Map([[taskHash('a'), record('COMPLETED')]]),
	);
	const finished = ['COMPLETED', 'REVIEWED', 'SKIPPED', 'REVIEWED_SKIP'] as const;
	expect(baseline(finished.map((state) => listed(state, state)))).toEqual(
		new Map(finished.map((state) => [taskHash(state), record(state)])),
	);
});
