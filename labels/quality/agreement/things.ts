import { comparableKey } from '../../classes/classKey';
import type { LabelObject } from '../../model';
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
 */
export function matchThings(labels: readonly (readonly LabelObject[])[], closeness: Closeness): readonly Thing[] {
	const things: OpenThing[] = [];
	const thingOf = new Map<LabelObject, number>();
	labels.forEach((own, project) => {
		const candidates = new Candidates(own.length, project > 1);
		for (const others of labels.slice(0, project)) {
			eachNeighbor(others, own, closeness.maximumDistance, (index, column) => {
				const [other, label] = [others[index], own[column]];
				if (other === undefined || label === undefined) return;
				const found = nearness(other.geometry, label.geometry, closeness);
				const thing = found === undefined ? undefined : thingOf.get(other);
				if (found === undefined || thing === undefined) return;
				candidates.add(thing, column, found.worth / (things[thing]?.count ?? 1), hasSameClass(other, label));
			});
		}
		const joined = candidates.assign(things);
		own.forEach((label, column) => {
			const index = joined.get(column) ?? things.length;
			const thing = (things[index] ??= { labels: noneOf(labels), apart: noneOf(labels), count: 0 });
			thing.labels[project] = label;
			thing.count++;
			thingOf.set(label, index);
		});
	});
	return withLabelsApart(things, labels.length, closeness);
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

	/** @param mayRepeat whether a thing can have several labels. */
	constructor(
		private readonly columnCount: number,
		private readonly mayRepeat: boolean,
	) {}

	add(row: number, column: number, worth: number, isOfClass: boolean): void {
		const key = row * this.columnCount + column;
		const known = this.mayRepeat ? this.known.get(key) : undefined;
		if (known === undefined) {
			const candidate = { row, column, worth, near: 1, isOfClass };
			this.list.push(candidate);
			if (this.mayRepeat) this.known.set(key, candidate);
			return;
		}
		known.worth += worth;
		known.near++;
		known.isOfClass ||= isOfClass;
	}

	/** The thing of each label that joins one, by their places. */
	assign(things: readonly OpenThing[]): ReadonlyMap<number, number> {
		const possible = this.list.filter(({ row, near }) => near * 2 >= (things[row]?.count ?? 1));
		const joined = new Map(
			assign(possible.filter(({ isOfClass }) => isOfClass)).map(({ row, column }) => [column, row]),
		);
		const taken = new Set(joined.values());
		const rest = possible.filter(({ row, column }) => !taken.has(row) && !joined.has(column));
		for (const { row, column } of assign(rest)) joined.set(column, row);
		return joined;
	}
}

/** Puts a label that is alone beside the thing of its class that it was probably meant to be, if the others labeled one. */
function withLabelsApart(things: readonly OpenThing[], projectCount: number, closeness: Closeness): readonly Thing[] {
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
		eachNeighbor(hostLabels, ownLabels, apart.maximumDistance, (row, column) => {
			const [host, label] = [hostLabels[row], ownLabels[column]];
			if (host === undefined || label === undefined || !hasSameClass(host, label)) return;
			const found = nearness(host.geometry, label.geometry, apart);
			if (found !== undefined) pairs.push({ row, column, worth: found.worth });
		});
		const joined = new Set<OpenThing | undefined>();
		for (const { row, column } of assign(pairs)) {
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
