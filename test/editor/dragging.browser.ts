import type { INode } from 'n8n-workflow';
import type { Locator } from 'playwright-core';
import { isDragged } from '../support/draggedFields';
import { byId, chain, manualTrigger, node } from '../support/workflow';
import { inEditor } from './support/browser';
import type { Editor } from './support/editor';
import { eventually } from './support/eventually';

/** What takes no typed expression: fields are dragged from the input of n8n's own nodes. */
describe('Dragging fields', () => {
	inEditor('filters images with a class', async (editor) => {
		const filter = node('Filter', 'n8n-nodes-base.filter', {}, { typeVersion: 2.2 });
		const id = await openWithInput(editor, getLabels(editor, 'itemPerImage'), filter);
		const { page, parameters } = editor;
		await drag(editor, 'classNames', page.getByTestId('filter-condition-left'));
		await page.getByTestId('filter-operator-select').locator('button').click();
		await page.getByRole('menuitem', { name: 'Array', exact: true }).hover();
		await page.getByRole('menuitem', { name: 'contains', exact: true }).click();
		await page.getByTestId('filter-condition-right').locator('input, .cm-content').first().click();
		await page.keyboard.type('cup');
		await page.keyboard.press('Tab');
		await expectItems(editor, ['coffee.jpg']);
		await editor.picture('dragged-filter', { of: parameters });
		await expectOnlyDragged(editor, id, '={{ $json.classNames }}');
	});

	inEditor('groups labels by their class', async (editor) => {
		const summarize = node('Summarize', 'n8n-nodes-base.summarize', {}, { typeVersion: 1.1 });
		const id = await openWithInput(editor, getLabels(editor, 'itemPerLabel'), summarize);
		await drag(editor, 'imageName', parameter(editor, 'fieldsToSummarize.values[0].field'));
		await drag(editor, 'className', parameter(editor, 'fieldsToSplitBy'));
		await expectItems(editor, ['cup', 'spoon', 'dog']);
		await editor.picture('dragged-summarize', { of: editor.parameters });
		await expectOnlyDragged(editor, id, 'className');
	});
});

const getLabels = (editor: Editor, output: string) =>
	editor.dataGym('Get labels', {
		resource: 'export',
		operation: 'getLabels',
		projectId: byId(editor.stage.projects.photographs),
		output,
	});

/** Opens the last node, and executes what comes before it. @returns the workflow's ID. */
async function openWithInput(editor: Editor, ...nodes: INode[]): Promise<string> {
	const id = await editor.save(chain(manualTrigger, ...nodes));
	await editor.openNode(id, nodes.at(-1)!.id);
	const input = editor.page.getByTestId('ndv-input-panel');
	// Until it has run, n8n shows the fields of the output schema.
	await input.getByText('Execute the node', { exact: true }).click();
	await input.getByText('Usually outputs the following fields').waitFor({ state: 'hidden' });
	await pill(editor, 'imageName').waitFor();
	return id;
}

/** A field in the schema of the input. */
function pill({ page }: Editor, name: string): Locator {
	return page.getByTestId('ndv-input-panel').locator(`[data-target="mappable"][data-name="${name}"]`).first();
}

/** What is typed into, by the path that n8n names it with. */
function parameter({ page }: Editor, path: string): Locator {
	return page.getByTitle(`Parameter: "${path}"`, { exact: true });
}

/** As a hand does it: n8n takes what moves by more than a few pixels for dragged. */
async function drag(editor: Editor, name: string, target: Locator): Promise<void> {
	const { mouse } = editor.page;
	const field = pill(editor, name);
	await field.scrollIntoViewIfNeeded();
	const [from, to] = [await field.boundingBox(), await target.boundingBox()];
	if (from === null || to === null) throw new Error(`"${name}" cannot be dragged: it is not on the screen.`);
	await mouse.move(from.x + from.width / 2, from.y + from.height / 2);
	await mouse.down();
	await mouse.move(from.x + from.width / 2 + 30, from.y + from.height / 2 + 10, { steps: 5 });
	await mouse.move(to.x + to.width / 3, to.y + to.height / 2, { steps: 20 });
	await mouse.move(to.x + to.width / 3 + 3, to.y + to.height / 2, { steps: 3 });
	await mouse.up();
}

async function expectItems(editor: Editor, texts: readonly string[]): Promise<void> {
	// n8n takes over what is dropped or typed after a moment.
	await editor.page.waitForTimeout(2_000);
	await editor.execute();
	await editor.output.getByTestId('node-run-status-success').waitFor();
	await editor.show('table');
	for (const text of texts) await editor.output.getByText(text, { exact: true }).first().waitFor();
}

/** Looks at what the editor has saved. */
async function expectOnlyDragged({ page }: Editor, id: string, field: string): Promise<void> {
	await page.keyboard.press('Control+s');
	const parameters = async () => {
		const answer = await page.context().request.get(`/rest/workflows/${id}`);
		const { data } = (await answer.json()) as { data: { nodes: INode[] } };
		return data.nodes.at(-1)!.parameters;
	};
	await eventually(async () => JSON.stringify(await parameters()).includes(JSON.stringify(field)), true);
	const saved = await parameters();
	expect([isDragged(saved), saved]).toEqual([true, saved]);
}
