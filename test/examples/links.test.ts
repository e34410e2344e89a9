/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openExamples, type ExampleStage } from '../support/examples';

let stage: ExampleStage;

beforeAll(async () => {
	stage = await openExamples();
});
afterAll(async () => {
	await stage.close();
});

test('good links become images and tasks; each refused one is in the report with its reason', async () => {
	const { id: projectId } = stage.server.seed.project({ name: 'Links' }).project;
	const { url } = stage.services.website;
	const settings = {
		projectId,
		listUrl: `${url}/links.csv`,
		reportFile: join(stage.folder, 'refused.csv'),
		datasetName: 'Linked photographs',
	};
	const run = await stage.run('links-to-dataset', settings);
	expect(run.error).toBeUndefined();
	expect([...stage.server.store.tasks.values()].filter(({ project }) => project.id === projectId)).toHaveLength(10);
	const [head, ...rows] = (await readFile(join(stage.folder, 'refused.csv'), 'utf8'))
		.replace(/^\uFEFF/, '')
		.trim()
		.split('\n')
		.sort((a, b) => Number(b.startsWith('url')) - Number(a.startsWith('url')));
	expect(head?.trim()).toBe('url,status,why');
	const why = (link: string) => rows.find((row) => row.startsWith(link));
	expect(rows).toHaveLength(5);
	expect(why(`${url}/photos/gone.jpg`)).toContain('answered 404');
	expect(why(`${url}/about.html`)).toContain('leads to text/html, which is no image');
	expect(why(`${url}/latest`)).toContain('does not end in .jpg, .jpeg or .png');
	expect(why('http://127.0.0.1:9/')).toMatch(/refused,.*(ECONNREFUSED|refused)/);
	expect(why('photos/cat.jpg')).toMatch(/refused,.*(URL|link)/i);

	const again = await stage.run('links-to-dataset', settings);
	expect(again.error).toBeUndefined();
	expect(
		again
			.itemsOf('Add links')
			.map(({ json }) => json.status)
			.sort(),
	).toEqual([...Array<string>(10).fill('exists'), 'refused']);
});
