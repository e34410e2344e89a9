/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INodeParameters, INodeType } from 'n8n-workflow';
import { byId, openHarness, type Harness } from '../support/datagym';
import { readText } from './markdown';

/** What each operation needs; what is missing here is not asked for. */
const ID = '7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d';
let harness: Harness;
let parameters: INodeParameters;
let operations: string[];

beforeAll(async () => {
	harness = await openHarness({ generation: '2020', dummyProject: false });
	const { project, dataset } = harness.server.seed.project({
		name: 'Of 2020',
		datasetName: 'Of 2020',
		classes: [{ entryKey: 'car', type: 'rectangle' }],
	});
	harness.server.seed.tasks(project, dataset!, { count: 1, state: 'COMPLETED' });
	const image = [...harness.server.store.tasks.values()][0]!.medium;
	parameters = {
		projectId: byId(project.id),
		datasetId: byId(dataset!.id),
		imageId: byId(image.id),
		taskId: ID,
		labelId: ID,
		classKey: 'car',
		name: 'Another one',
		imageUrl: 'https://example.com/a.gif',
		ifRefused: 'report',
		predictions: `{"internal_media_ID": "${image.id}", "labels": {"car": [{"rectangle": [{"x": 1, "y": 2, "w": 3, "h": 4}]}]}}`,
		allowFinished: true,
		entriesJson: '[{ "entryKey": "van", "entryValue": "Van", "type": "rectangle", "children": [] }]',
		replaceExisting: true,
		positivePoints: '[{"x": 1, "y": 1}]',
		geometry: '[{"x": 1, "y": 2, "w": 3, "h": 4}]',
		includeImages: false,
		format: 'dataGym',
		labelSource: 'export',
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

/** What the table says of servers of 2020, by “Resource: Operation” or “Resource: all”. */
function promises(): Map<string, string> {
	const rows = [...readText('docs/versions.md').matchAll(/^\| (\*.*?) \| (.*?) \| (.*?) \|$/gm)].map(
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
		const run = await harness.run(resource, operation, {
			...parameters,
			...(resource === 'prediction' ? { format: 'dataGym' } : {}),
		});
		const isLacking = /^This DataGym server has no /.test(run.error?.message ?? '');
		if (promise === undefined) faults.push(`${resourceName}: ${name} is not in the table`);
		else if (/^no\b/.test(promise) !== isLacking)
			faults.push(`${resourceName}: ${name}: the table says “${promise}”, the node ${run.error?.message ?? 'does it'}`);
	}
	expect(operations.length).toBeGreaterThan(30);
	expect(faults).toEqual([]);
});
