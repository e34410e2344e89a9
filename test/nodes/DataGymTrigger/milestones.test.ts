/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INodeParameters } from 'n8n-workflow';
import { disconnect, joinUnchecked } from '../../emulator/store/projects';
import { deleteMedium } from '../../emulator/store/media';
import { openHarness, requestsDuring, type Harness } from '../../support/datagym';
import type { ActiveWorkflow } from '../../support/n8n/engine';
import { emittedBy, itemsOf, Scene } from './scene';

let harness: Harness;
let active: ActiveWorkflow | undefined;

afterEach(async () => {
	await active?.kill();
	active = undefined;
});
const MILESTONES = ['everyNFinished', 'datasetFinished', 'projectFinished'];
let scenes = 0;
const sceneOf = (images: readonly string[]) => Scene.of(harness, `Milestones ${++scenes}`, images);

async function watch(scene: Scene, parameters: INodeParameters = {}, saved?: ActiveWorkflow['saved']) {
	active = await scene.watch({ events: MILESTONES, every: 2, ...parameters }, { saved });
	return active;
}

/** What so many polls emit, the last one's items at the end. */
async function polled(polls = 1): Promise<string[]> {
	const before = emittedBy(active!).length;
	for (let poll = 0; poll < polls; poll++) await active!.tick();
	return emittedBy(active!).slice(before).flat();
}

/** What so many polls ask for. */
async function asked(polls: number): Promise<string[][]> {
	const all = [];
	for (let poll = 0; poll < polls; poll++)
		all.push((await requestsDuring(harness, async () => await active!.tick())).map(({ route }) => route));
	return all;
}

describe.each([
	['with tokens', 'current', {}],
	['without tokens', 'open-core', { authentication: 'none' }],
	['of the API of 2020', '2020', {}],
] as const)('on a server %s', (_what, generation, credential) => {
	beforeAll(async () => {
		harness = await openHarness({ generation, dummyProject: false }, credential);
	});
	afterAll(async () => await harness.close());

	test('a number, a dataset and the project are told once, after the images, and say how much is left', async () => {
		const scene = sceneOf(['a', 'b', 'c']);
		await watch(scene, { events: ['completed', 'skipped', ...MILESTONES] });
		scene.move('COMPLETED', 'a');
		expect(await polled(2)).toEqual(['completed a']);
		scene.move('REVIEWED', 'a');
		scene.move('SKIPPED', 'b');
		expect(await polled(2)).toEqual(['skipped b', 'everyNFinished 2']);
		scene.move('COMPLETED', 'c');
		expect(await polled(6)).toEqual(['completed c', 'datasetFinished 1', 'projectFinished 1']);
		const items = itemsOf(active!).flat();
		expect(items.map(({ remaining }) => remaining)).toEqual([2, 1, 1, 0, 0, 0]);
		const project = { projectId: scene.id, projectName: scene.project.name };
		const finished = { finished: 3, skipped: 1 };
		expect(items.filter(({ imageId }) => imageId === undefined)).toMatchObject([
			{ event: 'everyNFinished', ...project, milestone: 2, finished: 2, skipped: 1 },
			{ ...project, datasetId: scene.dataset.id, datasetName: scene.dataset.name, timesFinished: 1, ...finished },
			{ event: 'projectFinished', ...project, timesFinished: 1, ...finished },
		]);
	});

	test('what is finished anew is told anew: a project that has grown, and one whose image was sent back', async () => {
		const scene = sceneOf(['a']);
		await watch(scene);
		scene.move('COMPLETED', 'a');
		expect(await polled()).toEqual(['datasetFinished 1', 'projectFinished 1']);
		scene.add('b', 'WAITING');
		expect(await polled(5)).toEqual([]);
		scene.move('COMPLETED', 'b');
		expect(await polled()).toEqual(['everyNFinished 2', 'datasetFinished 2', 'projectFinished 2']);
		scene.move('WAITING_CHANGED', 'b');
		expect(await polled(2)).toEqual([]);
		scene.move('COMPLETED', 'b');
		expect(await polled(6)).toEqual(['datasetFinished 3', 'projectFinished 3']);
		// Between two polls.
		scene.add('c', 'COMPLETED');
		expect(await polled(6)).toEqual(['datasetFinished 4', 'projectFinished 4']);
	});

	test('a project is finished when its last image is deleted, and that is noticed four polls later at the latest', async () => {
		const scene = sceneOf(['a', 'b']);
		await watch(scene, { events: ['projectFinished'] });
		scene.move('COMPLETED', 'a');
		expect(await polled(2)).toEqual([]);
		deleteMedium(scene.task('b').medium);
		expect(await polled(5)).toEqual(['projectFinished 1']);
	});

	test('what is finished when the workflow is published is known, unless it starts with everything', async () => {
		const scene = sceneOf(['a', 'b']);
		scene.move('COMPLETED', 'a', 'b');
		await watch(scene);
		expect(await polled(6)).toEqual([]);
		await active!.kill();
		await watch(scene, { options: { firstActivation: 'everything' } });
		await active!.tick();
		expect(emittedBy(active!).flat()).toEqual(['everyNFinished 2', 'datasetFinished 1', 'projectFinished 1']);
	});

	test('the test in the editor shows an item of each', async () => {
		const scene = sceneOf(['a', 'b', 'c']);
		scene.move('COMPLETED', 'a');
		const parameters = { events: MILESTONES, every: 2 };
		const run = await harness.engine.runWorkflow(scene.workflow(parameters), { credentials: [harness.credential] });
		expect(run.itemsOf('Trigger').map(({ json }) => json)).toMatchObject([
			{ event: 'everyNFinished', milestone: 2, finished: 2, remaining: 1 },
			{ event: 'datasetFinished', datasetName: scene.dataset.name, timesFinished: 1, finished: 3, remaining: 0 },
			{ event: 'projectFinished', timesFinished: 1, finished: 3, skipped: 0, remaining: 0 },
		]);
		expect(run.staticData).toEqual({});
	});
});

describe('milestones', () => {
	beforeAll(async () => {
		harness = await openHarness({ dummyProject: false });
	});
	afterEach(() => harness.server.onRequest(undefined));
	afterAll(async () => await harness.close());

	const withOtherDataset = (scene: Scene) => {
		const dataset = harness.server.seed.project({
			name: `Other ${scene.id}`,
			datasetName: `Other ${scene.id}`,
		}).dataset!;
		joinUnchecked(harness.server.store, scene.project, dataset);
		return dataset;
	};

	test('of several datasets come one by one, also of one that was connected later', async () => {
		const scene = sceneOf(['a']);
		await watch(scene, { events: ['datasetFinished', 'projectFinished'] });
		const other = withOtherDataset(scene);
		scene.add('b', 'BACKLOG', other);
		scene.move('COMPLETED', 'a');
		expect(await polled(2)).toEqual(['datasetFinished 1']);
		expect(itemsOf(active!).flat()).toMatchObject([{ datasetId: scene.dataset.id, finished: 1, remaining: 1 }]);
		scene.move('COMPLETED', 'b');
		expect(await polled(6)).toEqual(['datasetFinished 1', 'projectFinished 1']);
		expect(itemsOf(active!)[1]).toMatchObject([
			{ datasetId: other.id, finished: 1 },
			{ finished: 2, remaining: 0 },
		]);
	});

	test('of an empty project do not come, and begin with its first images', async () => {
		const scene = sceneOf([]);
		await watch(scene);
		expect(await polled(5)).toEqual([]);
		scene.add('a', 'COMPLETED');
		expect(await polled(6)).toEqual(['datasetFinished 1', 'projectFinished 1']);
	});

	test('name the highest of several numbers, none twice, and go on from there with another one', async () => {
		const scene = sceneOf(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
		await watch(scene, { events: ['everyNFinished'] });
		scene.move('COMPLETED', 'a', 'b', 'c', 'd', 'e');
		expect(await polled(2)).toEqual(['everyNFinished 4']);
		scene.move('WAITING_CHANGED', 'a', 'b', 'c');
		expect(await polled()).toEqual([]);
		scene.move('COMPLETED', 'a', 'b');
		expect(await polled()).toEqual([]);
		await active!.kill();
		const { saved } = active!;
		await watch(scene, { events: ['everyNFinished'], every: 3 }, saved);
		scene.move('COMPLETED', 'c');
		expect(await polled()).toEqual([]);
		scene.move('COMPLETED', 'f');
		expect(await polled()).toEqual(['everyNFinished 6']);
	});

	test('count on from what is left when a dataset was removed', async () => {
		const scene = sceneOf(['a', 'b', 'c', 'd']);
		const other = withOtherDataset(scene);
		for (const name of ['e', 'f', 'g', 'h']) scene.add(name, 'COMPLETED', other);
		scene.move('COMPLETED', 'a');
		await watch(scene, { events: ['everyNFinished'] });
		disconnect(harness.server.store, scene.project, other);
		expect(await polled(4)).toEqual([]);
		scene.move('COMPLETED', 'b');
		expect(await polled()).toEqual(['everyNFinished 2']);
	});

	test('that are chosen later begin with what is', async () => {
		const scene = sceneOf(['a', 'b', 'c']);
		scene.move('COMPLETED', 'a', 'b', 'c');
		const before = await scene.watch({ events: ['completed'] });
		await before.kill();
		await watch(scene, { events: ['completed', ...MILESTONES] }, before.saved);
		expect(await polled(6)).toEqual([]);
		scene.add('d', 'COMPLETED');
		expect(await polled()).toEqual(['completed d', 'everyNFinished 4', 'datasetFinished 1', 'projectFinished 1']);
	});

	test('wait for room, after the images, and do not come if they are not true any more', async () => {
		const scene = sceneOf(['a', 'b']);
		await watch(scene, { events: ['completed', 'projectFinished'], options: { maxItems: 1 } });
		scene.move('COMPLETED', 'a', 'b');
		expect(await polled()).toEqual(['completed a']);
		expect(await polled()).toEqual(['completed b']);
		expect(await polled()).toEqual(['projectFinished 1']);
		scene.add('c', 'COMPLETED');
		expect(await polled()).toEqual(['completed c']);
		scene.move('WAITING_CHANGED', 'c');
		expect(await polled(3)).toEqual([]);
	});

	test('are of the whole project, whatever is filtered, also as item per label', async () => {
		const scene = sceneOf(['a', 'b']);
		await watch(scene, {
			events: ['completed', 'projectFinished'],
			filters: { imageName: 'b' },
			output: 'itemPerLabel',
		});
		scene.move('COMPLETED', 'a', 'b');
		expect(await polled()).toEqual(['completed b', 'projectFinished 1']);
		const [label, project] = itemsOf(active!)[0]!;
		expect(label).toMatchObject({ className: 'car', remaining: 0 });
		expect(project).toMatchObject({ event: 'projectFinished', finished: 2, remaining: 0 });
	});

	test.each([
		[['completed', 'reviewed', 'labelsChanged'], undefined],
		[['completed', 'reopened'], 1],
		[['completed', 'skipped'], 1],
		[['completed', 'reopened', 'labelsChanged'], 1],
	])('are not needed for what remains, where all lists are read (%j)', async (events, remaining) => {
		const scene = sceneOf(['a', 'b']);
		await watch(scene, { events });
		scene.move('COMPLETED', 'a');
		expect(await polled()).toEqual(['completed a']);
		expect(itemsOf(active!)[0]![0]!.remaining).toBe(remaining);
	});

	test.each([[['projectFinished']], [['datasetFinished', 'projectFinished']]])(
		'do not come because a finished image is deleted while the poll asks how many there are (%j)',
		async (events) => {
			const scene = sceneOf(['a', 'b']);
			const deleteWhileAsked = (image: string) =>
				harness.server.onRequest(({ method, path }) => {
					const { medium } = scene.task(image);
					if (method === 'GET' && path.endsWith('/project') && !medium.deleted) deleteMedium(medium);
					return undefined;
				});
			// Neither known as finished from the beginning ...
			scene.move('COMPLETED', 'a');
			deleteWhileAsked('a');
			await watch(scene, { events });
			harness.server.onRequest(undefined);
			scene.move('COMPLETED', 'b');
			const finished = events.map((event) => `${event} 1`);
			expect(await polled(6)).toEqual(finished);
			// ... nor finished again.
			scene.add('c', 'COMPLETED');
			scene.add('d', 'WAITING');
			scene.add('e', 'WAITING');
			expect(await polled(2)).toEqual([]);
			scene.move('COMPLETED', 'd');
			deleteWhileAsked('d');
			expect(await polled(6)).toEqual([]);
			harness.server.onRequest(undefined);
			scene.move('COMPLETED', 'e');
			expect(await polled(6)).toEqual(events.map((event) => `${event} 2`));
		},
	);

	test('do not wait for an image that cannot be read', async () => {
		const scene = sceneOf(['a', 'b']);
		await watch(scene, {
			events: ['completed', 'projectFinished'],
			output: 'labels',
			options: { network: { settings: { retryFor: 0 } } },
		});
		scene.move('COMPLETED', 'a', 'b');
		harness.server.onRequest(({ path }) =>
			path.endsWith(`/task/${scene.task('a').id}`) ? { status: 500, body: '{"key":"ex_system"}' } : undefined,
		);
		expect(await polled()).toEqual(['completed b', 'projectFinished 1']);
	});

	test('come in the next poll each, where one has room for one', async () => {
		const scene = sceneOf(['a', 'b']);
		await watch(scene, { options: { maxItems: 1 } });
		scene.move('COMPLETED', 'a', 'b');
		const emitted = [];
		for (let poll = 0; poll < 4; poll++) emitted.push(await polled());
		expect(emitted).toEqual([['everyNFinished 2'], ['datasetFinished 1'], ['projectFinished 1'], []]);
	});

	test('come anew if n8n is killed after a poll has seen what was finished unfinished', async () => {
		const scene = sceneOf(['a', 'b']);
		const events = ['datasetFinished', 'projectFinished'];
		await watch(scene, { events });
		scene.move('COMPLETED', 'a', 'b');
		expect(await polled()).toEqual(['datasetFinished 1', 'projectFinished 1']);
		// Nothing but numbers says so: no image was sent back.
		deleteMedium(scene.task('b').medium);
		scene.add('c', 'WAITING');
		expect(await polled(5)).toEqual([]);
		await active!.kill();
		scene.move('COMPLETED', 'c');
		await watch(scene, { events }, active!.saved);
		expect(emittedBy(active!).flat()).toEqual(['datasetFinished 2', 'projectFinished 2']);
		expect(await polled(5)).toEqual([]);
	});

	test('are not told again after a poll in which lists were empty, as of a server that starts', async () => {
		const scene = sceneOf(['a', 'b']);
		scene.move('COMPLETED', 'a');
		scene.move('REVIEWED', 'b');
		await watch(scene);
		harness.server.onRequest(({ query }) =>
			query.get('state') === 'COMPLETED' ? { status: 200, body: '[]' } : undefined,
		);
		expect(await polled(2)).toEqual([]);
		harness.server.onRequest(undefined);
		expect(await polled(6)).toEqual([]);
	});
});

describe('what a poll with milestones asks for', () => {
	afterEach(async () => {
		await active?.kill();
		active = undefined;
		await harness.close();
	});

	test('is what completed asks for, and in the first, in every fifth, and after a change what reopened and one small request more', async () => {
		harness = await openHarness({ dummyProject: false });
		const scene = sceneOf(['a', 'b', 'c']);
		await watch(scene, { events: ['reopened'] });
		const [reopened] = await asked(1);
		await active!.kill();
		await watch(scene, { events: ['completed'] });
		const [completed] = await asked(1);
		await active!.kill();
		await watch(scene, { events: ['everyNFinished', 'projectFinished'] });
		const sized = [...reopened!, 'GET /api/v1/project'];
		expect(await asked(11)).toEqual([sized, ...Array(4).fill(completed), sized, ...Array(4).fill(completed), sized]);
		scene.move('COMPLETED', 'a');
		expect(await asked(3)).toEqual([sized, sized, completed]);
		// After one that was content with less, too.
		scene.move('COMPLETED', 'b');
		expect((await asked(1))[0]!.toSorted()).toEqual(sized.toSorted());
	});

	test.each([
		[['completed', 'projectFinished'], 5],
		[['skipped', 'projectFinished'], 1],
		[['reopened', 'projectFinished'], 1],
	])(
		'shows that the last image was skipped at once, or where no event asks for skips, four polls later (%j)',
		async (events, polls) => {
			harness = await openHarness({ dummyProject: false });
			const scene = sceneOf(['a', 'b']);
			scene.move('COMPLETED', 'a');
			await watch(scene, { events });
			await polled();
			scene.move('SKIPPED', 'b');
			const finished = [...(events[0] === 'skipped' ? ['skipped b'] : []), 'projectFinished 1'];
			expect(await polled(polls - 1)).toEqual([]);
			expect(await polled()).toEqual(finished);
		},
	);

	test('is one list less the counts on a server without tokens, which had four', async () => {
		harness = await openHarness({ generation: 'open-core', dummyProject: false }, { authentication: 'none' });
		const scene = sceneOf(['a', 'b', 'c']);
		const [counts, list] = ['GET /api/project/:id/dashboard', 'GET /api/project/:projectId/task'];
		await watch(scene, { events: ['everyNFinished', 'projectFinished'] });
		expect(await asked(6)).toEqual([[counts, list], ...Array(4).fill([counts]), [counts, list]]);
		scene.move('COMPLETED', 'a');
		expect(await asked(1)).toEqual([[counts, list]]);
	});
});
