interface Member<Waiting> {
	readonly waiting: Set<Waiting>;
	/** Of those that have left the queue, how many have not ended. */
	running: number;
	/** When one of them was last let out of the queue, as a count. */
	served: number;
}

/**
 * A queue for several who wait with much each: whoever has the fewest at work comes first, then who has waited longest, and each
 * one's own come in their order. So ten thousand of one do not keep out the three of another.
 */
export class FairQueue<Waiting> {
	private readonly members = new Map<object, Member<Waiting>>();
	private served = 0;
	/** How many wait. */
	length = 0;

	add(owner: object, waiting: Waiting): void {
		const member = this.members.get(owner) ?? { waiting: new Set(), running: 0, served: 0 };
		this.members.set(owner, member);
		member.waiting.add(waiting);
		this.length++;
	}

	/** For one that gives up. */
	remove(owner: object, waiting: Waiting): void {
		if (this.members.get(owner)?.waiting.delete(waiting) === true) this.length--;
		this.forgetIdle(owner);
	}

	/** Lets one out of the queue; `end` follows. */
	start(owner: object, waiting: Waiting): void {
		const member = this.members.get(owner);
		if (member?.waiting.delete(waiting) !== true) return;
		this.length--;
		member.running++;
		member.served = ++this.served;
	}

	end(owner: object): void {
		const member = this.members.get(owner);
		if (member !== undefined) member.running--;
		this.forgetIdle(owner);
	}

	/** The first of each owner that passes, those whose turn it is first. */
	heads(passes: (waiting: Waiting) => boolean): Array<{ readonly owner: object; readonly head: Waiting }> {
		return [...this.members]
			.filter(([, { waiting }]) => waiting.size > 0)
			.sort(([, a], [, b]) => a.running - b.running || a.served - b.served)
			.flatMap(([owner, { waiting }]) => {
				for (const head of waiting) if (passes(head)) return [{ owner, head }];
				return [];
			});
	}

	find(passes: (waiting: Waiting) => boolean): Waiting | undefined {
		for (const { waiting } of this.members.values()) for (const each of waiting) if (passes(each)) return each;
		return undefined;
	}

	private forgetIdle(owner: object): void {
		const member = this.members.get(owner);
		if (member?.running === 0 && member.waiting.size === 0) this.members.delete(owner);
	}
}
