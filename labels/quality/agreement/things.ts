import { comparableKey } from '../../classes/classKey';
import type { LabelObject } from '../../model';
import type { Steps } from '../../steps/steps';
import { assign, type CandidatePair } from './assignment';
import { type Closeness, eachNeighbor, nearness } from './similarity';

/** What projects labeled in one place of an image. */
export interface Thing {
	/** The label of each project, in their order. */
	readonly labels: readonly (LabelObject | undefined)[];
	/** The same for labels of the same class that are not near enough to be matched, but too near to be something else. */
	readonly apart: readonly (LabelObject | undefined)[];
}

/** Below this IoU, two labels of a class are two things. Source: Bolya et al., “TIDE”, ECCV 2020 (localization errors). */
const LEAST_IOU_APART = 0.1;
const DISTANCE_APART = 3;

/**
 * More candidates than this are decided in parts, so that thousands of labels in one place do not take all memory. No image that was
 * labeled by people has as many.
 */
const MOST_CANDIDATES = 2_000_000;

/** Candidates that are looked at in one step. */
const STEP = 4096;

interface OpenThing {
	readonly labels: (LabelObject | undefined)[];
	readonly apart: (LabelObject | undefined)[];
	/** How many labels it has. */
	count: number;
}

/**
 * Matches the labels of several projects: project by project, those of the next one are assigned to what the earlier ones labeled, so
 * that the matches are worth the most together; first those of the same class, then the rest whatever its class. A label can join
 * a thing if it is near at least half of its labels.
 *
 * @param labels all labels of an image by project, nested ones among them; none for a project that does not have the image.
 * @param mostCandidates above which matches are decided in parts.
 */
export function* matchThings(
	labels: readonly (readonly LabelObject[])[],
	closeness: Closeness,
	mostCandidates = MOST_CANDIDATES,
): Steps<readonly Thing[]> {
	const things: OpenThing[] = [];
	const thingOf = new Map<LabelObject, number>();
	for (const [project, own] of labels.entries()) {
		const candidates = new Candidates(things, own.length, { mayRepeat: project > 1, most: mostCandidates });
		for (const others of labels.slice(0, project)) {
			yield* eachNeighbor(others, own, closeness.maximumDistance, (index, column) => {
				const [other, label] = [others[index], own[column]];
				const thing = other === undefined ? undefined : thingOf.get(other);
				if (other === undefined || label === undefined || thing === undefined) return undefined;
				if (!candidates.isFree({ row: thing, column })) return undefined;
				const found = nearness(other.geometry, label.geometry, closeness);
				if (found === undefined) return undefined;
				return candidates.add(thing, column, found.worth / (things[thing]?.count ?? 1), hasSameClass(other, label));
			});
		}
		const joined = yield* candidates.assign();
		own.forEach((label, column) => {
			const index = joined.get(column) ?? things.length;
			const thing = (things[index] ??= { labels: noneOf(labels), apart: noneOf(labels), count: 0 });
			thing.labels[project] = label;
			thing.count++;
			thingOf.set(label, index);
		});
	}
	return yield* withLabelsApart(things, labels.length, closeness);
}

interface Candidate extends CandidatePair {
	/** The mean of all labels of the thing, of which those that are not near are worth nothing. */
	worth: number;
	/** To how many of the thing's labels the label is near, and whether one is of its class. */
	near: number;
	isOfClass: boolean;
}

/** The things that labels of one project may join. */
class Candidates {
	private readonly list: Candidate[] = [];
	private readonly known = new Map<number, Candidate>();
	private readonly joined = new Map<number, number>();
	private readonly taken = new Set<number>();

	/** `mayRepeat`: whether a thing can have several labels. */
	constructor(
		private readonly things: readonly OpenThing[],
		private readonly columnCount: number,
		private readonly limits: { readonly mayRepeat: boolean; readonly most: number },
	) {}

	/** @returns work that comes before the next one, when there are as many as are held. */
	add(row: number, column: number, worth: number, isOfClass: boolean): Steps<void> | undefined {
		const key = row * this.columnCount + column;
		const { mayRepeat, most } = this.limits;
		const known = mayRepeat ? this.known.get(key) : undefined;
		if (known !== undefined) {
			known.worth += worth;
			known.near++;
			known.isOfClass ||= isOfClass;
			return undefined;
		}
		const candidate = { row, column, worth, near: 1, isOfClass };
		this.list.push(candidate);
		if (mayRepeat) this.known.set(key, candidate);
		return this.list.length >= most ? this.decide() : undefined;
	}

	/** The thing of each label that joins one, by their places. */
	*assign(): Steps<ReadonlyMap<number, number>> {
		yield* this.decide();
		return this.joined;
	}

	private *decide(): Steps<void> {
		const possible = yield* picked(this.list, ({ row, near }) => near * 2 >= (this.things[row]?.count ?? 1));
		yield* this.join(yield* picked(possible, ({ isOfClass }) => isOfClass));
		yield* this.join(yield* picked(possible, (each) => this.isFree(each)));
		this.list.length = 0;
		this.known.clear();
	}

	private *join(pairs: readonly Candidate[]): Steps<void> {
		for (const { row, column } of yield* assign(pairs)) {
			this.joined.set(column, row);
			this.taken.add(row);
		}
	}

	/** Whether both are not decided yet. */
	isFree({ row, column }: Pick<Candidate, 'row' | 'column'>): boolean {
		return !this.joined.has(column) && !this.taken.has(row);
	}
}

/** As `filter` gives them, in steps. */
function* picked(candidates: readonly Candidate[], isWanted: (candidate: Candidate) => boolean): Steps<Candidate[]> {
	const wanted: Candidate[] = [];
	for (const [index, candidate] of candidates.entries()) {
		if (index % STEP === STEP - 1) yield;
		if (isWanted(candidate)) wanted.push(candidate);
	}
	return wanted;
}

/** Puts a label that is alone beside the thing of its class that it was probably meant to be, if the others labeled one. */
function* withLabelsApart(
	things: readonly OpenThing[],
	projectCount: number,
	closeness: Closeness,
): Steps<readonly Thing[]> {
	const apart: Closeness = {
		minimumIou: Math.min(LEAST_IOU_APART, closeness.minimumIou),
		maximumDistance: closeness.maximumDistance * DISTANCE_APART,
	};
	let left = things;
	for (let project = projectCount - 1; project >= 0; project--) {
		const alone = left.filter((thing) => isAlone(thing) && thing.labels[project] !== undefined);
		const hosts = left.filter(({ labels, apart: near }) => (labels[project] ?? near[project]) === undefined);
		const hostLabels = hosts.flatMap(({ labels }) => labels.find((label) => label !== undefined) ?? []);
		const ownLabels = alone.flatMap(({ labels }) => labels[project] ?? []);
		const pairs: CandidatePair[] = [];
		yield* eachNeighbor(hostLabels, ownLabels, apart.maximumDistance, (row, column) => {
			const [host, label] = [hostLabels[row], ownLabels[column]];
			if (host === undefined || label === undefined || !hasSameClass(host, label)) return undefined;
			const found = nearness(host.geometry, label.geometry, apart);
			if (found !== undefined) pairs.push({ row, column, worth: found.worth });
			return undefined;
		});
		const joined = new Set<OpenThing | undefined>();
		for (const { row, column } of yield* assign(pairs)) {
			const host = hosts[row];
			if (host !== undefined) host.apart[project] = ownLabels[column];
			joined.add(alone[column]);
		}
		left = left.filter((thing) => !joined.has(thing));
	}
	return left;
}

function isAlone({ count, apart }: OpenThing): boolean {
	return count === 1 && apart.every((label) => label === undefined);
}

export function hasSameClass(a: LabelObject, b: LabelObject): boolean {
	return a.className === b.className || comparableKey(a.className) === comparableKey(b.className);
}

function noneOf(labels: readonly unknown[]): undefined[] {
	return labels.map(() => undefined);
}
