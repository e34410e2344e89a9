import { crossesItself } from '../geometry/coveredArea';
import type { Geometry, LabeledImage, LabelObject, Point } from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import { shown } from '../parsing/record';
import { oneImage, reading, type ReadableFormat } from './format';
import { recognizedIf } from './shared/recognition';
import type { PredictedImage } from './shared/predictions';

/**
 * Reads a label file of YOLO: rows `class cx cy w h` (detect), `class x1 y1 x2 y2 x3 y3 ...` (segment, obb), each also
 * with a confidence at the end, as `save_conf` writes it. Fractions of the image's size become pixels. A pose file is refused:
 * its keypoints would be outlines here (`readYoloPose` reads it).
 *
 * `names` are the class names by class ID. Never throws; rows that cannot be read are reported as `line 3`.
 */
export function readYolo(
	text: string,
	image: PredictedImage,
	names: readonly string[],
): { readonly image: LabeledImage; readonly problems: LabelProblem[] } {
	const problems: LabelProblem[] = [];
	const { width, height } = image;
	const empty = { ...image, objects: [], classifications: {} };
	if (width === undefined || height === undefined) {
		problems.push(
			readingError(
				'no-size',
				'',
				'The coordinates are fractions of the image size, which is unknown. Provide the width and height.',
			),
		);
		return { image: empty, problems };
	}
	const size = { width, height };
	const objects: LabelObject[] = [];
	const rows = text.split(/\r?\n/);
	const pose = rows.findIndex((row) => isPose(row.trim().split(/\s+/).slice(1).map(Number)));
	if (pose !== -1) {
		problems.push(
			readingError(
				'unreadable',
				`line ${pose + 1}`,
				'The row has keypoints, which would become an outline. Choose the format "YOLO Pose".',
			),
		);
		return { image: empty, problems };
	}
	rows.forEach((row, index) => {
		if (row.trim() === '') return;
		const object = readRow(row, size, names);
		if (object === undefined)
			problems.push(
				readingError(
					'unknown-class',
					`line ${index + 1}`,
					`There is no class name for the class ID in ${shown(row.trim())}. Enter all class names, as in data.yaml.`,
				),
			);
		else if (typeof object !== 'string') objects.push(object);
		else problems.push(readingError('unreadable', `line ${index + 1}`, object));
	});
	return { image: { ...empty, objects }, problems };
}

/**
 * Whether the numbers behind the class are a box and keypoints, and surely no outline: a visibility of 2 is no fraction, and
 * three different visible points in the box are no chance if an outline of these numbers crosses itself. Zeros alone are
 * keypoints that are not there.
 */
function isPose(numbers: readonly number[]): boolean {
	const [cx = 0, cy = 0, w = 0, h = 0, ...rest] = numbers;
	if (rest.length < 3 || rest.length % 3 === 2) return false;
	if (w > 0 && h > 0 && rest.length % 3 === 0 && rest.every((number) => number === 0)) return true;
	const visible = new Set<string>();
	let isLabeled = false;
	for (let index = 0; index + 2 < rest.length; index += 3) {
		const [x = -1, y = -1, visibility = -1] = rest.slice(index, index + 3);
		if (visibility !== 2 && !(visibility >= 0 && visibility <= 1)) return false;
		if (visibility < 0.5) continue;
		if (Math.abs(x - cx) > w * HALF_BOX || Math.abs(y - cy) > h * HALF_BOX) return false;
		visible.add(`${x} ${y}`);
		isLabeled ||= visibility === 2;
	}
	if (isLabeled) return true;
	if (visible.size < 3) return false;
	const outline = polygon(numbers.length % 2 === 1 ? numbers.slice(0, -1) : numbers, { width: 1, height: 1 });
	return outline.type === 'polygon' && crossesItself(outline.points);
}

/** Half of the box, and a little more, since models put points beside their boxes. */
const HALF_BOX = 0.55;

/** The label, nothing when its class has no name, or a sentence that says why it cannot be read. */
function readRow(
	row: string,
	size: { readonly width: number; readonly height: number },
	names: readonly string[],
): LabelObject | string | undefined {
	const numbers = row.trim().split(/\s+/).map(Number);
	if (numbers.some((number) => !Number.isFinite(number)))
		return `${shown(row.trim())} contains something that is not a number. Correct the row.`;
	const [number = -1, ...rest] = numbers;
	if (rest.length < 4) return 'A row needs a class and at least four numbers. Correct the row.';
	const className = names[number];
	if (className === undefined) return undefined;
	const isBox = rest.length === 4 || rest.length === 5;
	const score = rest.length % 2 === 1 ? rest.pop() : undefined;
	const geometry = isBox ? box(rest, size) : polygon(rest, size);
	return { className, geometry, classifications: {}, children: [], ...(score !== undefined && { score }) };
}

function box(
	[cx = 0, cy = 0, w = 0, h = 0]: readonly number[],
	{ width, height }: { readonly width: number; readonly height: number },
): Geometry {
	return { type: 'rectangle', x: (cx - w / 2) * width, y: (cy - h / 2) * height, width: w * width, height: h * height };
}

function polygon(
	numbers: readonly number[],
	{ width, height }: { readonly width: number; readonly height: number },
): Geometry {
	const points: Point[] = [];
	for (let index = 0; index + 1 < numbers.length; index += 2) {
		points.push({ x: (numbers[index] ?? 0) * width, y: (numbers[index + 1] ?? 0) * height });
	}
	return { type: 'polygon', points };
}

/** Rows that are looked at. */
const SAMPLE = 50;
/** Longer beginnings are not looked at, since a text can be one line of megabytes. */
const LOOKED_AT = 100_000;

/** Whether all rows are a class ID and fractions, and whether one of them has keypoints; nothing for another text. */
export function kindOf(text: string): 'shapes' | 'pose' | undefined {
	const rows = text
		.slice(0, LOOKED_AT)
		.split('\n')
		.map((row) => row.trim())
		.filter((row) => row !== '');
	const whole = text.length > LOOKED_AT ? rows.slice(0, -1) : rows;
	const sample = whole.slice(0, SAMPLE).map((row) => row.split(/\s+/).map(Number));
	if (sample.length === 0 || !sample.every(isRow)) return undefined;
	return sample.some(([, ...numbers]) => isPose(numbers)) ? 'pose' : 'shapes';
}

function isRow([id = NaN, ...fractions]: readonly number[]): boolean {
	const isClass = Number.isInteger(id) && id >= 0;
	return isClass && fractions.length >= 4 && fractions.every((number) => number >= -0.5 && number <= 2);
}

export const yolo: ReadableFormat = {
	key: 'yolo',
	name: 'YOLO',
	reads: reading({
		input: 'text',
		description: 'Label file (.txt) of boxes or polygons',
		isStrict: false,
		parameters: ['image', 'classNames'],
		unit: () => 'fractions',
		recognizes: (text) => recognizedIf(typeof text === 'string' && kindOf(text) === 'shapes'),
		read: (text, { image, classNames }) => oneImage(readYolo(text, image, classNames)),
	}),
};
