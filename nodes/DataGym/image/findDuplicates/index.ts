import { duplicateGroups } from '@datagym/labels';
import { finish } from '@datagym/shared/turns';
import type { ItemOperation } from '../../runner/operation';
import { fields, options, readParameters } from './fields';
import { summary } from './hints';
import { readImages } from './readImages';
import { recordsOf } from './records';

export const findDuplicates: ItemOperation = {
	value: 'findDuplicates',
	name: 'Find Duplicates',
	action: 'Find duplicate images',
	description: 'Find images that show the same',
	fields,
	options,
	async run(item, run) {
		const parameters = readParameters(item);
		const images = await readImages(run, parameters);
		const { sensitivity, output } = parameters;
		const groups = await finish(duplicateGroups(images.hashed, sensitivity));
		run.n8n.addExecutionHints({ message: summary(groups, images), location: 'outputPane' });
		return recordsOf(groups, images, output).map((json) => ({ json }));
	},
};
