import type { IDataObject } from 'n8n-workflow';
import type { ClassChange, Drift, VersionComparison } from '@datagym/labels';
import type { EarlierRun } from '../createDataset/manifest';

export interface Versions {
	readonly earlier: EarlierRun;
	readonly later: EarlierRun;
	readonly comparison: VersionComparison;
	/** Names in the editor. */
	readonly changedSettings: readonly string[];
}

/** All changes in one item. What is not known of an earlier manifest is left out. */
export function summaryItem({ earlier, later, comparison, changedSettings }: Versions): IDataObject {
	const { imageCount, labelCount, added, removed, changed, moved, splits, classes, drift } = comparison;
	const named = (run: EarlierRun) => (imageId: string) => imageOf(run, imageId);
	return {
		projectId: later.projectId ?? earlier.projectId ?? null,
		isSame: changeItems({ earlier, later, comparison, changedSettings }).length === 0,
		imageCount: { ...imageCount },
		...(labelCount !== undefined && { labelCount: { ...labelCount } }),
		addedImages: added.map(named(later)),
		removedImages: removed.map(named(earlier)),
		...(changed !== undefined && { changedImages: changed.map(named(later)) }),
		movedImages: moved.map(({ imageId, before, after }) => ({ ...imageOf(later, imageId), before, after })),
		splits: splits as readonly object[] as IDataObject[],
		classes: classes.map(classRecord),
		drift: { classes: { ...drift.classes }, boxSizes: { ...drift.boxSizes } },
		changedSettings: [...changedSettings],
		message: summarySentence({ earlier, later, comparison, changedSettings }),
	};
}

function classRecord({ className, classId, change, earlierName, labels, boxSizes }: ClassChange): IDataObject {
	return {
		className,
		classId: classId ?? null,
		change,
		...(earlierName !== undefined && { earlierName }),
		...(labels !== undefined && {
			labelCount: { ...labels.count },
			share: { ...labels.share },
			addedLabels: labels.added,
			removedLabels: labels.removed,
		}),
		boxSizeDrift: { ...boxSizes },
	};
}

/** The path is known of datasets with images. */
function imageOf(run: EarlierRun, imageId: string): { readonly imageId: string; readonly path: string } {
	const files = Object.entries(run.images.get(imageId)?.files ?? {});
	return { imageId, path: files.find(([, fingerprint]) => fingerprint === '')?.[0] ?? '' };
}

interface Row {
	readonly change: string;
	readonly imageId?: string;
	readonly path?: string;
	readonly split?: string;
	readonly className?: string;
	readonly before?: string | number;
	readonly after?: string | number;
	/** What it says in the column `message`. */
	readonly text: string;
}

/** One row per change, all with the same columns; none if both versions are the same. */
export function changeItems({ earlier, later, comparison, changedSettings }: Versions): IDataObject[] {
	const { added, removed, changed = [], moved, splits, classes } = comparison;
	const splitIn = (run: EarlierRun, imageId: string) => run.images.get(imageId)?.split ?? '';
	const image = (run: EarlierRun, change: string, imageId: string, text: string): Row => ({
		change,
		...imageOf(run, imageId),
		split: splitIn(run, imageId),
		text,
	});
	const rows: Row[] = [
		...changedSettings.map((name) => ({ change: 'setting', text: `"${name}" was changed.` })),
		...added.map((imageId) => image(later, 'imageAdded', imageId, 'The image is new.')),
		...removed.map((imageId) => image(earlier, 'imageRemoved', imageId, 'The image is gone.')),
		...changed.map((imageId) =>
			image(later, 'imageChanged', imageId, 'Its labels, its name or its status were changed.'),
		),
		...moved.map(({ imageId, before, after }) => ({
			...image(later, 'imageMoved', imageId, `The image moved from ${before} to ${after}.`),
			before,
			after,
		})),
		...splits
			.filter(({ share }) => share.before !== share.after)
			.map(({ split, share }) => ({
				change: 'splitShare',
				split,
				...share,
				text: `The share of ${split} went from ${percent(share.before)} to ${percent(share.after)} of the images.`,
			})),
		...classes.flatMap(classRows),
		...driftRows(comparison),
	];
	return rows.map(({ change, imageId, path, split, className, before, after, text }) => ({
		change,
		imageId: imageId ?? '',
		path: path ?? '',
		split: split ?? '',
		className: className ?? '',
		before: before ?? null,
		after: after ?? null,
		message: text,
	}));
}

function classRows({ className, change, earlierName = '', labels, boxSizes }: ClassChange): Row[] {
	const rows: Row[] = [];
	if (change === 'added') rows.push({ change: 'classAdded', className, text: 'The class is new.' });
	if (change === 'removed') rows.push({ change: 'classRemoved', className, text: 'The class is gone.' });
	if (change === 'renamed')
		rows.push({
			change: 'classRenamed',
			className,
			before: earlierName,
			after: className,
			text: `The class "${earlierName}" is now called "${className}".`,
		});
	if (labels !== undefined && labels.added + labels.removed > 0)
		rows.push({
			change: 'labels',
			className,
			...labels.count,
			text: `Labels added: ${labels.added}, removed: ${labels.removed}.`,
		});
	if (labels !== undefined && labels.share.before !== labels.share.after)
		rows.push({
			change: 'classShare',
			className,
			...labels.share,
			text: `The share of the class went from ${percent(labels.share.before)} to ${percent(labels.share.after)} of the labels.`,
		});
	if (boxSizes.verdict === 'drift')
		rows.push({ change: 'boxSizeDrift', className, ...distanceOf(boxSizes), text: BOX_SIZES_DRIFT });
	return rows;
}

const CLASSES_DRIFT = 'The shares of the classes are others. Check whether a model trained before still fits.';
const BOX_SIZES_DRIFT = 'The labels have other sizes. Check whether a model trained before still fits.';

function driftRows({ drift }: VersionComparison): Row[] {
	return [
		...(drift.classes.verdict === 'drift'
			? [{ change: 'classDrift', ...distanceOf(drift.classes), text: CLASSES_DRIFT }]
			: []),
		...(drift.boxSizes.verdict === 'drift'
			? [{ change: 'boxSizeDrift', ...distanceOf(drift.boxSizes), text: BOX_SIZES_DRIFT }]
			: []),
	];
}

/** As the value afterwards: before, it was none. */
function distanceOf({ distance }: Drift): { readonly before: number; readonly after: number } {
	return { before: 0, after: distance ?? 0 };
}

/** For people: what changed, in numbers. */
export function summarySentence(versions: Versions): string {
	const { comparison, changedSettings } = versions;
	const { added, removed, changed, moved, labelCount, classes, drift } = comparison;
	if (changeItems(versions).length === 0) return 'Both versions are the same.';
	const images = [
		`${added.length} added`,
		`${removed.length} removed`,
		...(changed === undefined ? [] : [`${changed.length} changed`]),
		...(moved.length > 0 ? [`${moved.length} moved to another split`] : []),
	];
	const named = (change: ClassChange['change']) => classes.filter((each) => each.change === change);
	const ofClasses = (['added', 'removed', 'renamed'] as const).flatMap((change) =>
		named(change).length > 0 ? [`${named(change).length} ${change}`] : [],
	);
	return [
		`Images: ${images.join(', ')}.`,
		labelCount === undefined
			? 'The earlier manifest does not say how many labels there were.'
			: `Labels: ${labelCount.before} before, ${labelCount.after} now.`,
		...(ofClasses.length > 0 ? [`Classes: ${ofClasses.join(', ')}.`] : []),
		...(changedSettings.length > 0 ? [`Other settings: ${changedSettings.join(', ')}.`] : []),
		...(drift.classes.verdict === 'drift' ? [CLASSES_DRIFT] : []),
		...(drift.boxSizes.verdict === 'drift' ? [BOX_SIZES_DRIFT] : []),
	].join(' ');
}

function percent(share: number): string {
	return `${(share * 100).toFixed(1)}%`;
}
