import { inEditor } from './support/browser';
import type { Editor } from './support/editor';

const SEARCHES = ['datagym', 'labeling', 'annotation', 'bounding box', 'computer vision', 'training data'];

describe('The node creator', () => {
	inEditor('finds the node by its name and by what people look for', async (editor) => {
		await openCreator(editor);
		for (const search of SEARCHES) {
			await searchFor(editor, search);
			await found(editor).waitFor();
		}
		await searchFor(editor, 'datagym');
		await editor.picture('node-creator');
	});

	inEditor('adds an operation to the canvas, and opens its panel', async (editor) => {
		const { page } = editor;
		await openCreator(editor);
		await searchFor(editor, 'datagym');
		await found(editor).click();
		await page.getByText(/^Actions \(\d+\)/).click();
		await editor.picture('node-creator-actions');
		await page.getByText('Get many projects', { exact: true }).click();
		await editor.parameters.waitFor();
		expect(await editor.field('resource').locator('input').inputValue()).toBe('Project');
		expect(await editor.field('operation').locator('input').inputValue()).toBe('Get Many');
		// The account is chosen at once, the newest if there are several.
		expect(await page.getByTestId('node-credentials-select').locator('input').inputValue()).not.toBe('');
	});

	inEditor('names what the trigger waits for', async (editor) => {
		const { page } = editor;
		await openCreator(editor);
		await searchFor(editor, 'datagym');
		await found(editor).click();
		await page.getByText('On image completed', { exact: true }).click();
		await editor.parameters.waitFor();
		await editor.field('events').getByText('Completed').waitFor();
	});
});

async function openCreator({ page }: Editor): Promise<void> {
	await page.goto('/workflow/new');
	await page.getByTestId('canvas-plus-button').click();
}

async function searchFor({ page }: Editor, text: string): Promise<void> {
	await page.getByTestId('node-creator-search-bar').fill(text);
}

const found = ({ page }: Editor) =>
	page.getByTestId('node-creator-item-name').getByText('DataGym', { exact: true }).first();
