import type { LabeledImage, LabelObject } from '../../model';

/**
 * What is compared of two objects: their bounding boxes (of any shape), the pixels that they cover (rectangles, polygons
 * and segmentations), or their keypoints (the points nested in them, by the key of their class).
 */
export type EvaluationKind = 'boxes' | 'masks' | 'keypoints';

/** The labels of an image and what a model predicts for it, both in pixels of the image as displayed. */
export interface ImagePair {
	readonly truth: LabeledImage;
	readonly predicted: LabeledImage;
}

export interface EvaluationOptions {
	readonly kind: EvaluationKind;
	/** Class keys in the order in which the results list them; classes that are not here follow as they come. */
	readonly classes?: readonly string[];
	/** From which overlap on (IoU, or OKS of keypoints, above 0 to 1) two objects are the same; 0.5 if not given. */
	readonly overlap?: number;
	/** Predictions with a lower score count as not made where a decision is needed; 0.25 if not given. */
	readonly score?: number;
	/** How far people are apart on each keypoint, by the key of its class; see `keypointSigmas`. */
	readonly sigmas?: ReadonlyMap<string, number>;
}

export const DEFAULT_OVERLAP = 0.5;
export const DEFAULT_SCORE = 0.25;

/** A label and a prediction that are taken for the same object. */
export interface ObjectMatch {
	readonly truth: LabelObject;
	readonly predicted: LabelObject;
	/** IoU, or OKS of keypoints, 0 to 1. */
	readonly overlap: number;
}

/** What is right and wrong in one image, at the overlap and the score of the options. Objects are those that were given. */
export interface ImageEvaluation {
	/**
	 * 1 when all is right, 0 when nothing is: the sum of the overlaps of the matched objects, divided by their number and half
	 * of the number of mistakes (a confused object is two). This is the panoptic quality of Kirillov et al. (2019), for all
	 * classes together. An image without labels and predictions has 1.
	 */
	readonly score: number;
	readonly matched: readonly ObjectMatch[];
	/** In the same place, but of another class. */
	readonly confused: readonly ObjectMatch[];
	/** Labels that nothing was predicted for. */
	readonly missed: readonly LabelObject[];
	/** Predictions where no label is. */
	readonly extra: readonly LabelObject[];
}

/**
 * The summary of COCO's evaluation, each from 0 to 1; a number is missing when there is no label that it could be about, where
 * pycocotools says -1. Boxes and masks count at most 100 predictions an image and class, keypoints 20.
 */
export interface CocoSummary {
	/** Mean average precision (mAP) over the overlaps 0.50, 0.55, ... 0.95. */
	readonly ap?: number;
	readonly ap50?: number;
	readonly ap75?: number;
	/** Of labels of less than 32 x 32 pixels; not for keypoints. */
	readonly apSmall?: number;
	/** Of labels of 32 x 32 to 96 x 96 pixels. */
	readonly apMedium?: number;
	readonly apLarge?: number;
	/** Mean average recall with the best prediction an image and class; not for keypoints. */
	readonly ar1?: number;
	readonly ar10?: number;
	/** Mean average recall with all predictions that count. */
	readonly ar?: number;
	/** Keypoints only. */
	readonly ar50?: number;
	readonly ar75?: number;
	readonly arSmall?: number;
	readonly arMedium?: number;
	readonly arLarge?: number;
}

/** How many predictions are right, and how many labels are found. A share of nothing is missing. */
export interface Rates {
	/** Predictions with at least this score. */
	readonly score: number;
	readonly precision?: number;
	readonly recall?: number;
	/** Harmonic mean of precision and recall, 2 matched / (predicted + labels). */
	readonly f1?: number;
	/** Predictions of the right class in the right place. */
	readonly matched: number;
	readonly predicted: number;
	readonly labels: number;
}

/** Precision and recall at the overlap of the options, for all scores, without a limit to the number of predictions. */
export interface Curve {
	/** Interpolated precision at the recalls 0, 0.01, ... 1 (101 numbers), as COCO does; empty without labels. */
	readonly precisions: readonly number[];
	/** From the highest score on, at most 101 of them. */
	readonly rates: readonly Rates[];
	/** Where F1 is highest, of several the highest score; missing without predictions or labels. */
	readonly best?: Rates;
}

export interface ClassEvaluation {
	/** As the options or the first object that has it spell it. */
	readonly className: string;
	readonly labels: number;
	readonly predicted: number;
	readonly summary: CocoSummary;
	/** At the score of the options; counted from the confusion matrix. */
	readonly rates: Rates;
	readonly curve: Curve;
}

/** Objects by their class (row) and the predicted one (column). */
export interface ConfusionMatrix {
	/** As of the classes of the evaluation; rows and columns have one more. */
	readonly classNames: readonly string[];
	/** `counts[label][prediction]`; the last column counts missed labels, the last row extra predictions. */
	readonly counts: readonly (readonly number[])[];
}

export interface Evaluation {
	readonly kind: EvaluationKind;
	/** The overlap and the score that rates, matrix and images are at. */
	readonly overlap: number;
	readonly score: number;
	readonly images: number;
	/** Compared objects; `predicted` of all scores. */
	readonly labels: number;
	readonly predicted: number;
	/** Objects that have nothing to compare of this kind, such as the box of a point; they count nowhere else. */
	readonly skippedLabels: number;
	readonly skippedPredictions: number;
	readonly summary: CocoSummary;
	/** Of all classes together, at the score of the options; counted from the confusion matrix. */
	readonly rates: Rates;
	readonly curve: Curve;
	readonly classes: readonly ClassEvaluation[];
	readonly confusion: ConfusionMatrix;
}
