import { classTree } from '../classes/classTree';
import { checkClassifications, type PredictionCheck } from './classifications';
import { geometryFault, segmentationFault } from '../datagym/geometry';
import { entryTypeOf } from '../classes/labelClass';
import {
	type Geometry,
	type ImageSize,
	type LabelClass,
	type LabeledImage,
	type LabelObject,
	possibleSizes,
} from '../model';
import type { LabelProblem } from '../parsing/problem';
import { geometryPoints } from '../geometry/shapes';

/**
 * Checks labels before they are imported. `error`: the server refuses the whole request, or stores the label broken or so
 * that it blocks its task. `warning`: it is stored, but somebody should look at it (outside of the image, a required
 * classification without a value).
 *
 * Segmentations at the top level pass if `drawsSegmentations`: then they are made label by label, since the import stores them
 * empty. The server makes those nested in other labels itself, empty (docs/contract.md#label-values).
 *
 * Without classes only shapes are checked. The size defaults to that of the image; without one, nothing
 * is outside, and of a stored size whose orientation is not known only what is outside however the image is turned.
 * Paths: `labels.car[0].rectangle`, `global_classifications.weather`. Source: docs/contract.md#prediction-import; recordings 386-407, 620-627.
 */
export function checkPrediction(
	image: LabeledImage,
	classes: readonly LabelClass[] | undefined,
	size?: ImageSize,
	{ drawsSegmentations = false }: { readonly drawsSegmentations?: boolean } = {},
): LabelProblem[] {
	const problems: LabelProblem[] = [];
	const check: PredictionCheck = {
		tree: classes && classTree(classes),
		sizes: size === undefined ? possibleSizes(image) : [size],
		drawsSegmentations,
		problems,
	};
	if (image.imageId === '') {
		problems.push({
			severity: 'error',
			reason: 'no-image',
			path: '',
			message:
				'The image has no ID, so DataGym would skip it without an error. Provide its ID, or find the image by its name.',
		});
	}
	checkClassifications(image.classifications, 'global_classifications', [], undefined, check);
	checkObjects(image.objects, 'labels', [], check);
	return problems;
}

function checkObjects(
	objects: readonly LabelObject[],
	place: string,
	parents: readonly string[],
	check: PredictionCheck,
): void {
	const counts = new Map<string, number>();
	for (const object of objects) {
		const index = counts.get(object.className) ?? 0;
		counts.set(object.className, index + 1);
		checkObject(object, `${place}.${object.className}[${index}]`, parents, check);
	}
}

function checkObject(object: LabelObject, place: string, parents: readonly string[], check: PredictionCheck): void {
	const { className, geometry } = object;
	const path = `${place}.${entryTypeOf(geometry.type)}`;
	const isDrawn = check.drawsSegmentations && parents.length === 0;
	const fault = isDrawn && geometry.type === 'segmentation' ? segmentationFault(geometry) : geometryFault(geometry);
	if (fault !== undefined) check.problems.push({ severity: 'error', path, className, ...fault });
	else checkPosition(geometry, path, className, check);
	if (!checkClass(object, place, parents, check)) return;
	const below = [...parents, className];
	checkClassifications(object.classifications, `${place}.classifications`, below, className, check);
	if (object.children.length > 0 && parents.length > 0) {
		check.problems.push({
			severity: 'error',
			reason: 'not-supported',
			path: `${place}.nested_geometries`,
			className,
			message: 'DataGym supports one level of nested labels. Move the inner labels one level up.',
		});
	} else {
		checkObjects(object.children, `${place}.nested_geometries`, below, check);
	}
}

/** Whether the class is known, so that it makes sense to look into the object. */
function checkClass(
	{ className, geometry }: LabelObject,
	place: string,
	parents: readonly string[],
	{ tree, problems }: PredictionCheck,
): boolean {
	if (tree === undefined) return true;
	const found = tree.find('geometry', parents, className);
	if (found === 'unknown') {
		problems.push({
			severity: 'error',
			reason: 'unknown-class',
			path: place,
			className,
			message: `The label configuration has no class "${className}". Add it there, or map the label to another class.`,
		});
		return false;
	}
	if (found === 'elsewhere') {
		const where = parents.length === 0 ? 'at the top level' : `inside "${parents.join('" / "')}"`;
		problems.push({
			severity: 'error',
			reason: 'wrong-parent',
			path: place,
			className,
			message: `The class "${className}" is not defined ${where}, only elsewhere in the label configuration. Nest the label as the configuration does.`,
		});
		return false;
	}
	if (found.type !== geometry.type) {
		const path = `${place}.${entryTypeOf(geometry.type)}`;
		problems.push({
			severity: 'error',
			reason: 'wrong-geometry',
			path,
			className,
			message: `The class "${className}" is a ${found.type}, but the label is a ${geometry.type}, which DataGym would store incorrectly. Convert it to a ${found.type}.`,
		});
	}
	return true;
}

function checkPosition(
	geometry: Geometry,
	path: string,
	className: string,
	{ sizes, problems }: PredictionCheck,
): void {
	if (geometry.type === 'rectangle' && (geometry.width === 0 || geometry.height === 0)) {
		problems.push({
			severity: 'warning',
			reason: 'empty',
			path,
			className,
			message: 'The rectangle has no area. Enlarge it, or remove it.',
		});
	}
	const points = geometryPoints(geometry);
	const [first, ...others] = sizes.map(({ width, height }) => points.find(({ x, y }) => x > width || y > height));
	const [size] = sizes;
	if (size === undefined || first === undefined || others.includes(undefined)) return;
	problems.push({
		severity: 'warning',
		reason: 'outside',
		path,
		className,
		message: `The point ${first.x}, ${first.y} is outside the image (${size.width} × ${size.height} pixels). Clip the label, or check the image size.`,
	});
}
