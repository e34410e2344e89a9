import type { JsonRecord } from '../parsing/record';
import { MOST_TEXTS } from './compactLayout';

/** The texts that came more than once, by their numbers. */
export class Texts {
	readonly known: string[] = [];
	private readonly numbers = new Map<string, number>();
	/** Those that came once: names of images are too many to keep. */
	private readonly seen = new Set<string>();

	numberOf(text: string): number | undefined {
		const known = this.numbers.get(text);
		if (known !== undefined || text.length > Texts.longest || this.known.length === MOST_TEXTS) return known;
		if (!this.seen.delete(text)) {
			if (this.seen.size === MOST_TEXTS) this.seen.clear();
			this.seen.add(text);
			return undefined;
		}
		this.numbers.set(text, this.known.length);
		return this.known.push(text) - 1;
	}

	private static readonly longest = 64;
}

/** Where objects with some first keys are. */
class Place {
	number: number | undefined;
	private readonly others = new Map<string, Place>();
	private lastKey: string | undefined;
	private last: Place | undefined;

	/** Where those are that have one key more. */
	after(key: string): Place | undefined {
		if (key !== this.lastKey) {
			this.last = this.others.get(key);
			this.lastKey = key;
		}
		return this.last;
	}

	add(key: string): Place {
		const place = new Place();
		this.others.set(key, place);
		this.last = place;
		this.lastKey = key;
		return place;
	}
}

/** The keys of objects, by their numbers. */
export class Shapes {
	readonly known: Array<readonly string[]> = [];
	private readonly root = new Place();
	private places = 0;

	/** Nothing if there are too many. */
	numberOf(entries: JsonRecord): number | undefined {
		let place = this.root;
		for (const key in entries) {
			const next = place.after(key);
			if (next === undefined && this.places === Shapes.most) return undefined;
			if (next === undefined) this.places++;
			place = next ?? place.add(key);
		}
		place.number ??= this.known.push(Object.keys(entries)) - 1;
		return place.number;
	}

	private static readonly most = 4096;
}
