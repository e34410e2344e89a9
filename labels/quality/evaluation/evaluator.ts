import { comparableKey } from '../../classes/classKey';
import { candidateFinder } from './candidates';
import { Summarizer } from './cocoSummary';
import { ConfusionCounts, ratesFrom } from './confusion';
import {
	type ClassEvaluation,
	DEFAULT_OVERLAP,
	DEFAULT_SCORE,
	type Evaluation,
	type EvaluationOptions,
	type ImageEvaluation,
	type ImagePair,
	type ObjectMatch,
} from './evaluation';
import { type Instance, instancesOf, paintedSize } from './instances';
import { sigmaFinder } from './keypoints';
import { counts, matchByOverlap } from './objectMatching';
import { overlappingPairs, type Pairs, type Similarity, similarityOf } from './pairs';
import { ScoreMatching } from './scoreMatching';
import { atOnce, type Steps } from '../../steps/steps';

/** Below, the arithmetic says little, and everything overlaps. */
const LEAST_OVERLAP = 0.01;
/** The lowest overlap that COCO's evaluation looks at. */
const LEAST_COCO_OVERLAP = 0.5;

/**
 * Compares predictions with labels, image by image, and remembers some numbers of each object only. The summary is the one of
 * pycocotools for the same objects and images in the same order, which decides between predictions of one score.
 */
export class Evaluator {
	private readonly overlap: number;
	private readonly score: number;
	private readonly similarity: Similarity;
	private readonly classNumbers = new Map<string, number>();
	private readonly classNames: string[] = [];
	private readonly matching: ScoreMatching;
	private readonly confusion = new ConfusionCounts();
	private images = 0;
	private skippedLabels = 0;
	private skippedPredictions = 0;

	constructor(private readonly options: EvaluationOptions) {
		this.overlap = Math.min(Math.max(options.overlap ?? DEFAULT_OVERLAP, LEAST_OVERLAP), 1);
		this.score = options.score ?? DEFAULT_SCORE;
		const sigmas = new Map([...(options.sigmas ?? [])].map(([key, sigma]) => [comparableKey(key), sigma]));
		this.similarity = similarityOf(options.kind, sigmaFinder(sigmas));
		this.matching = new ScoreMatching(options.kind, this.overlap);
		for (const className of options.classes ?? []) this.numberOf(className);
	}

	/** Takes an image into account, and says what is right and wrong in it. */
	add(pair: ImagePair): ImageEvaluation {
		return atOnce(this.adding(pair));
	}

	/** As `add`, in steps: an image can have thousands of labels. */
	*adding(pair: ImagePair): Steps<ImageEvaluation> {
		const size = paintedSize(pair);
		const { kind } = this.options;
		const labels = yield* instancesOf(pair.truth, kind, 'label', size, (name) => this.numberOf(name));
		const predicted = yield* instancesOf(pair.predicted, kind, 'prediction', size, (name) => this.numberOf(name));
		this.skippedLabels += labels.skipped + labels.instances.filter((label) => !counts(label)).length;
		this.skippedPredictions += predicted.skipped;
		return yield* this.addingInstances(labels.instances, predicted.instances);
	}

	/** As `adding`, of objects as COCO has them. */
	*addingInstances(labels: readonly Instance[], predicted: readonly Instance[]): Steps<ImageEvaluation> {
		this.images++;
		const least = Math.min(this.overlap, LEAST_COCO_OVERLAP);
		const candidates = candidateFinder(labels, predicted.length, least, this.options.kind === 'boxes');
		const pairs = yield* overlappingPairs(predicted, labels, this.similarity, candidates, least);
		yield* this.matching.add(labels, predicted, pairs);
		return yield* this.judge(labels, predicted, pairs);
	}

	private numberOf(className: string): number {
		const key = comparableKey(className);
		const known = this.classNumbers.get(key);
		if (known !== undefined) return known;
		const number = this.classNames.push(className) - 1;
		this.classNumbers.set(key, number);
		return number;
	}

	/** What is right and wrong, also across classes. */
	private *judge(labels: readonly Instance[], predicted: readonly Instance[], pairs: Pairs): Steps<ImageEvaluation> {
		const [matched, confused]: [ObjectMatch[], ObjectMatch[]] = [[], []];
		const found = { labels: new Set<Instance>(), predicted: new Set<Instance>() };
		const least = { overlap: this.overlap, score: this.score };
		for (const { label, predicted: prediction, overlap } of yield* matchByOverlap(predicted, labels, pairs, least)) {
			found.labels.add(label);
			found.predicted.add(prediction);
			this.confusion.note(label.classNumber, prediction.classNumber);
			const list = label.classNumber === prediction.classNumber ? matched : confused;
			list.push({ truth: label.object, predicted: prediction.object, overlap });
		}
		const missed = labels.filter((label) => counts(label) && !found.labels.has(label));
		const extra = predicted.filter((each) => each.score >= this.score && !found.predicted.has(each));
		for (const { classNumber } of missed) this.confusion.note(classNumber, undefined);
		for (const { classNumber } of extra) this.confusion.note(undefined, classNumber);
		return {
			score: panopticQuality(matched, 2 * confused.length + missed.length + extra.length),
			matched,
			confused,
			missed: missed.map(({ object }) => object),
			extra: extra.map(({ object }) => object),
		};
	}

	/** The evaluation of all images so far. */
	result(): Evaluation {
		return atOnce(this.steps());
	}

	/** As `result`, in steps. */
	*steps(): Steps<Evaluation> {
		const { kind } = this.options;
		const summarizer = new Summarizer(kind);
		const confusion = this.confusion.matrix(this.classNames);
		const classes: ClassEvaluation[] = [];
		for (const [number, className] of this.classNames.entries()) {
			const { coco, scored } = this.matching.recordsOf(number);
			const own = new Summarizer(kind);
			yield* summarizer.add(coco, own);
			classes.push({
				className,
				labels: scored.labels,
				predicted: scored.count,
				summary: own.summary,
				rates: ratesFrom(confusion, [number], this.score),
				curve: yield* scored.curve(),
			});
		}
		yield;
		return {
			kind,
			overlap: this.overlap,
			score: this.score,
			images: this.images,
			labels: this.matching.all.labels,
			predicted: this.matching.all.count,
			skippedLabels: this.skippedLabels,
			skippedPredictions: this.skippedPredictions,
			summary: summarizer.summary,
			rates: ratesFrom(confusion, [...this.classNames.keys()], this.score),
			curve: yield* this.matching.all.curve(),
			classes,
			confusion,
		};
	}
}

/** Evaluates images that are all in memory. */
export function evaluate(pairs: Iterable<ImagePair>, options: EvaluationOptions): Evaluation {
	const evaluator = new Evaluator(options);
	for (const pair of pairs) evaluator.add(pair);
	return evaluator.result();
}

/** Source: Kirillov et al., Panoptic Segmentation (CVPR 2019), equation 1. */
function panopticQuality(matched: readonly ObjectMatch[], mistakes: number): number {
	const whole = matched.length + mistakes / 2;
	return whole === 0 ? 1 : matched.reduce((sum, { overlap }) => sum + overlap, 0) / whole;
}
