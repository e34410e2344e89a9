/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { byId, openHarness, type Harness } from '../../support/datagym';

let harness: Harness;
beforeAll(async () => (harness = await openHarness({ dummyProject: false })));
afterAll(async () => await harness.close());

// Task details of a video project are answered with an error of the server that says nothing of videos.
test.each(['export', 'tasks'])('Labels of a video project are refused by name: from %s', async (labelSource) => {
	const { seed } = harness.server;
	const name = `Videos from ${labelSource}`;
	const classes = [{ entryKey: 'car', type: 'rectangle' }];
	const { project, dataset } = seed.project({ name, datasetName: name, mediaType: 'VIDEO', classes });
	const [task] = [...seed.video(dataset!, 'clip.mp4').tasks];
	seed.videoLabel(task!, 'car', [
		{ frameNumber: 10, frameType: 'START', content: { type: 'RECTANGLE', x: 1, y: 2, width: 30, height: 20 } },
	]);
	seed.move(task!, 'COMPLETED');
	const { error } = await harness.run('export', 'createDataset', {
		projectId: byId(project.id),
		options: { labelSource },
	});
	expect([error?.message, error?.description]).toEqual([
		'A training dataset cannot be created from a video project',
		'Choose an image project.',
	]);
});
