import { inEditor } from './support/browser';
import { pictureOfWorkflow } from './support/canvas';
import type { Editor } from './support/editor';
import { readStage } from './support/stage';

describe('The examples', () => {
	for (const { name, id } of readStage().examples) {
		inEditor(`${name} opens with every node known`, async (editor) => {
			await editor.openCanvas(id);
			expect(await editor.page.getByText('Install this node').count()).toBe(0);
			expect(await editor.page.getByTestId('node-issues').count()).toBe(0);
			await pictureOfWorkflow(editor, `examples/${name}`);
		});
	}

	inEditor('run from the canvas', async (editor) => {
		await editor.openCanvas(idOf(editor, 'photographs-to-labels'));
		await editor.page.getByTestId('execute-workflow-button').click();
		await editor.page.getByText('Workflow executed successfully').waitFor({ timeout: 90_000 });
		await pictureOfWorkflow(editor, 'workflow');
	});

	inEditor('open in the dark theme', async (editor) => {
		await editor.openCanvas(idOf(editor, 'storage-to-dataset'));
		expect(await editor.page.locator('body').getAttribute('data-theme')).toBe('dark');
		await pictureOfWorkflow(editor, 'dark');
	}, 'dark');
});

function idOf({ stage }: Editor, example: string): string {
	return stage.examples.find(({ name }) => name === example)?.id ?? '';
}
