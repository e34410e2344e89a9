/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { ask } from '../../emulator/ask';
import { createProject } from '../../emulator/store/projects';
import { ORGANIZATION } from '../../emulator/store/store';
import { byId, jsonOf, openHarness, requestsDuring, type Harness } from '../../support/datagym';

let harness: Harness;
let tokenServer: Harness;

beforeAll(async () => {
	harness = await openHarness({ generation: 'open-core', dummyProject: false }, { authentication: 'none', token: '' });
	tokenServer = await openHarness({ dummyProject: false });
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => {
	await harness.close();
	await tokenServer.close();
});

const names = (...values: string[]) => ({ items: values.map((name) => ({ json: { name } })) });

interface Shown {
	id: string;
	name: string;
	shortDescription: string;
	description: string | null;
	mediaType: string;
}

/** As the server shows it to its own user interface. */
const shown = async (id: unknown) => (await ask<Shown>(harness.server, 'GET', `/api/project/${String(id)}`)).json;

let scenes = 0;
function scene() {
	const name = `Fleet ${++scenes}`;
	const { project, dataset } = harness.server.seed.project({ name, datasetName: `${name} images` });
	const states = ['COMPLETED', 'WAITING', 'REVIEWED', 'BACKLOG'] as const;
	const tasks = harness.server.seed.tasks(project, dataset!, { count: 4, state: (index) => states[index]! });
	return { name, project, dataset: dataset!, tasks, projectId: byId(project.id), datasetId: byId(dataset!.id) };
}

describe('Project: Create', () => {
	test('makes a project with all that is given', async () => {
		const [made] = jsonOf(
			await harness.run('project', 'create', {
				name: 'Night rides',
				options: { shortDescription: 'Größe, 2.0', description: 'Line one.\nLine two', mediaType: 'VIDEO' },
			}),
		);
		expect(made).toMatchObject({ name: 'Night rides', created: true, labelConfigurationId: expect.any(String) });
		expect(await shown(made?.projectId)).toMatchObject({
			name: 'Night rides',
			shortDescription: 'Größe, 2.0',
			description: 'Line one.\nLine two',
			mediaType: 'VIDEO',
		});
	});

	test('uses the name where the server wants a short description, and returns the project the next time', async () => {
		const [made] = jsonOf(await harness.run('project', 'create', { name: 'Day rides' }));
		expect(await shown(made?.projectId)).toMatchObject({ shortDescription: 'Day rides', mediaType: 'IMAGE' });
		const [found] = jsonOf(await harness.run('project', 'create', { name: 'DAY RIDES' }));
		expect(found).toMatchObject({ projectId: made?.projectId, name: 'Day rides', created: false });
		const run = await harness.run('project', 'create', { name: 'Day rides', ifExists: 'fail' });
		expect(run.error).toMatchObject({
			message: 'A project named "Day rides" already exists',
			description: 'Use another name, or set "If Project Exists" to "Return It".',
		});
	});

	test.each(['project', 'dataset'] as const)('says so if several have the name of a new %s', async (resource) => {
		const name = `Twice ${resource}`;
		const seeded = () =>
			harness.server.seed.project(
				resource === 'project' ? { name } : { name: `${name} ${Math.random()}`, datasetName: name },
			);
		harness.server.onRequest(({ method, route }) =>
			method === 'POST' && route === `POST /api/${resource}`
				? { status: 500, body: JSON.stringify({ key: 'ex_system', params: [], msg: '', code: 500, details: [] }) }
				: undefined,
		);
		seeded();
		expect((await harness.run(resource, 'create', { name })).error?.message).toMatch(/without giving a reason/);
		seeded();
		expect((await harness.run(resource, 'create', { name: name.toUpperCase() })).error).toMatchObject({
			message: `There are 2 ${resource}s named "${name}"`,
			description: 'Rename or delete all but one of them in DataGym, or use another name.',
		});
	});

	test('makes one project of a name that comes in many items', async () => {
		const made = jsonOf(
			await harness.run('project', 'create', { name: '={{ $json.name }}' }, names('One', 'one', 'ONE', 'Two')),
		);
		expect(new Set(made.map(({ projectId }) => projectId)).size).toBe(2);
		expect(made.map(({ created }) => created)).toEqual([true, false, false, true]);
	});

	test.each([
		[{ name: 'Größe' }, '"Name" must not be "Größe"'],
		[{ options: { description: 'Why? Now!' } }, '"Description" contains characters that DataGym does not allow: ? !'],
		[
			{ options: { shortDescription: 'a:b' } },
			'"Short Description" contains characters that DataGym does not allow: :',
		],
		[{ options: { description: 'x'.repeat(1025) } }, '"Description" has 1025 characters'],
		[{ options: { shortDescription: 'x'.repeat(129) } }, '"Short Description" has 129 characters'],
	])('refuses %j before anything is sent', async (parameters, message) => {
		const requests = await requestsDuring(harness, async () => {
			const run = await harness.run('project', 'create', { name: 'Refused', ...parameters });
			expect(run.error?.message).toBe(message);
		});
		expect(requests).toEqual([]);
	});

	test('says when a name is reserved', async () => {
		const run = await harness.run('project', 'create', { name: 'image' });
		expect(run.error?.message).toBe('The name "image" is reserved by DataGym');
	});

	test('finds the project that a request without a response has made', async () => {
		let made = '';
		harness.server.onRequest(({ route }) => {
			if (route !== 'POST /api/project' || made !== '') return undefined;
			const draft = {
				name: 'Lost',
				shortDescription: 'Lost',
				owner: harness.server.seed.project({ name: 'Any' }).project.owner,
			};
			made = createProject(harness.server.store, draft).id;
			return { destroy: true };
		});
		expect(jsonOf(await harness.run('project', 'create', { name: 'Lost', ifExists: 'fail' }))).toMatchObject([
			{ projectId: made, created: true },
		]);
		expect([...harness.server.store.projects.values()].filter(({ name }) => name === 'Lost')).toHaveLength(1);
	});
});

describe('Project: Update', () => {
	const update = async (projectId: object, updateFields: object) =>
		await harness.run('project', 'update', { projectId: projectId as never, updateFields: updateFields as never });

	test('changes what is given and keeps the rest, which the server would forget', async () => {
		const { project, projectId, name } = scene();
		expect(jsonOf(await update(projectId, { description: 'Cars, lanes.' }))).toMatchObject([
			{ projectId: project.id, name, description: 'Cars, lanes.', datasetCount: 1 },
		]);
		await update(projectId, { name: `${name} B` });
		expect(await shown(project.id)).toMatchObject({
			name: `${name} B`,
			shortDescription: name,
			description: 'Cars, lanes.',
		});
		await update(projectId, { description: '' });
		expect(await shown(project.id)).toMatchObject({ name: `${name} B`, description: null });
	});

	test('refuses what the server would refuse, and nothing at all', async () => {
		const { projectId, project, name } = scene();
		expect((await update(projectId, {})).error?.message).toBe('"Update Fields" is empty');
		expect((await update(projectId, { description: 'Really?' })).error?.message).toContain('not allow: ?');
		const other = scene();
		expect((await update(projectId, { name: other.name.toUpperCase() })).error).toMatchObject({
			message: `Another project is already named "${other.name.toUpperCase()}"`,
			description: 'Use another name. Names are compared without case and accents.',
		});
		expect((await update(projectId, { name: 'a-b' })).error?.message).toBe('"Name" must not be "a-b"');
		expect((await update(projectId, { shortDescription: '' })).error?.message).toBe('"Short Description" is empty');
		expect(await shown(project.id)).toMatchObject({ name, shortDescription: name, description: null });
	});

	test('says when another project has the name', async () => {
		const [{ name }, { projectId }] = [scene(), scene()];
		expect((await update(projectId, { name })).error?.message).toContain(`"${name}"`);
	});
});

describe('Project: Delete', () => {
	test('does nothing without consent, and says what would be lost', async () => {
		const { project, projectId, name } = scene();
		const run = await harness.run('project', 'delete', { projectId });
		expect(run.error).toMatchObject({
			message: `The project "${name}" was not deleted. It has 4 tasks, 2 of them finished.`,
			description: 'Turn on "Delete with All Labels" to delete it with all of them.',
		});
		expect(await shown(project.id)).toMatchObject({ name });
	});

	test('deletes the project, says what was in it, and leaves the dataset', async () => {
		const { project, projectId, dataset, name } = scene();
		expect(jsonOf(await harness.run('project', 'delete', { projectId, deleteLabels: true }))).toEqual([
			{
				projectId: project.id,
				projectName: name,
				deleted: true,
				deletedNow: true,
				deletedTasks: 4,
				tasksByStatus: { completed: 1, waiting: 1, reviewed: 1, backlog: 1 },
			},
		]);
		expect((await ask(harness.server, 'GET', `/api/project/${project.id}`)).status).toBe(404);
		expect((await ask(harness.server, 'GET', `/api/dataset/${dataset.id}`)).status).toBe(200);
	});

	test('takes a deleted project as done or as an error, and an unknown one as an error', async () => {
		const { project, projectId } = scene();
		await harness.run('project', 'delete', { projectId, deleteLabels: true });
		expect(jsonOf(await harness.run('project', 'delete', { projectId }))).toEqual([
			{ projectId: project.id, deleted: true, deletedNow: false },
		]);
		expect((await harness.run('project', 'delete', { projectId, options: { ifDeleted: 'fail' } })).error?.message).toBe(
			'The project has already been deleted',
		);
		const unknown = await harness.run('project', 'delete', {
			projectId: byId('7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d'),
			deleteLabels: true,
		});
		expect(unknown.error?.message).toMatch(/^There is no project/);
	});

	test('is done once if the response is lost', async () => {
		const { project, projectId } = scene();
		let struck = 0;
		harness.server.onRequest(({ route }) => {
			if (route !== 'DELETE /api/project/:id' || struck++ > 0) return undefined;
			harness.server.store.project(project.id).deleted = true;
			return { destroy: true };
		});
		expect(jsonOf(await harness.run('project', 'delete', { projectId, deleteLabels: true }))).toMatchObject([
			{ deletedNow: true, deletedTasks: 4 },
		]);
		expect(struck).toBe(2);
	});
});

describe('Dataset: Delete', () => {
	test('does nothing without consent, and says what would be lost', async () => {
		const { dataset, datasetId } = scene();
		expect((await harness.run('dataset', 'delete', { datasetId })).error?.message).toBe(
			`The dataset "${dataset.name}" was not deleted. It has 4 images, with tasks and labels in 1 project.`,
		);
		expect((await ask(harness.server, 'GET', `/api/dataset/${dataset.id}`)).status).toBe(200);
	});

	test('deletes the dataset, and takes a second time as done or as an error', async () => {
		const { dataset, datasetId, project } = scene();
		expect(jsonOf(await harness.run('dataset', 'delete', { datasetId, deleteLabels: true }))).toEqual([
			{
				datasetId: dataset.id,
				datasetName: dataset.name,
				deleted: true,
				deletedNow: true,
				deletedImages: 4,
				affectedProjects: 1,
			},
		]);
		expect((await ask(harness.server, 'GET', `/api/dataset/${dataset.id}`)).status).toBe(404);
		expect((await ask<unknown[]>(harness.server, 'GET', `/api/project/${project.id}/task`)).json).toEqual([]);
		expect(jsonOf(await harness.run('dataset', 'delete', { datasetId }))).toMatchObject([{ deletedNow: false }]);
		expect((await harness.run('dataset', 'delete', { datasetId, options: { ifDeleted: 'fail' } })).error?.message).toBe(
			'The dataset has already been deleted',
		);
	});
});

describe('A server with tokens', () => {
	test.each([
		['project', 'create', { name: 'New one' }],
		['project', 'update', { updateFields: { name: 'New one' } }],
		['project', 'delete', { deleteLabels: true }],
		['dataset', 'delete', { deleteLabels: true }],
	])('says of %s: %s that its API lacks it, and is sent no change', async (resource, operation, parameters) => {
		const { project, dataset } = tokenServer.server.seed.project({
			name: `${resource} ${operation}`,
			datasetName: `${resource} ${operation}`,
			owner: ORGANIZATION,
		});
		const ids = { projectId: byId(project.id), datasetId: byId(dataset!.id) };
		const requests = await requestsDuring(tokenServer, async () => {
			const run = await tokenServer.run(resource, operation, { ...ids, ...parameters });
			expect(run.error?.message).toMatch(/^The API of this DataGym server cannot /);
			expect(run.error?.description).toContain('open core');
		});
		expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
	});
});
