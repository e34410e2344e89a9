import { chain } from '../support/workflow';
import { inEditor } from './support/browser';
import type { Editor } from './support/editor';

describe('The credential', () => {
	inEditor('turns green with the right address and token', async (editor) => {
		const { url, token } = editor.stage.emulator;
		await fillIn(editor, url, token);
		// n8n closes the dialog when all is well; opened again, it tests once more.
		await editor.page.getByTestId('editCredential-modal').waitFor({ state: 'detached' });
		await editor.page.getByTestId('credential-edit-button').click();
		await editor.page.getByText('Connection tested successfully').waitFor();
		await editor.picture('credential');
	});

	inEditor('turns red with a wrong token, and says where to find the right one', async (editor) => {
		await fillIn(editor, editor.stage.emulator.url, 'not-a-token');
		await expectRefusal(
			editor,
			'DataGym did not accept the API token. It may have been deleted. Copy one from DataGym (Account, API Tokens).',
		);
		await editor.picture('credential-wrong-token');
	});

	inEditor('turns red with an address where there is no DataGym', async (editor) => {
		await fillIn(editor, `${editor.stage.url}/nothing-here`, editor.stage.emulator.token);
		await expectRefusal(
			editor,
			'The base URL leads to a web page, not to the DataGym API. Check the address and its sub-path.',
		);
		await editor.picture('credential-wrong-address');
	});

	inEditor('turns red with an address where nobody answers, and says so', async (editor) => {
		await fillIn(editor, 'http://127.0.0.1:9', editor.stage.emulator.token);
		await expectRefusal(editor, /The server refused the connection \(ECONNREFUSED\)/);
		await editor.picture('credential-no-answer');
	});
});

/** Makes a new credential from a node's panel, as one does at first. Saving it tests it. */
async function fillIn(editor: Editor, url: string, token: string): Promise<void> {
	const { page } = editor;
	await editor.edit(chain({ ...editor.dataGym('DataGym', {}), credentials: {} }));
	await page.getByTestId('node-credentials-select').click();
	await page.getByTestId('node-credentials-select-item-new').click();
	await editor.field('baseUrl').locator('input').fill(url);
	await editor.field('token').locator('input').fill(token);
	await page.getByTestId('credential-save-button').click();
}

async function expectRefusal({ page }: Editor, message: string | RegExp): Promise<void> {
	await page.getByText('Couldn’t connect with these settings').waitFor();
	await page.getByText('More details').click();
	await page.getByText(message).first().waitFor();
}
