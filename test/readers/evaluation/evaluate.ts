import { readFileSync, writeFileSync } from 'node:fs';
import { candidateFinder } from '@datagym/labels/quality/evaluation/candidates';
import { AREA_RANGES } from '@datagym/labels/quality/evaluation/cocoMatching';
import type { EvaluationOptions, ImagePair } from '@datagym/labels/quality/evaluation/evaluation';
import { Evaluator } from '@datagym/labels/quality/evaluation/evaluator';
import { type Instance, instancesOf, paintedSize } from '@datagym/labels/quality/evaluation/instances';
import { sigmaFinder } from '@datagym/labels/quality/evaluation/keypoints';
import { atOnce } from '@datagym/labels/steps/steps';
import { overlappingPairs, similarityOf } from '@datagym/labels/quality/evaluation/pairs';
import { ScoreMatching } from '@datagym/labels/quality/evaluation/scoreMatching';
import type { LabelObject } from '@datagym/labels/model';

/**
 * Evaluates the data sets of test_evaluation.py: `tsx evaluate.ts <data sets.json> <evaluations.json>`. What only COCO can say of a label, that
 * it is a crowd and that its area is another one, stands beside the label and is set after the label is read.
 */

type GivenObject = LabelObject & { readonly isCrowd?: boolean; readonly area?: number };

interface DataSet {
	readonly options: Omit<EvaluationOptions, 'sigmas'> & {
		readonly sigmas?: Record<string, number>;
		readonly classes: string[];
	};
	readonly pairs: readonly ImagePair[];
}

/** `maxDets` of pycocotools. */
const LIMITS = { boxes: [1, 10, 100], masks: [1, 10, 100], keypoints: [20] } as const;

function evaluated({ options: { sigmas, ...given }, pairs }: DataSet) {
	const options = { ...given, ...(sigmas === undefined ? {} : { sigmas: new Map(Object.entries(sigmas)) }) };
	const [byModel, byInstances] = [new Evaluator(options), new Evaluator(options)];
	const matching = new ScoreMatching(options.kind, options.overlap ?? 0.5);
	for (const pair of pairs) {
		byModel.add(pair);
		const labels = readInstances(pair, options, 'label').map(asGiven);
		const predicted = readInstances(pair, options, 'prediction');
		atOnce(byInstances.addingInstances(labels, predicted));
		const similarity = similarityOf(options.kind, sigmaFinder(options.sigmas));
		const candidates = candidateFinder(labels, predicted.length, 0.5, options.kind === 'boxes');
		atOnce(matching.add(labels, predicted, atOnce(overlappingPairs(predicted, labels, similarity, candidates, 0.5))));
	}
	return { byModel: byModel.result(), byInstances: byInstances.result(), arrays: arraysOf(matching, options) };
}

function readInstances(pair: ImagePair, { kind, classes = [] }: EvaluationOptions, role: 'label' | 'prediction') {
	const image = role === 'label' ? pair.truth : pair.predicted;
	return atOnce(instancesOf(image, kind, role, paintedSize(pair), (className) => classes.indexOf(className))).instances;
}

function asGiven(instance: Instance): Instance {
	const { isCrowd = false, area = instance.area } = instance.object as GivenObject;
	return { ...instance, isCrowd, area };
}

/** By class, range of areas and limit; -1 as pycocotools has it. */
function arraysOf(matching: ScoreMatching, { kind, classes = [] }: EvaluationOptions) {
	return classes.map((_, classNumber) => {
		const { coco } = matching.recordsOf(classNumber);
		const order = atOnce(coco.order());
		return AREA_RANGES.flatMap(({ name }, range) => {
			if (kind === 'keypoints' && name === 'small') return [];
			const curves = LIMITS[kind].map((limit) => atOnce(coco.curves(order, range, limit)));
			return [
				curves.map((each) => ({
					precisions: each === undefined ? new Array<number>(1010).fill(-1) : [...each.precisions],
					recalls: each === undefined ? new Array<number>(10).fill(-1) : [...each.recalls],
				})),
			];
		});
	});
}

const [source = '', target = ''] = process.argv.slice(2);
const dataSets = JSON.parse(readFileSync(source, 'utf8')) as Record<string, DataSet>;
writeFileSync(
	target,
	JSON.stringify(Object.fromEntries(Object.entries(dataSets).map(([name, dataSet]) => [name, evaluated(dataSet)]))),
);
