/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { valuesOf } from '../../emulator/store/values';
import { byId, jsonOf, openHarness, type Harness } from '../../support/datagym';

/** Tables with the images inside, as the `datasets` library of Hugging Face writes them (test/readers/fixtures/write.py). */

const FOLDER = join(__dirname, '../../readers/fixtures');

let harness: Harness;
beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterAll(async () => await harness.close());

function table(kind: string): Buffer {
	const [file = ''] = readdirSync(FOLDER).filter((name) => name.startsWith(`${kind}.datasets`));
	return readFileSync(join(FOLDER, file));
}

async function imported(bytes: Buffer, name: string) {
	const { project } = harness.server.seed.project({ name: `Of ${name}`, classes: [] });
	const items = [await harness.itemWithFile(bytes, name, 'application/octet-stream')];
	const parameters = { projectId: byId(project.id), datasetName: `Of ${project.id.slice(0, 8)}` };
	const outputs = jsonOf(await harness.run('dataset', 'import', parameters, { items }));
	const tasks = [...harness.server.store.tasks.values()].filter((task) => task.project.id === project.id);
	return { outputs, tasks };
}

/** Row `i` has the first `i % 3` of them. */
const BOXES = [
	['car', { x: 10, y: 12, width: 20, height: 16 }],
	['van', { x: 1, y: 2, width: 3, height: 4 }],
] as const;

test.each([
	['as a file', (bytes: Buffer): [Buffer, string] => [bytes, 'train-00000-of-00001.parquet']],
	[
		'in an archive',
		(bytes: Buffer): [Buffer, string] => [
			Buffer.from(zipSync({ 'data/train-00000-of-00001.parquet': bytes }, { level: 0 })),
			'hub.zip',
		],
	],
])('Boxes arrive on their images under the names of their classes, %s', async (_, given) => {
	const { outputs, tasks } = await imported(...given(table('objects-images')));
	expect(outputs.map(({ status, imageName }) => [imageName, status])).toEqual([
		['street 0.jpg', 'noLabels'],
		['street 1.jpg', 'imported'],
		['street 2.jpg', 'imported'],
		['street 3.jpg', 'noLabels'],
		['street 4.jpg', 'imported'],
	]);
	for (const task of tasks) {
		const row = Number(/\d/.exec(task.medium.name)?.[0]);
		const labels = valuesOf(task).map(({ entry, content }) => [entry.key, content]);
		expect(labels).toHaveLength(row % 3);
		expect(labels).toEqual(
			expect.arrayContaining(BOXES.slice(0, row % 3).map(([key, box]) => [key, expect.objectContaining(box)])),
		);
		expect(task.medium).toMatchObject({ width: 64, height: 48 });
	}
});

test('Classes of whole images arrive, and images without a name are called by their row', async () => {
	const { outputs, tasks } = await imported(table('label-images'), 'animals.parquet');
	expect(outputs.map(({ status, imageName }) => [imageName, status])).toEqual([
		['0.png', 'imported'],
		['1.png', 'imported'],
		['2.png', 'imported'],
	]);
	const answers = tasks.map((task) => [
		task.medium.name,
		valuesOf(task).map(({ content }) => (content.type === 'SELECT' ? content.selectKey : content.type)),
	]);
	expect(Object.fromEntries(answers)).toEqual({ '0.png': ['dog'], '1.png': ['cat'], '2.png': ['dog'] });
});

test('A table that is cut off is told, and nothing is imported', async () => {
	const bytes = table('objects-images');
	await expect(imported(bytes.subarray(0, bytes.length - 20), 'cut.parquet')).rejects.toThrow(/no JPEG or PNG images/);
});
