import { chain } from '../support/workflow';
import { inEditor } from './support/browser';

describe('The trigger', () => {
	inEditor('fetches a test event with labels and the image', async (editor) => {
		const parameters = {
			projectIds: [editor.stage.projects.photographs],
			events: ['completed', 'reviewed'],
			includeImage: true,
		};
		await editor.edit(chain(editor.dataGym('DataGym Trigger', parameters, 'dataGymTrigger')));
		await editor.page.getByRole('button', { name: 'Fetch Test Event' }).first().click();
		await editor.output.getByTestId('node-run-status-success').waitFor();
		await editor.show('schema');
		await editor.output.getByText('imageName').first().waitFor();
		await editor.picture('trigger', { documented: true });
	});
});
