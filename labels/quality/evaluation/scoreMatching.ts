import type { Steps } from '../../steps/steps';
import { CocoClass } from './cocoClass';
import { type AreaRange, ignoredLabels, matcherByScore, type Partners } from './cocoMatching';
import { predictionLimits } from './cocoSummary';
import type { EvaluationKind } from './evaluation';
import type { Instance } from './instances';
import type { Pairs } from './pairs';
import { ScoredPredictions } from './scoreCurve';

/** Predictions that are matched in one step. */
const STEP = 32;

/** What is remembered of a class. */
export interface ClassRecords {
	readonly coco: CocoClass;
	/** At the overlap that was asked for, without a limit to the number of predictions. */
	readonly scored: ScoredPredictions;
}

/** COCO's matching within each class, over all images. */
export class ScoreMatching {
	/** By class number. */
	readonly classes: ClassRecords[] = [];
	readonly all = new ScoredPredictions();

	/** @param overlap from which two objects are the same in the curves. */
	constructor(
		private readonly kind: EvaluationKind,
		private readonly overlap: number,
	) {}

	/** Takes the objects of an image into account. */
	*add(labels: readonly Instance[], predicted: readonly Instance[], pairs: Pairs): Steps<void> {
		const limit = predictionLimits(this.kind).most;
		const placesInClass = new Uint32Array(labels.length);
		const groups = groupsByClass(labels, predicted, placesInClass);
		for (const [classNumber, group] of groups) {
			yield;
			const records = this.recordsOf(classNumber);
			const order = group.predicted.sort((a, b) => (predicted[b]?.score ?? 0) - (predicted[a]?.score ?? 0) || a - b);
			const own = order.map((place) => predicted[place]).filter((each) => each !== undefined);
			const partners: Partners[] = [];
			for (const place of order) {
				if (partners.length % STEP === STEP - 1) yield;
				partners.push(partnersOf(place, classNumber, labels, pairs, placesInClass));
			}
			yield* records.coco.add(own.slice(0, limit), group.labels, partners.slice(0, limit));
			if (own.length > limit) yield;
			yield* this.noteCurve(records, own, group.labels, partners);
		}
	}

	/** Of a class that may not have been met. */
	recordsOf(classNumber: number): ClassRecords {
		return (this.classes[classNumber] ??= { coco: new CocoClass(), scored: new ScoredPredictions() });
	}

	private *noteCurve(
		{ scored }: ClassRecords,
		predicted: readonly Instance[],
		labels: readonly Instance[],
		partners: readonly Partners[],
	): Steps<void> {
		const ignored = ignoredLabels(labels, ANY_SIZE);
		const match = matcherByScore(labels, ignored, this.overlap);
		const matched: number[] = [];
		for (const own of partners) {
			if (matched.length % STEP === STEP - 1) yield;
			matched.push(match(own));
		}
		for (const records of [scored, this.all]) {
			for (const each of ignored) records.labels += 1 - each;
			for (const [place, { score }] of predicted.entries()) {
				const label = matched[place] ?? -1;
				if (label < 0 || ignored[label] === 0) records.note(score, label >= 0);
			}
		}
	}
}

const ANY_SIZE: AreaRange = { name: 'all', least: 0, most: Infinity };

interface Group {
	readonly labels: Instance[];
	/** Places in the list of all predictions. */
	readonly predicted: number[];
}

/** The objects of each class. Notes the place of each label among those of its class. */
function groupsByClass(
	labels: readonly Instance[],
	predicted: readonly Instance[],
	placesInClass: Uint32Array,
): ReadonlyMap<number, Group> {
	const groups = new Map<number, Group>();
	const groupOf = (classNumber: number) => {
		const group = groups.get(classNumber) ?? { labels: [], predicted: [] };
		groups.set(classNumber, group);
		return group;
	};
	labels.forEach((label, place) => (placesInClass[place] = groupOf(label.classNumber).labels.push(label) - 1));
	predicted.forEach(({ classNumber }, place) => groupOf(classNumber).predicted.push(place));
	return groups;
}

/** The pairs of a prediction with labels of its class. */
function partnersOf(
	predicted: number,
	classNumber: number,
	labels: readonly Instance[],
	pairs: Pairs,
	placesInClass: Uint32Array,
): Partners {
	const partners: { readonly labels: number[]; readonly overlaps: number[] } = { labels: [], overlaps: [] };
	for (let index = pairs.starts[predicted] ?? 0; index < (pairs.starts[predicted + 1] ?? 0); index++) {
		const label = pairs.labels[index] ?? 0;
		if (labels[label]?.classNumber !== classNumber) continue;
		partners.labels.push(placesInClass[label] ?? 0);
		partners.overlaps.push(pairs.overlaps[index] ?? 0);
	}
	return partners;
}
