import { sleep } from 'n8n-workflow';
import type { Steps } from '@datagym/labels';

/**
 * Lets n8n's event loop turn. Its main process serves the editor, webhooks and all other workflows between two turns, so work that
 * holds a turn holds everybody. This is the one place that says how long a turn may take, for all nodes and executions of the process
 * together: work asks `isTurnOver` between its steps, which is cheap, and awaits `nextTurn` then.
 */

/** Milliseconds of work in a turn. */
const BUDGET = 20;

/** When the loop has turned last, as far as it was seen; long ago is as good as over. */
let turnedAt = 0;
/** One of these goes on in each turn, so that the work of many executions does not add up. */
const waiting: Array<() => void> = [];

export function isTurnOver(): boolean {
	const now = Date.now();
	// A clock that was set back says nothing.
	return now - turnedAt >= BUDGET || now < turnedAt;
}

export async function nextTurn(): Promise<void> {
	const turn = new Promise<void>((resolve) => waiting.push(resolve));
	if (waiting.length === 1) void turnWhileAnyoneWaits();
	await turn;
}

/** For between two steps of work. */
export async function giveWay(): Promise<void> {
	if (isTurnOver()) await nextTurn();
}

/** The same items, between which others have their turn. */
export async function* paced<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item, void, undefined> {
	for await (const item of items) {
		yield item;
		if (isTurnOver()) await nextTurn();
	}
}

/** What becomes of each item; others have their turn between two of them. */
export async function mapped<Item, Result>(items: Iterable<Item>, map: (item: Item) => Result): Promise<Result[]> {
	const results: Result[] = [];
	for (const item of items) {
		results.push(map(item));
		if (isTurnOver()) await nextTurn();
	}
	return results;
}

/** Does the work to its end; others have their turn between its steps. */
export async function finish<Result>(steps: Steps<Result>): Promise<Result> {
	for (let step = steps.next(); ; step = steps.next()) {
		if (step.done === true) return step.value;
		if (isTurnOver()) await nextTurn();
	}
}

async function turnWhileAnyoneWaits(): Promise<void> {
	for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
		await sleep(0);
		turnedAt = Date.now();
		waiting.shift();
		next();
	}
}
