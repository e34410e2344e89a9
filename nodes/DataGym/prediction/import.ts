import type { BatchOperation } from '../runner/operation';
import { fields } from './fields';
import { importAll } from './importAll';
import { options } from './options';

export const importPredictions: BatchOperation = {
	value: 'import',
	name: 'Import',
	action: 'Import predictions into a project',
	description:
		'Import labels that a model has made, for people to correct. The labels of all items are checked, then sent in batches.',
	fields,
	options,
	runAll: importAll,
};
