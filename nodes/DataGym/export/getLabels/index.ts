import type { ItemInput } from '../../runner/itemInput';
import type { BatchOperation, Output } from '../../runner/operation';
import type { Run } from '../../runner/runContext';
import { runEach } from '../../runner/runOperation';
import { labelsForAgent } from './forAgents';
import { labelsFromExport } from './fromExport';
import { labelsFromTasks } from './fromTasks';
import { asOneTable } from './oneTable';
import { fields, options, output, readParameters, source } from './parameters';

export const getLabels: BatchOperation = {
	value: 'getLabels',
	name: 'Get Labels',
	action: 'Get labels of project',
	description: 'Get the labels of all finished tasks of a project, one item per image or per label',
	fields,
	options,
	emptyHint:
		'No labels yet: an image comes out once its task is finished in DataGym. Release the tasks, label an image, complete it and run this node again. If images are finished, check the filters of this node.',
	async runAll(items, run) {
		const verdicts = await runEach({ run: labelsOf }, items, run);
		return await asOneTable(verdicts, (index) => items[index]?.choice(output) === 'itemPerLabel');
	},
};

async function labelsOf(item: ItemInput, run: Run): Promise<readonly Output[]> {
	const parameters = await readParameters(item, run);
	if (parameters.page !== undefined) return await labelsForAgent(item, run, parameters, parameters.page);
	return item.choice(source) === 'tasks'
		? await labelsFromTasks(run, parameters)
		: await labelsFromExport(run, parameters);
}
