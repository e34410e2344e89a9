/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INodeParameters } from 'n8n-workflow';
import { createProject } from '../../emulator/setUp';
import { byId, openHarness, type Harness } from '../../support/datagym';

// The promise: docs/troubleshooting.md, “Problems without an error message”.

let harness: Harness;
let projectId: string;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	({ id: projectId } = await createProject(harness.server, { name: 'Empty' }));
});
afterAll(async () => {
	await harness.close();
});

const hints = async (resource: string, operation: string, parameters: INodeParameters) => {
	const run = await harness.run(resource, operation, parameters);
	expect(run.error).toBeUndefined();
	return { items: run.itemsOf('DataGym').length, hints: run.hintsOf('DataGym').map(({ message }) => message) };
};

test.each([
	['project', 'getAll', () => ({ search: 'nothing has this name' }), /^No projects: /],
	['dataset', 'getAll', () => ({ search: 'nothing has this name' }), /^No datasets: /],
	['task', 'getAll', () => ({ projectId: byId(projectId) }), /^No tasks: /],
	['export', 'getLabels', () => ({ projectId: byId(projectId) }), /^No labels yet: .*run this node again/],
])('%s: %s says above its output why it is empty', async (resource, operation, parameters, says) => {
	expect(await hints(resource, operation, parameters())).toEqual({ items: 0, hints: [expect.stringMatching(says)] });
});

test('an output with items has no such note', async () => {
	expect(await hints('project', 'getAll', {})).toMatchObject({ hints: [] });
});
