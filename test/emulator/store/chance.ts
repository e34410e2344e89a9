/** Seeded randomness (mulberry32), so that an undefined order differs from call to call and yet a test run can be repeated. */
export class Chance {
	private state: number;

	constructor(seed: number) {
		this.state = seed >>> 0;
	}

	/** A number from 0 to below 1. */
	next(): number {
		this.state = (this.state + 0x6d2b79f5) >>> 0;
		let mixed = this.state;
		mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	}

	/** A shuffled copy. */
	shuffled<T>(items: Iterable<T>): T[] {
		const list = [...items];
		for (let last = list.length - 1; last > 0; last--) {
			const other = Math.floor(this.next() * (last + 1));
			const kept = list[last] as T;
			list[last] = list[other] as T;
			list[other] = kept;
		}
		return list;
	}
}
