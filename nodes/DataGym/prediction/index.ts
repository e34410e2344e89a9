import type { BatchOperation, Resource } from '../runner/operation';
import { fields, options } from './fields';
import { importAll } from './importAll';

const importPredictions: BatchOperation = {
	value: 'import',
	name: 'Import',
	action: 'Import predictions into project',
	description: "Import a model's predictions as labels to correct",
	fields,
	options,
	runAll: importAll,
};

export const prediction: Resource = {
	value: 'prediction',
	name: 'Prediction',
	description: 'Labels predicted by a model',
	operations: [importPredictions],
	start: importPredictions,
};
