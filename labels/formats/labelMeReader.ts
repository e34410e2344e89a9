import { classificationsOf } from '../classes/attributes';
import type { Classifications, Geometry, LabeledImage, LabelObject, Point } from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import {
	isList,
	isPositive,
	isRecord,
	numbersOf,
	ownValue,
	setOwn,
	shown,
	textOf,
	type JsonRecord,
} from '../parsing/record';
import { readPngMask } from './shared/masks';
import { rectangleBetween } from './shared/predictions';

/**
 * Reads a file of LabelMe: rectangle, polygon, line, linestrip, point; polygons of one label and one group are one
 * segmentation, and so is a mask; a circle becomes the square around it. Flags like `"color=red"` are answers as `writeLabelMe` writes them.
 *
 * Takes anything, never throws; paths are like `shapes[3]`.
 */
export function readLabelMe(value: unknown): { readonly image: LabeledImage; readonly problems: LabelProblem[] } {
	const problems: LabelProblem[] = [];
	const file = isRecord(value) ? value : {};
	if (!isList(file.shapes))
		problems.push(
			readingError(
				'unreadable',
				'shapes',
				`A LabelMe file must contain a list of shapes, but got ${shown(file.shapes)}. Provide the complete file.`,
			),
		);
	const found: Shape[] = [];
	(isList(file.shapes) ? file.shapes : []).forEach((shape, index) => {
		const read = isRecord(shape) ? readShape(shape) : `A shape must be an object, but got ${shown(shape)}. Remove it.`;
		if (typeof read === 'string') problems.push(readingError('unreadable', `shapes[${index}]`, read));
		else found.push(read);
	});
	const { imageWidth: width, imageHeight: height } = file;
	const image: LabeledImage = {
		imageId: '',
		imageName: baseName(textOf(file.imagePath) ?? ''),
		...(isPositive(width) && isPositive(height) && { width, height }),
		objects: grouped(found),
		classifications: answersOf(file.flags),
	};
	return { image, problems };
}

interface Shape {
	readonly object: LabelObject;
	readonly group?: string;
}

function readShape(shape: JsonRecord): Shape | string {
	const className = textOf(shape.label);
	if (className === undefined) return 'This shape has no label. Add one.';
	const points = isList(shape.points) ? shape.points.map(pointOf) : [];
	const known = points.filter((point) => point !== undefined);
	if (known.length === 0 || known.length < points.length)
		return 'The points of this shape must be pairs of finite numbers. Draw it again.';
	const geometry =
		shape.shape_type === 'mask' ? maskOf(shape, known) : geometryOf(shape.shape_type ?? 'polygon', known);
	if (typeof geometry === 'string') return geometry;
	const object = { className, geometry, classifications: answersOf(shape.flags), children: [] };
	const { group_id: group } = shape;
	return typeof group === 'number' && geometry.type === 'polygon'
		? { object, group: `${group} ${className}` }
		: { object };
}

/** A PNG in base64 that fills the box from the first pixel to the last one, both of which belong to it. */
function maskOf({ mask }: JsonRecord, [first, last]: readonly Point[]): Geometry | string {
	if (typeof mask !== 'string' || first === undefined || last === undefined)
		return 'This mask has no picture or no two corners. Draw it again.';
	const [width, height] = [last.x - first.x + 1, last.y - first.y + 1];
	return readPngMask(mask, { x: first.x, y: first.y, width, height });
}

function geometryOf(type: unknown, points: readonly Point[]): Geometry | string {
	const [first, second] = points;
	if (first === undefined) return 'The shape has no points. Draw it again.';
	switch (type) {
		case 'polygon':
			return points.length < 3 ? 'A polygon needs at least three points. Draw it again.' : { type: 'polygon', points };
		case 'line':
		case 'linestrip':
			return points.length < 2 ? 'A line needs at least two points. Draw it again.' : { type: 'line', points };
		case 'point':
			return { type: 'point', x: first.x, y: first.y };
		case 'rectangle':
			return second === undefined
				? 'A rectangle needs two corners. Draw it again.'
				: rectangleBetween(first.x, first.y, second.x, second.y);
		case 'circle': {
			const radius = second === undefined ? 0 : Math.hypot(second.x - first.x, second.y - first.y);
			return rectangleBetween(first.x - radius, first.y - radius, first.x + radius, first.y + radius);
		}
		default:
			return `Shapes of type ${shown(type)} are not supported. Convert them to polygons.`;
	}
}

function pointOf(value: unknown): Point | undefined {
	const numbers = numbersOf(value, 2);
	return numbers === undefined ? undefined : { x: numbers[0] ?? 0, y: numbers[1] ?? 0 };
}

/** Polygons of one group become one segmentation, which stands where the first of them stood. */
function grouped(shapes: readonly Shape[]): LabelObject[] {
	const members = new Map<string, LabelObject[]>();
	for (const { object, group } of shapes) {
		if (group === undefined) continue;
		const others = members.get(group);
		if (others === undefined) members.set(group, [object]);
		else others.push(object);
	}
	return shapes.flatMap(({ object, group }) => {
		const all = group === undefined ? [object] : (members.get(group) ?? []);
		if (all[0] !== object) return [];
		return all.length === 1
			? [object]
			: [
					{
						...object,
						geometry: {
							type: 'segmentation',
							regions: all.flatMap(({ geometry }) => (geometry.type === 'polygon' ? [[geometry.points]] : [])),
						},
					},
				];
	});
}

function answersOf(flags: unknown): Classifications {
	const attributes: Record<string, string[]> = {};
	for (const [flag, isSet] of Object.entries(isRecord(flags) ? flags : {})) {
		const at = flag.indexOf('=');
		if (isSet !== true || at < 0) continue;
		const key = flag.slice(0, at);
		setOwn(attributes, key, [...(ownValue(attributes, key) ?? []), flag.slice(at + 1)]);
	}
	return classificationsOf(attributes);
}

/** LabelMe writes paths relative to the file, on Windows with backslashes. */
function baseName(path: string): string {
	return path.split(/[\\/]/).at(-1) ?? path;
}
