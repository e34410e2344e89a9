/** The first so many of any number of items by an order, of which no more than about twice as many are held. */
export class FirstOf<Key, Item extends Key = Key> {
	private items: Item[] = [];
	/** What comes behind it is not needed. */
	private last: Item | undefined;

	constructor(
		private readonly most: number,
		private readonly compare: (one: Key, other: Key) => number,
	) {}

	/** Whether an item that compares as this one is among the first so far, so that others need not be made. */
	wants(key: Key): boolean {
		return this.last === undefined || this.compare(key, this.last) < 0;
	}

	add(item: Item): void {
		if (!this.wants(item)) return;
		this.items.push(item);
		if (this.items.length >= 2 * this.most + SPARE) this.cut();
	}

	addAll(others: FirstOf<Key, Item>): void {
		for (const item of others.items) this.add(item);
	}

	/** In their order. */
	get sorted(): readonly Item[] {
		this.cut();
		return this.items;
	}

	private cut(): void {
		this.items.sort(this.compare);
		if (this.items.length < this.most) return;
		this.items.length = this.most;
		this.last = this.items.at(-1);
	}
}

/** So that few items are not sorted each time. */
const SPARE = 64;
