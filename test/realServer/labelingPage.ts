import type { Locator, Page, Response } from 'playwright-core';
import sharp from 'sharp';

/** In pixels of the browser's window, or of the upright image. */
export interface Area {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** An `<img>` in the browser, as far as it is asked. */
interface ImageElement {
	naturalWidth: number;
}

/** DataGym's labeling page, used with the mouse. Nothing here knows how the page computes coordinates. */
export class LabelingPage {
	constructor(
		private readonly page: Page,
		private readonly url: string,
	) {}

	/** Opens a task and waits until its image is drawn. */
	async open(taskId: string): Promise<void> {
		await this.page.goto('about:blank');
		await this.page.goto(`${this.url}/#/label-mode/task/${taskId}`);
		await this.image.waitFor({ state: 'visible' });
		await this.page.locator('.loadingAnimation').waitFor({ state: 'detached' });
		await this.page.locator('#svg-layer svg').waitFor({ state: 'attached' });
		await this.page.waitForTimeout(500);
	}

	/** Draws a box of a class around the red block, where a person sees it. */
	async boxTheBlock(className: string): Promise<void> {
		const block = await this.redBlock();
		// The page makes the label when its class is chosen, and saves the box when it is drawn.
		const made = this.page.waitForResponse((answer) => isAnswerTo(answer, '/api/lcvalues', 'POST'));
		await this.page.locator('app-root-geometry-list .entry-value', { hasText: className }).click();
		await made;
		await this.page.waitForTimeout(300);
		const saved = this.page.waitForResponse((answer) => isAnswerTo(answer, '/api/lcvalues', 'PUT'));
		await this.page.mouse.click(block.x, block.y);
		await this.page.mouse.move(block.x + block.width / 2, block.y + block.height / 2, { steps: 5 });
		await this.page.mouse.click(block.x + block.width, block.y + block.height);
		await saved;
		// The page goes on with the next box of the class.
		const dropped = this.page.waitForResponse((answer) => isAnswerTo(answer, '/api/lcvalues', 'DELETE'));
		await this.page.waitForTimeout(500);
		await this.page.keyboard.press('Escape');
		await dropped;
	}

	/** Answers a question about the image whose options are shown as radio buttons. */
	async answer(option: string): Promise<void> {
		await this.page.locator('.classification-button').click();
		const saved = this.page.waitForResponse((answer) => isAnswerTo(answer, '/api/lcvalues', 'PUT'));
		await this.page.locator('app-classification-item .control--radio', { hasText: option }).click();
		await saved;
	}

	async submit(): Promise<void> {
		const completed = this.page.waitForResponse((answer) => isAnswerTo(answer, '/completeTask', 'PUT'));
		await this.page.locator('app-task-control app-button').last().click();
		if (!(await completed).ok()) throw new Error(`DataGym refused the task: ${(await completed).status()}`);
	}

	/** The red block as it is painted in the window, without what is drawn over it. */
	async redBlock(): Promise<Area> {
		const layer = this.page.locator('#svg-layer');
		await layer.evaluate('(element) => void (element.style.visibility = "hidden")');
		const area = (await this.image.boundingBox())!;
		const picture = await this.page.screenshot({ clip: area });
		await layer.evaluate('(element) => void (element.style.visibility = "visible")');
		const red = await redArea(picture);
		return { ...red, x: area.x + red.x, y: area.y + red.y };
	}

	/** The red block in the upright image, as a model would find it. */
	async blockInImage(): Promise<Area> {
		const [block, shown] = [await this.redBlock(), (await this.image.boundingBox())!];
		const natural = await this.image.evaluate<number, ImageElement>(({ naturalWidth }) => naturalWidth);
		const scale = natural / shown.width;
		const { x, y, width, height } = block;
		return { x: (x - shown.x) * scale, y: (y - shown.y) * scale, width: width * scale, height: height * scale };
	}

	/** Where the page draws the boxes of labels. */
	async drawnBoxes(): Promise<readonly Area[]> {
		const boxes = await this.page.locator('#svg-layer svg rect').all();
		return (await Promise.all(boxes.map(async (box) => await box.boundingBox()))).filter((box) => box !== null);
	}

	async screenshot(): Promise<Buffer> {
		return await this.page.screenshot();
	}

	private get image(): Locator {
		return this.page.locator('app-image-media img');
	}
}

const isAnswerTo = (answer: Response, path: string, method: string) =>
	answer.url().includes(path) && answer.request().method() === method;

async function redArea(picture: Buffer): Promise<Area> {
	const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
	const columns: number[] = [];
	const rows: number[] = [];
	for (let index = 0; index < info.width * info.height; index++) {
		if ((data[3 * index] ?? 0) <= 150 || (data[3 * index + 1] ?? 255) >= 90) continue;
		columns.push(index % info.width);
		rows.push(Math.floor(index / info.width));
	}
	const [x, y] = [least(columns), least(rows)];
	return { x, y, width: most(columns) - x + 1, height: most(rows) - y + 1 };
}

const least = (numbers: readonly number[]) => numbers.reduce((a, b) => Math.min(a, b), Infinity);
const most = (numbers: readonly number[]) => numbers.reduce((a, b) => Math.max(a, b), -Infinity);
