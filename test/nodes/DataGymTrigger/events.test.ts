import {
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
			expect(between(state, state)).toEqual([]);
		expect(between('NOTHING', 'UNFINISHED')).toEqual([]);
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
		expect(between('SKIPPED', 'REVIEWED_SKIP')).toEqual([]);
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
		expect(inTurn('NOTHING', 'COMPLETED', 'UNFINISHED')).toEqual([]);
	});

	test('gives what has happened again, though it is where it was before', () => {
		expect(inTurn('COMPLETED', 'REVIEWED_SKIP', 'COMPLETED')).toEqual(['completed']);
		expect(inTurn('COMPLETED', 'REVIEWED', 'COMPLETED')).toEqual(['completed']);
		expect(inTurn('REVIEWED', 'COMPLETED', 'REVIEWED')).toEqual(['completed', 'reviewed']);
		expect(inTurn('SKIPPED', 'COMPLETED', 'SKIPPED')).toEqual(['skipped']);
		expect(inTurn('COMPLETED', 'UNFINISHED', 'COMPLETED')).toEqual(['reopened', 'completed']);
	});
});
