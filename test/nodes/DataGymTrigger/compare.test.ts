import { baseline, difference, isAsTold, missingFrom, type Sighting } from '@datagym/nodes/DataGymTrigger/compare';
import { statesFor, type Standing, type TriggerEvent } from '@datagym/nodes/DataGymTrigger/events';
import { emptyMemory, type ProjectMemory, type Trace } from '@datagym/nodes/DataGymTrigger/memory/memory';
import { loadMemory, saveMemory } from '@datagym/nodes/DataGymTrigger/memory/savedMemory';
import { taskHash } from '@datagym/nodes/DataGymTrigger/memory/hashes';

type Seen = Sighting & { readonly id: string };

const seen = (id: string, standing: Standing): Seen => ({ id, hash: taskHash(id), standing });
const trace = (told: Trace['told'], waiting = 0, fingerprint = 0): Trace => ({ told, waiting, fingerprint });

function remembering(events: readonly TriggerEvent[], tasks: Record<string, Trace>): ProjectMemory {
	return {
		...emptyMemory(events, 'task'),
		traces: new Map(Object.entries(tasks).map(([id, one]) => [taskHash(id), one])),
	};
}

/** What a poll makes of it that finds these tasks, and those of `located` when it looks for the missing ones. */
function compare(
	memory: ProjectMemory,
	finished: readonly Seen[],
	{ located = [], events = memory.events }: { located?: readonly Seen[]; events?: readonly TriggerEvent[] } = {},
) {
	const missing = missingFrom(memory, finished, statesFor(events));
	const result = difference(memory, [...finished, ...located], missing, events);
	return {
		...result,
		missing: missing.size,
		told: result.due.map(({ seen: { id }, steps }) => `${id}: ${steps.map(({ event }) => event).join(', ')}`),
	};
}

test('finds nothing to tell while nothing changes', () => {
	const memory = remembering(['completed'], { a: trace('COMPLETED'), b: trace('REVIEWED') });
	const result = compare(memory, [seen('a', 'COMPLETED'), seen('b', 'REVIEWED')]);
	expect(result).toMatchObject({ due: [], missing: 0, hasLeft: false });
	expect(result.settled).toEqual(memory.traces);
});

describe('without looking at what is remembered, a poll knows that nothing has changed', () => {
	const events: readonly TriggerEvent[] = ['completed'];
	const memory = loadMemory(
		saveMemory(
			new Map([['p', remembering(events, { a: trace('COMPLETED'), b: trace('REVIEWED'), c: trace('COMPLETED') })]]),
		),
	).get('p')!;
	const all = [seen('c', 'COMPLETED'), seen('a', 'COMPLETED'), seen('b', 'REVIEWED')];

	test('from the same tasks in any order', () => {
		expect(isAsTold(memory, all, events)).toBe(true);
		expect(isAsTold(memory, [...all].reverse(), events)).toBe(true);
	});

	test.each([
		['a task more', [...all, seen('d', 'COMPLETED')]],
		['a task less', all.slice(1)],
		['another task', [...all.slice(1), seen('d', 'COMPLETED')]],
		['a task in another state', [seen('c', 'REVIEWED'), ...all.slice(1)]],
		['two tasks that have changed places', [seen('c', 'COMPLETED'), seen('a', 'REVIEWED'), seen('b', 'COMPLETED')]],
		[
			'a task that is in two lists, in place of one that is missing',
			[seen('a', 'COMPLETED'), seen('b', 'REVIEWED'), seen('b', 'COMPLETED')],
		],
	])('but not from %s', (_what, tasks) => {
		expect(isAsTold(memory, tasks, events)).toBe(false);
	});

	test('but not if other events are chosen, or something waits to be told', () => {
		expect(isAsTold(memory, all, ['completed', 'reviewed'])).toBe(false);
		const waiting = remembering(events, { a: trace('COMPLETED', 1) });
		expect(
			isAsTold(loadMemory(saveMemory(new Map([['p', waiting]]))).get('p')!, [seen('a', 'COMPLETED')], events),
		).toBe(false);
	});
});

test('tells what is new, in the order of the lists', () => {
	const memory = remembering(['completed', 'reviewed'], { a: trace('COMPLETED') });
	expect(compare(memory, [seen('b', 'COMPLETED'), seen('a', 'REVIEWED'), seen('c', 'REVIEWED')]).told).toEqual([
		'b: completed',
		'a: reviewed',
		'c: completed, reviewed',
	]);
});

test('remembers what is no event for this workflow', () => {
	const memory = remembering(['completed'], { a: trace('COMPLETED') });
	const result = compare(memory, [seen('a', 'REVIEWED')]);
	expect(result).toMatchObject({ told: [], hasLeft: false });
	expect([...result.settled.values()]).toEqual([trace('REVIEWED')]);
});

describe('a task that is in no list any more', () => {
	const memory = remembering(['completed', 'reopened'], { a: trace('COMPLETED'), b: trace('REVIEWED') });

	test('was reopened if it is found among the unfinished', () => {
		const result = compare(memory, [seen('b', 'REVIEWED')], { located: [seen('a', 'UNFINISHED')] });
		expect(result).toMatchObject({ missing: 1, told: ['a: reopened'], hasLeft: true });
	});

	test('is forgotten without an event if it is found nowhere', () => {
		const result = compare(memory, [seen('b', 'REVIEWED')]);
		expect(result).toMatchObject({ missing: 1, told: [], hasLeft: true });
		expect([...result.settled.keys()]).toEqual([taskHash('b')]);
	});

	test('was only on its way if a second look finds it in another list', () => {
		const result = compare(memory, [seen('b', 'REVIEWED')], { located: [seen('a', 'REVIEWED')] });
		expect(result).toMatchObject({ missing: 1, told: [], hasLeft: false });
	});

	test('is not missed if its state is not listed any more', () => {
		const skipping = remembering(['completed', 'skipped'], { a: trace('COMPLETED'), s: trace('SKIPPED') });
		expect(compare(skipping, [seen('a', 'COMPLETED')], { events: ['completed'] })).toMatchObject({
			missing: 0,
			told: [],
			hasLeft: false,
		});
	});
});

test('takes the later one of two sightings of a task that moved while the lists were read', () => {
	const memory = remembering(['completed', 'reviewed'], { a: trace('COMPLETED') });
	expect(compare(memory, [seen('a', 'COMPLETED'), seen('a', 'REVIEWED')]).told).toEqual(['a: reviewed']);
});

test('tells of what was sent back before its turn came nothing, unless it was told as finished before', () => {
	const memory = remembering(['completed', 'reviewed', 'reopened'], {
		fresh: trace('NOTHING', 1),
		known: trace('COMPLETED', 1),
	});
	expect(compare(memory, [], { located: [seen('known', 'UNFINISHED')] }).told).toEqual(['known: reopened']);
});

describe('an event that is chosen later', () => {
	const memory = remembering(['completed'], { a: trace('COMPLETED') });

	test('begins with what happens from then on', () => {
		const both: readonly TriggerEvent[] = ['completed', 'skipped'];
		const first = compare(memory, [seen('a', 'COMPLETED'), seen('b', 'COMPLETED'), seen('s', 'SKIPPED')], {
			events: both,
		});
		expect(first.told).toEqual(['b: completed']);
		const after = { ...memory, events: both, traces: first.settled };
		expect(compare(after, [seen('a', 'COMPLETED'), seen('s', 'SKIPPED'), seen('t', 'SKIPPED')]).told).toEqual([
			't: skipped',
		]);
	});
});

test('drops fingerprints when nobody asks for changed labels any more', () => {
	const memory = remembering(['completed', 'labelsChanged'], { a: trace('COMPLETED', 0, 77) });
	expect([...compare(memory, [seen('a', 'COMPLETED')], { events: ['completed'] }).settled.values()]).toEqual([
		trace('COMPLETED'),
	]);
});

test('a baseline holds the finished tasks only', () => {
	expect(baseline([seen('a', 'COMPLETED'), seen('b', 'UNFINISHED')])).toEqual(
		new Map([[taskHash('a'), trace('COMPLETED')]]),
	);
});
