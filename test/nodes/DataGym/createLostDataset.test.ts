/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { addDataset } from '../../emulator/store/datasets';
import { ORGANIZATION } from '../../emulator/store/store';
import { jsonOf, openHarness, type Harness } from '../../support/datagym';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

describe('a dataset whose creation got no answer', () => {
	test('is not taken for one of the same name that somebody else has begun to use meanwhile', async () => {
		let hasStruck = false;
		harness.server.onRequest(({ route }) => {
			if (route !== 'POST /api/v1/dataset' || hasStruck) return undefined;
			hasStruck = true;
			const { dataset, project } = harness.server.seed.project({ name: 'Theirs', datasetName: 'Night' });
			harness.server.seed.tasks(project, dataset!, { count: 2, state: 'WAITING' });
			return { destroy: true };
		});
		const run = await harness.run('dataset', 'create', { name: 'Night', ifExists: 'fail' });
		expect(hasStruck).toBe(true);
		expect(run.error?.message).toMatch(/^A dataset named ".*" already exists$/);
	});

	test('is found by its name if the server has made it', async () => {
		let hasStruck = false;
		let made = '';
		harness.server.onRequest(({ route }) => {
			if (route !== 'POST /api/v1/dataset' || hasStruck) return undefined;
			hasStruck = true;
			made = addDataset(harness.server.store, { name: 'Day', owner: ORGANIZATION }).id;
			return { destroy: true };
		});
		expect(jsonOf(await harness.run('dataset', 'create', { name: 'Day' }))).toMatchObject([{ datasetId: made }]);
	});
});
