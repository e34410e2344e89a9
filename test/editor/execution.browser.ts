import { chain, manualTrigger } from '../support/workflow';
import { inEditor } from './support/browser';
import { type Editor, RETRIES } from './support/editor';

const byId = (value: string) => ({ __rl: true, mode: 'id', value });

describe('An execution', () => {
	inEditor('shows images as items and as pictures', async (editor) => {
		const tasks = editor.dataGym('Get tasks', {
			resource: 'task',
			operation: 'getAll',
			projectId: byId(editor.stage.projects.photographs),
			limit: 3,
		});
		const download = editor.dataGym('Download image', {
			resource: 'image',
			operation: 'download',
			imageId: byId('={{ $json.imageId }}'),
		});
		await runLast(editor, tasks, download);
		await editor.output.getByText('3 items').waitFor();
		await editor.show('binary');
		await editor.output.getByTestId('ndv-view-binary-data').first().click();
		await expectPicture(editor);
		await editor.picture('execution', { documented: true });
	});

	inEditor('shows labels as items', async (editor) => {
		await runLast(
			editor,
			editor.dataGym('Get labels', {
				resource: 'export',
				operation: 'getLabels',
				projectId: byId(editor.stage.projects.photographs),
			}),
		);
		await editor.show('table');
		await editor.output.getByText('astronaut.jpg').first().waitFor();
		await editor.picture('execution-labels');
	});

	inEditor('gives out a training dataset as a file', async (editor) => {
		const parameters = {
			resource: 'export',
			operation: 'createDataset',
			projectId: byId(editor.stage.projects.photographs),
			format: 'yoloDetect',
		};
		await runLast(editor, editor.dataGym('Create training dataset', parameters));
		await editor.show('binary');
		await editor.output
			.getByText(/\.zip$/)
			.first()
			.waitFor();
		await editor.picture('execution-dataset');
	});

	inEditor('says what was wrong and what to do', async (editor) => {
		await runLast(
			editor,
			editor.dataGym('Get labels', {
				resource: 'export',
				operation: 'getLabels',
				projectId: byId('7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d'),
			}),
			'error',
		);
		await error(editor).getByText('There is no project with the ID').waitFor();
		await editor.output
			.getByTestId('node-error-description')
			.getByText('Choose it from the list to be sure.')
			.waitFor();
		await editor.picture('error', { documented: true });
	});

	inEditor('says that the server is out of reach', async (editor) => {
		const credential = await saveCredential(editor, { baseUrl: 'http://127.0.0.1:9', token: 'any' });
		const get = {
			...editor.dataGym('Get projects', { resource: 'project', operation: 'getAll' }),
			credentials: { dataGymApi: credential },
		};
		await runLast(editor, get, 'error');
		await error(editor).getByText('The server refused the connection').waitFor();
		await editor.picture('error-no-server');
	});
});

const error = ({ output }: Editor) => output.getByTestId('node-error-message');

async function runLast(editor: Editor, ...steps: Array<ReturnType<Editor['dataGym']> | 'error'>): Promise<void> {
	const expected = steps.at(-1) === 'error' ? 'danger' : 'success';
	await editor.edit(chain(manualTrigger, ...steps.filter((step) => step !== 'error')));
	await editor.execute();
	await editor.output.getByTestId(`node-run-status-${expected}`).waitFor();
}

async function expectPicture({ output }: Editor): Promise<void> {
	const image = output.locator('img, embed, object, video').last();
	await image.waitFor();
	expect(
		await image.evaluate((element) => (element as unknown as { naturalWidth: number }).naturalWidth),
	).toBeGreaterThan(100);
}

async function saveCredential({ page }: Editor, data: object): Promise<{ id: string; name: string }> {
	const answer = await page.context().request.post('/rest/credentials', {
		data: { name: 'Out of reach', type: 'dataGymApi', data },
		maxRetries: RETRIES,
	});
	return ((await answer.json()) as { data: { id: string; name: string } }).data;
}
