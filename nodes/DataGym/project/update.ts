import { hasKey } from '@datagym/client';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import { checkName, newName } from '../createByName';
import { projectId } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { projectRecord } from '../records';
import { checkDescriptions, description, shortDescription } from './texts';

const projectName = field({ ...newName('Front cameras 2026'), required: false });

const updateFields = field({
	displayName: 'Update Fields',
	name: 'updateFields',
	type: 'collection',
	placeholder: 'Add field',
	default: {},
	description: 'Everything else stays as it is',
	options: [description, projectName, shortDescription],
});

export const update: ItemOperation = {
	value: 'update',
	name: 'Update',
	action: 'Update project',
	description: 'Change the name and descriptions of a project. Open core only.',
	fields: [projectId, updateFields],
	async run(item, { api }) {
		await api.require('projectChanges');
		const id = item.id(projectId);
		const fields = item.fields(updateFields);
		if (![description, projectName, shortDescription].some((each) => fields.isSet(each)))
			throw new InputError('"Update Fields" is empty', 'Add at least one field to "Update Fields".');
		if (fields.isSet(projectName)) checkName(fields.text(projectName));
		if (fields.isSet(shortDescription)) fields.requiredText(shortDescription);
		checkDescriptions(fields.text(shortDescription), fields.text(description));
		// The server replaces all of the texts, so those that stay are read before.
		const old = await api.projects.get(id);
		const texts = {
			name: fields.isSet(projectName) ? fields.text(projectName) : old.name,
			shortDescription: fields.isSet(shortDescription) ? fields.text(shortDescription) : old.shortDescription,
			description: fields.isSet(description) ? fields.text(description) : old.description,
		};
		const updated = await api.projects.update(id, texts).catch((error: unknown) => {
			if (!hasKey(error, 'ex_alreadyexists')) throw error;
			throw new InputError(
				`Another project is already named "${texts.name}"`,
				'Use another name. Names are compared without case and accents.',
			);
		});
		return [{ json: projectRecord(updated) }];
	},
};
