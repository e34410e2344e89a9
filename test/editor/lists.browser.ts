import { chain } from '../support/workflow';
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

	inEditor("loads the trigger's projects", async (editor) => {
		await editor.edit(chain(editor.dataGym('DataGym Trigger', {}, 'dataGymTrigger')));
		await editor.field('projectIds').click();
		await editor.openOptions().getByText('First project').waitFor();
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
