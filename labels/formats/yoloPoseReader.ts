import type { ImageSize, LabelClass, LabeledImage, LabelObject } from '../model';
import { sameKey } from '../classes/classKey';
import { readingError, type LabelProblem } from '../parsing/problem';
import { shown } from '../parsing/record';
import { keypointLabels, keypointNamesFor, type PredictedKeypoint } from './shared/predictedKeypoints';
import { prediction, rectangleAround, withoutSize, type PredictedImage } from './shared/predictions';

/** What the columns of a pose file mean is decided by these, not by the file alone. */
export interface YoloPoseParameters {
	/** Class names by class ID. */
	readonly classNames: readonly string[];
	/** Class keys of the keypoints in their order; empty if the user gave none. */
	readonly keypoints: readonly string[];
	readonly labelClasses?: readonly LabelClass[] | undefined;
}

/**
 * Reads a pose file of YOLO: rows `class cx cy w h` and `x y` or `x y visible` for each keypoint, each also with a confidence at
 * the end, as `save_conf` writes it. Datasets write 0, 1 or 2 as `visible`, and 0 leaves a point out; models write a confidence.
 *
 * Several numbers of keypoints can have the same number of columns. Which one it is follows from *Keypoints*, or the points
 * below the class in the project, or where the points would be; if these do not tell, the file is refused.
 * Never throws; rows that cannot be read are reported as `line 3`. Source: docs.ultralytics.com/datasets/pose; `Results.save_txt`.
 */
export function readYoloPose(
	text: string,
	image: PredictedImage,
	parameters: YoloPoseParameters,
): { readonly image: LabeledImage; readonly problems: LabelProblem[] } {
	const { width, height } = image;
	if (width === undefined || height === undefined) return withoutSize(image);
	const problems: LabelProblem[] = [];
	const rows = rowsOf(text, problems);
	const layout = layoutOf(rows, parameters);
	const empty = { ...image, objects: [], classifications: {} };
	if (typeof layout === 'string')
		return { image: empty, problems: [...problems, readingError('unreadable', '', layout)] };
	const names = keypointNamesFor(layout.count, parameters.keypoints);
	const objects = rows.flatMap((row): LabelObject[] => {
		const className = parameters.classNames[row.id];
		if (className === undefined) {
			const message = `There is no class name for the class ID ${row.id}. Enter all class names, as in data.yaml.`;
			problems.push(readingError('unknown-class', row.place, message));
			return [];
		}
		const label = typeof names === 'string' ? names : readRow(row, className, layout, names, { width, height });
		if (typeof label !== 'string') return [label];
		problems.push(readingError('unreadable', row.place, label));
		return [];
	});
	return { image: { ...empty, objects }, problems };
}

interface Row {
	readonly place: string;
	readonly id: number;
	readonly box: readonly number[];
	/** Keypoints, and perhaps a score. */
	readonly rest: readonly number[];
}

function rowsOf(text: string, problems: LabelProblem[]): Row[] {
	return text.split(/\r?\n/).flatMap((line, index): Row[] => {
		if (line.trim() === '') return [];
		const place = `line ${index + 1}`;
		const [id = -1, ...numbers] = line.trim().split(/\s+/).map(Number);
		if (Number.isFinite(id) && numbers.every(Number.isFinite) && numbers.length >= 4)
			return [{ place, id, box: numbers.slice(0, 4), rest: numbers.slice(4) }];
		const message = `${shown(line.trim())} is no class, box and keypoints in numbers. Correct the row.`;
		problems.push(readingError('unreadable', place, message));
		return [];
	});
}

/** What follows the box in each row. */
interface Layout {
	/** Number of keypoints. */
	readonly count: number;
	/** Numbers of a keypoint: its position, and how visible it is. */
	readonly size: 2 | 3;
	readonly hasScore: boolean;
}

function layoutOf(
	rows: readonly Row[],
	{ classNames, keypoints, labelClasses = [] }: YoloPoseParameters,
): Layout | string {
	const [first] = rows;
	if (first === undefined) return { count: keypoints.length, size: 3, hasScore: false };
	const alike = rows.filter(({ rest }) => rest.length === first.rest.length);
	const possible = layoutsOf(first.rest.length).filter((layout) => alike.every((row) => hasValidNumbers(row, layout)));
	if (possible.length === 0) return NO_KEYPOINTS;
	const inProject = new Set(
		[...new Set(alike.map(({ id }) => id))].map((id) => pointsBelow(classNames[id], labelClasses)),
	);
	const steps = [
		({ count }: Layout) => keypoints.length === 0 || count === keypoints.length,
		(layout: Layout) => alike.every((row) => isNearBox(row, layout)),
		({ count }: Layout) => keypoints.length > 0 || inProject.has(count),
	];
	let left = possible;
	for (const isLeft of steps) {
		const fewer = left.filter(isLeft);
		if (fewer.length > 0) left = fewer;
		const [only, other] = left;
		if (only !== undefined && other === undefined) return only;
	}
	const [likely] = left;
	if (likely !== undefined && alike.every(({ rest }) => rest.every((number) => number === 0))) return likely;
	const counts = [...new Set(left.map(({ count }) => count))].join(' or ');
	return `The rows can have ${counts} keypoints. Enter their point classes in "Keypoints", in the order of the model.`;
}

const NO_KEYPOINTS =
	'The numbers behind the box are not "x y" or "x y visible" for each keypoint. Choose the format "YOLO" for boxes and polygons.';

function layoutsOf(columns: number): Layout[] {
	return ([3, 2] as const).flatMap((size) =>
		[false, true].flatMap((hasScore) => {
			const count = (columns - (hasScore ? 1 : 0)) / size;
			return Number.isInteger(count) && (count > 0 || size === 3) ? [{ count, size, hasScore }] : [];
		}),
	);
}

function pointsBelow(className: string | undefined, classes: readonly LabelClass[]): number {
	if (className === undefined) return 0;
	return classes.filter(({ type, parents }) => type === 'point' && sameKey(parents?.at(-1) ?? '', className)).length;
}

/** Visibilities are 0, 1, 2 or a confidence, and scores are from 0 to 1. */
function hasValidNumbers({ rest }: Row, layout: Layout): boolean {
	const score = layout.hasScore ? (rest.at(-1) ?? 0) : 1;
	const points = pointsOf(rest, layout);
	return score >= 0 && score <= 1 && points.every(({ visible }) => visible === 2 || (visible >= 0 && visible <= 1));
}

/** Points of a pose lie in its box or near it, which numbers that are taken for others do not. */
function isNearBox({ box: [cx = 0, cy = 0, w = 0, h = 0], rest }: Row, layout: Layout): boolean {
	return pointsOf(rest, layout).every(({ x, y, visible }) => {
		const isNear = Math.abs(x - cx) <= w && Math.abs(y - cy) <= h;
		return visible < LEAST_SURE || isNear || (x === 0 && y === 0);
	});
}

/** Models that are less sure than this of a point put it anywhere, or at 0, 0. */
const LEAST_SURE = 0.5;

interface RawPoint {
	readonly x: number;
	readonly y: number;
	readonly visible: number;
}

/** A position without a visibility is there, unless it is 0, 0. */
function pointsOf(rest: readonly number[], { count, size }: Layout): RawPoint[] {
	return Array.from({ length: count }, (_, index) => {
		const [x = 0, y = 0, third] = rest.slice(index * size, index * size + size);
		return { x, y, visible: third ?? (x === 0 && y === 0 ? 0 : 1) };
	});
}

function readRow(
	row: Row,
	className: string,
	layout: Layout,
	names: readonly string[],
	{ width, height }: ImageSize,
): LabelObject | string {
	const { size, count, hasScore } = layout;
	if (row.rest.length !== count * size + (hasScore ? 1 : 0))
		return `The row has other columns than the first one, which has ${count} keypoints. Correct the row.`;
	const [cx = 0, cy = 0, w = 0, h = 0] = row.box;
	const keypoints = pointsOf(row.rest, layout).map(({ x, y, visible }): PredictedKeypoint => {
		const isConfidence = !Number.isInteger(visible);
		const isThere = isConfidence ? visible >= LEAST_SURE && (x !== 0 || y !== 0) : visible > 0;
		return {
			x: x * width,
			y: y * height,
			visibility: isThere ? 1 : 0,
			...(isConfidence && { score: visible }),
		};
	});
	const score = hasScore ? row.rest.at(-1) : undefined;
	return {
		...prediction(className, rectangleAround(cx * width, cy * height, w * width, h * height), score),
		children: keypointLabels(keypoints, names),
	};
}
