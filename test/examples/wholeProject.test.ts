/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { copyFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import sharp from 'sharp';
import { PHOTOS } from '@datagym/tools/paths';
import { until } from '@datagym/tools/processes';
import type { Task } from '../emulator/store/model';
import type { SeedLabels } from '../emulator/store/seeding';
import { openExamples, type ExampleStage } from '../support/examples';

/** Whole pixels, as the export has them; on the flower there is nothing to label at first. */
const CAT = { x: 100, y: 50, w: 200, h: 120 };
const DOGS = [
	{ x: 197, y: 285, w: 91, h: 137 },
	{ x: 130, y: 147, w: 93, h: 113 },
];
const FLOWER = { x: 40, y: 30, w: 160, h: 90 };
const PHOTOGRAPHS = ['cat.jpg', 'dogs.jpg', 'flower.jpg'];
/** In the order of the class IDs in the archive. */
const CLASSES = ['animal', 'person', 'thing'];

let stage: ExampleStage;

beforeAll(async () => {
	stage = await openExamples('open-core');
	for (const name of PHOTOGRAPHS) await copyFile(join(PHOTOS, name), join(stage.folder, name));
});
afterAll(async () => {
	await stage.close();
});

const tasks = () => [...stage.server.store.tasks.values()];
const states = () => Object.fromEntries(tasks().map(({ medium, state }) => [medium.name, state]));

/** The workflow, beside somebody who labels each photograph that waits for it. */
async function run(labels: Readonly<Record<string, SeedLabels['labels']>>) {
	const settings = { name: 'Street scenes', photoFolder: stage.folder, outputFolder: stage.folder };
	const running = stage.run('whole-project', settings);
	const isWaiting = ({ state }: Task) => state === 'WAITING' || state === 'WAITING_CHANGED';
	const labeling = until(
		'the tasks wait for their labelers',
		30_000,
		() => tasks().filter(isWaiting).length > 0 && !tasks().some(({ state }) => state === 'BACKLOG'),
	).then(() => {
		for (const task of tasks().filter(isWaiting)) {
			const drawn = labels[task.medium.name];
			if (drawn !== undefined) stage.server.seed.label(task, { labels: drawn });
			stage.server.seed.move(task, 'COMPLETED');
		}
	});
	const [finished] = await Promise.all([running, labeling]);
	return finished;
}

/** The lines of the archive's label files, by the names of the photographs. */
async function archivedLabels(): Promise<Record<string, string[]>> {
	const [archive = ''] = (await readdir(stage.folder)).filter((name) => name.endsWith('.zip'));
	const files = unzipSync(new Uint8Array(await readFile(join(stage.folder, archive))));
	const pictures = Object.keys(files).filter((path) => path.endsWith('.jpg'));
	return Object.fromEntries(
		pictures.map((path) => {
			const text = strFromU8(files[path.replace(/(^|\/)images\//, '$1labels/').replace(/\.jpg$/, '.txt')]!);
			return [path.split('/').at(-1), text.trim().split('\n').sort()];
		}),
	);
}

/** As YOLO has a box: the class ID, then the center and the size as fractions of the upright picture. */
async function yolo(name: string, className: string, { x, y, w, h }: typeof CAT): Promise<number[]> {
	const { autoOrient } = await sharp(join(PHOTOS, name)).metadata();
	const { width, height } = autoOrient;
	return [CLASSES.indexOf(className), (x + w / 2) / width, (y + h / 2) / height, w / width, h / height];
}

async function expectArchive(expected: Readonly<Record<string, ReadonlyArray<readonly number[]>>>): Promise<void> {
	const labels = await archivedLabels();
	expect(Object.keys(labels).sort()).toEqual(Object.keys(expected).sort());
	for (const [name, boxes] of Object.entries(expected)) {
		const found = labels[name]!.map((line) => line.split(' ').map(Number)).sort(([, a = 0], [, b = 0]) => a - b);
		expect(found).toHaveLength(boxes.length);
		const inOrder = [...boxes].sort(([, a = 0], [, b = 0]) => a - b);
		found.forEach((box, index) => box.forEach((value, at) => expect(value).toBeCloseTo(inOrder[index]![at]!, 4)));
	}
}

test('whole-project makes training data of what people have labeled, and goes on where it is when it is run again', async () => {
	const first = await run({
		'cat.jpg': { animal: [{ rectangle: [CAT] }] },
		'dogs.jpg': { animal: DOGS.map((box) => ({ rectangle: [box] })) },
	});
	expect(first.error).toBeUndefined();
	expect(states()).toEqual({ 'cat.jpg': 'REVIEWED', 'dogs.jpg': 'REVIEWED', 'flower.jpg': 'WAITING_CHANGED' });
	const [project, ...others] = [...stage.server.store.projects.values()];
	expect([project?.name, others]).toEqual(['Street scenes', []]);
	expect(project?.configuration.roots.map(({ key }) => key).sort()).toEqual(CLASSES);
	const cat = [await yolo('cat.jpg', 'animal', CAT)];
	const dogs = await Promise.all(DOGS.map(async (box) => await yolo('dogs.jpg', 'animal', box)));
	await expectArchive({ 'cat.jpg': cat, 'dogs.jpg': dogs });

	const second = await run({ 'flower.jpg': { thing: [{ rectangle: [FLOWER] }] } });
	expect(second.error).toBeUndefined();
	expect(states()).toEqual({ 'cat.jpg': 'REVIEWED', 'dogs.jpg': 'REVIEWED', 'flower.jpg': 'REVIEWED' });
	expect([...stage.server.store.projects.values()]).toHaveLength(1);
	await expectArchive({ 'cat.jpg': cat, 'dogs.jpg': dogs, 'flower.jpg': [await yolo('flower.jpg', 'thing', FLOWER)] });
});
