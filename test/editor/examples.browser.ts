import { inEditor } from './support/browser';
import type { Editor } from './support/editor';
import { readStage } from './support/stage';

describe('The examples', () => {
	for (const { name, id } of readStage().examples) {
		inEditor(`${name} opens with every node known`, async (editor) => {
			await editor.openCanvas(id);
			await tidyScreen(editor);
			expect(await editor.page.getByText('Install this node').count()).toBe(0);
			expect(await editor.page.getByTestId('node-issues').count()).toBe(0);
			await editor.picture(`examples/${name}`, { documented: true, of: editor.page.getByTestId('canvas-wrapper') });
		});
	}

	inEditor('run from the canvas', async (editor) => {
		await editor.openCanvas(idOf(editor, 'photographs-to-labels'));
		await editor.page.getByRole('button', { name: 'Execute workflow' }).click();
		await editor.page.getByText('Workflow executed successfully').waitFor({ timeout: 90_000 });
		await tidyScreen(editor);
		await editor.picture('workflow', { documented: true });
	});

	inEditor('open in the dark theme', async (editor) => {
		await editor.openCanvas(idOf(editor, 'active-learning'));
		expect(await editor.page.locator('body').getAttribute('data-theme')).toBe('dark');
		await tidyScreen(editor);
		await editor.picture('dark', { documented: true });
	}, 'dark');
});

function idOf({ stage }: Editor, example: string): string {
	return stage.examples.find(({ name }) => name === example)?.id ?? '';
}

/** The whole workflow, and nothing over it. */
async function tidyScreen({ page }: Editor): Promise<void> {
	await page.addStyleTag({ content: '[data-test-id="canvas-controls"], [data-test-id="execute-workflow-button"], [data-test-id="logs-panel"] { visibility: hidden; }' });
	await page.getByTestId('zoom-to-fit').dispatchEvent('click');
}
