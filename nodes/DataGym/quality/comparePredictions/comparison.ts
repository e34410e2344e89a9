import type { IDataObject } from 'n8n-workflow';
import {
	type LabelClass,
	type LabeledImage,
	labelOf,
	type LabelProblem,
	type PicturedResult,
	type ShownImage,
	sorted,
	type Steps,
} from '@datagym/labels';
import type { ProjectImages } from '../../prediction/images/projectImages';
import type { PreparedLabels, Rejection } from '../../prediction/preparing/report';
import type { ItemInput } from '../../runner/itemInput';

/** What a model found in one image, in all items that are about it. */
export interface PredictedImage {
	readonly image: LabeledImage;
	/** Indexes of these items. */
	readonly items: readonly number[];
}

/** The predictions of one project. */
export interface ProjectPredictions {
	readonly projectId: string;
	/** What the project has. */
	readonly project: ProjectImages;
	/** Says how to compare them. */
	readonly first: ItemInput;
	/** Indexes of all items. */
	readonly items: readonly number[];
	readonly images: ReadonlyMap<string, PredictedImage>;
	readonly prepared: readonly PreparedLabels[];
	/** Of the model's output. */
	readonly unread: readonly LabelProblem[];
	/** Images whose predictions cannot be read, of items that go on without them. */
	readonly rejected: readonly Rejection[];
}

/** The predictions of a project, and the labels to compare them with. */
export interface Comparison {
	readonly predictions: ProjectPredictions;
	/** By name: between predictions of the same score, the order of the images decides, and the server has none. */
	readonly images: readonly ImageToCompare[];
	readonly classes: readonly LabelClass[];
	/** Whether the predictions have scores, without which there is no average precision. */
	readonly hasScores: boolean;
	/** Finished images for which no prediction was given, whether they count or not. */
	readonly withoutPrediction: readonly LabeledImage[];
	readonly countsMissing: boolean;
	/** Predicted images that are not finished, which are excluded. */
	readonly notFinished: readonly LabeledImage[];
	/** Labels of the project that could not be read. */
	readonly unreadLabels: number;
}

export interface ImageToCompare {
	readonly truth: LabeledImage;
	/** Undefined if no item is about the image. */
	readonly predicted: PredictedImage | undefined;
}

/** How the predictions compare, as items have it. */
export interface Results {
	/** The numbers of all images together, flat. What cannot be computed is missing. */
	readonly numbers: IDataObject;
	/** The worst first; of several, by name. */
	readonly images: readonly ImageResult[];
	/** One a class that has labels or predictions. */
	readonly classes: readonly IDataObject[];
	/** What is to be known of these numbers, as sentences. */
	readonly notes: readonly string[];
	/** The HTML page with these images. */
	readonly page: (about: PageFrame, images: AsyncIterable<ShownImage>) => AsyncIterable<string>;
}

interface PageFrame {
	readonly title: string;
	readonly notes: readonly string[];
	readonly shown: number;
	readonly imageWidth: number;
}

export interface ImageResult extends ImageToCompare {
	readonly record: IDataObject;
}

/** What is predicted for the image; nothing if no item is about it. */
export function predictedIn({ truth, predicted }: ImageToCompare): LabeledImage {
	return predicted?.image ?? { ...truth, objects: [], classifications: {} };
}

/** An image and what is right and wrong in it. */
export interface Judged<Result> {
	readonly image: ImageToCompare;
	readonly result: Result;
	readonly score: number;
	readonly mistakes: number;
}

/** Of several images, the worst is first; the sort keeps the order of those that are as bad. */
export function worstFirst<Result>(images: readonly Judged<Result>[]): Steps<Judged<Result>[]> {
	return sorted(images, (a, b) => a.score - b.score || b.mistakes - a.mistakes);
}

/** The files of images with what is right and wrong in these. */
export async function* withResults<Result>(
	pictures: AsyncIterable<ShownImage>,
	judged: readonly Judged<Result>[],
): AsyncGenerator<PicturedResult<Result>> {
	const byId = new Map(judged.map((each) => [each.image.truth.imageId, each]));
	for await (const { image, picture } of pictures) {
		const found = byId.get(image.imageId);
		if (found === undefined) continue;
		const isPredicted = found.image.predicted !== undefined;
		yield { imageName: labelOf(image), result: found.result, isPredicted, picture };
	}
}
