import {
	isFinished,
	isLabeled,
	isSetback,
	postponedState,
	statesFor,
	stepsBetween,
	type EmittedState,
	type ObservedState,
} from '@datagym/nodes/DataGymTrigger/events';

const between = (...args: Parameters<typeof stepsBetween>) => stepsBetween(...args).map(({ event }) => event);

test('asks only for the states that matter', () => {
	expect(statesFor(['reviewed'])).toEqual(['REVIEWED']);
	expect(statesFor(['completed'])).toEqual(['COMPLETED', 'REVIEWED']);
	expect(statesFor(['skipped'])).toEqual(['SKIPPED', 'REVIEWED_SKIP']);
	expect(statesFor(['reviewed', 'labelsChanged'])).toEqual(['COMPLETED', 'REVIEWED']);
	expect(statesFor(['reopened'])).toEqual(['COMPLETED', 'REVIEWED', 'SKIPPED', 'REVIEWED_SKIP']);
});

describe('between two polls that see a task', () => {
	test('nothing happens without a change', () => {
		for (const state of ['COMPLETED', 'REVIEWED', 'SKIPPED', 'REVIEWED_SKIP'] as const)
			expect(between(state, state)).toStrictEqual([]);
		expect(between('NOTHING', 'UNFINISHED')).toStrictEqual([]);
	});

	test('a review that came as fast as the completion does not hide it', () => {
		expect(between('NOTHING', 'REVIEWED')).toEqual(['completed', 'reviewed']);
		expect(between('COMPLETED', 'REVIEWED')).toEqual(['reviewed']);
		expect(between('SKIPPED', 'REVIEWED')).toEqual(['completed', 'reviewed']);
	});

	test('a reviewed image that is only completed now was done again', () => {
		expect(between('REVIEWED', 'COMPLETED')).toEqual(['completed']);
	});

	test('the review of a skipped image is no event of its own', () => {
		expect(between('SKIPPED', 'REVIEWED_SKIP')).toStrictEqual([]);
		expect(between('NOTHING', 'REVIEWED_SKIP')).toEqual(['skipped']);
		expect(between('REVIEWED_SKIP', 'SKIPPED')).toEqual(['skipped']);
		expect(between('COMPLETED', 'SKIPPED')).toEqual(['skipped']);
	});

	test('what was finished and has to be worked on was sent back', () => {
		expect(between('REVIEWED', 'UNFINISHED')).toEqual(['reopened']);
		expect(between('SKIPPED', 'UNFINISHED')).toEqual(['reopened']);
	});

	test('what was task sent back and could not be told yet comes before what follows', () => {
		expect(between('SENT_BACK', 'UNFINISHED')).toEqual(['reopened']);
		expect(between('SENT_BACK', 'REVIEWED')).toEqual(['reopened', 'completed', 'reviewed']);
	});
});

describe('an image whose events wait for their turn', () => {
	/** Seen in all these states, of which none has had its turn before the last. */
	const inTurn = (emitted: EmittedState, ...states: readonly ObservedState[]) =>
		between(states.slice(0, -1).reduce(postponedState, emitted), states.at(-1)!);

	test('gives them once, however long it waits', () => {
		expect(inTurn('COMPLETED', 'REVIEWED', 'REVIEWED', 'REVIEWED')).toEqual(['reviewed']);
		expect(inTurn('REVIEWED', 'SKIPPED', 'SKIPPED')).toEqual(['skipped']);
		expect(inTurn('NOTHING', 'REVIEWED', 'REVIEWED')).toEqual(['completed', 'reviewed']);
	});

	test('does not give what is no longer true', () => {
		expect(inTurn('NOTHING', 'COMPLETED', 'SKIPPED')).toEqual(['skipped']);
		expect(inTurn('COMPLETED', 'REVIEWED', 'SKIPPED')).toEqual(['skipped']);
		expect(inTurn('NOTHING', 'COMPLETED', 'UNFINISHED')).toStrictEqual([]);
	});

	test('gives what has happened again, though it is where it was before', () => {
		expect(inTurn('COMPLETED', 'REVIEWED_SKIP', 'COMPLETED')).toEqual(['completed']);
		expect(inTurn('COMPLETED', 'REVIEWED', 'COMPLETED')).toEqual(['completed']);
		expect(inTurn('REVIEWED', 'COMPLETED', 'REVIEWED')).toEqual(['completed', 'reviewed']);
		expect(inTurn('SKIPPED', 'COMPLETED', 'SKIPPED')).toEqual(['skipped']);
		expect(inTurn('COMPLETED', 'UNFINISHED', 'COMPLETED')).toEqual(['reopened', 'completed']);
	});
});

describe('a state', () => {
	test.each([
		['COMPLETED', true, true],
		['REVIEWED', true, true],
		['SKIPPED', true, false],
		['REVIEWED_SKIP', true, false],
		['UNFINISHED', false, false],
		['IN_PROGRESS', false, false],
		['', false, false],
	])('%s is finished: %s, with labels: %s', (state, finished, labeled) => {
		expect(isFinished(state)).toBe(finished);
		expect(isLabeled(state)).toBe(labeled);
	});
});

test('each event is one that was asked for, and lists nothing if none is', () => {
	expect(statesFor([])).toStrictEqual([]);
	expect(statesFor(['labelsChanged'])).toEqual(['COMPLETED', 'REVIEWED']);
	expect(statesFor(['skipped', 'reviewed'])).toEqual(['REVIEWED', 'SKIPPED', 'REVIEWED_SKIP']);
});

describe('what the workflow knows once an event is emitted', () => {
	const known = (emitted: EmittedState, now: ObservedState) =>
		stepsBetween(emitted, now).map(({ event, emitted: after }) => `${event}: ${after}`);

	test('is where the task was then, so that the rest of the events can wait', () => {
		expect(known('NOTHING', 'REVIEWED')).toEqual(['completed: REVIEW_PENDING', 'reviewed: REVIEWED']);
		expect(known('REVIEW_PENDING', 'REVIEWED')).toEqual(['reviewed: REVIEWED']);
		expect(known('NOTHING', 'COMPLETED')).toEqual(['completed: COMPLETED']);
		expect(known('NOTHING', 'SKIPPED')).toEqual(['skipped: SKIPPED']);
		expect(known('NOTHING', 'REVIEWED_SKIP')).toEqual(['skipped: REVIEWED_SKIP']);
		expect(known('OUTDATED', 'UNFINISHED')).toEqual(['reopened: NOTHING']);
		expect(known('SENT_BACK', 'COMPLETED')).toEqual(['reopened: NOTHING', 'completed: COMPLETED']);
	});
});

describe('a change without an event', () => {
	test.each<[EmittedState, ObservedState, EmittedState]>([
		['NOTHING', 'COMPLETED', 'NOTHING'],
		['SENT_BACK', 'COMPLETED', 'SENT_BACK'],
		['COMPLETED', 'UNFINISHED', 'SENT_BACK'],
		['COMPLETED', 'REVIEWED', 'REVIEW_PENDING'],
		['REVIEW_PENDING', 'REVIEWED', 'REVIEW_PENDING'],
		['SKIPPED', 'REVIEWED', 'OUTDATED'],
		['REVIEW_PENDING', 'COMPLETED', 'OUTDATED'],
		['COMPLETED', 'SKIPPED', 'OUTDATED'],
	])('of a task that waits is remembered: %s and %s is %s', (emitted, now, expected) =>
		expect(postponedState(emitted, now)).toBe(expected),
	);

	test.each<[EmittedState, ObservedState, boolean]>([
		['NOTHING', 'COMPLETED', false],
		['NOTHING', 'UNFINISHED', false],
		['COMPLETED', 'COMPLETED', false],
		['COMPLETED', 'REVIEWED', false],
		['SKIPPED', 'REVIEWED_SKIP', false],
		['COMPLETED', 'REVIEWED_SKIP', true],
		['SKIPPED', 'REVIEWED', true],
		['REVIEWED', 'COMPLETED', true],
		['REVIEWED_SKIP', 'SKIPPED', true],
		['REVIEWED', 'REVIEWED_SKIP', true],
		['COMPLETED', 'UNFINISHED', true],
	])('must survive a restart unless it is the way that all tasks go: %s and %s: %s', (emitted, now, expected) =>
		expect(isSetback(emitted, now)).toBe(expected),
	);
});
