import { field } from '@datagym/shared/fields';
import { checkName, createByName, ifNameExists, newName } from '../createByName';
import type { ItemOperation } from '../runner/operation';
import { projectRecord } from '../records';
import { checkDescriptions, description, shortDescription } from './texts';

const projectName = newName('Front cameras 2026');

const ifExists = ifNameExists('Project');

const mediaType = field({
	displayName: 'Media Type',
	name: 'mediaType',
	type: 'options',
	default: 'IMAGE',
	options: [
		{ name: 'Images', value: 'IMAGE' },
		{ name: 'Videos', value: 'VIDEO' },
	],
	description: 'What the datasets contain',
});

/** The server wants a text there. */
const optionalShortDescription = field({
	...shortDescription,
	description: 'By default, the name of the project',
});

export const create: ItemOperation = {
	value: 'create',
	name: 'Create',
	action: 'Create project',
	description: 'Create a project without datasets and classes. Open core only.',
	fields: [projectName, ifExists],
	options: [description, mediaType, optionalShortDescription],
	async run(item, run) {
		await run.api.require('projectChanges');
		const name = item.requiredText(projectName);
		checkName(name);
		const texts = {
			name,
			shortDescription: item.options.text(optionalShortDescription) || name,
			description: item.options.text(description),
		};
		checkDescriptions(texts.shortDescription, texts.description);
		const { thing, created } = await createByName(item, run, name, ifExists, {
			noun: 'project',
			create: async () => await run.api.projects.create(texts, item.options.choice(mediaType)),
			list: async () => await run.api.projects.list(),
		});
		return [{ json: { ...projectRecord(thing), created } }];
	},
};
