/** Texts of a list in one. */
const JOINED = 1000;

/**
 * The texts of a long list, which come after something else. Joined ones are flat: each alone is held as a tree of the parts that it was
 * put together of, at three times the memory.
 */
export class JoinedTexts {
	private readonly joined: string[] = [];
	private last: string[] = [];

	get length(): number {
		return JOINED * this.joined.length + this.last.length;
	}

	add(text: string): void {
		this.last.push(text);
		if (this.last.length < JOINED) return;
		this.joined.push(this.last.join(','));
		this.last = [];
	}

	/** All of them with commas in between. */
	*chunks(): Generator<string, void, undefined> {
		const all = this.last.length === 0 ? this.joined : [...this.joined, this.last.join(',')];
		for (const [index, text] of all.entries()) yield (index === 0 ? '' : ',') + text;
	}
}
