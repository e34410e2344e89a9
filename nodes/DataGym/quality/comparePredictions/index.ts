import type { BatchOperation } from '../../runner/operation';
import { compareAll } from './compareAll';
import { fields, options } from './fields';

export const comparePredictions: BatchOperation = {
	value: 'comparePredictions',
	name: 'Compare Predictions',
	action: 'Compare predictions with labels',
	description: 'Measure mAP, precision and recall, and find mistakes',
	fields,
	options,
	runAll: compareAll,
};
