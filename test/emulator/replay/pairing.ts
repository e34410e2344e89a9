const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Ids that the recordings invented to name nothing stay what they are. */
const NOBODY = '00000000-0000-4000-8000-000000000000';
const REMOTE_PORT = ':18099';

/** Which id, time and content of the recordings stands for which one of the server under test; learned from answer to answer. */
export class Pairing {
	private readonly ids = new Map<string, string>([[NOBODY, NOBODY]]);
	private readonly taken = new Set<string>([NOBODY]);
	private readonly times = new Map<number, number>();
	private readonly contents = new Map<string, { sha256: string; bytes: number }>();

	constructor(
		private readonly words: Record<string, string>,
		private readonly remotePort: number,
	) {}

	/** A recorded text as the server under test should see or say it. */
	translate(text: string): string {
		let translated = text.replaceAll(REMOTE_PORT, `:${this.remotePort}`);
		for (const [word, meaning] of Object.entries(this.words)) translated = translated.replaceAll(word, meaning);
		return translated.replace(UUID, (id) => this.ids.get(id) ?? id);
	}

	translateAll(value: unknown): unknown {
		if (typeof value === 'string') return this.translate(value);
		if (Array.isArray(value)) return value.map((item) => this.translateAll(item));
		if (typeof value !== 'object' || value === null) return value;
		return Object.fromEntries(
			Object.entries(value).map(([name, held]) => [this.translate(name), this.translateAll(held)]),
		);
	}

	/** Compares two texts, in which an id that has no partner yet may take one. */
	sameText(recorded: string, actual: string): boolean {
		const wanted = this.translate(recorded);
		if (wanted === actual) return true;
		const before = wanted.match(UUID) ?? [];
		const after = actual.match(UUID) ?? [];
		if (before.length !== after.length || wanted.replace(UUID, '') !== actual.replace(UUID, '')) return false;
		return before.every((id, at) => id === after[at] || this.pair(id, after[at] ?? ''));
	}

	private pair(recorded: string, actual: string): boolean {
		if (this.taken.has(recorded) || this.ids.has(recorded) || this.taken.has(actual)) return false;
		this.ids.set(recorded, actual);
		this.taken.add(actual);
		return true;
	}

	/** Tries a comparison; what it learned is forgotten when it fails. */
	attempt(compare: () => boolean): boolean {
		const known = this.ids.size;
		if (compare()) return true;
		for (const id of [...this.ids.keys()].slice(known)) {
			this.taken.delete(this.ids.get(id) ?? '');
			this.ids.delete(id);
		}
		return false;
	}

	learnTime(recorded: number, actual: number): void {
		this.times.set(recorded, actual);
	}

	/** A recorded time, or one that was made from it by adding or subtracting up to a day. */
	time(recorded: number): number {
		const known = [...this.times.keys()].sort((a, b) => Math.abs(a - recorded) - Math.abs(b - recorded));
		const [nearest] = known;
		if (nearest === undefined || Math.abs(nearest - recorded) > 86_400_000) return recorded;
		return (this.times.get(nearest) ?? 0) + recorded - nearest;
	}

	learnContent(recorded: string, actual: { sha256: string; bytes: number }): void {
		this.contents.set(recorded, actual);
	}

	content(recorded: { sha256: string; bytes: number }): { sha256: string; bytes: number } {
		return this.contents.get(recorded.sha256) ?? recorded;
	}
}
