import type { BatchOperation } from '../../runner/operation';
import { compareAll } from './compareAll';
import { fields, options } from './fields';

export const comparePredictions: BatchOperation = {
	value: 'comparePredictions',
	name: 'Compare Predictions',
	action: 'Compare predictions with labels',
	description: "Compare a model's predictions with the labels of finished images: mAP, precision, recall and mistakes",
	fields,
	options,
	runAll: compareAll,
};
