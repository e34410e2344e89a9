import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { unzipSync } from 'fflate';
import { chromium, type Browser } from 'playwright-core';
import sharp from 'sharp';
import { readExample } from '@datagym/tools/examples/workflows';
import { ensureSystemPackages } from '@datagym/tools/systemPackages';
import type { WorkflowRun } from '../support/n8n/run';
import { paintedPhotograph, redIn, type Orientation } from '../support/paintedPhotographs';
import { LabelingPage } from './labelingPage';
import type { RealServer } from './server';
import { UserInterfaceApi, type ListedTask } from './userInterface';

/** Where the workflow may read and write, and screenshots are kept. */
export const FOLDER = join(resolve(__dirname, '..', '..'), 'out', 'real-server', 'whole-project');
/** As the file is called, and how it is turned; nobody labels the last one. */
const PHOTOGRAPHS: ReadonlyArray<readonly [name: string, Orientation]> = [
	['upright.jpg', 1],
	['turned.jpg', 6],
	['nothing.jpg', 1],
];
const UNLABELED = 'nothing.jpg';

/**
 * The example `whole-project` on the open core as released: n8n creates, uploads, releases, reviews and exports, while somebody
 * labels with the mouse in DataGym's pages. The boxes of its YOLO archive lie on what was painted, as YOLO opens the pictures.
 */
export async function wholeProjectInOneWorkflow(server: RealServer): Promise<void> {
	await ensureSystemPackages(['chromium']);
	await mkdir(FOLDER, { recursive: true });
	const folder = await mkdtemp(join(FOLDER, 'run-'));
	for (const [name, orientation] of PHOTOGRAPHS)
		await writeFile(join(folder, name), await paintedPhotograph('jpeg', orientation));
	const name = `Whole project ${Date.now()}`;
	const example = await readExample('whole-project', { name, photoFolder: folder, outputFolder: folder });
	const running = server.engine.runWorkflow(example, {
		credentials: [server.credential],
		startNode: 'Start',
	});
	const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
	try {
		const projectId = await Promise.race([labelAll(server, browser, name), running.then(failed)]);
		const { error } = await running;
		if (error !== undefined) throw new Error(error.message);
		await checkStates(server, projectId);
		await checkArchive(folder);
	} finally {
		await browser.close();
	}
}

function failed({ error }: WorkflowRun): never {
	throw new Error(error?.message ?? 'The workflow ended before anybody had labeled.');
}

async function labelAll(server: RealServer, browser: Browser, name: string): Promise<string> {
	const api = new UserInterfaceApi(server);
	const projectId = await released(api, name);
	const page = new LabelingPage(await browser.newPage({ viewport: { width: 1440, height: 900 } }), server.url);
	for (const { taskId, mediaName } of await api.tasks(projectId)) {
		await page.open(taskId);
		if (mediaName !== UNLABELED) await page.boxTheBlock('Thing');
		await writeFile(join(FOLDER, `labeled ${mediaName}.png`.replaceAll(' ', '-')), await page.screenshot());
		await page.submit();
		console.log(`labeled ${mediaName}`);
	}
	return projectId;
}

/** Waits until the workflow has released its tasks. */
async function released(api: UserInterfaceApi, name: string): Promise<string> {
	for (let tries = 0; tries < 120; tries++) {
		const projectId = await api.projectNamed(name);
		const tasks = projectId === undefined ? [] : await api.tasks(projectId);
		const isReady =
			tasks.length === PHOTOGRAPHS.length && tasks.every(({ labelTaskState }) => labelTaskState === 'WAITING');
		if (projectId !== undefined && isReady) return projectId;
		await wait(500);
	}
	throw new Error('The workflow did not release its tasks.');
}

/** What has labels is accepted; what has none is back with its labelers, and says why. */
async function checkStates(server: RealServer, projectId: string): Promise<void> {
	for (const task of await new UserInterfaceApi(server).tasks(projectId)) {
		const expected = task.mediaName === UNLABELED ? 'WAITING_CHANGED' : 'REVIEWED';
		if (task.labelTaskState !== expected)
			throw new Error(`${task.mediaName} is ${task.labelTaskState} instead of ${expected}`);
		console.log(`${task.mediaName}: ${described(task)}`);
	}
}

const described = ({ labelTaskState, reviewComment }: ListedTask) =>
	typeof reviewComment === 'string' && reviewComment !== '' ? `${labelTaskState}, “${reviewComment}”` : labelTaskState;

async function checkArchive(folder: string): Promise<void> {
	const archive = (await readdir(folder)).find((file) => file.endsWith('.zip'));
	if (archive === undefined) throw new Error('The workflow saved no archive.');
	const files = unzipSync(new Uint8Array(await readFile(join(folder, archive))));
	const pictures = Object.keys(files).filter((path) => /\.jpg$/.test(path));
	if (pictures.length !== PHOTOGRAPHS.length - 1)
		throw new Error(`The archive holds ${pictures.join(', ') || 'nothing'}.`);
	for (const path of pictures) {
		// Ultralytics turns a picture by its EXIF orientation.
		const { data: picture, info } = await sharp(files[path]).rotate().png().toBuffer({ resolveWithObject: true });
		const label = new TextDecoder().decode(files[path.replace('images/', 'labels/').replace(/\.jpg$/, '.txt')]);
		const [, x = 0, y = 0, width = 0, height = 0] = label.trim().split(' ').map(Number);
		const box = [
			(x - width / 2) * info.width,
			(y - height / 2) * info.height,
			width * info.width,
			height * info.height,
		];
		const [left = 0, top = 0, wide = 0, high = 0] = box.map(Math.round);
		const red = await redIn(picture, [left, top, wide, high]);
		console.log(`${path}: a box of ${wide} × ${high} pixels, ${Math.round(red * 100)} % of them red`);
		if (red < 0.9 || wide * high < 0.9 * 60 * 40)
			throw new Error(`The label of ${path} does not lie on its block: ${label}`);
	}
}
