import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { chromium, type Browser } from 'playwright-core';
import { ensureSystemPackages } from '@datagym/tools/systemPackages';
import { readersPython } from '@datagym/tools/pythonEnvironment';
import { exportProject, PAINTED_CLASSES, runNode, uploadPainted } from '../readers/painted';
import { ORIENTATIONS } from '../support/paintedPhotographs';
import { byId } from '../support/workflow';
import { LabelingPage, type Area } from './labelingPage';
import type { RealServer } from './server';
import { UserInterfaceApi } from './userInterface';

const ROOT = resolve(__dirname, '..', '..');
const FOLDER = join(ROOT, 'out', 'real-server');
/** Pixels of the window, which shows one of the image as six or more: the line around a box, and the edge that JPEG blurs. */
const TOLERANCE = 7;

interface Stage extends RealServer {
	readonly api: UserInterfaceApi;
	readonly browser: Browser;
}

/**
 * The law of the coordinate frame: labels that are drawn with the mouse in DataGym's own pages lie on their pixels in every
 * format, as its readers open it, and imported pre-labels stand on their objects in the labeling page. Screenshots and datasets
 * are kept in `out/real-server`.
 */
export async function labelsLieOnTheirPixels(server: RealServer): Promise<void> {
	await ensureSystemPackages(['chromium']);
	await mkdir(FOLDER, { recursive: true });
	const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
	try {
		const stage = { ...server, api: new UserInterfaceApi(server), browser };
		await labelByMouse(stage);
		await showPredictions(stage);
	} finally {
		await browser.close();
	}
}

/** A project with the painted photographs in it, all released to labelers. */
async function paintedProject({ api, engine, credential }: Stage, name: string): Promise<string> {
	const unique = `${name} ${Date.now()}`;
	const [projectId, datasetId] = [await api.createProject(unique), await api.createDataset(unique)];
	await api.connect(projectId, datasetId);
	const entriesJson = JSON.stringify(PAINTED_CLASSES.map(described));
	await runNode(engine, credential, 'labelConfig', 'upload', { projectId: byId(projectId), entriesJson });
	for (const type of ['jpeg', 'png'] as const)
		for (const orientation of ORIENTATIONS) await uploadPainted(engine, credential, datasetId, type, orientation);
	await api.releaseTasks(projectId);
	return projectId;
}

/** A class as a server wants it, with a title to click on. */
function described(entry: { entryKey: string; children?: { entryKey: string }[] }): object {
	return { ...entry, entryValue: entry.entryKey, children: (entry.children ?? []).map(described) };
}

/** Draws a box around the block of each photograph, completes it, exports all and lets the readers of the formats judge. */
async function labelByMouse(stage: Stage): Promise<void> {
	const { api, engine, credential } = stage;
	const projectId = await paintedProject(stage, 'Drawn by mouse');
	const page = await labelingPage(stage);
	for (const { taskId, mediaName } of await api.tasks(projectId)) {
		await page.open(taskId);
		await page.boxTheBlock('car');
		await keep(`drawn ${mediaName}`, await page.screenshot());
		await addPoint(stage, taskId);
		await page.open(taskId);
		await page.answer('Street');
		await page.submit();
		console.log(`labeled ${mediaName}`);
	}
	await exportProject(engine, credential, projectId, join(FOLDER, 'datasets', 'painted'));
	const python = await readersPython();
	const { status } = spawnSync(
		python,
		['-m', 'pytest', '-p', 'no:cacheprovider', '-q', join(ROOT, 'test', 'readers', 'test_orientation.py')],
		{ stdio: 'inherit', env: { ...process.env, DATASETS: join(FOLDER, 'datasets'), HF_HUB_OFFLINE: '1' } },
	);
	if (status !== 0) throw new Error('A label that was drawn by mouse lies elsewhere in a format.');
}

/** A point in the middle of the box, for formats of keypoints. */
async function addPoint({ engine, credential }: Stage, taskId: string): Promise<void> {
	const labels = await runNode(engine, credential, 'label', 'getAll', { taskId });
	const car = labels.find(({ json }) => json.className === 'car')?.json;
	const { x, y, width, height } = car?.geometry as Area & IDataObject;
	await runNode(engine, credential, 'label', 'create', {
		taskId,
		classKey: 'lamp',
		geometry: JSON.stringify({ x: x + width / 2, y: y + height / 2 }),
		options: { parentLabelId: String(car?.labelId) },
	});
}

/** Imports what a model found on the upright photographs, and looks where DataGym shows it. */
async function showPredictions(stage: Stage): Promise<void> {
	const { api, engine, credential } = stage;
	const projectId = await paintedProject(stage, 'Predicted');
	const page = await labelingPage(stage);
	const tasks = await api.tasks(projectId);
	// What a model finds is taken from the window, where the photograph stands upright.
	const found = new Map<string, Area>();
	for (const { taskId, mediaName } of tasks) {
		await page.open(taskId);
		found.set(mediaName, await page.blockInImage());
	}
	for (const [imageReference, { x, y, width, height }] of found) {
		await runNode(engine, credential, 'prediction', 'import', {
			projectId: byId(projectId),
			format: 'plainBoxes',
			imageReference,
			boxForm: 'cornerSize',
			predictions: JSON.stringify([{ label: 'car', x, y, width, height }]),
		});
	}
	for (const { taskId, mediaName } of tasks) {
		await page.open(taskId);
		const [block, boxes] = [await page.redBlock(), await page.drawnBoxes()];
		await keep(`predicted ${mediaName}`, await page.screenshot());
		const distance = Math.min(
			...boxes.map((box) =>
				Math.max(...(['x', 'y', 'width', 'height'] as const).map((side) => Math.abs(box[side] - block[side]))),
			),
		);
		if (!(distance <= TOLERANCE))
			throw new Error(`${mediaName}: the pre-label stands ${distance} pixels beside its object`);
		console.log(`pre-label of ${mediaName}: ${distance.toFixed(1)} pixels of the window off`);
	}
}

async function labelingPage({ url, browser }: Stage): Promise<LabelingPage> {
	const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
	return new LabelingPage(page, url);
}

async function keep(name: string, picture: Buffer): Promise<void> {
	await writeFile(join(FOLDER, `${name.replace(/\W+/g, '-')}.png`), picture);
}
