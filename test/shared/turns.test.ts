import { finish, giveWay, isTurnOver, nextTurn, paced } from '@datagym/shared/turns';

/** Keeps the processor busy, as work does. */
function work(milliseconds: number): void {
	const end = performance.now() + milliseconds;
	while (performance.now() < end);
}

/** Counts the turns of the event loop, each of which runs an immediate. */
function countTurns() {
	let turns = 0;
	let isStopped = false;
	const count = () => {
		turns++;
		if (!isStopped) setImmediate(count);
	};
	setImmediate(count);
	return { now: () => turns, stop: () => (isStopped = true) };
}

test.each<[string, (done: () => void) => Promise<unknown>]>([
	[
		'giveWay between steps',
		async (done) => {
			for (let step = 0; step < 60; step++) {
				work(5);
				await giveWay();
			}
			done();
		},
	],
	[
		'finish of steps',
		async (done) => {
			const steps = function* () {
				for (let step = 0; step < 60; step++) yield work(5);
			};
			await finish(steps());
			done();
		},
	],
	[
		'paced items',
		async (done) => {
			for await (const milliseconds of paced(Array.from({ length: 60 }, () => 5))) work(milliseconds);
			done();
		},
	],
])('others have their turn at least every some 20 milliseconds: %s', async (_, run) => {
	const turns = countTurns();
	let turnsAtEnd = 0;
	await run(() => (turnsAtEnd = turns.now()));
	turns.stop();
	// 300 milliseconds of work in turns of at most 25.
	expect(turnsAtEnd).toBeGreaterThanOrEqual(10);
});

test('of all that wait, one goes on in each turn, in the order in which they came', async () => {
	const turns = countTurns();
	const seen: Array<readonly [number, number]> = [];
	await Promise.all(
		Array.from({ length: 20 }, async (_, execution) => {
			for (let step = 0; step < 3; step++) {
				await nextTurn();
				seen.push([execution, turns.now()]);
			}
		}),
	);
	turns.stop();
	expect(seen.map(([execution]) => execution)).toEqual(Array.from({ length: 60 }, (_, index) => index % 20));
	expect(new Set(seen.map(([, turn]) => turn)).size).toBe(60);
});

test('the result of the work and what it throws come out', async () => {
	const sum = function* (numbers: readonly number[]) {
		let total = 0;
		for (const number of numbers) {
			total += number;
			yield;
			if (number < 0) throw new RangeError('negative');
		}
		return total;
	};
	expect(await finish(sum([1, 2, 3]))).toBe(6);
	await expect(finish(sum([1, -2]))).rejects.toThrow('negative');
});

test('a turn that has just begun is not over', async () => {
	await nextTurn();
	expect(isTurnOver()).toBe(false);
	work(25);
	expect(isTurnOver()).toBe(true);
});

test('paced items end their source when nobody wants more', async () => {
	let isEnded = false;
	const source = function* () {
		try {
			for (;;) yield 1;
		} finally {
			isEnded = true;
		}
	};
	let count = 0;
	for await (const item of paced(source())) {
		count += item;
		if (count === 3) break;
	}
	expect([count, isEnded]).toEqual([3, true]);
});
