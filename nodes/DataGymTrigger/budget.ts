/** How much one poll may still emit and read. */
export class Budget {
	private emitted = 0;
	private endsAt: number;

	/** @param milliseconds after which nothing new is begun; n8n abandons a poll that takes longer than its own budget. */
	constructor(
		private readonly maxEvents: number,
		milliseconds: number,
		private readonly now: () => number = Date.now,
	) {
		this.endsAt = now() + milliseconds;
	}

	get eventsLeft(): number {
		return Math.max(0, this.maxEvents - this.emitted);
	}

	get hasTime(): boolean {
		return this.now() < this.endsAt;
	}

	/** Whether something was begun that the server has not answered in time. */
	get wasExceeded(): boolean {
		return this.endsAt === 0;
	}

	/** The poll's time is over. */
	end(): void {
		this.endsAt = 0;
	}

	spend(events: number): void {
		this.emitted += events;
	}
}
