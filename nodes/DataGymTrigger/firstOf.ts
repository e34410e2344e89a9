/** The first so many of any number of items by an order, of which no more than about twice as many are held. */
export class FirstOf<Item> {
	private items: Item[] = [];
	/** What comes behind it is not needed. */
	private last: Item | undefined;

	constructor(
		private readonly most: number,
		private readonly compare: (one: Item, other: Item) => number,
	) {}

	add(item: Item): void {
		if (this.last !== undefined && this.compare(item, this.last) >= 0) return;
		this.items.push(item);
		if (this.items.length >= 2 * this.most + SPARE) this.cut();
	}

	addAll(others: FirstOf<Item>): void {
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
