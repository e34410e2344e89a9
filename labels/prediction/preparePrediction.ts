import {
	type Geometry,
	type GeometryType,
	isGeometryClass,
	type LabelClass,
	type LabeledImage,
	type LabelObject,
	labelOf,
} from '../model';
import { KeyMap, sameKey } from '../classes/classKey';
import { clippedGeometry, fittedGeometries, roundedGeometry } from '../geometry/geometryChanges';
import type { ConversionReport } from '../dataset/conversionReport';
import { maskGeometry } from './maskGeometry';
import { boundingBox, type Box } from '../geometry/shapes';

/** What is done to a model's output before it is checked and imported. Nothing is done that is not asked for. */
export interface PredictionPreparation {
	/** Labels with a lower score are skipped; those without a score stay. */
	readonly minimumScore?: number | undefined;
	/** Names of the model to keys of label classes; other names stay. */
	readonly classNames?: Readonly<Record<string, string>>;
	/** Names of the model whose labels are skipped. */
	readonly exclude?: readonly string[];
	/** The label configuration: shapes become those of their class (box around a polygon, corners of a box). */
	readonly classes?: readonly LabelClass[] | undefined;
	/** Whether shapes are cut off at the edge of the image; when its size is not known, at the top and the left only. */
	readonly clip?: boolean;
	/** Whether coordinates are rounded to whole pixels, as the export of DataGym would cut them. */
	readonly round?: boolean;
	/**
	 * Of labels of one class whose boxes overlap by more than this (intersection over union, 0 to 1), only the one with the
	 * highest score stays (non-maximum suppression). Off when missing.
	 */
	readonly maxOverlap?: number | undefined;
	/**
	 * Shapes that follow the pixels of a mask lose their specks and are simplified by no more than this, in pixels. Off when
	 * missing or 0.
	 */
	readonly maskTolerance?: number | undefined;
}

/**
 * Prepares the labels of one image; skipped and changed labels are counted in `report`. Labels nested in a skipped
 * one are skipped with it. Pure: the given image stays as it is.
 */
export function preparePrediction(
	image: LabeledImage,
	preparation: PredictionPreparation,
	report: ConversionReport,
): LabeledImage {
	const types = new KeyMap<GeometryType>();
	for (const { key, type } of preparation.classes?.filter(isGeometryClass) ?? []) types.set(key, type);
	const names: Names = { types, mapped: KeyMap.of(preparation.classNames ?? {}) };
	return { ...image, objects: prepareAll(image.objects, image, preparation, names, report) };
}

interface Names {
	/** By class key. */
	readonly types: KeyMap<GeometryType>;
	/** Class keys by the model's name. */
	readonly mapped: KeyMap<string>;
}

function prepareAll(
	objects: readonly LabelObject[],
	image: LabeledImage,
	preparation: PredictionPreparation,
	names: Names,
	report: ConversionReport,
): LabelObject[] {
	const prepared = objects.flatMap((object) => prepare(object, image, preparation, names, report));
	const { maxOverlap } = preparation;
	return maxOverlap === undefined ? prepared : withoutOverlaps(prepared, maxOverlap, labelOf(image), report);
}

/** Prepares one label: none when it is skipped, several when its shape has several parts. */
function prepare(
	object: LabelObject,
	image: LabeledImage,
	preparation: PredictionPreparation,
	names: Names,
	report: ConversionReport,
): LabelObject[] {
	const name = labelOf(image);
	if (preparation.exclude?.some((key) => sameKey(key, object.className)) === true) {
		report.add('excluded', name, object.className);
		return [];
	}
	const className = names.mapped.get(object.className) ?? object.className;
	const { minimumScore = -Infinity } = preparation;
	if ((object.score ?? Infinity) < minimumScore) {
		report.add('low-score', name, className);
		return [];
	}
	const { maskTolerance = 0 } = preparation;
	const type = names.types.get(className);
	const shape =
		maskTolerance > 0
			? maskGeometry(object.geometry, type, maskTolerance, { report, imageName: name, className })
			: object.geometry;
	const fitted = fittedGeometries(shape, type);
	countConversion(shape, fitted, name, className, report);
	const edge = { width: image.width ?? Infinity, height: image.height ?? Infinity };
	const children = prepareAll(object.children, image, preparation, names, report);
	return fitted.flatMap((whole, part): LabelObject[] => {
		const inside = preparation.clip === true ? clippedGeometry(whole, edge) : whole;
		if (inside === undefined) {
			report.add('outside', name, className);
			return [];
		}
		if (inside !== whole) report.add('clipped', name, className);
		const geometry = preparation.round === true ? roundedGeometry(inside) : inside;
		return [{ ...object, className, geometry, children: part === 0 ? children : [] }];
	});
}

function countConversion(
	before: Geometry,
	after: readonly Geometry[],
	name: string,
	className: string,
	report: ConversionReport,
): void {
	if (after.some(({ type }) => type !== before.type)) report.add('converted', name, className);
	if (after.length > 1) report.add('several-labels', name, className);
	const isPolygon = after.every(({ type }) => type === 'polygon');
	if (isPolygon && before.type === 'segmentation' && before.regions.some((rings) => rings.length > 1))
		report.add('holes-filled', name, className);
}

/** Non-maximum suppression; labels without a score count as certain, and the order of the others is kept. */
function withoutOverlaps(
	objects: readonly LabelObject[],
	maxOverlap: number,
	name: string,
	report: ConversionReport,
): LabelObject[] {
	const kept: { readonly object: LabelObject; readonly box: Box }[] = [];
	const certainty = ({ score = 1 }: LabelObject) => score;
	const dropped = new Set<LabelObject>();
	for (const object of [...objects].sort((a, b) => certainty(b) - certainty(a))) {
		const box = boundingBox(object.geometry);
		if (box === undefined) continue;
		if (kept.some((better) => better.object.className === object.className && overlap(better.box, box) > maxOverlap)) {
			dropped.add(object);
			report.add('overlapping', name, object.className);
		} else {
			kept.push({ object, box });
		}
	}
	return objects.filter((object) => !dropped.has(object));
}

/** Intersection over union of two boxes, 0 to 1. */
export function overlap(a: Box, b: Box): number {
	const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
	const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
	if (!(width > 0 && height > 0)) return 0;
	const shared = width * height;
	return shared / (a.width * a.height + b.width * b.height - shared);
}
