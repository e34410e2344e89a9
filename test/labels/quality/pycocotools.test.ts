import { Evaluator } from '@datagym/labels/quality/evaluation/evaluator';
import { candidateFinder } from '@datagym/labels/quality/evaluation/candidates';
import { AREA_RANGES } from '@datagym/labels/quality/evaluation/cocoMatching';
import type { CocoSummary, EvaluationKind, ImagePair } from '@datagym/labels/quality/evaluation/evaluation';
import { type Instance, instancesOf, paintedSize } from '@datagym/labels/quality/evaluation/instances';
import { sigmaFinder } from '@datagym/labels/quality/evaluation/keypoints';
import { atOnce } from '@datagym/labels/steps/steps';
import { overlappingPairs, similarityOf } from '@datagym/labels/quality/evaluation/pairs';
import { ScoreMatching } from '@datagym/labels/quality/evaluation/scoreMatching';
import type { LabelObject } from '@datagym/labels/model';
import recorded from '../fixtures/pycocotools.json';

/**
 * What pycocotools 2.0.11 says of some images, recorded by test/readers/evaluation/record.py. `npm run test:formats` compares far more of them,
 * with pycocotools itself.
 */

interface Recorded {
	readonly options: {
		readonly kind: EvaluationKind;
		readonly classes: readonly string[];
		readonly sigmas?: Readonly<Record<string, number>>;
	};
	readonly pairs: readonly ImagePair[];
	readonly stats: readonly number[];
	/** Sums by class, range of areas and limit. */
	readonly precisions: readonly (readonly (readonly number[])[])[];
	readonly recalls: readonly (readonly (readonly number[])[])[];
}

const STATS: Record<EvaluationKind, readonly (keyof CocoSummary)[]> = {
	boxes: boxStats(),
	masks: boxStats(),
	keypoints: ['ap', 'ap50', 'ap75', 'apMedium', 'apLarge', 'ar', 'ar50', 'ar75', 'arMedium', 'arLarge'],
};

function boxStats(): readonly (keyof CocoSummary)[] {
	const precisions = ['ap', 'ap50', 'ap75', 'apSmall', 'apMedium', 'apLarge'] as const;
	return [...precisions, 'ar1', 'ar10', 'ar', 'arSmall', 'arMedium', 'arLarge'];
}

const LIMITS: Record<EvaluationKind, readonly number[]> = {
	boxes: [1, 10, 100],
	masks: [1, 10, 100],
	keypoints: [20],
};

describe.each(Object.entries(recorded as unknown as Record<string, Recorded>))('%s', (_, data) => {
	const { kind, classes, sigmas = {} } = data.options;
	const options = { kind, classes, sigmas: new Map(Object.entries(sigmas)) };
	const images = data.pairs.map((pair) => {
		const read = (role: 'label' | 'prediction') =>
			atOnce(
				instancesOf(role === 'label' ? pair.truth : pair.predicted, kind, role, paintedSize(pair), (className) =>
					classes.indexOf(className),
				),
			).instances;
		return { labels: read('label').map(asGiven), predicted: read('prediction') };
	});

	it('has the summary of pycocotools', () => {
		const evaluator = new Evaluator(options);
		for (const { labels, predicted } of images) atOnce(evaluator.addingInstances(labels, predicted));
		const { summary } = evaluator.result();
		expectClose(
			STATS[kind].map((key) => summary[key] ?? -1),
			data.stats,
		);
	});

	it('has the precisions and recalls of pycocotools', () => {
		const matching = new ScoreMatching(kind, 0.5);
		const similarity = similarityOf(kind, sigmaFinder(options.sigmas));
		for (const { labels, predicted } of images) {
			const candidates = candidateFinder(labels, predicted.length, 0.5, kind === 'boxes');
			atOnce(matching.add(labels, predicted, atOnce(overlappingPairs(predicted, labels, similarity, candidates, 0.5))));
		}
		const ranges = [...AREA_RANGES.keys()].filter(
			(range) => kind !== 'keypoints' || AREA_RANGES[range]?.name !== 'small',
		);
		for (const classNumber of classes.keys()) {
			const { coco } = matching.recordsOf(classNumber);
			ranges.forEach((range, place) => {
				const curves = LIMITS[kind].map((limit) => atOnce(coco.curves(atOnce(coco.order()), range, limit)));
				const sums = (key: 'precisions' | 'recalls', missing: number) =>
					curves.map((each) => each?.[key].reduce((sum, number) => sum + number, 0) ?? missing);
				expectClose(sums('precisions', -1010), data.precisions[classNumber]?.[place]);
				expectClose(sums('recalls', -10), data.recalls[classNumber]?.[place]);
			});
		}
	});
});

/** Crowds and areas, which only COCO knows, stand beside the label. */
function asGiven(instance: Instance): Instance {
	const { isCrowd = false, area = instance.area }: LabelObject & { isCrowd?: boolean; area?: number } = instance.object;
	return { ...instance, isCrowd, area };
}

function expectClose(found: readonly number[], expected: readonly number[] | undefined): void {
	expect(expected).toHaveLength(found.length);
	found.forEach((number, index) => expect(number).toBeCloseTo(expected?.[index] ?? NaN, 6));
}
