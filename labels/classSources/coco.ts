import { numbersOf, isList, isRecord, textOf, type JsonRecord } from '../parsing/record';
import { boxCorners } from '../geometry/shapes';
import type { ChosenGeometry, ClassReport, ClassSource, SourceClass } from './classSource';
import { hexColor } from './entries';
import { withKeypoints } from './keypoints';

/**
 * Categories of COCO, alone or in their file: `{"categories": [{"id", "name", "supercategory", "keypoints"?, "skeleton"?, "color"?}]}`.
 * Classes are polygons if any annotation of the file has a segmentation other than the corners of its box, as `readCoco` reads them.
 * Source: cocodataset.org/#format-data; `panoptic_coco_categories.json` for colors; Roboflow's exports for the unused parent.
 */
export const cocoClasses: ClassSource = {
	key: 'coco',
	name: 'COCO Categories',
	description: 'A COCO file, or its categories',
	partOf(value) {
		if (isRecord(value) && isList(value.categories) && value.categories.every(isNamed)) return value;
		if (isList(value) && value.length > 0 && value.every(isCategory)) return { categories: value };
		return undefined;
	},
	read(part, report, geometry) {
		const file = isRecord(part) ? part : {};
		const categories = listOf(file.categories);
		const annotations = listOf(file.annotations);
		const found = annotations.some(isOutlined) ? 'polygon' : 'rectangle';
		const isKnown = annotations.length > 0;
		return categories.flatMap((category) => {
			if (isUnusedParent(category, categories, annotations)) {
				report.add('parent', textOf(category.name) ?? '');
				return [];
			}
			return classesOf(category, report, { type: geometry ?? found, isKnown: isKnown || geometry !== undefined });
		});
	},
};

function classesOf(
	category: JsonRecord,
	report: ClassReport,
	{ type, isKnown }: { readonly type: ChosenGeometry; readonly isKnown: boolean },
): readonly SourceClass[] {
	const name = textOf(category.name) ?? '';
	const color = isList(category.color) ? hexColor(category.color) : textOf(category.color);
	const keypoints = isList(category.keypoints) ? category.keypoints.filter((point) => typeof point === 'string') : [];
	// A class of points, as `writeCoco` and CVAT write it.
	if (keypoints.length === 1 && keypoints[0] === name) return [{ name, type: 'point', color, children: [] }];
	if (isList(category.skeleton) && category.skeleton.length > 0) report.add('skeleton', name);
	const supercategory = textOf(category.supercategory);
	if (
		supercategory !== undefined &&
		supercategory !== name &&
		!['none', 'object'].includes(supercategory.toLowerCase())
	)
		report.add('group', supercategory);
	if (!isKnown && keypoints.length === 0) report.add('assumed-geometry', name);
	return withKeypoints({ name, type, color, children: [] }, keypoints, report);
}

/** Whether an annotation has more than its box. */
function isOutlined({ segmentation, bbox }: JsonRecord): boolean {
	if (isRecord(segmentation)) return true;
	if (!isList(segmentation) || segmentation.length === 0) return false;
	const [x, y, width, height] = numbersOf(bbox, 4) ?? [];
	if (segmentation.length > 1 || x === undefined || y === undefined || width === undefined || height === undefined)
		return true;
	const corners = boxCorners({ x, y, width, height }).flatMap((corner) => [corner.x, corner.y]);
	const ring = numbersOf(segmentation[0]) ?? [];
	return ring.length !== corners.length || ring.some((number, index) => number !== corners[index]);
}

/** Roboflow puts a category above all others that no annotation has. */
function isUnusedParent(
	category: JsonRecord,
	categories: readonly JsonRecord[],
	annotations: readonly JsonRecord[],
): boolean {
	const others = categories.filter((other) => other !== category);
	return (
		category.supercategory === 'none' &&
		others.length > 0 &&
		others.every(({ supercategory }) => supercategory === category.name) &&
		!annotations.some(({ category_id }) => category_id === category.id)
	);
}

const isNamed = (value: unknown): boolean => isRecord(value) && textOf(value.name) !== undefined;

function isCategory(value: unknown): boolean {
	return (
		isRecord(value) &&
		textOf(value.name) !== undefined &&
		value.id !== undefined &&
		!isList(value.attributes) &&
		value.type === undefined
	);
}

function listOf(value: unknown): readonly JsonRecord[] {
	return isList(value) ? value.filter(isRecord) : [];
}
