import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { inPage } from './support/browser';
import { keepPicture } from './support/pictures';
import { samplePages } from './support/samplePages';

const FIRST = 'Photographs_preview.html';

let folder: string;

/** As a person has it who saved the files of both pages: opened from a folder, without a server. */
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'datagym-preview-'));
	for (const [name, html] of await samplePages()) await writeFile(join(folder, name), html);
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

const open = async (page: Page, file = FIRST) => await page.goto(pathToFileURL(join(folder, file)).href);

/** Names of the images that can be seen, as they stand on the page: by row, from left to right. */
async function shownIn(page: Page): Promise<Array<string | null>> {
	const figures = await Promise.all(
		(await page.locator('figure').all()).map(async (figure) => ({
			name: await figure.locator('figcaption strong').textContent(),
			box: await figure.boundingBox(),
		})),
	);
	return figures
		.flatMap(({ name, box }) => (box === null ? [] : [{ name, ...box }]))
		.sort((a, b) => a.y - b.y || a.x - b.x)
		.map(({ name }) => name);
}

/** What the page says about how many images are shown. The style sheet makes the number, so only what screen readers get tells it. */
async function countIn(page: Page): Promise<string> {
	const session = await page.context().newCDPSession(page);
	const { nodes } = await session.send('Accessibility.getFullAXTree');
	const texts = nodes.filter(({ role }) => role?.value === 'StaticText').map(({ name }) => String(name?.value));
	const index = texts.findIndex((text) => text.trim().startsWith('of '));
	return `${texts[index - 1]}${texts[index]}`;
}

const ALL = ['astronaut.jpg', 'bowl.jpg', 'cat.jpg', 'coffee.jpg', 'dandelions.jpg', 'dogs.jpg'];

inPage('a preview filters its images by class, status and issue, all three together', async (page) => {
	await open(page);
	expect(await shownIn(page)).toEqual(ALL);
	expect(await countIn(page)).toBe('6 of 6 images on this page');
	await page.getByRole('combobox', { name: 'Class' }).selectOption('Eye (2)');
	expect(await shownIn(page)).toEqual(['astronaut.jpg', 'cat.jpg']);
	expect(await countIn(page)).toBe('2 of 6 images on this page');
	await page.getByRole('combobox', { name: 'Issues' }).selectOption('With issues (3)');
	expect(await shownIn(page)).toEqual(['astronaut.jpg']);
	await page.getByRole('combobox', { name: 'Status' }).selectOption('Reviewed (2)');
	expect(await shownIn(page)).toEqual([]);
	expect(await countIn(page)).toBe('0 of 6 images on this page');
	await page.getByRole('combobox', { name: 'Class' }).selectOption('No labels (1)');
	expect(await shownIn(page)).toEqual(['dogs.jpg']);
});

inPage('a preview sorts its images', async (page) => {
	await open(page);
	await page.getByRole('combobox', { name: 'Sort by' }).selectOption('Most issues');
	expect((await shownIn(page)).slice(0, 3)).toEqual(['coffee.jpg', 'astronaut.jpg', 'dogs.jpg']);
	await page.getByRole('combobox', { name: 'Sort by' }).selectOption('Fewest labels');
	expect((await shownIn(page))[0]).toBe('dogs.jpg');
	await page.getByRole('combobox', { name: 'Sort by' }).selectOption('Name');
	expect(await shownIn(page)).toEqual(ALL);
});

inPage('a link leads to an image, on another page, too, and past a filter', async (page) => {
	await open(page);
	await page.getByRole('combobox', { name: 'Class' }).selectOption('Bowl (1)');
	await page.getByText('3 images with issues').click();
	await page.getByRole('link', { name: 'coffee.jpg' }).first().click();
	const target = page.locator('figure:target');
	expect(await target.locator('figcaption strong').innerText()).toBe('coffee.jpg');
	const box = (await target.boundingBox())!;
	expect(box.y).toBeGreaterThanOrEqual(0);
	expect(box.y).toBeLessThan(page.viewportSize()!.height);
	await page.getByRole('link', { name: 'Next →' }).first().click();
	expect(await page.title()).toBe('Photographs – labels');
	expect(await shownIn(page)).toEqual(['flower.jpg', 'pavilion.jpg', 'photographer.png', 'rocket.jpg']);
});

inPage('a preview works with the keyboard alone', async (page) => {
	await open(page);
	await page.getByRole('combobox', { name: 'Class' }).focus();
	await page.keyboard.press('ArrowDown');
	expect((await shownIn(page)).length).toBeLessThan(ALL.length);
	await page.keyboard.press('Home');
	await page.getByRole('checkbox', { name: /^Eye/ }).focus();
	await page.keyboard.press('Space');
	expect(await page.locator('#image-photograph-0 .point .ink').first().isVisible()).toBe(false);
});

inPage('a preview works in a frame that allows nothing', async (page) => {
	const html = (await samplePages()).get(FIRST)!;
	await page.setContent('<iframe sandbox style="width:1200px;height:800px"></iframe>');
	await page.locator('iframe').evaluate((frame, srcdoc) => frame.setAttribute('srcdoc', srcdoc), html);
	const frame = page.frameLocator('iframe');
	await frame.getByRole('combobox', { name: 'Class' }).selectOption('Bowl (1)');
	expect(await frame.locator('figure:visible figcaption strong').allInnerTexts()).toEqual(['bowl.jpg']);
});

for (const { name, width, height, scheme } of [
	{ name: 'desktop', width: 1440, height: 900, scheme: 'light' },
	{ name: 'desktop-dark', width: 1440, height: 900, scheme: 'dark' },
	{ name: 'phone', width: 390, height: 844, scheme: 'light' },
	{ name: 'phone-dark', width: 390, height: 844, scheme: 'dark' },
] as const) {
	inPage(`a preview fits on a screen (${name})`, async (page) => {
		await page.setViewportSize({ width, height });
		await page.emulateMedia({ colorScheme: scheme });
		await open(page);
		expect(await page.locator('html').evaluate(({ scrollWidth }) => scrollWidth)).toBe(width);
		await keepPicture(`preview/${name}`, await page.screenshot({ fullPage: true }));
	});
}

inPage('the picture of a preview in the documentation', async (page) => {
	await page.setViewportSize({ width: 1200, height: 900 });
	await open(page);
	const clip = { x: 0, y: 0, width: 1200, height: 1700 };
	await keepPicture('preview', await page.screenshot({ fullPage: true, clip }), { documented: true });
});
