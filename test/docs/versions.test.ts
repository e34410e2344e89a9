/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INodeType } from 'n8n-workflow';
import { openHarness, type Harness } from '../support/datagym';
import { sampleParameters, type SampleIds } from '../support/sampleParameters';
import { readText } from './markdown';

/** There are no tasks on a server of 2020. */
const NO_TASK = '7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d';
let harness: Harness;
let ids: SampleIds;
let operations: string[];

beforeAll(async () => {
	harness = await openHarness({ generation: '2020', dummyProject: false });
	const { project, dataset } = harness.server.seed.project({
		name: 'Of 2020',
		datasetName: 'Of 2020',
		classes: [{ entryKey: 'car', type: 'rectangle' }],
	});
	harness.server.seed.tasks(project, dataset!, { count: 1, state: 'COMPLETED' });
	const copies = harness.server.seed.project({
		name: 'Copies',
		datasetName: 'Copies',
		classes: [{ entryKey: 'car', type: 'rectangle' }],
	});
	const image = [...harness.server.store.tasks.values()][0]!.medium;
	harness.server.seed.tasks(copies.project, copies.dataset!, { count: 1, state: 'COMPLETED' });
	ids = {
		project: project.id,
		otherProject: copies.project.id,
		dataset: dataset!.id,
		otherDataset: dataset!.id,
		image: image.id,
		openImage: image.id,
		finishedTask: NO_TASK,
		openTask: NO_TASK,
		label: NO_TASK,
		videoTask: NO_TASK,
	};
	operations = operationsOf(harness);
});
afterAll(async () => await harness.close());

function operationsOf({ engine }: Harness): string[] {
	const node = engine.packages.getByName('n8n-nodes-datagym.dataGym') as INodeType;
	const resource = node.description.properties.find(({ name }) => name === 'resource');
	const nameOf = (value: unknown) =>
		resource?.options?.find((option) => 'value' in option && option.value === value)?.name ?? '';
	return node.description.properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ displayOptions, options = [] }) =>
			options.map((option) =>
				[
					displayOptions?.show?.resource?.[0],
					'value' in option ? option.value : '',
					nameOf(displayOptions?.show?.resource?.[0]),
					option.name,
				].join('/'),
			),
		);
}

/** The table's words about servers of 2020, by “Resource: Operation” or “Resource: all”. */
function promises(): Map<string, string> {
	const rows = [...readText('docs/versions.md').matchAll(/^\| (\*.*?) \| (.*?) \| (.*?) \| .*? \|$/gm)].map(
		([, what = '', , on2020 = '']) => ({ what: what.replace(/\*/g, ''), on2020 }),
	);
	return new Map(
		rows.flatMap(({ what, on2020 }) => {
			const [resource = '', names = ''] = what.split(': ');
			return names.split(', ').map((name) => [`${resource}: ${name}`, on2020] as const);
		}),
	);
}

test('The table of versions says what every operation does on a server of 2020', async () => {
	const said = promises();
	const faults: string[] = [];
	for (const each of operations) {
		const [resource = '', operation = '', resourceName = '', name = ''] = each.split('/');
		const promise = said.get(`${resourceName}: ${name}`) ?? said.get(`${resourceName}: all`);
		const run = await harness.run(resource, operation, sampleParameters(`${resource}.${operation}`, ids));
		const isLacking = /^(This|The API of this) DataGym server (has no|cannot) /.test(run.error?.message ?? '');
		if (promise === undefined) faults.push(`${resourceName}: ${name} is not in the table`);
		else if (/^no\b/.test(promise) !== isLacking)
			faults.push(`${resourceName}: ${name}: the table says “${promise}”, the node ${run.error?.message ?? 'does it'}`);
	}
	expect(operations.length).toBeGreaterThan(30);
	expect(faults).toEqual([]);
});
