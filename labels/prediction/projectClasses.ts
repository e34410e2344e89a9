import type { ConversionReport } from '../dataset/conversionReport';
import type { LabelClass, LabeledImage } from '../model';
import { type ImageClassRules, withImageClass } from './imageClass';
import { withKeypointClasses } from './keypoints';
import { withParents } from './nesting';

/** How what a model found takes its place among the classes of the project. */
export interface ProjectRules extends Omit<ImageClassRules, 'classes' | 'classification'> {
	/** Keys of the point classes in the order of the model's keypoints; empty if the user gave none. */
	readonly keypoints: readonly string[];
	/** What becomes of labels of nested classes that no label contains. */
	readonly withoutParent: 'skip' | 'fail';
	/** The key of the classification that the class of an image answers, if the user gave one. */
	readonly imageClassification?: string | undefined;
}

/**
 * Keypoints as the nested points of the project, flat labels in their parents, and classes of the image as answers. The model's
 * names of classes are those of the project already (`preparePrediction`). What has no place is counted in `report`. Pure.
 */
export function withProjectClasses(
	image: LabeledImage,
	classes: readonly LabelClass[],
	{ keypoints, withoutParent, imageClassification, ...rules }: ProjectRules,
	report: ConversionReport,
): LabeledImage {
	const nested = withParents(withKeypointClasses(image, classes, keypoints, report), classes, withoutParent, report);
	return withImageClass(nested, { ...rules, classes, classification: imageClassification }, report);
}
