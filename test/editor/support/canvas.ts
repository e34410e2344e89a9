import type { Page } from 'playwright-core';
import type { Editor } from './editor';
import { keepPicture } from './pictures';

/** Wide workflows stay legible. */
const SIZE = { width: 1920, height: 1200 };
const MARGIN = 24;
/** Names below the nodes reach out of their boxes. */
const CAPTION = 56;

const CANVAS = '[data-test-id="canvas"]';
const NOTHING_ELSE = `body *:not(${CANVAS}, ${CANVAS} *, :has(${CANVAS})), [data-test-id="canvas-controls"], [data-test-id="canvas-minimap"] { visibility: hidden !important; }`;

/** Keeps a picture of the whole workflow on the canvas and nothing else. */
export async function pictureOfWorkflow({ page }: Editor, name: string): Promise<void> {
	await page.setViewportSize(SIZE);
	await page.getByTestId('zoom-to-fit').dispatchEvent('click');
	await page.mouse.move(0, 0);
	await page.addStyleTag({ content: NOTHING_ELSE });
	await page.waitForTimeout(1_000);
	await keepPicture(name, await page.screenshot({ clip: await areaOfWorkflow(page) }), { documented: true });
}

async function areaOfWorkflow(page: Page) {
	const parts = await page.locator('.vue-flow__node, .vue-flow__edge').all();
	const boxes = (await Promise.all(parts.map(async (part) => await part.boundingBox()))).filter((box) => box !== null);
	const left = Math.max(0, Math.min(...boxes.map(({ x }) => x)) - CAPTION);
	const top = Math.max(0, Math.min(...boxes.map(({ y }) => y)) - MARGIN);
	const right = Math.min(SIZE.width, Math.max(...boxes.map(({ x, width }) => x + width)) + CAPTION);
	const canvas = await page.locator(CANVAS).boundingBox();
	// Below the canvas n8n has its logs.
	const bottom = Math.min(
		canvas ? canvas.y + canvas.height : SIZE.height,
		Math.max(...boxes.map(({ y, height }) => y + height)) + CAPTION,
	);
	return { x: left, y: top, width: right - left, height: bottom - top };
}
