import { classTree, type ClassTree } from '../classes/classTree';
import { findKey } from '../classes/classKey';
import type { ConversionReport } from '../dataset/conversionReport';
import { type Box, boundingBox } from '../geometry/shapes';
import { isGeometryClass, type LabelClass, type LabeledImage, type LabelObject, labelOf } from '../model';

/** The share of a label's box that its parent has to cover at least. */
const LEAST_COVERED = 0.5;

/**
 * Puts labels whose class the project has only inside of others into the label that contains them, since models find a plate
 * and a car side by side: the one whose box covers most of the label's box, at least half of it, and of several the smallest.
 * Labels whose class is at the top level, too, stay there.
 *
 * Labels without a parent are counted in `report` and left out, or stay where the check refuses them. Pure.
 */
export function withParents(
	image: LabeledImage,
	classes: readonly LabelClass[],
	withoutParent: 'skip' | 'fail',
	report: ConversionReport,
): LabeledImage {
	const tree = classTree(classes);
	const nested = image.objects.filter(({ className }) => tree.find('geometry', [], className) === 'elsewhere');
	if (nested.length === 0) return image;
	const parentsOf = new Map(nested.map(({ className }) => [className, parentKeys(className, classes)]));
	const roots = image.objects.flatMap((object): Container[] => {
		const box = parentsOf.has(object.className) ? undefined : boundingBox(object.geometry);
		return box === undefined ? [] : [{ object, box, area: box.width * box.height }];
	});
	const children = new Map<LabelObject, LabelObject[]>();
	const orphans = new Set<LabelObject>();
	for (const object of nested) {
		const keys = parentsOf.get(object.className) ?? [];
		const parent = containerOf(
			object,
			roots.filter((root) => findKey(keys, root.object.className) !== undefined),
		);
		if (parent === undefined) orphans.add(object);
		else children.set(parent, [...(children.get(parent) ?? []), object]);
	}
	for (const { className } of withoutParent === 'skip' ? orphans : [])
		report.add('no-parent', labelOf(image), className);
	const objects = image.objects.flatMap((object): LabelObject[] => {
		if (parentsOf.has(object.className)) return orphans.has(object) && withoutParent === 'fail' ? [object] : [];
		const found = children.get(object);
		return [found === undefined ? object : { ...object, children: [...object.children, ...found] }];
	});
	return { ...image, objects };
}

interface Container {
	readonly object: LabelObject;
	readonly box: Box;
	readonly area: number;
}

/** Keys of the classes at the top level that have the class directly below them. */
function parentKeys(className: string, classes: readonly LabelClass[]): string[] {
	const tree: ClassTree = classTree(classes);
	return classes
		.filter(isGeometryClass)
		.filter(({ parents }) => parents === undefined || parents.length === 0)
		.map(({ key }) => key)
		.filter((key) => typeof tree.find('geometry', [key], className) !== 'string');
}

function containerOf(object: LabelObject, containers: readonly Container[]): LabelObject | undefined {
	const box = boundingBox(object.geometry);
	if (box === undefined) return undefined;
	let best: { readonly container: Container; readonly covered: number } | undefined;
	for (const container of containers) {
		const covered = coveredShare(box, container.box);
		if (covered < LEAST_COVERED) continue;
		const isBetter =
			best === undefined ||
			covered > best.covered ||
			(covered === best.covered && container.area < best.container.area);
		if (isBetter) best = { container, covered };
	}
	return best?.container.object;
}

/** The share of a box that lies in another one; of a point or a straight line, of its length. */
function coveredShare(box: Box, other: Box): number {
	return along(box.x, box.width, other.x, other.width) * along(box.y, box.height, other.y, other.height);
}

function along(start: number, length: number, from: number, size: number): number {
	if (length === 0) return start >= from && start <= from + size ? 1 : 0;
	return Math.max(0, Math.min(start + length, from + size) - Math.max(start, from)) / length;
}
