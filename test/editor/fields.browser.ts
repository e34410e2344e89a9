import type { INodeParameters, INodeProperties, INodeTypeDescription } from 'n8n-workflow';
import { chain } from '../support/workflow';
import { inEditor } from './support/browser';
import { choicesOf, describeNode, shownProperties } from './support/description';
import { eventually } from './support/eventually';
import { keepContactSheet } from './support/pictures';

const COLUMNS = 6;
/** n8n's own, for every trigger that polls. */
const POLL_TIMES = ['Poll Times', 'Mode'];
const action = describeNode('DataGym');
const trigger = describeNode('DataGymTrigger');

describe('The panel', () => {
	for (const { name, value: resource } of choicesOf(
		action.properties.find((property) => property.name === 'resource'),
	)) {
		inEditor(`shows the fields of each operation of ${name}`, async (editor) => {
			const pictures: Buffer[] = [];
			await editor.edit(chain(editor.dataGym('DataGym', {})));
			await editor.choose('resource', name);
			const operations = shownProperties(action, { resource }).find((property) => property.name === 'operation');
			for (const operation of choicesOf(operations)) {
				await editor.choose('operation', operation.name);
				await eventually(
					async () => await editor.shownFields(),
					fieldsFor(action, { resource, operation: operation.value }),
				);
				pictures.push(await editor.parameters.screenshot());
			}
			await keepContactSheet(`fields-${String(resource)}`, pictures, COLUMNS);
		});
	}

	inEditor('shows the fields of the trigger', async (editor) => {
		await editor.edit(chain(editor.dataGym('DataGym Trigger', {}, 'dataGymTrigger')));
		await eventually(async () => await editor.shownFields(), [...POLL_TIMES, ...fieldsFor(trigger, {})]);
		await editor.picture('fields-trigger', { of: editor.parameters });
	});

	inEditor('offers every option of an operation', async (editor) => {
		const parameters = { resource: 'export', operation: 'createDataset' };
		await editor.edit(chain(editor.dataGym('DataGym', parameters)));
		await editor.parameters.getByTestId('collection-parameter-add').click();
		const options = shownProperties(action, parameters).find(({ name }) => name === 'options')
			?.options as INodeProperties[];
		const expected = shownProperties(action, parameters, options).map(({ displayName }) => displayName);
		const offered = editor.page.getByTestId('collection-parameter-option');
		await eventually(async () => (await offered.allTextContents()).map((text) => text.trim()), expected);
		await editor.picture('options-createDataset');
	});
});

/** Labels of what can be filled in. */
function fieldsFor(description: INodeTypeDescription, parameters: INodeParameters): string[] {
	return shownProperties(description, parameters)
		.filter(({ type }) => type !== 'notice' && type !== 'hidden')
		.map(({ displayName }) => displayName);
}
