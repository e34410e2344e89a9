import type { ClassMapping } from '../../classes/datasetClasses';
import { ownValue } from '../../parsing/record';
import { SPLITS, type Split } from '../splits';
import type { BoxSizes } from './boxSizes';
import { type Drift, driftBetween } from './drift';
import { renamedClasses } from './renamedClasses';

/** What is known of a version of a dataset. */
export interface DatasetVersion {
	/** Name to class ID; empty if the classes are those of whole images. */
	readonly classes: ClassMapping;
	readonly images: ReadonlyMap<string, VersionImage>;
	readonly boxSizes?: BoxSizes | undefined;
}

export interface VersionImage {
	/** A fingerprint of its name and its labels; undefined if it cannot be compared. */
	readonly labels?: string | undefined;
	readonly split: Split;
	/** Labels by the name of their class; undefined if it is not known. */
	readonly counts?: Readonly<Record<string, number>> | undefined;
}

interface Change<Value> {
	readonly before: Value;
	readonly after: Value;
}

export interface VersionComparison {
	readonly imageCount: Change<number>;
	readonly labelCount?: Change<number>;
	/** IDs in the order of the later version, removed ones in that of the earlier. */
	readonly added: readonly string[];
	readonly removed: readonly string[];
	/** Of images in both, those with another name, other labels or another status; undefined if it is not known. */
	readonly changed?: readonly string[];
	readonly moved: readonly (Change<Split> & { readonly imageId: string })[];
	readonly splits: readonly SplitChange[];
	readonly classes: readonly ClassChange[];
	/** Of the shares of the classes, and of the sizes of boxes of all classes together. */
	readonly drift: { readonly classes: Drift; readonly boxSizes: Drift };
}

interface SplitChange {
	readonly split: Split;
	readonly imageCount: Change<number>;
	/** Of all images, from 0 to 1. */
	readonly share: Change<number>;
}

export interface ClassChange {
	readonly className: string;
	readonly classId?: number;
	readonly change: 'added' | 'removed' | 'renamed' | 'kept';
	/** The earlier name of one that is renamed. */
	readonly earlierName?: string;
	/** What follows is undefined if it is not known of one of both versions. */
	readonly labels?: LabelsChange;
	readonly boxSizes: Drift;
}

interface LabelsChange {
	readonly count: Change<number>;
	/** Of all labels, from 0 to 1. */
	readonly share: Change<number>;
	/** Sums over the images of how many more, and how many fewer labels they have. */
	readonly added: number;
	readonly removed: number;
}

/** What is another in the later of two versions of a dataset. */
export function compareVersions(before: DatasetVersion, after: DatasetVersion): VersionComparison {
	const both = [...after.images].flatMap(([imageId, image]) => {
		const earlier = before.images.get(imageId);
		return earlier === undefined ? [] : [{ imageId, before: earlier, after: image }];
	});
	const isComparable = both.every((pair) => pair.before.labels !== undefined && pair.after.labels !== undefined);
	const labels = labelChanges(before, after);
	return {
		imageCount: { before: before.images.size, after: after.images.size },
		...(labels !== undefined && { labelCount: { before: totalOf(labels.before), after: totalOf(labels.after) } }),
		added: [...after.images.keys()].filter((imageId) => !before.images.has(imageId)),
		removed: [...before.images.keys()].filter((imageId) => !after.images.has(imageId)),
		...(isComparable && {
			changed: both.filter((pair) => pair.before.labels !== pair.after.labels).map(({ imageId }) => imageId),
		}),
		moved: both.flatMap((pair) =>
			pair.before.split === pair.after.split
				? []
				: [{ imageId: pair.imageId, before: pair.before.split, after: pair.after.split }],
		),
		splits: SPLITS.map((split) => splitChange(split, before, after)),
		classes: classChanges(before, after, labels),
		drift: {
			classes: driftBetween(labels?.before, labels?.after),
			boxSizes: driftBetween(pooled(before.boxSizes), pooled(after.boxSizes)),
		},
	};
}

function splitChange(split: Split, before: DatasetVersion, after: DatasetVersion): SplitChange {
	const countIn = ({ images }: DatasetVersion) => [...images.values()].filter((image) => image.split === split).length;
	const imageCount = { before: countIn(before), after: countIn(after) };
	return {
		split,
		imageCount,
		share: {
			before: shareOf(imageCount.before, before.images.size),
			after: shareOf(imageCount.after, after.images.size),
		},
	};
}

interface LabelChanges {
	/** By the names of the later version. */
	readonly before: ReadonlyMap<string, number>;
	readonly after: ReadonlyMap<string, number>;
	readonly added: ReadonlyMap<string, number>;
	readonly removed: ReadonlyMap<string, number>;
}

/** Undefined if the labels of an image are not known. */
function labelChanges(before: DatasetVersion, after: DatasetVersion): LabelChanges | undefined {
	const renamed = renamedClasses(before.classes, after.classes);
	const changes = { before: new Counts(), after: new Counts(), added: new Counts(), removed: new Counts() };
	for (const imageId of new Set([...before.images.keys(), ...after.images.keys()])) {
		const [earlier, later] = [before.images.get(imageId), after.images.get(imageId)];
		const isUnknown = [earlier, later].some((image) => image !== undefined && image.counts === undefined);
		if (isUnknown) return undefined;
		const first = new Map(
			Object.entries(earlier?.counts ?? {}).map(([name, count]) => [renamed.get(name) ?? name, count]),
		);
		const second = new Map(Object.entries(later?.counts ?? {}));
		for (const name of new Set([...first.keys(), ...second.keys()])) {
			const [less, more] = [first.get(name) ?? 0, second.get(name) ?? 0];
			changes.before.add(name, less);
			changes.after.add(name, more);
			changes.added.add(name, Math.max(0, more - less));
			changes.removed.add(name, Math.max(0, less - more));
		}
	}
	return changes;
}

class Counts extends Map<string, number> {
	add(name: string, count: number): void {
		this.set(name, (this.get(name) ?? 0) + count);
	}
}

function classChanges(
	before: DatasetVersion,
	after: DatasetVersion,
	labels: LabelChanges | undefined,
): readonly ClassChange[] {
	const renamed = renamedClasses(before.classes, after.classes);
	const earlierNames = new Map([...renamed].map(([earlier, later]) => [later, earlier]));
	const counted = [...(labels?.before ?? []), ...(labels?.after ?? [])].map(([name]) => name);
	const earlier = Object.keys(before.classes).map((name) => renamed.get(name) ?? name);
	const names = new Set([...Object.keys(after.classes), ...earlier, ...counted.sort()]);
	const idOf = (name: string) =>
		ownValue(after.classes, name) ?? ownValue(before.classes, earlierNames.get(name) ?? name);
	const isIn = ({ classes }: DatasetVersion, name: string, counts?: ReadonlyMap<string, number>) =>
		ownValue(classes, name) !== undefined || (counts?.get(name) ?? 0) > 0;
	return [...names]
		.map((className): ClassChange => {
			const earlierName = earlierNames.get(className);
			const wasIn = isIn(before, earlierName ?? className, labels?.before);
			const isStillIn = isIn(after, className, labels?.after);
			const classId = idOf(className);
			return {
				className,
				...(classId !== undefined && { classId }),
				change: earlierName !== undefined ? 'renamed' : !wasIn ? 'added' : !isStillIn ? 'removed' : 'kept',
				...(earlierName !== undefined && { earlierName }),
				...(labels !== undefined && { labels: labelsChange(className, labels) }),
				boxSizes: driftBetween(binsOf(before.boxSizes, earlierName ?? className), binsOf(after.boxSizes, className)),
			};
		})
		.sort((a, b) => (a.classId ?? Infinity) - (b.classId ?? Infinity) || 0);
}

function labelsChange(name: string, { before, after, added, removed }: LabelChanges): LabelsChange {
	const count = { before: before.get(name) ?? 0, after: after.get(name) ?? 0 };
	return {
		count,
		share: { before: shareOf(count.before, totalOf(before)), after: shareOf(count.after, totalOf(after)) },
		added: added.get(name) ?? 0,
		removed: removed.get(name) ?? 0,
	};
}

function totalOf(counts: ReadonlyMap<string, number>): number {
	return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function shareOf(count: number, total: number): number {
	return total === 0 ? 0 : count / total;
}

function binsOf(sizes: BoxSizes | undefined, className: string): ReadonlyMap<string, number> | undefined {
	const bins = sizes && ownValue(sizes, className);
	return bins && new Map(bins.map((count, bin) => [String(bin), count]));
}

function pooled(sizes: BoxSizes | undefined): ReadonlyMap<string, number> | undefined {
	if (sizes === undefined) return undefined;
	const counts = new Counts();
	for (const bins of Object.values(sizes)) for (const [bin, count] of bins.entries()) counts.add(String(bin), count);
	return counts;
}
