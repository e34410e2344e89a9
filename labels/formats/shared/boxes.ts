import type { DatasetClass, DatasetClasses } from '../../classes/datasetClasses';
import {
	type Classifications,
	eachObject,
	type Geometry,
	type ImageSize,
	type LabeledImage,
	type LabelObject,
	labelOf,
	type Ring,
} from '../../model';
import type { ConversionReason, ConversionReport } from '../../dataset/conversionReport';
import { boundingBox, boxCorners, clipBox, type Box } from '../../geometry/shapes';
import { GEOMETRY_CONVERSIONS, geometryInside, usableGeometry } from './usableGeometry';

/** An image whose size is known. */
export type SizedImage = LabeledImage & ImageSize;

export function hasSize<Image extends Partial<ImageSize>>(image: Image): image is Image & ImageSize {
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
	...GEOMETRY_CONVERSIONS,
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

/** A label that has a class in the dataset, what it is nested in, and its image's name for the report. */
interface ClassifiedLabel {
	readonly object: LabelObject;
	readonly datasetClass: DatasetClass;
	readonly parent: LabelObject | undefined;
	readonly name: string;
}

/** Visits the labels that have a class, nested ones too. The others are counted. */
function eachClassified(
	image: LabeledImage,
	{ classes, report }: LabelWriting,
	visit: (label: ClassifiedLabel) => void,
): void {
	const name = labelOf(image);
	eachObject(image, (object, parent) => {
		const datasetClass = classes.classOf(object.className);
		if (typeof datasetClass === 'string') report.add(datasetClass, name, object.className);
		else visit({ object, datasetClass, parent, name });
	});
}

/** Visits the labels that have a class and are not broken, with their usable geometry. The others are counted. */
export function eachUsable(image: LabeledImage, writing: LabelWriting, visit: (label: ClassifiedLabel) => void): void {
	eachClassified(image, writing, (label) => {
		const geometry = usableGeometry(label.object.geometry);
		if (geometry === undefined) writing.report.add('broken', label.name, label.object.className);
		else visit({ ...label, object: { ...label.object, geometry } });
	});
}

/** Visits the areas that have a class. Lines, points and the others are counted. */
export function eachArea(image: LabeledImage, writing: LabelWriting, visit: (label: ClassifiedLabel) => void): void {
	eachClassified(image, writing, (label) => {
		const { className, geometry } = label.object;
		if (geometry.type === 'line' || geometry.type === 'point')
			writing.report.add('geometry-type', label.name, className);
		else visit(label);
	});
}

export interface BoxWriting extends LabelWriting {
	/** Whether something is left of a box as the format rounds it; every box by default. */
	readonly isLeft?: (box: Box) => boolean;
}

/**
 * The boxes of an image for formats that hold boxes only: rectangles as they are, the boxes around polygons and
 * segmentations, clipped at the image's edge. Labels that are skipped or converted are counted.
 */
export function boxesOf(image: SizedImage, writing: BoxWriting, held: Details = {}): LabeledBox[] {
	const { report, isLeft = () => true } = writing;
	const boxes: LabeledBox[] = [];
	countAnswers(image.classifications, undefined, labelOf(image), report, held);
	eachArea(image, writing, ({ object, datasetClass, parent, name }) => {
		const { className } = object;
		const geometry = usableGeometry(object.geometry);
		const whole = geometry && boundingBox(geometry);
		if (whole === undefined) return report.add('broken', name, className);
		if (!(whole.width > 0 && whole.height > 0)) return report.add('too-small', name, className);
		const box = clipBox(whole, image);
		if (box === undefined) return report.add('outside', name, className);
		if (!isLeft(box)) return report.add('too-small', name, className);
		if (box !== whole) report.add('clipped', name, className);
		if (object.geometry.type !== 'rectangle') report.add('reduced-to-box', name, className);
		countDetails(object, parent, name, report, held);
		boxes.push({ object, datasetClass, box, isClipped: box !== whole });
	});
	return boxes;
}

/** The edges of a box at the nearest whole pixels. */
export function wholeEdges({ x, y, width, height }: Box) {
	return { left: Math.round(x), top: Math.round(y), right: Math.round(x + width), bottom: Math.round(y + height) };
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
export function polygonsOf(image: SizedImage, writing: LabelWriting, held: Details = {}): LabeledPolygon[] {
	const { report } = writing;
	const polygons: LabeledPolygon[] = [];
	countAnswers(image.classifications, undefined, labelOf(image), report, held);
	eachArea(image, writing, ({ object, datasetClass, parent, name }) => {
		const { className } = object;
		const inside = geometryInside(asPolygon(object.geometry), image);
		if (typeof inside === 'string') return report.add(inside, name, className);
		if (inside.isClipped) report.add('clipped', name, className);
		const rings = ringsOf(inside.geometry, className, name, report);
		countDetails(object, parent, name, report, held);
		polygons.push(...rings.map((ring) => ({ object, datasetClass, ring })));
	});
	return polygons;
}

function asPolygon(geometry: Geometry): Geometry {
	return geometry.type === 'rectangle' ? { type: 'polygon', points: boxCorners(geometry) } : geometry;
}

/** The outlines of an area, whose further parts and holes are counted. */
export function ringsOf(
	geometry: Geometry,
	className: string,
	name: string,
	report: ConversionReport,
): readonly Ring[] {
	if (geometry.type === 'polygon') return [geometry.points];
	if (geometry.type !== 'segmentation') return [];
	const { regions } = geometry;
	if (regions.length > 1) report.add('split-into-parts', name, className, regions.length - 1);
	if (regions.some((rings) => rings.length > 1)) report.add('reduced-to-polygon', name, className);
	return regions.map(([outline = []]) => outline);
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
