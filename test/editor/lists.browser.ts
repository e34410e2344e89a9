import { byId, chain, manualTrigger } from '../support/workflow';
import { inEditor } from './support/browser';
import type { Editor } from './support/editor';
import { eventually } from './support/eventually';

describe('Lists and expressions', () => {
	inEditor('loads projects and filters them', async (editor) => {
		await editor.edit(chain(editor.dataGym('DataGym', { resource: 'export', operation: 'getLabels' })));
		await openList(editor, 'projectId');
		await expectChoices(editor, ['Active learning', 'First project', 'Photographs']);
		await editor.picture('resource-locator', { documented: true });
		await search(editor, 'photo');
		await expectChoices(editor, ['Photographs']);
		await editor.page.getByTestId('rlc-item').first().click();
		expect(await locator(editor, 'projectId').getByTestId('rlc-input').inputValue()).toBe('Photographs');
	});

	inEditor('loads datasets, and filters them', async (editor) => {
		await editor.edit(chain(editor.dataGym('DataGym', { resource: 'image', operation: 'getAll' })));
		await openList(editor, 'datasetId');
		await search(editor, 'NEW');
		await expectChoices(editor, ['New photographs']);
	});

	inEditor('loads images with their datasets, and filters them', async (editor) => {
		await editor.edit(chain(editor.dataGym('DataGym', { resource: 'image', operation: 'download' })));
		await openList(editor, 'imageId');
		await search(editor, 'old_');
		await expectChoices(editor, [
			'old_coffee.jpg (Archive (in no project))',
			'old_pavilion.jpg (Archive (in no project))',
		]);
	});

	inEditor('makes a new dataset of the name that is searched for, and chooses it', async (editor) => {
		await editor.edit(chain(editor.dataGym('DataGym', { resource: 'image', operation: 'upload' })));
		await openList(editor, 'datasetId');
		await search(editor, 'Night shift');
		const create = editor.page.getByTestId('rlc-item-add-resource');
		await create.getByText('New Dataset with the Name Typed Above', { exact: true }).waitFor();
		await editor.picture('new-dataset');
		await create.click();
		const chosen = async () => await locator(editor, 'datasetId').getByTestId('rlc-input').inputValue();
		// n8n shows the name of a new entry only if it is in the list that it shows without a search.
		await eventually(async () => /^[0-9a-f-]{36}$/.test(await chosen()), true);
	});

	inEditor('loads tasks of all projects, and keeps a task that was saved as a text', async (editor) => {
		await editor.edit(
			chain(editor.dataGym('DataGym', { resource: 'task', operation: 'get', taskId: 'saved-earlier' })),
		);
		expect(await locator(editor, 'taskId').getByTestId('rlc-input').inputValue()).toBe('saved-earlier');
		await editor.edit(chain(editor.dataGym('DataGym', { resource: 'task', operation: 'get' })));
		await openList(editor, 'taskId');
		await search(editor, 'photographs');
		await editor.picture('tasks');
		await editor.page.getByTestId('rlc-item').first().click();
		expect(await locator(editor, 'taskId').getByTestId('rlc-input').inputValue()).toContain('(Photographs)');
	});

	inEditor('offers the datasets of the project, of which several can be chosen', async (editor) => {
		const projectId = byId(editor.stage.projects.photographs);
		const parameters = { resource: 'export', operation: 'getLabels', projectId, options: { datasetIds: [] } };
		await editor.edit(chain(editor.dataGym('DataGym', parameters)));
		await editor.openLoaded('datasetIds', 'Labeled photographs');
		for (const name of ['Labeled photographs', 'New photographs'])
			await editor.openOptions().getByText(name, { exact: true }).click();
		expect(await editor.openOptions().getByText('Archive').count()).toBe(0);
		await editor.picture('datasets');
	});

	inEditor('offers the labels of a task that an expression names', async (editor) => {
		const projectId = byId(editor.stage.projects.photographs);
		// Examples may have uploaded it again, which nobody has labeled.
		const find = { status: ['completed'], search: 'astronaut', limit: 1 };
		const tasks = { resource: 'task', operation: 'getAll', projectId, ...find };
		const label = { resource: 'label', operation: 'delete', taskId: byId('={{ $json.taskId }}') };
		await editor.edit(chain(manualTrigger, editor.dataGym('Get tasks', tasks), editor.dataGym('Delete label', label)));
		await editor.page.getByTestId('ndv-input-panel').getByText('Execute the node', { exact: true }).click();
		await editor.parameters.getByText(/^[0-9a-f]{8}-[0-9a-f-]{27}$/).waitFor();
		await openList(editor, 'labelId');
		await search(editor, 'eye');
		await expectChoices(editor, ['Eye at 203, 100', 'Eye at 247, 103']);
		await editor.picture('labels');
	});

	inEditor('takes the URL of a project, and marks that of something else', async (editor) => {
		const id = '7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d';
		const open = async (page: string) => {
			const projectId = { __rl: true, mode: 'url', value: `https://app.datagym.ai/#/${page}/details/${id}/home` };
			await editor.edit(chain(editor.dataGym('DataGym', { resource: 'project', operation: 'get', projectId })));
		};
		const issues = () => editor.parameters.getByTestId('parameter-issues');
		await open('projects');
		await locator(editor, 'projectId').waitFor();
		expect(await issues().count()).toBe(0);
		await open('datasets');
		await issues().first().waitFor();
		await editor.picture('wrong-url');
	});

	inEditor("loads the trigger's projects", async (editor) => {
		await editor.edit(chain(editor.dataGym('DataGym Trigger', {}, 'dataGymTrigger')));
		await editor.openLoaded('projectIds', 'First project');
	});

	inEditor('takes an expression instead, and shows what it becomes', async (editor) => {
		const datasets = editor.dataGym('Get datasets', { resource: 'dataset', operation: 'getAll' });
		const images = editor.dataGym('Get images', {
			resource: 'image',
			operation: 'getAll',
			datasetId: { __rl: true, mode: 'id', value: '={{ $json.datasetId }}' },
		});
		await editor.edit(chain(datasets, images));
		await editor.execute();
		await editor.output.getByTestId('node-run-status-success').waitFor();
		await editor.parameters.getByText(/^[0-9a-f]{8}-[0-9a-f-]{27}$/).waitFor();
		await editor.picture('expression');
	});
});

const locator = ({ page }: Editor, field: string) => page.getByTestId(`resource-locator-${field}`);

async function openList(editor: Editor, field: string): Promise<void> {
	await locator(editor, field).getByTestId('rlc-input').click();
	await editor.page.getByTestId('rlc-item').first().waitFor();
}

async function search({ page }: Editor, text: string): Promise<void> {
	await page
		.getByTestId('rlc-search')
		.locator('input')
		.or(page.locator('input[data-test-id="rlc-search"]'))
		.first()
		.fill(text);
}

async function expectChoices({ page }: Editor, expected: string[]): Promise<void> {
	await eventually(
		async () => (await page.getByTestId('rlc-item').allTextContents()).map((text) => text.trim()),
		expected,
	);
}
