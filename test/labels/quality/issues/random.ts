import { chanceOf } from '@datagym/test/faults/chance';

/** Random numbers that a seed repeats, in the distributions that labels of photographs have. */
export class Random {
	/** From 0 up to 1. */
	readonly next: () => number;

	constructor(seed: number) {
		this.next = chanceOf(seed);
	}

	between(from: number, to: number): number {
		return from + (to - from) * this.next();
	}

	/** From 0 up to the count. */
	index(count: number): number {
		return Math.floor(this.next() * count);
	}

	happens(share: number): boolean {
		return this.next() < share;
	}

	/** Box and Muller. */
	normal(mean = 0, deviation = 1): number {
		return mean + deviation * Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
	}

	/** Poisson distributed (Knuth). */
	count(mean: number): number {
		const limit = Math.exp(-mean);
		let product = this.next();
		let count = 0;
		while (product > limit) {
			product *= this.next();
			count++;
		}
		return count;
	}

	pick<Value>(values: readonly Value[]): Value {
		if (values.length === 0) throw new Error('There is nothing to pick from.');
		return values[this.index(values.length)] as Value;
	}
}
