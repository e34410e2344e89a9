import { byId, chain, manualTrigger, node } from '../support/workflow';
import { inEditor } from './support/browser';
import { eventually } from './support/eventually';

/** As of n8n: drags follow the mouse, and the field is marked as a place to drop only after it has moved. */
const STEPS = 20;

describe('Before the first execution', () => {
	inEditor('the fields of an operation can be dragged into the next node', async (editor) => {
		const parameters = {
			resource: 'export',
			operation: 'getLabels',
			projectId: byId(editor.stage.projects.photographs),
		};
		const fields = node('Edit Fields', 'n8n-nodes-base.set', { options: {} }, { typeVersion: 3.4 });
		await editor.edit(chain(manualTrigger, editor.dataGym('Get labels', parameters), fields));
		const input = editor.page.getByTestId('ndv-input-panel').or(editor.page.getByTestId('input-panel')).first();
		const pill = input.getByTestId('run-data-schema-item').getByText('classNames', { exact: true }).first();
		await pill.waitFor();
		const place = editor.page.getByTestId('assignment-collection-drop-area');
		await pill.hover();
		await editor.page.mouse.down();
		const target = (await place.boundingBox())!;
		await editor.page.mouse.move(target.x + target.width / 2, target.y + target.height / 2, { steps: STEPS });
		await editor.page.mouse.up();
		await eventually(
			async () => await editor.page.getByTestId('assignment-value').locator('.cm-content').allTextContents(),
			['{{ $json.classNames }}'],
		);
		await editor.picture('mapping-before-execution');
	});
});
