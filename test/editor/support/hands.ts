import type { INode } from 'n8n-workflow';
import type { Locator } from 'playwright-core';
import { itemsOf } from '@datagym/tools/n8n/executedItems';
import { isDragged } from '../../support/draggedFields';
import { type Editor, RETRIES } from './editor';
import { eventually } from './eventually';

/** What makes a text an expression. */
const EXPRESSION = /^=|\{\{|\$/;
/** n8n takes over what is dropped or typed after a moment. */
const MOMENT = 1_000;
/** Until a typed text counts, also on a busy machine. */
const TAKEN_OVER = 2_000;

/** A person with a mouse, who builds a workflow from an empty canvas. Expressions come into it by dropping fields only. */
export class Hands {
	private readonly dropped = new Set<string>();
	/** The name of the node whose panel is open. */
	private opened = '';

	constructor(readonly editor: Editor) {}

	private get page() {
		return this.editor.page;
	}

	/** Begins a workflow, which a click starts. */
	async begin(): Promise<void> {
		await this.page.goto('/workflow/new');
		await this.page.getByTestId('canvas-plus-button').click();
		await this.page.getByText('Trigger manually', { exact: true }).first().click();
		await this.plusOf((await this.names())[0]!).waitFor();
	}

	/**
	 * Adds a node behind another one, and leaves its panel open.
	 *
	 * @param action what the node is to do, of those that the list of nodes offers.
	 * @returns its name.
	 */
	async addAfter(previous: string, node: string, action?: string): Promise<string> {
		await this.closePanel();
		const before = await this.names();
		await this.page.getByTestId('zoom-to-fit').click();
		await this.page.waitForTimeout(MOMENT);
		const plus = this.plusOf(previous);
		if (await plus.isVisible()) await plus.click();
		else await this.dragToNothing(this.outputOf(previous));
		await this.page.getByTestId('node-creator-search-bar').fill(node);
		await this.page.getByTestId('node-creator-item-name').getByText(node, { exact: true }).first().click();
		if (action !== undefined) await this.page.getByText(action, { exact: true }).first().click();
		await this.editor.parameters.waitFor();
		this.opened = (await this.names()).find((name) => !before.includes(name))!;
		return this.opened;
	}

	/** Draws a connection to the second input of a node. */
	async connectToSecondInput(from: string, to: string): Promise<void> {
		await this.closePanel();
		const input = this.page.locator(
			`[data-test-id="canvas-node-input-handle"][data-node-name="${to}"][data-index="1"]`,
		);
		await this.move(this.outputOf(from), input);
		await eventually(
			async () => await this.page.locator(`[data-test-id="edge"][data-source-node-name="${from}"]`).count(),
			1,
		);
	}

	async open(node: string): Promise<void> {
		await this.closePanel();
		await this.page.locator(`[data-test-id="canvas-node"][data-node-name="${node}"]`).dblclick();
		await this.editor.parameters.waitFor();
		this.opened = node;
	}

	async closePanel(): Promise<void> {
		const close = this.page.getByTestId('ndv-close-button');
		if (await close.isVisible()) await close.click();
		await close.waitFor({ state: 'hidden' });
	}

	/** Chooses an entry of a list that is loaded from DataGym. */
	async pick(field: string, name: string): Promise<void> {
		await this.page.getByTestId(`resource-locator-${field}`).getByTestId('rlc-input').click();
		await this.page.getByTestId('rlc-item').getByText(name, { exact: true }).click();
	}

	async turnOn(field: string): Promise<void> {
		await this.editor.field(field).locator('.el-switch').click();
	}

	/** *On Error: Continue*, in the settings of the open node. */
	async continueOnError(): Promise<void> {
		await this.page.getByTestId('tab-settings').click();
		await this.editor.choose('onError', 'Continue');
	}

	/** Types a text that is no expression. */
	async type(place: Locator, text: string): Promise<void> {
		if (EXPRESSION.test(text)) throw new Error(`A person would have to type an expression: ${text}`);
		await place.click();
		await this.page.keyboard.press('Control+a');
		await this.page.keyboard.type(text);
		await this.page.keyboard.press('Tab');
		// The editor takes texts over a while after the last key.
		await this.page.waitForTimeout(TAKEN_OVER);
	}

	/** Executes what comes before the open node, so that its input shows real fields. */
	async executePrevious(): Promise<void> {
		const input = this.page.getByTestId('ndv-input-panel');
		await input
			.getByText('Execute the node', { exact: true })
			.or(input.getByText('Execute previous nodes', { exact: true }))
			.first()
			.click();
		await input.getByText('Usually outputs the following fields').waitFor({ state: 'hidden' });
		await input.locator('[data-target="mappable"]').first().waitFor();
	}

	/** Drags a field of the input onto what it is to fill in. */
	async drag(field: string, target: Locator): Promise<void> {
		const pill = this.page
			.getByTestId('ndv-input-panel')
			.locator(`[data-target="mappable"][data-name="${field}"]`)
			.first();
		await pill.scrollIntoViewIfNeeded();
		await target.scrollIntoViewIfNeeded();
		await this.move(pill, target);
		this.dropped.add(`={{ $json.${field} }}`);
		await this.page.waitForTimeout(MOMENT);
	}

	/** What is typed into, by the path that n8n names it with. */
	parameter(path: string): Locator {
		return this.page.getByTitle(`Parameter: "${path}"`, { exact: true });
	}

	/** Executes the open node. @returns the items of its outputs. */
	async execute(outputs = 1): Promise<ReadonlyArray<ReadonlyArray<Readonly<Record<string, unknown>>>>> {
		const known = await this.lastExecution();
		await this.editor.execute();
		await this.editor.output.getByTestId('node-run-status-success').waitFor();
		await eventually(async () => (await this.lastExecution()) !== known, true);
		const data = await this.get<{ data: string }>(`/rest/executions/${await this.lastExecution()}`);
		return Array.from({ length: outputs }, (_, output) => itemsOf(data.data, this.opened, output));
	}

	/** Looks at what the editor has saved: each expression must be a field that was dropped, and there is no code. */
	async expectOnlyDragged(): Promise<readonly INode[]> {
		await this.page.keyboard.press('Control+s');
		await this.page.waitForTimeout(MOMENT);
		const { nodes } = await this.get<{ nodes: INode[] }>(`/rest/workflows/${this.workflowId}`);
		const typed = nodes.flatMap(({ name, parameters }) =>
			expressionsIn(parameters)
				.filter((expression) => !this.dropped.has(expression))
				.map((expression) => `${name}: ${expression}`),
		);
		expect(typed).toEqual([]);
		expect(nodes.filter(({ parameters }) => !isDragged(parameters))).toEqual([]);
		return nodes;
	}

	/** In the order of their making. */
	private async names(): Promise<string[]> {
		const nodes = this.page.getByTestId('canvas-node');
		return await nodes.evaluateAll((all) => all.map((each) => each.getAttribute('data-node-name') ?? ''));
	}

	private get workflowId(): string {
		return /\/workflow\/(\w+)/.exec(this.page.url())![1]!;
	}

	private async lastExecution(): Promise<string | undefined> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId: this.workflowId }));
		const { results } = await this.get<{ results: Array<{ id: string }> }>(`/rest/executions?filter=${filter}&limit=1`);
		return results[0]?.id;
	}

	private async get<T>(path: string): Promise<T> {
		const answer = await this.page.context().request.get(path, { maxRetries: RETRIES });
		return ((await answer.json()) as { data: T }).data;
	}

	private outputOf(node: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node-output-handle"][data-node-name="${node}"]`).first();
	}

	private plusOf(node: string): Locator {
		return this.outputOf(node).getByTestId('canvas-handle-plus');
	}

	/** Where the line ends, n8n offers nodes to add. */
	private async dragToNothing(from: Locator): Promise<void> {
		const { x, y } = (await from.boundingBox())!;
		await this.page.mouse.move(x + 4, y + 4);
		await this.page.mouse.down();
		await this.page.mouse.move(x + 60, y + 200, { steps: 20 });
		await this.page.mouse.up();
	}

	/** As a hand does it: n8n takes what moves by more than a few pixels for dragged. */
	private async move(what: Locator, target: Locator): Promise<void> {
		const { mouse } = this.page;
		const [from, to] = [await what.boundingBox(), await target.boundingBox()];
		if (from === null || to === null) throw new Error(`${String(what)} cannot be dragged: it is not on the screen.`);
		await mouse.move(from.x + from.width / 2, from.y + from.height / 2);
		await mouse.down();
		await mouse.move(from.x + from.width / 2 + 30, from.y + from.height / 2 + 10, { steps: 5 });
		await mouse.move(to.x + to.width / 3, to.y + to.height / 2, { steps: 20 });
		await mouse.move(to.x + to.width / 3 + 3, to.y + to.height / 2, { steps: 3 });
		await mouse.up();
	}
}

function expressionsIn(value: unknown): string[] {
	if (typeof value === 'string') return value.startsWith('=') ? [value] : [];
	return typeof value === 'object' && value !== null ? Object.values(value).flatMap(expressionsIn) : [];
}
