import type { Resource } from '../runner/operation';
import { importPredictions } from './import';

export const prediction: Resource = {
	value: 'prediction',
	name: 'Prediction',
	description: 'Labels that a model has made',
	operations: [importPredictions],
	start: importPredictions,
};
