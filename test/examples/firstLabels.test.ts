/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PHOTOS } from '@datagym/tools/paths';
import { createProject } from '../emulator/setUp';
import { openExamples, type ExampleStage } from '../support/examples';

const PHOTOGRAPHS = ['cat.jpg', 'dogs.jpg', 'photographer.png'];

describe.each(['current', 'open-core'] as const)('On a server of the generation %s', (generation) => {
	let stage: ExampleStage;

	beforeAll(async () => {
		stage = await openExamples(generation);
		// Whatever else lies in somebody's folder.
		for (const name of [...PHOTOGRAPHS, 'SOURCES.md', 'label-config.json'])
			await copyFile(join(PHOTOS, name), join(stage.folder, name));
	});
	afterAll(async () => {
		await stage.close();
	});

	const tasksOf = (projectId: string) =>
		[...stage.server.store.tasks.values()].filter(({ project }) => project.id === projectId);
	const run = async (projectId: string, datasetName: string, photoFolder = stage.folder) =>
		await stage.run('first-labels', { projectId, photoFolder, datasetName });

	test('first-labels, with a folder of photographs alone, makes tasks, and returns what is labeled when it is run again', async () => {
		const { id } = await createProject(stage.server, { name: 'First project' });
		const first = await run(id, 'First photographs');
		expect(first.error).toBeUndefined();
		expect(
			tasksOf(id)
				.map(({ medium }) => medium.name)
				.sort(),
		).toEqual(PHOTOGRAPHS);
		expect(first.itemsOf('Get labels')).toEqual([]);

		const task = tasksOf(id).find(({ medium }) => medium.name === 'cat.jpg')!;
		stage.server.seed.label(task, { labels: { object: [{ rectangle: [{ x: 10.5, y: 20.25, w: 30, h: 40 }] }] } });
		stage.server.seed.move(task, 'COMPLETED');
		const second = await run(id, 'First photographs');
		expect(second.error).toBeUndefined();
		expect(second.itemsOf('Get labels').map(({ json }) => json)).toEqual([
			expect.objectContaining({ imageName: 'cat.jpg', labels: [expect.objectContaining({ className: 'object' })] }),
		]);
		expect(tasksOf(id)).toHaveLength(PHOTOGRAPHS.length);
	});

	test('a project that has classes keeps them', async () => {
		const classes = [{ entryKey: 'car', type: 'rectangle' }] as const;
		const { project } = stage.server.seed.project({ name: 'With classes', classes: [...classes] });
		const { error } = await run(project.id, 'Other photographs');
		expect(error).toBeUndefined();
		expect(project.configuration.roots.map(({ key }) => key)).toEqual(['car']);
		expect(tasksOf(project.id)).toHaveLength(PHOTOGRAPHS.length);
	});

	test('a folder without photographs is an error, not a success without anything', async () => {
		const { id } = await createProject(stage.server, { name: 'Empty' });
		const { error } = await run(id, 'No photographs', join(stage.folder, 'nothing'));
		expect(error).toMatchObject({ node: 'Upload photographs', message: expect.stringContaining('data') });
	});
});
