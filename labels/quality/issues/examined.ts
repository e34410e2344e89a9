import { coveredArea } from '../../geometry/coveredArea';
import { boundingBox, type Box, regionArea, ringArea } from '../../geometry/shapes';
import {
	type Geometry,
	type ImageSize,
	type LabeledImage,
	type LabelObject,
	type Point,
	possibleSizes,
} from '../../model';

/** A label with what several kinds of issues ask of it. */
export interface ExaminedLabel {
	readonly object: LabelObject;
	readonly parent: LabelObject | undefined;
	/** Where it is among all labels of its image. */
	readonly index: number;
	/** Missing if it has no points, or no finite ones. */
	readonly box: Box | undefined;
	/** Square pixels of an area, pixels of a line's length, 0 for a point. */
	readonly extent: number;
	/** Why it cannot be what anybody meant to draw; the other kinds pass over it then. */
	readonly fault: DegenerateShape | undefined;
	/** Whether it reaches the edge of the image, where photographs cut things off. */
	readonly isAtEdge: boolean;
}

interface DegenerateShape {
	readonly reason: string;
	readonly measure: 'points' | 'area' | 'length' | 'thickness';
	readonly value: number;
	readonly limit: number;
}

export interface ExaminedImage {
	readonly image: LabeledImage;
	/** One, two while the image's orientation is not known, or none. */
	readonly sizes: readonly ImageSize[];
	/** Nested ones right after the one that they are in. */
	readonly labels: readonly ExaminedLabel[];
}

/** Pixels from the edge within which a label is at it: people do not hit it exactly. */
const EDGE = 2;

export function examine(image: LabeledImage): ExaminedImage {
	const sizes = possibleSizes(image);
	const labels: ExaminedLabel[] = [];
	const visit = (object: LabelObject, parent: LabelObject | undefined): void => {
		const box = boundingBox(object.geometry);
		const extent = extentOf(object.geometry);
		labels.push({
			object,
			parent,
			index: labels.length,
			box,
			extent,
			fault: degenerateShape(object.geometry, box, extent),
			isAtEdge: box !== undefined && isAtEdge(box, sizes),
		});
		for (const child of object.children) visit(child, object);
	};
	for (const object of image.objects) visit(object, undefined);
	return { image, sizes, labels };
}

/** With two possible sizes, of either. The left and the top edge are known without any. */
function isAtEdge({ x, y, width, height }: Box, sizes: readonly ImageSize[]): boolean {
	if (x <= EDGE || y <= EDGE) return true;
	return sizes.some((size) => x + width >= size.width - EDGE || y + height >= size.height - EDGE);
}

function extentOf(geometry: Geometry): number {
	switch (geometry.type) {
		case 'rectangle':
			return Math.abs(geometry.width * geometry.height);
		case 'polygon':
			return ringArea(geometry.points);
		case 'segmentation':
			return geometry.regions.reduce((sum, region) => sum + regionArea(region), 0);
		case 'line':
			return lengthOf(geometry.points);
		case 'point':
			return 0;
	}
}

function lengthOf(points: readonly Point[]): number {
	let length = 0;
	let before: Point | undefined;
	for (const point of points) {
		if (before !== undefined) length += Math.hypot(point.x - before.x, point.y - before.y);
		before = point;
	}
	return length;
}

/** Thinner than this many pixels, an area is a line. */
const THINNEST = 1;

function degenerateShape(geometry: Geometry, box: Box | undefined, extent: number): DegenerateShape | undefined {
	if (box === undefined)
		return { reason: 'has no valid coordinates', measure: 'points', value: 0, limit: fewestPoints(geometry.type) };
	if (geometry.type === 'point') return undefined;
	if (geometry.type === 'line') {
		return extent < THINNEST
			? { reason: 'has no length', measure: 'length', value: extent, limit: THINNEST }
			: undefined;
	}
	if (geometry.type === 'polygon') {
		const points = distinctPoints(geometry.points);
		if (points < 3)
			return { reason: `has only ${points} different points`, measure: 'points', value: points, limit: 3 };
	}
	const thickness = thicknessOf(geometry, box, extent);
	return thickness < THINNEST
		? { reason: 'has no area', measure: 'thickness', value: thickness, limit: THINNEST }
		: undefined;
}

/** Pixels across a box, or the mean across another area. */
function thicknessOf(geometry: Geometry, { width, height }: Box, extent: number): number {
	if (geometry.type === 'rectangle') return Math.min(width, height);
	const longest = Math.max(width, height);
	if (longest === 0 || extent / longest >= THINNEST || geometry.type !== 'polygon') return extent / (longest || 1);
	// The usual formula says 0 for a bow tie, which covers an area.
	return coveredArea(geometry.points) / longest;
}

function fewestPoints(type: Geometry['type']): number {
	return type === 'point' ? 1 : type === 'line' ? 2 : 3;
}

/** Of three or more, three. */
function distinctPoints(points: readonly Point[]): number {
	const distinct: Point[] = [];
	for (const point of points) {
		if (distinct.length === 3) break;
		if (!distinct.some(({ x, y }) => x === point.x && y === point.y)) distinct.push(point);
	}
	return distinct.length;
}
