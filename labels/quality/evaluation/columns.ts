import { sortedInPlace } from '../../steps/sortedNumbers';
import type { Steps } from '../../steps/steps';

type Numbers = Float64Array | Uint32Array | Uint8Array;

/** Numbers of one type that grow in number without becoming objects. */
export class Column<Array extends Numbers> {
	private count = 0;
	private numbers: Array;

	constructor(private readonly allocate: (length: number) => Array) {
		this.numbers = allocate(16);
	}

	push(value: number): void {
		if (this.count === this.numbers.length) {
			const larger = this.allocate(2 * this.count);
			larger.set(this.numbers);
			this.numbers = larger;
		}
		this.numbers[this.count++] = value;
	}

	get length(): number {
		return this.count;
	}

	/** The numbers so far; not a copy. */
	get values(): Array {
		return this.numbers.subarray(0, this.count) as Array;
	}
}

/** Places of the scores from the highest to the lowest, equal ones in their order (a stable sort, as numpy's mergesort). */
export function* byScore(scores: Float64Array): Steps<Uint32Array> {
	const places = new Uint32Array(scores.length);
	for (let place = 0; place < places.length; place++) places[place] = place;
	return yield* sortedInPlace(places, (a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
}
