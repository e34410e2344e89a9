import { comparableKey } from '../../classes/classKey';
import { candidateFinder } from './candidates';
import { CocoClass } from './cocoClass';
import { AREA_RANGES, ignoredLabels, matchByScore, type Partners } from './cocoMatching';
import { predictionLimits, Summarizer } from './cocoSummary';
import {
	DEFAULT_OVERLAP,
	DEFAULT_SCORE,
	type ClassEvaluation,
	type Evaluation,
	type EvaluationOptions,
	type ImageEvaluation,
	type ImagePair,
	type ObjectMatch,
} from './evaluation';
import { type Instance, instancesOf, paintedSize } from './instances';
import { sigmaFinder } from './keypoints';
import { counts, matchByOverlap } from './objectMatching';
import { type Pairs, overlappingPairs, type Similarity, similarityOf } from './pairs';
import { ratesOf, ScoredPredictions } from './scoreCurve';

/** The lowest overlap that COCO's evaluation looks at. */
const LEAST_COCO_OVERLAP = 0.5;

/**
 * Compares predictions with labels, image by image, and keeps some numbers of each object only. The summary is equal to the one of
 * pycocotools for the same objects in the same order of images (the order decides between predictions of the same score).
 */
export class Evaluator {
	private readonly overlap: number;
	private readonly score: number;
	private readonly similarity: Similarity;
	private readonly classNumbers = new Map<string, number>();
	private readonly classNames: string[] = [];
	private readonly classes: ClassRecords[] = [];
	private readonly all = new ScoredPredictions();
	private readonly confusion = new Map<string, number>();
	private images = 0;
	private readonly skipped = { label: 0, prediction: 0 };

	constructor(private readonly options: EvaluationOptions) {
		this.overlap = Math.min(Math.max(options.overlap ?? DEFAULT_OVERLAP, 0.01), 1);
		this.score = options.score ?? DEFAULT_SCORE;
		const sigmas = new Map([...(options.sigmas ?? [])].map(([key, sigma]) => [comparableKey(key), sigma]));
		this.similarity = similarityOf(options.kind, sigmaFinder(sigmas));
		for (const className of options.classes ?? []) this.numberOf(className);
	}

	/** Takes an image into account, and says what is right and wrong in it. */
	add(pair: ImagePair): ImageEvaluation {
		const size = paintedSize(pair);
		const read = (role: 'label' | 'prediction') => {
			const image = role === 'label' ? pair.truth : pair.predicted;
			const { instances, skipped } = instancesOf(image, this.options.kind, role, size, (name) => this.numberOf(name));
			this.skipped[role] += skipped + (role === 'label' ? instances.filter((each) => !counts(each)).length : 0);
			return instances;
		};
		return this.addInstances(read('label'), read('prediction'));
	}

	/** As `add`, of objects as COCO has them. */
	addInstances(labels: readonly Instance[], predicted: readonly Instance[]): ImageEvaluation {
		this.images++;
		const least = Math.min(this.overlap, LEAST_COCO_OVERLAP);
		const candidates = candidateFinder(labels, predicted.length, least, this.options.kind === 'boxes');
		const pairs = overlappingPairs(predicted, labels, this.similarity, candidates, least);
		this.noteByScore(labels, predicted, pairs);
		return this.noteByOverlap(labels, predicted, pairs);
	}

	private numberOf(className: string): number {
		const key = comparableKey(className);
		const known = this.classNumbers.get(key);
		if (known !== undefined) return known;
		const number = this.classNames.push(className) - 1;
		this.classNumbers.set(key, number);
		this.classes.push(new ClassRecords());
		return number;
	}

	/** COCO's matching within each class, for the summary and the curves. */
	private noteByScore(labels: readonly Instance[], predicted: readonly Instance[], pairs: Pairs): void {
		const limit = predictionLimits(this.options.kind).most;
		for (const [classNumber, group] of groupsByClass(labels, predicted)) {
			const records = this.classes[classNumber];
			if (records === undefined) continue;
			const ownLabels = group.labels.map((index) => labels[index]).filter((label) => label !== undefined);
			const order = group.predicted.sort((a, b) => (predicted[b]?.score ?? 0) - (predicted[a]?.score ?? 0) || a - b);
			const own = order.map((index) => predicted[index]).filter((each) => each !== undefined);
			const partners = order.map((index) => partnersWithin(pairs, index, group.labels));
			records.coco.add(own.slice(0, limit), ownLabels, partners.slice(0, limit));
			this.noteCurve(records, own, ownLabels, partners);
		}
	}

	private noteCurve(
		records: ClassRecords,
		predicted: readonly Instance[],
		labels: readonly Instance[],
		partners: readonly Partners[],
	): void {
		const [range] = AREA_RANGES;
		if (range === undefined) return;
		const ignored = ignoredLabels(labels, range);
		const matching = matchByScore(predicted, labels, partners, ignored, range, this.overlap);
		const labelCount = labels.filter(counts).length;
		for (const scored of [records.scored, this.all]) {
			scored.labels += labelCount;
			predicted.forEach(({ score }, place) => {
				if (matching.ignored[place] === 0) scored.note(score, (matching.partners[place] ?? -1) >= 0);
			});
		}
	}

	/** Matching across classes, for the matrix and the image. */
	private noteByOverlap(labels: readonly Instance[], predicted: readonly Instance[], pairs: Pairs): ImageEvaluation {
		const matches = matchByOverlap(predicted, labels, pairs, { overlap: this.overlap, score: this.score });
		const [matched, confused]: [ObjectMatch[], ObjectMatch[]] = [[], []];
		const found = { labels: new Set<number>(), predicted: new Set<number>() };
		for (const match of matches) {
			const [label, prediction] = [labels[match.label], predicted[match.predicted]];
			if (label === undefined || prediction === undefined) continue;
			found.labels.add(match.label);
			found.predicted.add(match.predicted);
			this.confuse(label.classNumber, prediction.classNumber);
			const list = label.classNumber === prediction.classNumber ? matched : confused;
			list.push({ truth: label.object, predicted: prediction.object, overlap: match.overlap });
		}
		const missed = labels.filter((label, index) => counts(label) && !found.labels.has(index));
		const extra = predicted.filter(({ score }, index) => score >= this.score && !found.predicted.has(index));
		for (const { classNumber } of missed) this.confuse(classNumber, NONE);
		for (const { classNumber } of extra) this.confuse(NONE, classNumber);
		return {
			score: panopticQuality(matched, 2 * confused.length + missed.length + extra.length),
			matched,
			confused,
			missed: missed.map(({ object }) => object),
			extra: extra.map(({ object }) => object),
		};
	}

	private confuse(label: number, predicted: number): void {
		const key = `${label} ${predicted}`;
		this.confusion.set(key, (this.confusion.get(key) ?? 0) + 1);
	}

	/** The evaluation of all images so far. */
	result(): Evaluation {
		const steps = this.steps();
		for (;;) {
			const { done, value } = steps.next();
			if (done === true) return value;
		}
	}

	/** As `result`, in steps of some milliseconds, so that others can have a turn between them. */
	*steps(): Generator<undefined, Evaluation> {
		const summarizer = new Summarizer(this.options.kind);
		const counted = this.confusionCounts();
		const classes: ClassEvaluation[] = [];
		for (const [index, className] of this.classNames.entries()) {
			const records = this.classes[index];
			if (records === undefined) continue;
			const own = new Summarizer(this.options.kind);
			yield* summarizer.add(records.coco, own);
			classes.push({
				className,
				labels: records.scored.labels,
				predicted: records.scored.scores.values.length,
				summary: own.summary,
				rates: this.ratesFrom(counted, [index]),
				curve: records.scored.curve(),
			});
		}
		yield;
		return {
			kind: this.options.kind,
			overlap: this.overlap,
			score: this.score,
			images: this.images,
			labels: this.all.labels,
			predicted: this.all.scores.values.length,
			skippedLabels: this.skipped.label,
			skippedPredictions: this.skipped.prediction,
			summary: summarizer.summary,
			rates: this.ratesFrom(counted, [...this.classNames.keys()]),
			curve: this.all.curve(),
			classes,
			confusion: { classNames: [...this.classNames], counts: counted },
		};
	}

	private confusionCounts(): number[][] {
		const places = [...this.classNames.keys(), NONE];
		return places.map((label) => places.map((predicted) => this.confusion.get(`${label} ${predicted}`) ?? 0));
	}

	private ratesFrom(counted: readonly (readonly number[])[], classNumbers: readonly number[]) {
		let [matched, labels, predicted] = [0, 0, 0];
		for (const number of classNumbers) {
			matched += counted[number]?.[number] ?? 0;
			labels += counted[number]?.reduce((sum, count) => sum + count, 0) ?? 0;
			predicted += counted.reduce((sum, row) => sum + (row[number] ?? 0), 0);
		}
		return ratesOf({ score: this.score, matched, predicted, labels });
	}
}

/** In place of a class: nothing is there. */
const NONE = -1;

class ClassRecords {
	readonly coco = new CocoClass();
	readonly scored = new ScoredPredictions();
}

/** Evaluates images that are all in memory. */
export function evaluate(pairs: Iterable<ImagePair>, options: EvaluationOptions): Evaluation {
	const evaluator = new Evaluator(options);
	for (const pair of pairs) evaluator.add(pair);
	return evaluator.result();
}

function groupsByClass(labels: readonly Instance[], predicted: readonly Instance[]) {
	const groups = new Map<number, { readonly labels: number[]; readonly predicted: number[] }>();
	const groupOf = (classNumber: number) => {
		const group = groups.get(classNumber) ?? { labels: [], predicted: [] };
		groups.set(classNumber, group);
		return group;
	};
	labels.forEach(({ classNumber }, index) => groupOf(classNumber).labels.push(index));
	predicted.forEach(({ classNumber }, index) => groupOf(classNumber).predicted.push(index));
	return groups;
}

/** The pairs of a prediction with labels of its class, by their places among these. */
function partnersWithin({ starts, labels, overlaps }: Pairs, predicted: number, own: readonly number[]): Partners {
	const partners: { labels: number[]; overlaps: number[] } = { labels: [], overlaps: [] };
	for (let index = starts[predicted] ?? 0; index < (starts[predicted + 1] ?? 0); index++) {
		const place = own.indexOf(labels[index] ?? -1);
		if (place < 0) continue;
		partners.labels.push(place);
		partners.overlaps.push(overlaps[index] ?? 0);
	}
	return partners;
}

function panopticQuality(matched: readonly ObjectMatch[], mistakes: number): number {
	const whole = matched.length + mistakes / 2;
	return whole === 0 ? 1 : matched.reduce((sum, { overlap }) => sum + overlap, 0) / whole;
}
