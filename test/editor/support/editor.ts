import type { INode, INodeParameters } from 'n8n-workflow';
import type { Locator, Page } from 'playwright-core';
import type { WorkflowFile } from '../../support/n8n/engine';
import { node } from '../../support/workflow';
import { eventually } from './eventually';
import { keepPicture } from './pictures';
import type { Stage } from './stage';

/** n8n may close a connection that was idle just when it is used again. */
export const RETRIES = 2;

/** Messages of success, and hints about what the mouse is over. */
const PASSING = '.el-notification, [data-reka-popper-content-wrapper]:has([role="tooltip"])';

/** The last button of a panel reaches out of what holds its fields. */
const MARGIN = 16;

export type Theme = 'light' | 'dark';

/** n8n's editor as a user sees it, in one tab of a browser. */
export class Editor {
	constructor(
		readonly page: Page,
		readonly stage: Stage,
	) {}

	/** A node of this package with the demo's account. */
	dataGym(name: string, parameters: INodeParameters, type = 'dataGym'): INode {
		const { id, name: account, type: credential } = this.stage.credential;
		return node(name, `n8n-nodes-datagym.${type}`, parameters, {
			credentials: { [credential]: { id, name: account } },
		});
	}

	/** Saves a workflow, as its nodes side by side, and returns its ID. */
	async save({ nodes, connections }: WorkflowFile): Promise<string> {
		const row = nodes.map((each, index): INode => ({ ...each, position: [index * 240, 0] }));
		const data = { name: 'Test', nodes: row, connections, settings: { executionOrder: 'v1' } };
		const answer = await this.page.context().request.post('/rest/workflows', { data, maxRetries: RETRIES });
		if (!answer.ok()) throw new Error(`n8n did not save the workflow: ${await answer.text()}`);
		return ((await answer.json()) as { data: { id: string } }).data.id;
	}

	async openCanvas(workflowId: string): Promise<void> {
		await this.page.goto(`/workflow/${workflowId}`);
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	/** Opens a node's panel in a saved workflow. */
	async openNode(workflowId: string, name: string): Promise<void> {
		await this.page.goto(`/workflow/${workflowId}/${name}`);
		await this.parameters.waitFor();
	}

	/** Saves a workflow and opens the panel of its last node. */
	async edit(workflow: WorkflowFile): Promise<void> {
		await this.openNode(await this.save(workflow), workflow.nodes.at(-1)!.id);
	}

	get parameters(): Locator {
		return this.page.getByTestId('node-parameters');
	}

	get output(): Locator {
		return this.page.getByTestId('output-panel');
	}

	/** A field of the open panel, by its name in the description. */
	field(name: string): Locator {
		return this.page.getByTestId(`parameter-input-${name}`);
	}

	/** Labels of the fields that the panel shows, from top to bottom. */
	async shownFields(): Promise<string[]> {
		const labels = this.parameters.locator('label[for]').filter({ visible: true });
		return await labels.evaluateAll((elements) =>
			elements.map((label) => label.querySelector('span')?.textContent?.trim() ?? ''),
		);
	}

	/** Names of fields that end with an ellipsis, since the panel is too narrow for them. */
	async cutNames(): Promise<string[]> {
		const texts = this.parameters.getByTestId('input-label').locator('span, label, div');
		return await texts.evaluateAll((elements) =>
			elements
				.filter((each) => {
					const { textOverflow } = each.ownerDocument.defaultView!.getComputedStyle(each);
					return textOverflow === 'ellipsis' && each.scrollWidth > each.clientWidth;
				})
				.map((each) => each.textContent?.trim() ?? ''),
		);
	}

	/** Chooses from a drop-down. */
	async choose(field: string, option: string): Promise<void> {
		await this.field(field).locator('input').first().click();
		await this.openOptions().getByText(option, { exact: true }).first().click();
	}

	/** Opens a drop-down whose options are loaded. While they are, n8n closes it, so whoever is too early clicks again. */
	async openLoaded(field: string, option: string): Promise<void> {
		const shown = this.openOptions().getByText(option, { exact: true });
		await eventually(async () => {
			if (!(await this.openOptions().isVisible())) await this.field(field).click();
			return await shown.isVisible();
		}, true);
	}

	openOptions(): Locator {
		return this.page.locator('.el-select-dropdown:visible');
	}

	/** Executes the open node, and what comes before it. */
	async execute(): Promise<void> {
		await this.page.getByTestId('node-execute-button').click();
	}

	async show(display: 'schema' | 'table' | 'json' | 'binary'): Promise<void> {
		await this.output.getByTestId(`radio-button-${display}`).click();
	}

	/** Changes the colors, as n8n's own settings do. */
	async use(theme: Theme): Promise<void> {
		await this.page.locator('body').evaluate((body, value) => {
			body.setAttribute('data-theme', value);
			body.ownerDocument.documentElement.style.colorScheme = value;
		}, theme);
	}

	/** The open panel to its last field, as far as the window is high enough for it. */
	async panel(): Promise<Buffer> {
		const { x, y, width } = (await this.parameters.boundingBox())!;
		const fields = (await this.parameters.locator('.parameter-input-list-wrapper').first().boundingBox())!;
		const height = fields.y + fields.height - y + MARGIN;
		return await this.page.screenshot({ clip: { x, y, width, height }, animations: 'disabled' });
	}

	/** Waits until nothing moves, then keeps what is on the screen, without what pops up for a moment. */
	async picture(name: string, options: { documented?: boolean; of?: Locator } = {}): Promise<void> {
		await this.page.mouse.move(0, 0);
		await this.page.addStyleTag({ content: `${PASSING} { visibility: hidden !important; }` });
		await this.page.waitForTimeout(500);
		await keepPicture(name, await (options.of ?? this.page).screenshot(), options);
	}
}
