import { classificationsOf } from '../classes/attributes';
import {
	type Geometry,
	type ImageSize,
	type LabeledImage,
	type LabelObject,
	nestByParent,
	type PlacedObject,
	type Point,
} from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import {
	isFiniteNumber,
	isList,
	isPositive,
	isRecord,
	numbersOf,
	setOwn,
	shown,
	textOf,
	type JsonRecord,
} from '../parsing/record';
import { readBrushMask } from '../codecs/labelStudioRle';
import { polygonsOfMask } from '../geometry/maskShapes';
import { boxAroundEllipse } from './shared/ellipse';
import { fourNumbers } from './shared/predictions';

/**
 * Reads Label Studio tasks, the first annotation of each that was not skipped or, without any, the first prediction: rectangles (turned ones
 * become polygons), polygons, keypoints, brush masks, ellipses (the box around them), choices and texts; `parentID` nests. Shapes
 * without labels have those of the result of type `labels` with the same id. Names in `from_name` are read as
 * `writeLabelStudio` writes them. The image is `data.image` without its path, or what `datagym_id` says.
 *
 * Takes anything, never throws; paths are like `[0].result[3]`. Videos are reported as not read.
 */
export function readLabelStudio(value: unknown): {
	readonly images: LabeledImage[];
	readonly problems: LabelProblem[];
} {
	const problems: LabelProblem[] = [];
	const tasks = isRecord(value) ? [value] : value;
	if (!isList(tasks))
		problems.push(
			readingError(
				'unreadable',
				'',
				`A Label Studio export must be a list of tasks, but got ${shown(value)}. Export the tasks as JSON, not as JSON-MIN.`,
			),
		);
	const images = (isList(tasks) ? tasks : []).flatMap((task, index): LabeledImage[] => {
		const data = isRecord(task) && isRecord(task.data) ? task.data : undefined;
		if (!isRecord(task) || data === undefined) {
			problems.push(
				readingError(
					'no-image',
					`[${index}].data`,
					'This task has no data. Export the tasks as JSON, not as JSON-MIN.',
				),
			);
			return [];
		}
		return [readTask(task, data, `[${index}].result`, problems)];
	});
	return { images, problems };
}

function readTask(task: JsonRecord, data: JsonRecord, place: string, problems: LabelProblem[]): LabeledImage {
	const results = withLabels(resultsOf(task));
	const regions = new Map<string, Region>();
	const imageAnswers: Answers = {};
	let size: Pick<LabeledImage, 'width' | 'height'> = {};
	results.forEach((result, index) => {
		if (!isRecord(result))
			return void problems.push(
				readingError(
					'unreadable',
					`${place}[${index}]`,
					`A result must be an object, but got ${shown(result)}. Remove it.`,
				),
			);
		const { original_width: width, original_height: height } = result;
		if (isPositive(width) && isPositive(height)) size = { width, height };
		if (isAnswer(result)) return noteAnswer(result, regions.get(textOf(result.id) ?? ''), imageAnswers);
		const region = readRegion(result);
		if (typeof region === 'string') problems.push(readingError('unreadable', `${place}[${index}]`, region));
		else regions.set(textOf(result.id) ?? `${place}[${index}]`, region);
	});
	return {
		imageId: textOf(data.datagym_id) ?? '',
		imageName: nameOf(data),
		...size,
		objects: nestByParent(placed(regions)),
		classifications: classificationsOf(imageAnswers),
	};
}

type Answers = Record<string, string[]>;

interface Region {
	readonly object: Omit<LabelObject, 'classifications' | 'children'>;
	readonly answers: Answers;
	readonly parent?: string;
}

function resultsOf({ annotations, predictions }: JsonRecord): readonly unknown[] {
	const given = isList(annotations) && annotations.length > 0 ? annotations : isList(predictions) ? predictions : [];
	const first = given.find((each) => !isCancelled(each));
	return isRecord(first) && isList(first.result) ? first.result : [];
}

/** What an annotator has begun and then skipped; Label Studio's own exporters leave it out, too. */
function isCancelled(annotation: unknown): boolean {
	return isRecord(annotation) && (annotation.was_cancelled === true || annotation.skipped === true);
}

/** The tags `Rectangle` and `Labels` give two results of one id, a shape and its class: the class joins its shape. */
function withLabels(results: readonly unknown[]): readonly unknown[] {
	const labels = new Map<string, unknown>();
	const shapes = new Set<string>();
	for (const result of results) {
		if (!isRecord(result)) continue;
		const id = textOf(result.id) ?? '';
		if (result.type === 'labels') labels.set(id, isRecord(result.value) ? result.value.labels : undefined);
		else if (typeof result.type === 'string' && SHAPES.has(result.type)) shapes.add(id);
	}
	if (labels.size === 0) return results;
	return results.flatMap((result) => {
		if (!isRecord(result)) return [result];
		const id = textOf(result.id) ?? '';
		if (result.type === 'labels' && shapes.has(id)) return [];
		const { type, value } = result;
		if (typeof type !== 'string' || !SHAPES.has(type) || !isRecord(value)) return [result];
		return [{ ...result, value: { ...value, labels: labels.get(id) } }];
	});
}

/** Types of shapes that have no class of their own. */
const SHAPES: ReadonlySet<string> = new Set(['rectangle', 'polygon', 'keypoint', 'ellipse', 'brush']);

function isAnswer({ type }: JsonRecord): boolean {
	return type === 'choices' || type === 'textarea';
}

function noteAnswer({ value, from_name }: JsonRecord, region: Region | undefined, imageAnswers: Answers): void {
	const name = textOf(from_name);
	if (!isRecord(value) || name === undefined) return;
	const given = value.choices ?? value.text;
	const values = (isList(given) ? given : [given]).filter((each) => typeof each === 'string');
	// Questions about a shape are called `class/question`.
	const question = region === undefined ? name : name.slice(name.indexOf('/') + 1);
	setOwn(region?.answers ?? imageAnswers, question, values);
}

/** The region, or a sentence that says why there is none. */
function readRegion(result: JsonRecord): Region | string {
	const { type, value, original_width: width, original_height: height, score, parentID } = result;
	if (typeof type !== 'string' || !isRecord(value))
		return 'This result has no type or no value. Export the tasks as JSON.';
	if (!isPositive(width) || !isPositive(height))
		return 'This result has no original_width and original_height, which its percentages refer to. Add them.';
	const labels = value[type] ?? value.labels;
	const className = isList(labels) ? textOf(labels[0]) : undefined;
	if (className === undefined) return `This result of type ${shown(type)} has no label. Add one, or remove the result.`;
	const kind = type === 'labels' ? kindOf(value) : type.replace(/labels$/, '');
	const geometry = geometryOf(kind, value, { width, height });
	if (typeof geometry === 'string') return geometry;
	const parent = textOf(parentID);
	return {
		object: { className, geometry, ...(isFiniteNumber(score) && { score }) },
		answers: {},
		...(parent !== undefined && { parent }),
	};
}

/** What shape a result of type `labels` has beside its labels. */
function kindOf(value: JsonRecord): string {
	if (isList(value.points)) return 'polygon';
	if (isList(value.rle)) return 'brush';
	if (value.radiusX !== undefined) return 'ellipse';
	return value.height === undefined ? 'keypoint' : 'rectangle';
}

function geometryOf(kind: string, value: JsonRecord, { width: right, height: bottom }: ImageSize): Geometry | string {
	const scale = { x: right / 100, y: bottom / 100 };
	switch (kind) {
		case 'rectangle': {
			const box = fourNumbers(value, ['x', 'y', 'width', 'height']);
			if (box === undefined) return 'This rectangle has no x, y, width and height. Draw it again.';
			const [x, y, width, height] = box;
			return rectangle(
				{ x: x * scale.x, y: y * scale.y, width: width * scale.x, height: height * scale.y },
				isFiniteNumber(value.rotation) ? value.rotation : 0,
			);
		}
		case 'polygon': {
			const points = isList(value.points) ? value.points.flatMap((point) => pointOf(point, scale)) : [];
			return points.length < 3
				? 'This polygon has fewer than three points. Draw it again.'
				: { type: 'polygon', points };
		}
		case 'keypoint':
			if (!isFiniteNumber(value.x) || !isFiniteNumber(value.y)) return 'This point has no x and y. Draw it again.';
			return { type: 'point', x: value.x * scale.x, y: value.y * scale.y };
		case 'ellipse': {
			const [x, y, radiusX, radiusY] = fourNumbers(value, ['x', 'y', 'radiusX', 'radiusY']) ?? [];
			if (x === undefined || y === undefined || radiusX === undefined || radiusY === undefined)
				return 'This ellipse has no center and radii. Draw it again.';
			const rotation = isFiniteNumber(value.rotation) ? value.rotation : 0;
			return boxAroundEllipse(x * scale.x, y * scale.y, radiusX * scale.x, radiusY * scale.y, rotation);
		}
		case 'brush': {
			const mask = readBrushMask(numbersOf(value.rle) ?? [], right, bottom);
			const regions = mask && polygonsOfMask(mask);
			if (regions === undefined) return 'The brush mask does not match the size of the image. Draw it again.';
			return regions.length === 0 ? 'The brush mask is empty. Remove it.' : { type: 'segmentation', regions };
		}
		default:
			return `Results of type ${shown(kind)} are not supported. Convert them to polygons.`;
	}
}

/** `rotation` is in degrees, clockwise around the top left corner. */
function rectangle(box: { x: number; y: number; width: number; height: number }, rotation: number): Geometry {
	if (rotation % 360 === 0) return { type: 'rectangle', ...box };
	const cos = Math.cos((rotation * Math.PI) / 180);
	const sin = Math.sin((rotation * Math.PI) / 180);
	const corners = [
		[0, 0],
		[box.width, 0],
		[box.width, box.height],
		[0, box.height],
	] as const;
	return {
		type: 'polygon',
		points: corners.map(([dx, dy]) => ({ x: box.x + dx * cos - dy * sin, y: box.y + dx * sin + dy * cos })),
	};
}

function pointOf(value: unknown, scale: Point): Point[] {
	const [x, y] = numbersOf(value, 2) ?? [];
	return x === undefined || y === undefined ? [] : [{ x: x * scale.x, y: y * scale.y }];
}

function placed(regions: ReadonlyMap<string, Region>): PlacedObject[] {
	return [...regions].map(([id, { object, answers, parent }]) => ({
		id,
		parent,
		object: { ...object, classifications: classificationsOf(answers), children: [] },
	}));
}

/** The image's name without address, query and the part that an upload to Label Studio puts in front. */
function nameOf(data: JsonRecord): string {
	const address =
		textOf(data.image) ??
		textOf(data.img) ??
		textOf(Object.values(data).find((each) => typeof each === 'string')) ??
		'';
	const isAddress = /^(\w+:\/\/|\/data\/)/.test(address);
	if (!isAddress) return address;
	// Local storage: the path stands in the query.
	const localPath = /\/data\/local-files\/\?d=([^&#]*)/.exec(address)?.[1];
	if (localPath !== undefined) return safeDecode(localPath).split('/').at(-1) ?? address;
	const [path = ''] = address.split(/[?#]/, 1);
	const name = path.split('/').at(-1) ?? address;
	const plain = safeDecode(name);
	return address.startsWith('/data/upload/') ? plain.replace(/^[0-9a-f]{8}-/, '') : plain;
}

function safeDecode(name: string): string {
	try {
		return decodeURIComponent(name);
	} catch {
		return name;
	}
}
