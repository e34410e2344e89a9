/** How much one poll may still tell and read. */
export class Budget {
	private told = 0;
	private readonly end: number;

	/** @param milliseconds after which nothing new is begun; n8n abandons a poll that takes longer than its own budget. */
	constructor(
		private readonly maxItems: number,
		milliseconds: number,
		private readonly now: () => number = Date.now,
	) {
		this.end = now() + milliseconds;
	}

	get itemsLeft(): number {
		return Math.max(0, this.maxItems - this.told);
	}

	get hasTime(): boolean {
		return this.now() < this.end;
	}

	spend(items: number): void {
		this.told += items;
	}
}
