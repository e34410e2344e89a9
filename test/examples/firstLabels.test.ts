/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readExample } from '@datagym/tools/examples/workflows';
import { PHOTOS } from '@datagym/tools/paths';
import { createProject } from '../emulator/setUp';
import { openExamples, type ExampleStage } from '../support/examples';

const PHOTOGRAPHS = ['cat.jpg', 'dogs.jpg', 'photographer.png'];

test('the first example is five nodes, of which people fill in two', async () => {
	const { nodes } = await readExample('first-labels');
	const steps = nodes.filter(({ type }) => type !== 'n8n-nodes-base.stickyNote').map(({ name }) => name);
	expect(steps).toEqual(['Start', 'Read photographs', 'Upload photographs', 'Add class', 'Get labels']);
});

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
	const run = async (projectId: string, photoFolder = stage.folder) =>
		await stage.run('first-labels', { projectId, photoFolder });

	test('first-labels, with a folder of photographs alone, makes tasks, and returns what is labeled when it is run again', async () => {
		const { id } = await createProject(stage.server, { name: 'First project' });
		const first = await run(id);
		expect(first.error).toBeUndefined();
		expect(
			tasksOf(id)
				.map(({ medium }) => medium.name)
				.sort(),
		).toEqual(PHOTOGRAPHS);
		expect(first.itemsOf('Get labels')).toEqual([]);
		// Not a success without a word.
		expect(first.hintsOf('Get labels').map(({ message }) => message)).toEqual([
			expect.stringMatching(/^No labels yet: .*Release the tasks, label an image, complete it and run this node again/),
		]);

		const task = tasksOf(id).find(({ medium }) => medium.name === 'cat.jpg')!;
		stage.server.seed.label(task, { labels: { object: [{ rectangle: [{ x: 10.5, y: 20.25, w: 30, h: 40 }] }] } });
		stage.server.seed.move(task, 'COMPLETED');
		const second = await run(id);
		expect(second.error).toBeUndefined();
		expect(second.itemsOf('Get labels').map(({ json }) => json)).toEqual([
			expect.objectContaining({ imageName: 'cat.jpg', labels: [expect.objectContaining({ className: 'object' })] }),
		]);
		expect(second.hintsOf('Get labels')).toEqual([]);
		expect(tasksOf(id)).toHaveLength(PHOTOGRAPHS.length);
	});

	test('a project that has classes keeps them, and the step says so', async () => {
		const classes = [{ entryKey: 'car', type: 'rectangle' }] as const;
		const { project } = stage.server.seed.project({ name: 'With classes', classes: [...classes] });
		const { error, itemsOf } = await run(project.id);
		expect(error).toBeUndefined();
		expect(project.configuration.roots.map(({ key }) => key)).toEqual(['car']);
		expect(tasksOf(project.id)).toHaveLength(PHOTOGRAPHS.length);
		expect(itemsOf('Add class').map(({ json }) => json.error)).toEqual([
			'The project already has a label configuration, which was not changed',
		]);
	});

	test('a folder without photographs is an error, not a success without anything', async () => {
		const { id } = await createProject(stage.server, { name: 'Empty' });
		const { error } = await run(id, join(stage.folder, 'nothing'));
		expect(error).toMatchObject({ node: 'Upload photographs', message: expect.stringContaining('data') });
	});

	test('a project that nobody has chosen is an error', async () => {
		const { error } = await stage.run('first-labels', { photoFolder: stage.folder });
		expect(error).toMatchObject({ node: 'Get labels', message: expect.stringContaining('Project') });
	});
});
