import type { DatasetClass, DatasetClasses } from '../../classes/datasetClasses';
import { type Classifications, eachObject, type LabeledImage, type LabelObject, labelOf, type Ring } from '../../model';
import type { ConversionReason, ConversionReport } from '../../dataset/conversionReport';
import { boundingBox, boxCorners, clipBox, clipRing, ringArea, type Box } from '../../geometry/shapes';

/** An image whose size is known. */
export type SizedImage = LabeledImage & { readonly width: number; readonly height: number };

export function hasSize(image: LabeledImage): image is SizedImage {
	return image.width !== undefined && image.height !== undefined;
}

export interface LabelWriting {
	readonly classes: DatasetClasses;
	readonly report: ConversionReport;
}

/** What a format has a place for beside shapes. */
export interface Details {
	readonly classifications?: boolean;
	readonly nesting?: boolean;
	readonly score?: boolean;
}

const CLASS_CONVERSIONS = ['excluded', 'unknown-class'] as const satisfies readonly ConversionReason[];
const DETAIL_CONVERSIONS = ['classification', 'nesting', 'score'] as const satisfies readonly ConversionReason[];
const SHAPE_CONVERSIONS = [
	'geometry-type',
	'broken',
	'outside',
	'too-small',
	'clipped',
] as const satisfies readonly ConversionReason[];

/** The reasons for which `boxesOf` skips or converts labels when the format has a place for boxes only. */
export const BOX_CONVERSIONS = [
	...CLASS_CONVERSIONS,
	...SHAPE_CONVERSIONS,
	'reduced-to-box',
	...DETAIL_CONVERSIONS,
] as const satisfies readonly ConversionReason[];

/** The reasons for which `polygonsOf` skips or converts labels when the format has a place for polygons only. */
export const POLYGON_CONVERSIONS = [
	...CLASS_CONVERSIONS,
	...SHAPE_CONVERSIONS,
	'split-into-parts',
	'reduced-to-polygon',
	...DETAIL_CONVERSIONS,
] as const satisfies readonly ConversionReason[];

export interface LabeledBox {
	readonly object: LabelObject;
	readonly datasetClass: DatasetClass;
	readonly box: Box;
	/** Whether the label reaches out of the image. */
	readonly isClipped: boolean;
}

/**
 * The boxes of an image for formats that hold boxes only: rectangles as they are, the boxes around polygons and
 * segmentations, clipped at the image's edge. Labels that are skipped or converted are counted.
 */
export function boxesOf(image: SizedImage, { classes, report }: LabelWriting, held: Details = {}): LabeledBox[] {
	const name = labelOf(image);
	const boxes: LabeledBox[] = [];
	countAnswers(image.classifications, undefined, name, report, held);
	eachObject(image, (object, parent) => {
		const { className, geometry } = object;
		const datasetClass = classes.classOf(className);
		if (typeof datasetClass === 'string') return report.add(datasetClass, name, className);
		if (geometry.type === 'line' || geometry.type === 'point') return report.add('geometry-type', name, className);
		const whole = boundingBox(geometry);
		if (whole === undefined) return report.add('broken', name, className);
		const box = clipBox(whole, image);
		if (box === undefined) return report.add('outside', name, className);
		if (!(box.width > 0 && box.height > 0)) return report.add('too-small', name, className);
		if (box !== whole) report.add('clipped', name, className);
		if (geometry.type !== 'rectangle') report.add('reduced-to-box', name, className);
		countDetails(object, parent, name, report, held);
		boxes.push({ object, datasetClass, box, isClipped: box !== whole });
	});
	return boxes;
}

export interface LabeledPolygon {
	readonly object: LabelObject;
	readonly datasetClass: DatasetClass;
	readonly ring: Ring;
}

/**
 * The polygons of an image for formats that hold one ring per label: rectangles as their corners, polygons, each part of
 * a segmentation without its holes, clipped at the image's edge.
 */
export function polygonsOf(image: SizedImage, { classes, report }: LabelWriting, held: Details = {}): LabeledPolygon[] {
	const name = labelOf(image);
	const polygons: LabeledPolygon[] = [];
	countAnswers(image.classifications, undefined, name, report, held);
	eachObject(image, (object, parent) => {
		const { className } = object;
		const datasetClass = classes.classOf(className);
		if (typeof datasetClass === 'string') return report.add(datasetClass, name, className);
		const rings = ringsOf(object, name, report);
		for (const whole of rings) {
			const ring = clippedRing(whole, image, className, name, report);
			if (ring !== undefined) polygons.push({ object, datasetClass, ring });
		}
		if (rings.length > 0) countDetails(object, parent, name, report, held);
	});
	return polygons;
}

function ringsOf({ geometry, className }: LabelObject, name: string, report: ConversionReport): readonly Ring[] {
	switch (geometry.type) {
		case 'rectangle':
			return [boxCorners(geometry)];
		case 'polygon':
			return [geometry.points];
		case 'segmentation':
			if (geometry.regions.length > 1) report.add('split-into-parts', name, className);
			if (geometry.regions.some((rings) => rings.length > 1)) report.add('reduced-to-polygon', name, className);
			return geometry.regions.map(([outline = []]) => outline);
		case 'line':
		case 'point':
			report.add('geometry-type', name, className);
			return [];
	}
}

function clippedRing(
	whole: Ring,
	image: SizedImage,
	className: string,
	name: string,
	report: ConversionReport,
): Ring | undefined {
	if (whole.length < 3 || whole.some(({ x, y }) => !Number.isFinite(x + y))) {
		report.add('broken', name, className);
		return undefined;
	}
	const ring = clipRing(whole, image);
	if (ring.length < 3 || ringArea(ring) === 0) {
		report.add(ringArea(whole) === 0 ? 'too-small' : 'outside', name, className);
		return undefined;
	}
	if (ring !== whole) report.add('clipped', name, className);
	return ring;
}

/** Counts what of a label has no place in the format although its shape has. */
export function countDetails(
	object: LabelObject,
	parent: LabelObject | undefined,
	name: string,
	report: ConversionReport,
	held: Details,
): void {
	countAnswers(object.classifications, object.className, name, report, held);
	if (parent !== undefined && held.nesting !== true) report.add('nesting', name, object.className);
	if (object.score !== undefined && held.score !== true) report.add('score', name, object.className);
}

/** Counts answered classifications that have no place in the format. */
export function countAnswers(
	classifications: Classifications,
	className: string | undefined,
	name: string,
	report: ConversionReport,
	held: Details,
): void {
	if (held.classifications === true) return;
	for (const key in classifications) {
		const classification = classifications[key];
		if (classification === undefined) continue;
		if (classification.values.length > 0) report.add('classification', name, className);
		countAnswers(classification.children, className, name, report, held);
	}
}
