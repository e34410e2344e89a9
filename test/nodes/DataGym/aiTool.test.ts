/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INodeParameters, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';
import type { AiTool } from '../../support/n8n/engine';
import { openHarness, jsonOf, type Harness } from '../../support/datagym';
import { OPERATION_NAMES } from '../../support/sampleParameters';
import { node } from '../../support/workflow';

const TYPE = 'n8n-nodes-datagym.dataGym';

let harness: Harness;
let operations: Operation[];

beforeAll(async () => {
	harness = await openHarness();
	operations = listOperations();
});
afterAll(async () => {
	await harness.close();
});

interface Operation {
	resource: string;
	name: string;
	option: INodePropertyOptions;
}

function propertiesOfNode(): INodeProperties[] {
	return harness.engine.packages.getByNameAndVersion(TYPE, 1).description.properties;
}

function listOperations(): Operation[] {
	return propertiesOfNode()
		.filter(({ name }) => name === 'operation')
		.flatMap(({ displayOptions, options }) =>
			(options as INodePropertyOptions[]).map((option) => ({
				resource: String(displayOptions?.show?.resource?.[0]),
				name: String(option.value),
				option,
			})),
		);
}

/** The fields that the editor shows for an operation, those in its options too, once everything in them is chosen that they depend on. */
function fieldsOf({ resource, name }: Operation, chosen: INodeParameters): INodeProperties[] {
	const { description } = harness.engine.packages.getByNameAndVersion(TYPE, 1);
	const parameters =
		NodeHelpers.getNodeParameters(
			description.properties,
			{ resource, operation: name, ...chosen },
			true,
			false,
			null,
			description,
		) ?? {};
	return description.properties.filter(
		(field) =>
			!['resource', 'operation'].includes(field.name) &&
			field.type !== 'notice' &&
			NodeHelpers.displayParameter(parameters, field, null, description),
	);
}

const isChoice = ({ type }: INodeProperties) => type === 'options';
const optionsOf = (field: INodeProperties) => (field.type === 'collection' ? (field.options as INodeProperties[]) : []);

/** The text that a click on the star beside a field writes into it (n8n-editor-ui 2.40, `fromAIOverride`). */
function fromAi({ displayName, description = '', type }: INodeProperties): string {
	const key = displayName.replace(/[^a-zA-Z0-9-]/g, '_').slice(0, 63);
	const aiType = ['boolean', 'number', 'json'].includes(type) ? type : 'string';
	return `={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('${key}', \`${description.replaceAll('`', '\\`')}\`, '${aiType}') }}`;
}

function filled(fields: readonly INodeProperties[]): INodeParameters {
	return Object.fromEntries(
		fields.map((field) => {
			if (field.type === 'collection') return [field.name, filled(optionsOf(field))];
			if (field.type === 'resourceLocator') return [field.name, { __rl: true, mode: 'id', value: fromAi(field) }];
			return [field.name, fromAi(field)];
		}),
	);
}

/** Each way in which a drop-down changes what else is asked for. */
function variants(operation: Operation): INodeParameters[] {
	const shown = fieldsOf(operation, {});
	const choices = shown.filter((field) => isChoice(field) || field.name === 'returnAll');
	return [
		{},
		...choices.flatMap(({ name, options }) =>
			(options ? (options as INodePropertyOptions[]).map(({ value }) => value) : [true, false]).map(
				(value) => ({ [name]: value }) as INodeParameters,
			),
		),
	];
}

function toolOf({ resource, name }: Operation, fields: readonly INodeProperties[]): AiTool {
	return harness.engine.describeAiTool(node('DataGym', TYPE, { resource, operation: name, ...filled(fields) }));
}

test('each operation is a tool', () => {
	expect(operations.map(({ resource, name }) => `${resource}.${name}`)).toEqual(OPERATION_NAMES);
});

test('each operation has a description of its own, from which a model can choose it', () => {
	const descriptions = operations.map((operation) => toolOf(operation, fieldsOf(operation, {})).description);
	expect(operations.length).toBeGreaterThan(35);
	expect(new Set(descriptions).size).toBe(operations.length);
	for (const [index, { option }] of operations.entries())
		expect(descriptions[index]).toBe(`${option.action} in DataGym`);
	// A verb, what it is about, and where that is, unless it stands alone; without articles.
	for (const { option } of operations) expect(option.action).toMatch(/^[A-Z][a-z]+( [\w']+){1,}$/);
	expect(
		operations.filter(({ option: { description = '' } }) => description.length < 20 || description.endsWith(' ')),
	).toEqual([]);
});

test('each field of each operation comes to the model under its own name, with its type and description', () => {
	let schemas = 0;
	for (const operation of operations) {
		for (const chosen of variants(operation)) {
			const fields = fieldsOf(operation, chosen);
			const asked = fields.flatMap((field) => (field.type === 'collection' ? optionsOf(field) : [field]));
			const { properties, required = [] } = toolOf(operation, fields).parameters;
			const where = `${operation.resource}: ${operation.name} ${JSON.stringify(chosen)}`;
			// Two fields of one name would be one to the model.
			expect([where, Object.keys(properties).length]).toEqual([where, asked.length]);
			expect([where, [...required].sort()]).toEqual([where, Object.keys(properties).sort()]);
			for (const field of asked) {
				const property = properties[field.displayName.replace(/[^a-zA-Z0-9-]/g, '_')];
				expect([where, field.name, property?.description]).toEqual([where, field.name, field.description]);
				expect([where, field.name, field.description ?? '']).toEqual([
					where,
					field.name,
					expect.stringMatching(/^[^]{10,}$/),
				]);
				if (field.type === 'number' || field.type === 'boolean')
					expect([where, field.name, property?.type]).toEqual([where, field.name, field.type]);
				schemas++;
			}
		}
	}
	expect(schemas).toBeGreaterThan(1000);
});

test('a field of several choices takes what a model writes: texts separated by commas, in any case', async () => {
	const { project, dataset } = harness.server.seed.project({ name: 'For models', datasetName: 'Images for models' });
	harness.server.seed.tasks(project, dataset!, {
		count: 4,
		state: (index) => (['COMPLETED', 'REVIEWED', 'WAITING', 'IN_PROGRESS'] as const)[index]!,
	});
	const projectId = { __rl: true, mode: 'id', value: project.id };
	const statusesFound = async (status: string) =>
		jsonOf(await harness.run('task', 'getAll', { projectId, status }))
			.map(({ status: found }) => found)
			.sort();
	expect(await statusesFound('completed, In Progress')).toEqual(['completed', 'in_progress']);
	expect(await statusesFound('["REVIEWED"]')).toEqual(['reviewed']);
	expect(await statusesFound('')).toHaveLength(4);
	const unknown = await harness.run('task', 'getAll', { projectId, status: 'done' });
	expect(unknown.error).toMatchObject({
		message: 'Unknown task status "done"',
		description: expect.stringContaining('completed'),
	});
	const labels = jsonOf(
		await harness.run('export', 'getLabels', {
			projectId,
			labelSource: 'tasks',
			returnAll: true,
			options: { status: 'WAITING' },
		}),
	);
	expect(labels.map(({ status }) => status)).toEqual(['waiting']);
});
