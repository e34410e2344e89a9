import type { Page } from 'playwright-core';
import type { Editor } from './editor';
import { keepPicture } from './pictures';

/** Wide workflows stay legible. */
const SIZE = { width: 1920, height: 1200 };
const MARGIN = 24;
/** Names below the nodes reach out of their boxes. */
const CAPTION = 64;

const CANVAS = '[data-test-id="canvas"]';
const NOTHING_ELSE = `body *:not(${CANVAS}, ${CANVAS} *, :has(${CANVAS})), [data-test-id="canvas-controls"], [data-test-id="canvas-minimap"] { visibility: hidden !important; }`;

/** Keeps a picture of the whole workflow on the canvas and nothing else. */
export async function pictureOfWorkflow({ page }: Editor, name: string): Promise<void> {
	await page.setViewportSize(SIZE);
	await page.getByTestId('zoom-to-fit').dispatchEvent('click');
	await page.waitForTimeout(1_000);
	// n8n fits boxes only: a name in two lines below the last node would be cut.
	if (await isCaptionCut(page)) await page.getByTestId('zoom-out-button').dispatchEvent('click');
	await page.mouse.move(0, 0);
	await page.addStyleTag({ content: NOTHING_ELSE });
	await page.waitForTimeout(1_000);
	await keepPicture(name, await page.screenshot({ clip: await areaOfWorkflow(page) }), { documented: true });
}

async function isCaptionCut(page: Page): Promise<boolean> {
	const bottoms = (await boxesOf(page, '.vue-flow__node')).map(({ y, height }) => y + height);
	return Math.max(...bottoms) + 2 * CAPTION > (await bottomOfCanvas(page));
}

/** Below the canvas n8n has its logs. */
async function bottomOfCanvas(page: Page): Promise<number> {
	const canvas = await page.locator(CANVAS).boundingBox();
	return canvas ? canvas.y + canvas.height : SIZE.height;
}

async function boxesOf(page: Page, selector: string) {
	const parts = await page.locator(selector).all();
	return (await Promise.all(parts.map(async (part) => await part.boundingBox()))).filter((box) => box !== null);
}

async function areaOfWorkflow(page: Page) {
	const boxes = await boxesOf(page, '.vue-flow__node, .vue-flow__edge');
	const left = Math.max(0, Math.min(...boxes.map(({ x }) => x)) - CAPTION);
	const top = Math.max(0, Math.min(...boxes.map(({ y }) => y)) - MARGIN);
	const right = Math.min(SIZE.width, Math.max(...boxes.map(({ x, width }) => x + width)) + CAPTION);
	const bottom = Math.min(await bottomOfCanvas(page), Math.max(...boxes.map(({ y, height }) => y + height)) + CAPTION);
	return { x: left, y: top, width: right - left, height: bottom - top };
}
