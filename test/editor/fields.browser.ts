import type { INodeParameters, INodeProperties, INodeTypeDescription } from 'n8n-workflow';
import { chain } from '../support/workflow';
import { inEditor } from './support/browser';
import { choicesOf, describeNode, shownProperties } from './support/description';
import type { Theme } from './support/editor';
import { eventually } from './support/eventually';
import { keepContactSheet } from './support/pictures';

/** As many panels beside each other as stay legible. */
const COLUMNS = 4;
const THEMES: readonly Theme[] = ['light', 'dark'];
/** No panel has to be scrolled. */
const HIGH = { width: 1440, height: 1400 };
/** n8n's own, for every trigger that polls. */
const POLL_TIMES = ['Poll Times', 'Mode'];
const action = describeNode('DataGym');
const trigger = describeNode('DataGymTrigger');

describe('The panel', () => {
	for (const { name, value: resource } of choicesOf(
		action.properties.find((property) => property.name === 'resource'),
	)) {
		inEditor(`shows the fields of each operation of ${name}`, async (editor) => {
			const pictures = new Map<Theme, Buffer[]>(THEMES.map((theme) => [theme, []]));
			await editor.page.setViewportSize(HIGH);
			await editor.edit(chain(editor.dataGym('DataGym', {})));
			await editor.choose('resource', name);
			const operations = shownProperties(action, { resource }).find((property) => property.name === 'operation');
			for (const operation of choicesOf(operations)) {
				await editor.choose('operation', operation.name);
				await eventually(
					async () => await editor.shownFields(),
					fieldsFor(action, { resource, operation: operation.value }),
				);
				expect([operation.name, await editor.cutNames()]).toEqual([operation.name, []]);
				for (const [theme, panels] of pictures) {
					await editor.use(theme);
					panels.push(await editor.panel());
				}
			}
			for (const [theme, panels] of pictures)
				await keepContactSheet(`fields-${String(resource)}-${theme}`, panels, COLUMNS);
		});
	}

	inEditor('shows the fields of the trigger', async (editor) => {
		await editor.edit(chain(editor.dataGym('DataGym Trigger', {}, 'dataGymTrigger')));
		await eventually(async () => await editor.shownFields(), [...POLL_TIMES, ...fieldsFor(trigger, {})]);
		for (const theme of THEMES) {
			await editor.use(theme);
			await editor.picture(`fields-trigger-${theme}`, { of: editor.parameters });
		}
	});

	inEditor('offers every option of an operation', async (editor) => {
		const parameters = { resource: 'export', operation: 'createDataset' };
		await editor.edit(chain(editor.dataGym('DataGym', parameters)));
		await editor.parameters.getByTestId('collection-parameter-add').click();
		const options = shownProperties(action, parameters).find(({ name }) => name === 'options')
			?.options as INodeProperties[];
		const shown = shownProperties(action, parameters, options);
		const expected = shown.map(({ displayName }) => displayName);
		const offered = editor.page.getByTestId('collection-parameter-option');
		await eventually(async () => (await offered.allTextContents()).map((text) => text.trim()), expected);
		await editor.picture('options-createDataset');
		const values = Object.fromEntries(shown.map(({ name, default: value }) => [name, value])) as INodeParameters;
		await editor.edit(chain(editor.dataGym('DataGym', { ...parameters, options: values })));
		await editor.parameters.getByText(expected.at(-1)!, { exact: true }).waitFor();
		expect(await editor.cutNames()).toEqual([]);
	});
});

/** Labels of what can be filled in. */
function fieldsFor(description: INodeTypeDescription, parameters: INodeParameters): string[] {
	return shownProperties(description, parameters)
		.filter(({ type }) => type !== 'notice' && type !== 'hidden')
		.map(({ displayName }) => displayName);
}
