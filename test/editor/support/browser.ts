import { chromium, selectors, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { OWNER } from '@datagym/tools/n8n/client';
import { Editor, RETRIES, type Theme } from './editor';
import { keepPicture } from './pictures';
import { readStage } from './stage';

const SIZE = { width: 1440, height: 900 };
/** The machine may be busy. */
const PATIENCE = 30_000;

selectors.setTestIdAttribute('data-test-id');

// A browser, n8n and its storage work beside each other on a machine that may be busy. What fails once is told, what fails twice is wrong.
jest.retryTimes(1, { logErrorsBeforeRetry: true });

let browser: Browser | undefined;

beforeAll(async () => {
	// Chromium's own sandbox refuses root, as which CI runs; it shows nothing but the n8n of this machine.
	browser = await chromium.launch({ executablePath: readStage().chromium, args: ['--no-sandbox'] });
});

afterAll(async () => {
	await browser?.close();
});

/** A test with an editor of its own, in which the owner is signed in. When it fails, a screenshot shows how far it came. */
export function inEditor(name: string, work: (editor: Editor) => Promise<void>, theme: Theme = 'light'): void {
	it(name, async () => {
		const context = await signIn(theme);
		const page = await context.newPage();
		try {
			await work(new Editor(page, readStage()));
		} catch (error) {
			await keepPicture(`failed/${name.replace(/\W+/g, '-')}`, await page.screenshot());
			throw error;
		} finally {
			await context.close();
		}
	});
}

/** A test with an empty page. */
export function inPage(name: string, work: (page: Page) => Promise<void>): void {
	it(name, async () => {
		const page = await browser!.newPage({ viewport: SIZE });
		try {
			await work(page);
		} finally {
			await page.close();
		}
	});
}

async function signIn(theme: Theme): Promise<BrowserContext> {
	const context = await browser!.newContext({ baseURL: readStage().url, viewport: SIZE, reducedMotion: 'reduce' });
	context.setDefaultTimeout(PATIENCE);
	await context.addInitScript(`localStorage.setItem('N8N_THEME', '${theme}')`);
	const answer = await context.request.post('/rest/login', {
		maxRetries: RETRIES,
		data: { emailOrLdapLoginId: OWNER.email, password: OWNER.password },
	});
	if (!answer.ok()) throw new Error(`n8n refused the owner: ${answer.status()}`);
	return context;
}
