/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INodeParameters } from 'n8n-workflow';
import { atOnce } from '@datagym/labels/steps/steps';
import { ImageSources, readDatasetImages } from '@datagym/nodes/DataGymTrigger/sources/datasetImages';
import type { TaskState } from '../../emulator/store/model';
import { addLinks } from '../../emulator/store/media';
import { disconnect, joinUnchecked } from '../../emulator/store/projects';
import { clientOf } from '../../support/clientOf';
import { openHarness, type Harness } from '../../support/datagym';
import { Scene, itemsOf, triggerWorkflow } from './scene';

// The promise: docs/running-at-scale.md.

let harness: Harness;

afterEach(async () => await harness.close());

test.each(['media', 'open-core'] as const)(
	'the images of a dataset are kept in 9 bytes each, with where each of them is stored (%s)',
	async (generation) => {
		harness = await openHarness({ generation: generation === 'media' ? 'current' : generation, dummyProject: false });
		const scenes = ['One', 'Two'].map((name) => Scene.of(harness, name, []));
		const [one, two] = scenes.map(({ dataset }) => dataset);
		const COUNT = 5000;
		harness.server.seed.tasks(scenes[0]!.project, one!, { count: COUNT });
		addLinks(
			harness.server.store,
			two!,
			['a', 'b', 'c'].map((name) => `http://127.0.0.1/${name}.jpg`),
		);
		harness.server.seed.tasks(scenes[1]!.project, two!, { count: 2 });
		const api = clientOf(harness.server, generation);
		const read = await Promise.all([one!, two!].map(async ({ id }) => await readDatasetImages(api, id)));
		const known = atOnce(ImageSources.of(read));
		for (const { id, sourceType } of [...one!.media, ...two!.media])
			expect([id, known.find(id)]).toEqual([id, sourceType]);
		expect(known.find('00000000-0000-4000-8000-000000000000')).toBeUndefined();
		expect(read.map(({ hashes }) => hashes.length)).toEqual([COUNT, 5]);
		const { hashes, codes, sources } = read[0]!;
		expect(hashes.byteLength + codes.byteLength).toBe(9 * COUNT);
		// What it has grown to may have room for as many again.
		expect(hashes.buffer.byteLength + codes.buffer.byteLength).toBeLessThanOrEqual(2 * 9 * COUNT);
		expect(sources).toEqual(['LOCAL']);
	},
);

describe('a dataset of several watched projects', () => {
	const LIST = 'GET /api/v1/dataset/:id';

	/** Two projects with one dataset, and a trigger for both. */
	async function shared(chosen: INodeParameters = { events: ['datasetFinished'] }) {
		harness = await openHarness({ dummyProject: false });
		const first = Scene.of(harness, 'First', ['a', 'b']);
		const second = Scene.of(harness, 'Second', []);
		joinUnchecked(harness.server.store, second.project, first.dataset);
		disconnect(harness.server.store, second.project, second.dataset);
		const move = (state: TaskState, project: Scene['project'], ...images: string[]) => {
			for (const medium of first.dataset.media)
				for (const task of medium.tasks)
					if (task.project === project && images.includes(medium.name)) harness.server.seed.move(task, state);
		};
		const finish = (project: Scene['project'], ...images: string[]) => move('COMPLETED', project, ...images);
		const parameters = { projectIds: [first.id, second.id], output: 'task', ...chosen };
		const active = await harness.engine.activate(triggerWorkflow(parameters), { credentials: [harness.credential] });
		const told = () =>
			itemsOf(active)
				.flat()
				.map(({ projectName, timesFinished }) => `${String(projectName)} ${String(timesFinished)}`);
		return { first, second, move, finish, active, told };
	}

	test('is read once in a poll', async () => {
		const { first, second, finish, active, told } = await shared();
		finish(first.project, 'a', 'b');
		finish(second.project, 'a', 'b');
		const before = harness.server.count(LIST);
		await active.tick();
		expect(harness.server.count(LIST) - before).toBe(1);
		expect(told()).toEqual(['First 1', 'Second 1']);
		await active.deactivate();
	});

	test('is read once for the files of images that were sent back', async () => {
		const { first, second, move, finish, active } = await shared({ events: ['reopened'], includeImage: true });
		for (const { project } of [first, second]) finish(project, 'a');
		await active.tick();
		for (const { project } of [first, second]) move('WAITING_CHANGED', project, 'a');
		const before = harness.server.count(LIST);
		await active.tick();
		expect(harness.server.count(LIST) - before).toBe(1);
		const items = active.runs.at(-1)!.itemsOf('Trigger');
		expect(items.map(({ json, binary }) => [json.projectId, json.event, Object.keys(binary ?? {})])).toEqual([
			[first.id, 'reopened', ['data']],
			[second.id, 'reopened', ['data']],
		]);
		await active.deactivate();
	});

	test('is not finished in one of them because an image came after it was read for the other', async () => {
		const { first, second, finish, active, told } = await shared();
		finish(first.project, 'a', 'b');
		finish(second.project, 'a');
		let isAdded = false;
		harness.server.onRequest(({ path }) => {
			if (isAdded || !path.includes(`/task/${second.id}/`)) return undefined;
			isAdded = true;
			first.add('c', 'WAITING');
			finish(second.project, 'b');
			return undefined;
		});
		await active.tick();
		harness.server.onRequest(undefined);
		expect(isAdded).toBe(true);
		expect(told()).toEqual(['First 1']);
		finish(second.project, 'c');
		await active.tick();
		expect(told()).toEqual(['First 1', 'Second 1']);
		await active.deactivate();
	});
});
