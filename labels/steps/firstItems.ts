import { sorted } from './sorted';
import type { Steps } from './steps';

interface Arrival<Item> {
	readonly item: Item;
	/** How many came before it. */
	readonly place: number;
}

/** The first of any number of items by an order, which are met once: no more than those are held. What is equal stays as it came. */
export class FirstItems<Item> {
	/** A heap if there is a limit: each comes after the two at twice its place, so that the last of all is on top. */
	private held: Array<Arrival<Item>> = [];
	private count = 0;

	/** @param most how many; may be infinite. */
	constructor(
		private readonly most: number,
		private readonly compare: (a: Item, b: Item) => number,
	) {}

	add(item: Item): void {
		const arrival = { item, place: this.count++ };
		if (this.held.length < this.most) {
			this.held.push(arrival);
			if (this.most !== Infinity) this.rise(this.held.length - 1);
			return;
		}
		const [last] = this.held;
		if (last !== undefined && this.compare(item, last.item) < 0) this.sink(arrival);
	}

	/** Those items in their order. They are given away: nothing is held afterward. */
	*list(): Steps<Item[]> {
		const { held } = this;
		this.held = [];
		const arrivals = yield* sorted(held, this.order);
		const items: Item[] = [];
		for (const { item } of arrivals) {
			items.push(item);
			if (items.length % MANY === 0) yield;
		}
		return items;
	}

	private readonly order = (a: Arrival<Item>, b: Arrival<Item>) => this.compare(a.item, b.item) || a.place - b.place;

	/** Puts the last one of the heap to its place. */
	private rise(start: number): void {
		const { held } = this;
		const arrival = held[start] as Arrival<Item>;
		let index = start;
		while (index > 0) {
			const above = (index - 1) >> 1;
			const other = held[above] as Arrival<Item>;
			if (this.order(other, arrival) >= 0) break;
			held[index] = other;
			index = above;
		}
		held[index] = arrival;
	}

	/** Puts a new one to its place, instead of the one on top. */
	private sink(arrival: Arrival<Item>): void {
		const { held } = this;
		let index = 0;
		for (;;) {
			const left = 2 * index + 1;
			const [a, b] = [held[left], held[left + 1]];
			const [later, place] = b !== undefined && a !== undefined && this.order(b, a) > 0 ? [b, left + 1] : [a, left];
			if (later === undefined || this.order(arrival, later) >= 0) break;
			held[index] = later;
			index = place;
		}
		held[index] = arrival;
	}
}

const MANY = 8192;
