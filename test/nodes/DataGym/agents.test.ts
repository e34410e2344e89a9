/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INodeParameters } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';
import { openHarness, type Harness } from '../../support/datagym';
import { byId, chain, manualTrigger, node } from '../../support/workflow';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ generation: 'open-core', dummyProject: false }, { authentication: 'none', token: '' });
});
afterAll(async () => await harness.close());

let projects = 0;
function newProject() {
	const { project } = harness.server.seed.project({ name: `Project ${++projects}`, datasetName: `Data ${projects}` });
	return project;
}

/** Runs the node as n8n runs the tool of an agent: by the type of the node's variant for agents. */
async function runAsTool(operation: string, parameters: INodeParameters) {
	const tool = node('DataGym', 'n8n-nodes-datagym.dataGymTool', { resource: 'project', operation, ...parameters });
	return await harness.engine.runWorkflow(chain(manualTrigger, tool), { credentials: [harness.credential] });
}

describe('An operation that destroys much, as a tool of an AI agent', () => {
	test('is refused unless the node allows it', async () => {
		const project = newProject();
		const parameters = { projectId: byId(project.id), deleteLabels: true };
		const run = await runAsTool('delete', parameters);
		expect(run.error).toMatchObject({
			message: 'The operation "Delete" is not allowed for AI agents',
			description: 'Turn on "Allow AI Agents" in the tool, or give the agent another operation.',
		});
		expect(harness.server.store.project(project.id).deleted).toBe(false);
		expect((await runAsTool('delete', { ...parameters, allowAgents: true })).error).toBeUndefined();
		expect(harness.server.store.project(project.id).deleted).toBe(true);
	});

	test('is not allowed by the model itself', async () => {
		const project = newProject();
		const run = await runAsTool('delete', {
			projectId: byId(project.id),
			deleteLabels: true,
			allowAgents: '={{ true }}',
		});
		expect(run.error?.message).toBe('The operation "Delete" is not allowed for AI agents');
		expect(harness.server.store.project(project.id).deleted).toBe(false);
	});

	test('is refused, too, where a choice makes it so', async () => {
		const { project } = harness.server.seed.project({
			name: `Project ${++projects}`,
			classes: [
				{ entryKey: 'car', entryValue: 'Car', type: 'rectangle' },
				{ entryKey: 'lane', entryValue: 'Lane', type: 'line' },
			],
		});
		const upload = async (parameters: INodeParameters) =>
			await runAsTool('upload', {
				resource: 'labelConfig',
				projectId: byId(project.id),
				entriesJson: '[{ "entryKey": "car", "entryValue": "Car", "type": "rectangle" }]',
				updateExisting: '={{ true }}',
				...parameters,
			});
		const deleting = { missingEntries: "={{ 'delete' }}" };
		expect((await upload({ ...deleting, allowAgents: '={{ true }}' })).error).toMatchObject({
			message: '"Entries Not Listed: Delete with Labels" is not allowed for AI agents',
			description: 'Turn on "Allow AI Agents" in the tool, or choose something else for "Entries Not Listed".',
		});
		expect((await upload({ missingEntries: 'keep' })).error).toBeUndefined();
		expect(project.configuration.roots).toHaveLength(2);
		expect((await upload({ ...deleting, allowAgents: true })).error).toBeUndefined();
		expect(project.configuration.roots).toHaveLength(1);
	});

	test('does not hinder other operations', async () => {
		const project = newProject();
		expect((await runAsTool('get', { projectId: byId(project.id) })).error).toBeUndefined();
	});

	test('asks for the permission in the tool only', () => {
		const { description } = harness.engine.packages.getByNameAndVersion('n8n-nodes-datagym.dataGym', 1);
		const shownIn = (name: string) =>
			description.properties.filter(
				(field) =>
					field.name === 'allowAgents' &&
					NodeHelpers.displayParameter({ resource: 'project', operation: 'delete' }, field, null, {
						...description,
						name,
					}),
			).length;
		expect([shownIn('dataGym'), shownIn('dataGymTool')]).toEqual([0, 1]);
	});
});
