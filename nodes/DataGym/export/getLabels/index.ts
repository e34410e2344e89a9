import type { ItemOperation } from '../../runner/operation';
import { fields } from './fields';
import { labelsFromExport } from './fromExport';
import { labelsFromTasks } from './fromTasks';
import { wantedLabels } from './wanted';

export const getLabels: ItemOperation = {
	value: 'getLabels',
	name: 'Get Labels',
	action: 'Get the labels of a project',
	description: 'Get the labels of all finished tasks of a project, an item for each image',
	fields,
	async run(item, run) {
		const wanted = await wantedLabels(item, run);
		return item.text('source') === 'tasks' ? await labelsFromTasks(run, wanted) : await labelsFromExport(run, wanted);
	},
};
