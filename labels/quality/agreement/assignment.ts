import { sorted } from '../../steps/sorted';
import type { Steps } from '../../steps/steps';

/** A possible match of a row and a column, worth more than 0; no pair of the two comes twice. */
export interface CandidatePair {
	readonly row: number;
	readonly column: number;
	readonly worth: number;
}

/**
 * The largest heap of pairs that is solved exactly, as rows × rows × columns: a second or two, for 1,250 objects that all overlap each
 * other. Larger ones, which no image has, are solved greedily.
 */
const MOST_STEPS = 2e9;
/** Pairs, and rows of the assignment, that are looked at in one step. */
const [STEP, ROWS] = [4096, 32];

/**
 * The pairs that together are worth the most, where each row and each column is in one pair at most. It is the linear assignment
 * problem, in which a pair that is not given is worth 0. What is connected by no pair is solved apart, so that an image with a
 * thousand objects takes milliseconds.
 *
 * @param mostSteps above which a heap is solved greedily.
 * @returns some of the given pairs, in the order of their rows.
 */
export function* assign(pairs: readonly CandidatePair[], mostSteps = MOST_STEPS): Steps<readonly CandidatePair[]> {
	const assigned: CandidatePair[] = [];
	for (const heap of yield* heapsOf(pairs)) {
		assigned.push(...(heap.length === 1 ? heap : yield* assignHeap(heap, mostSteps)));
		yield;
	}
	return assigned.sort((a, b) => a.row - b.row);
}

/** The pairs by what they connect, directly or through others. */
function* heapsOf(pairs: readonly CandidatePair[]): Steps<readonly (readonly CandidatePair[])[]> {
	let [rowCount, columnCount] = [0, 0];
	for (const [index, { row, column }] of pairs.entries()) {
		if (index % STEP === 0) yield;
		rowCount = Math.max(rowCount, row + 1);
		columnCount = Math.max(columnCount, column + 1);
	}
	const nodeCount = rowCount + columnCount;
	const parents = Int32Array.from({ length: nodeCount }, (_, node) => node);
	const rootOf = (node: number): number => {
		let at = node;
		for (let parent = parents[at] ?? at; parent !== at; parent = parents[at] ?? at) {
			parents[at] = parents[parent] ?? parent;
			at = parent;
		}
		return at;
	};
	for (const [index, { row, column }] of pairs.entries()) {
		if (index % STEP === 0) yield;
		parents[rootOf(row)] = rootOf(rowCount + column);
	}
	const heaps = new Map<number, CandidatePair[]>();
	for (const [index, pair] of pairs.entries()) {
		if (index % STEP === 0) yield;
		const root = rootOf(pair.row);
		const heap = heaps.get(root);
		if (heap === undefined) heaps.set(root, [pair]);
		else heap.push(pair);
	}
	return [...heaps.values()];
}

function* assignHeap(heap: readonly CandidatePair[], mostSteps: number): Steps<readonly CandidatePair[]> {
	const met = { rows: new Set<number>(), columns: new Set<number>() };
	for (const [index, { row, column }] of heap.entries()) {
		if (index % STEP === 0) yield;
		met.rows.add(row);
		met.columns.add(column);
	}
	const [rows, columns] = [[...met.rows], [...met.columns]];
	const isTurned = rows.length > columns.length;
	const [few, many] = isTurned ? [columns, rows] : [rows, columns];
	if (few.length * few.length * many.length > mostSteps) return yield* assignGreedily(heap);
	const fewAt = new Map(few.map((value, index) => [value, index]));
	const manyAt = new Map(many.map((value, index) => [value, index]));
	const costs = new Float64Array(few.length * many.length);
	const placeOf = ({ row, column }: CandidatePair): readonly [number, number] => {
		const [one, other] = isTurned ? [column, row] : [row, column];
		return [fewAt.get(one) ?? 0, manyAt.get(other) ?? 0];
	};
	for (const [index, pair] of heap.entries()) {
		if (index % STEP === 0) yield;
		const [one, other] = placeOf(pair);
		costs[one * many.length + other] = -pair.worth;
	}
	const chosen = yield* cheapestColumns(costs, few.length, many.length);
	const assigned: CandidatePair[] = [];
	for (const [index, pair] of heap.entries()) {
		if (index % STEP === 0) yield;
		const [one, other] = placeOf(pair);
		if (chosen[one] === other) assigned.push(pair);
	}
	return assigned;
}

/** The best pair first: at least half of what is possible. */
function* assignGreedily(heap: readonly CandidatePair[]): Steps<readonly CandidatePair[]> {
	const [rows, columns] = [new Set<number>(), new Set<number>()];
	const best = yield* sorted(heap, (a, b) => b.worth - a.worth || a.row - b.row || a.column - b.column);
	const assigned: CandidatePair[] = [];
	for (const [index, pair] of best.entries()) {
		if (index % STEP === 0) yield;
		if (rows.has(pair.row) || columns.has(pair.column)) continue;
		rows.add(pair.row);
		columns.add(pair.column);
		assigned.push(pair);
	}
	return assigned;
}

/**
 * The column of each row in the cheapest assignment: the Hungarian method with shortest augmenting paths, at most rows × rows × columns
 * steps. Source: Crouse, “On implementing 2D rectangular assignment algorithms”, IEEE Transactions on Aerospace and Electronic
 * Systems 52(4), 2016, section II, which scipy's linear_sum_assignment follows, too.
 *
 * @param costs row by row; at least as many columns as rows.
 */
function* cheapestColumns(costs: Float64Array, rowCount: number, columnCount: number): Steps<Int32Array> {
	const solution: Solution = {
		costs,
		rowCount,
		columnCount,
		rowPrices: new Float64Array(rowCount),
		columnPrices: new Float64Array(columnCount),
		rowOf: new Int32Array(columnCount).fill(-1),
		columnOf: new Int32Array(rowCount).fill(-1),
	};
	takeCheapest(solution);
	for (let row = 0; row < rowCount; row++) if (solution.columnOf[row] === -1) yield* augment(solution, row);
	return solution.columnOf;
}

/** A part of an assignment that is the cheapest one of its rows, and the prices that prove it: no cost is less than its row's and column's. */
interface Solution {
	readonly costs: Float64Array;
	readonly rowCount: number;
	readonly columnCount: number;
	readonly rowPrices: Float64Array;
	readonly columnPrices: Float64Array;
	/** -1 where there is none. */
	readonly rowOf: Int32Array;
	readonly columnOf: Int32Array;
}

/** Gives each row its cheapest column, if no earlier row has it. */
function takeCheapest({ costs, rowCount, columnCount, rowPrices, rowOf, columnOf }: Solution): void {
	for (let row = 0; row < rowCount; row++) {
		let cheapest = 0;
		for (let column = 1; column < columnCount; column++)
			if ((costs[row * columnCount + column] ?? 0) < (costs[row * columnCount + cheapest] ?? 0)) cheapest = column;
		rowPrices[row] = costs[row * columnCount + cheapest] ?? 0;
		if (rowOf[cheapest] !== -1) continue;
		rowOf[cheapest] = row;
		columnOf[row] = cheapest;
	}
}

/** Gives one more row a column, by the cheapest way to move the others. */
function* augment(
	{ costs, columnCount, rowPrices, columnPrices, rowOf, columnOf }: Solution,
	start: number,
): Steps<void> {
	const shortest = new Float64Array(columnCount).fill(Infinity);
	const before = new Int32Array(columnCount);
	const isScanned = new Uint8Array(columnCount);
	const scannedRows: number[] = [];
	let length = 0;
	let end = -1;
	for (let row = start; end === -1; ) {
		scannedRows.push(row);
		if (scannedRows.length % ROWS === 0) yield;
		let nearest = -1;
		let least = Infinity;
		for (let column = 0; column < columnCount; column++) {
			if (isScanned[column] === 1) continue;
			const cost = costs[row * columnCount + column] ?? 0;
			const reduced = length + cost - (rowPrices[row] ?? 0) - (columnPrices[column] ?? 0);
			let distance = shortest[column] ?? 0;
			if (reduced < distance) {
				shortest[column] = distance = reduced;
				before[column] = row;
			}
			if (distance > least || (distance === least && rowOf[column] !== -1)) continue;
			least = distance;
			nearest = column;
		}
		length = least;
		isScanned[nearest] = 1;
		row = rowOf[nearest] ?? -1;
		if (row === -1) end = nearest;
	}
	for (const row of scannedRows) {
		const column = columnOf[row] ?? -1;
		rowPrices[row] = (rowPrices[row] ?? 0) + length - (row === start ? 0 : (shortest[column] ?? 0));
	}
	for (let column = 0; column < columnCount; column++)
		if (isScanned[column] === 1) columnPrices[column] = (columnPrices[column] ?? 0) - length + (shortest[column] ?? 0);
	for (let column = end, row = -1; row !== start; ) {
		row = before[column] ?? start;
		rowOf[column] = row;
		const next = columnOf[row] ?? -1;
		columnOf[row] = column;
		column = next;
	}
}
