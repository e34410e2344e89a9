import { findIssues as searchIssues } from '@datagym/labels';
import { showHint } from '@datagym/shared/hints';
import { finish } from '@datagym/shared/turns';
import type { ItemOperation } from '../../runner/operation';
import { fields, options, readParameters } from './fields';
import { summary } from './hints';
import { imageItems, issueItems } from './records';
import { readProject } from './readProject';

export const findIssues: ItemOperation = {
	value: 'findIssues',
	name: 'Find Issues',
	action: 'Find issues in labels of project',
	description: 'Find suspicious labels, such as duplicates',
	fields,
	options,
	async run(item, run) {
		const parameters = readParameters(item);
		const project = await readProject(run, parameters);
		const { images, classes, datasets } = project;
		const { kinds, sensitivity } = parameters;
		const issues = await finish(searchIssues(images, classes, { kinds, sensitivity, datasets }));
		const message = summary(issues, project, parameters);
		showHint(run.n8n, message.split('\n'));
		const { most } = parameters;
		return parameters.output === 'image'
			? await finish(imageItems(issues, project, most))
			: await finish(issueItems(issues, project, most));
	},
};
