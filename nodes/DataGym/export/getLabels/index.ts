import type { ItemOperation } from '../../runner/operation';
import { labelsFromExport } from './fromExport';
import { labelsFromTasks } from './fromTasks';
import { fields, options, readParameters, source } from './parameters';

export const getLabels: ItemOperation = {
	value: 'getLabels',
	name: 'Get Labels',
	action: 'Get labels of project',
	description: 'Get the labels of all finished tasks of a project, one item per image or per label',
	fields,
	options,
	async run(item, run) {
		const parameters = await readParameters(item, run);
		return item.choice(source) === 'tasks'
			? await labelsFromTasks(run, parameters)
			: await labelsFromExport(run, parameters);
	},
};
