import { difference } from './compare';
import { Pairing } from './pairing';

const ONE = '11111111-1111-4111-8111-111111111111';
const TWO = '22222222-2222-4222-8222-222222222222';
const OURS = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
const THEIRS = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';

/** A replay is worth as much as its comparison is strict. */
describe('the comparison of a replay', () => {
	const fresh = () => new Pairing({}, 1);

	it('sees another value, a missing key and an unexpected key', () => {
		expect(difference({ a: 1 }, { a: 2 }, fresh())).toContain('$.a');
		expect(difference({ a: 1, b: null }, { a: 1 }, fresh())).toContain('b is missing');
		expect(difference({ a: 1 }, { a: 1, b: null }, fresh())).toContain('unexpected b');
		expect(difference({ a: null }, { a: 0 }, fresh())).not.toBeNull();
	});

	it('keeps to the partner that an id has once taken', () => {
		const pairing = fresh();
		expect(difference({ id: ONE }, { id: OURS }, pairing)).toBeNull();
		expect(difference({ id: ONE }, { id: THEIRS }, pairing)).not.toBeNull();
		expect(difference({ id: TWO }, { id: OURS }, pairing)).not.toBeNull();
		expect(difference({ url: `http://x/${ONE}/` }, { url: `http://x/${OURS}/` }, pairing)).toBeNull();
	});

	it('finds objects in any order, but points and tasks only in their own', () => {
		expect(difference([{ n: 1 }, { n: 2 }], [{ n: 2 }, { n: 1 }], fresh())).toBeNull();
		expect(difference([{ n: 1 }, { n: 1 }], [{ n: 1 }, { n: 2 }], fresh())).not.toBeNull();
		expect(
			difference(
				[
					{ x: 1, y: 0 },
					{ x: 2, y: 0 },
				],
				[
					{ x: 2, y: 0 },
					{ x: 1, y: 0 },
				],
				fresh(),
			),
		).not.toBeNull();
		const tasks = [
			{ taskId: ONE, mediaName: 'a' },
			{ taskId: TWO, mediaName: 'b' },
		];
		expect(
			difference(
				tasks,
				[
					{ taskId: OURS, mediaName: 'b' },
					{ taskId: THEIRS, mediaName: 'a' },
				],
				fresh(),
			),
		).toContain('order');
	});

	it('forgets what a failed comparison has taught it', () => {
		const pairing = fresh();
		expect(
			difference(
				[
					{ id: ONE, n: 1 },
					{ id: TWO, n: 2 },
				],
				[
					{ id: OURS, n: 2 },
					{ id: THEIRS, n: 1 },
				],
				pairing,
			),
		).toBeNull();
		expect(difference(ONE, THEIRS, pairing)).toBeNull();
	});

	it('takes times as times only', () => {
		expect(difference({ timestamp: 5 }, { timestamp: 6 }, fresh())).toBeNull();
		expect(difference({ timestamp: 5 }, { timestamp: '6' }, fresh())).not.toBeNull();
	});
});
