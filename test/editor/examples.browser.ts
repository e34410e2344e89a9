import { inEditor } from './support/browser';
import { pictureOfWorkflow } from './support/canvas';
import type { Editor } from './support/editor';
import { runWorkflow } from './support/runs';
import { readStage } from './support/stage';

const AGENT = 'agent-with-datagym';
/** Needs an open core, and the emulator beside this n8n has tokens. */
const OPEN_CORE_ONLY = 'whole-project';

describe('The examples', () => {
	for (const { name, id } of readStage().examples) {
		inEditor(`${name} opens with every node known`, async (editor) => {
			await editor.openCanvas(id);
			expect(await editor.page.getByText('Install this node').count()).toBe(0);
			expect(await editor.page.getByTestId('node-issues').count()).toBe(0);
			await pictureOfWorkflow(editor, `examples/${name}`);
		});
	}

	it.each(readStage().examples.filter(({ name }) => ![AGENT, OPEN_CORE_ONLY].includes(name)))(
		'$name runs as it is',
		async ({ id }) => {
			const { status, data } = await runWorkflow(readStage(), id);
			expect([status, status === 'success' ? '' : data]).toEqual(['success', '']);
		},
	);

	it('say what they need where the server cannot do it', async () => {
		const { id = '' } = readStage().examples.find(({ name }) => name === OPEN_CORE_ONLY) ?? {};
		const { status, data } = await runWorkflow(readStage(), id);
		expect([status, data]).toEqual(['error', expect.stringContaining('cannot create, change or delete projects')]);
	});

	inEditor('chat with the agent, which asks DataGym', async (editor) => {
		const { page } = editor;
		await editor.openCanvas(idOf(editor, AGENT));
		await page.getByTestId('workflow-chat-button').click();
		const input = page.getByTestId('chat-input');
		await input.fill('How far is Photographs?');
		await input.press('Enter');
		await page
			.getByTestId('canvas-chat-body')
			.getByText(/Photographs has \d+ tasks/)
			.waitFor();
		await editor.picture('agent');
	});

	inEditor('run from the canvas', async (editor) => {
		await editor.openCanvas(idOf(editor, 'first-labels'));
		await editor.page.getByTestId('execute-workflow-button').click();
		await editor.page.getByText('Workflow executed successfully').waitFor({ timeout: 90_000 });
		await pictureOfWorkflow(editor, 'workflow');
	});

	inEditor(
		'open in the dark theme',
		async (editor) => {
			await editor.openCanvas(idOf(editor, 'storage-to-dataset'));
			expect(await editor.page.locator('body').getAttribute('data-theme')).toBe('dark');
			await pictureOfWorkflow(editor, 'dark');
		},
		'dark',
	);
});

function idOf({ stage }: Editor, example: string): string {
	return stage.examples.find(({ name }) => name === example)?.id ?? '';
}
