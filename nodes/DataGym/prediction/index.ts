import type { BatchOperation, Resource } from '../operation';
import { fields } from './fields';
import { importAll } from './importAll';

const importPredictions: BatchOperation = {
	value: 'import',
	name: 'Import',
	action: 'Import predictions into a project',
	description: 'Import the labels that a model predicted, for people to correct',
	fields,
	runAll: importAll,
};

export const prediction: Resource = {
	value: 'prediction',
	name: 'Prediction',
	description: 'Labels predicted by a model',
	operations: [importPredictions],
};
