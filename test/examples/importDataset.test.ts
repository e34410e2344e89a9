/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { createProject } from '../emulator/setUp';
import { valuesOf } from '../emulator/store/values';
import { openExamples, type ExampleStage } from '../support/examples';
import { jpeg } from '../support/images';

let stage: ExampleStage;
let website: Server;
let path: string;
let link: string;

beforeAll(async () => {
	stage = await openExamples();
	const text = (content: string) => new TextEncoder().encode(content);
	const archive = zipSync({
		'data.yaml': text('names: [van, car]'),
		'images/a.jpg': new Uint8Array(await jpeg({ width: 640, height: 480 })),
		'images/b.jpg': new Uint8Array(await jpeg({ width: 640, height: 480 })),
		'labels/a.txt': text('1 0.25 0.25 0.1 0.1\n'),
		'labels/x.txt': text('1 0.25 0.25 0.1 0.1\n'),
	});
	path = join(stage.folder, 'dataset.zip');
	await writeFile(path, archive);
	website = createServer((_, response) => response.setHeader('Content-Type', 'application/zip').end(archive));
	await new Promise<void>((resolve) => website.listen(0, '127.0.0.1', resolve));
	link = `http://127.0.0.1:${(website.address() as AddressInfo).port}/dataset.zip`;
});
afterAll(async () => {
	website.closeAllConnections();
	website.close();
	await stage.close();
});

test.each([
	['a file', () => path],
	['a link', () => link],
])('import-dataset tells what %s would bring, and brings it once that is approved', async (kind, archive) => {
	const { id } = await createProject(stage.server, { name: `Of ${kind}` });
	const tasks = () => [...stage.server.store.tasks.values()].filter(({ project }) => project.id === id);
	const run = async (approved: string) => {
		const settings = { projectId: id, archive: archive(), datasetName: `Imported as ${kind}`, approved };
		const finished = await stage.run('import-dataset', settings);
		expect(finished.error).toBeUndefined();
		return finished;
	};
	const planned = await run('no');
	expect(planned.itemsOf('What would be done').map(({ json }) => json)).toEqual([
		expect.objectContaining({
			formats: ['YOLO'],
			images: 2,
			newImages: 2,
			labels: 1,
			problems: [expect.objectContaining({ file: 'labels/x.txt' })],
		}),
	]);
	expect(tasks()).toEqual([]);
	expect([...stage.server.store.datasets.values()].map(({ name }) => name)).not.toContain(`Imported as ${kind}`);

	const done = await run('yes');
	expect(done.itemsOf('Import dataset').map(({ json }) => json.status)).toEqual(['imported', 'noLabels', 'skipped']);
	expect(done.itemsOf('What was not imported').map(({ json }) => json.path)).toEqual(['labels/x.txt']);
	const labels = tasks().map((task) => [task.medium.name, valuesOf(task).map(({ entry }) => entry.key)]);
	expect(Object.fromEntries(labels)).toEqual({ 'a.jpg': ['car'], 'b.jpg': [] });
});

test("import-dataset plans the labeled dataset of the examples' website", async () => {
	const { id } = await createProject(stage.server, { name: 'Of the website' });
	const { archive } = stage.services.settings;
	const run = await stage.run('import-dataset', { projectId: id, archive });
	expect(run.error).toBeUndefined();
	// Ten photographs, whose boxes are of eight classes in predictions.json.
	expect(run.itemsOf('What would be done').map(({ json }) => json)).toEqual([
		expect.objectContaining({ images: 10, newImages: 10, labels: 11 }),
	]);
});
