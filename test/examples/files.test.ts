import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { INode, INodeParameters, INodeTypeDescription } from 'n8n-workflow';
import { EXAMPLES, readExample } from '@datagym/tools/examples/workflows';

const FOLDER = join(__dirname, '..', '..', 'examples');

test('every workflow file is listed, in the code and in the README', () => {
	const files = readdirSync(FOLDER)
		.filter((name) => name.endsWith('.json'))
		.map((name) => name.replace(/\.json$/, ''));
	expect([...EXAMPLES].sort()).toEqual(files.sort());
	const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
	for (const name of EXAMPLES) expect(readme).toContain(`](${name}.json)`);
});

test('a setting that an example does not have is refused', async () => {
	await expect(readExample('storage-to-dataset', { color: 'red' })).rejects.toThrow('has no setting color');
});

describe.each(EXAMPLES)('%s', (name) => {
	test('has a note, names no account of anybody, and connects each node', async () => {
		const { nodes, connections, id } = await readExample(name);
		const notes = nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote');
		for (const part of [/^## /, /^### How it works$/m, /^### How to set up\n1\. /m, /\*\*What it costs:\*\* /])
			expect(notes[0]?.parameters.content).toMatch(part);
		expect(id).toMatch(/^[A-Za-z0-9]{15,36}$/);
		for (const { credentials } of nodes)
			for (const each of Object.values(credentials ?? {}))
				expect(each).toMatchObject({ id: '', name: expect.stringMatching(/ account$/) });
		for (const { type, credentials } of nodes)
			if (type.startsWith('n8n-nodes-datagym.')) expect(credentials?.dataGymApi?.name).toBe('DataGym account');
		const connected = Object.entries(connections).flatMap(([from, kinds]) => [
			from,
			...Object.values(kinds).flatMap((outputs) => outputs.flatMap((output) => (output ?? []).map(({ node }) => node))),
		]);
		expect(
			nodes.filter(({ type, name: node }) => type !== 'n8n-nodes-base.stickyNote' && !connected.includes(node)),
		).toEqual([]);
		expect(new Set(nodes.map(({ name: node }) => node)).size).toBe(nodes.length);
	});

	test("looks like n8n's templates: described, one yellow note, each step in a section that is named, nothing on top of another", async () => {
		const { nodes, description = '' } = await readExample(name);
		expect(description).toMatch(/^.{40,155}\.$/);
		const notes = nodes.filter(isNote);
		const steps = nodes.filter((node) => !isNote(node));
		const sections = notes.filter(({ parameters }) => parameters.color === 7);
		expect(notes.filter(({ parameters }) => parameters.color === undefined)).toEqual([notes[0]]);
		for (const { parameters } of sections) expect(parameters.content).toMatch(/^## \S.*$/);
		for (const step of steps)
			expect([step.name, sections.filter((section) => holds(section, step)).length]).toEqual([step.name, 1]);
		for (const layer of [notes, steps]) {
			const pairs = layer.flatMap((one, index) => layer.slice(index + 1).map((other) => [one, other] as const));
			expect(pairs.filter(([one, other]) => overlap(one, other)).map(([a, b]) => [a.name, b.name])).toEqual([]);
		}
	});

	test('goes on where a folder has no file, so that the next step says what is missing', async () => {
		const { nodes } = await readExample(name);
		const reading = nodes.filter(
			({ type, parameters }) => type === 'n8n-nodes-base.readWriteFile' && parameters.operation === 'read',
		);
		expect(reading.filter(({ alwaysOutputData }) => alwaysOutputData !== true).map((node) => node.name)).toEqual([]);
	});

	test('sets only fields that the nodes have', async () => {
		const { nodes } = await readExample(name);
		expect(nodes.flatMap(unknownFields)).toEqual([]);
	});

	test("uses versions of n8n's nodes that exist", async () => {
		const { nodes } = await readExample(name);
		for (const node of nodes.filter(({ type }) => type.startsWith('n8n-nodes-base.')))
			expect(versionsOf(node)).toContain(node.typeVersion);
	});
});

const isNote = ({ type }: INode) => type === 'n8n-nodes-base.stickyNote';

/** Pixels of the canvas, of which a node takes 96 in each direction. */
function boxOf({ position: [x, y], parameters: { width = 96, height = 96 } }: INode) {
	return { left: x, top: y, right: x + Number(width), bottom: y + Number(height) };
}

function holds(section: INode, step: INode): boolean {
	const [outer, inner] = [boxOf(section), boxOf(step)];
	const isBeside = inner.left < outer.left || inner.right > outer.right;
	return !isBeside && inner.top >= outer.top && inner.bottom <= outer.bottom;
}

function overlap(note: INode, other: INode): boolean {
	const [one, two] = [boxOf(note), boxOf(other)];
	return one.left < two.right && two.left < one.right && one.top < two.bottom && two.top < one.bottom;
}

/** What n8n itself adds to triggers that poll, and to tools of an agent. */
const ADDED_BY_N8N = ['pollTimes', 'descriptionType', 'toolDescription'];

const ours = createRequire(__filename)('../../index.js') as Record<
	'DataGym' | 'DataGymTrigger',
	new () => { description: INodeTypeDescription }
>;
const OUR_NODES = [new ours.DataGym().description, new ours.DataGymTrigger().description];

/** Parameters of one of our nodes that its description does not have for the resource and operation: a workflow that n8n ignores a part of. */
function unknownFields({ name, type, parameters }: INode): string[] {
	const own = OUR_NODES.find((node) => type.replace(/Tool$/, '') === `n8n-nodes-datagym.${node.name}`);
	if (own === undefined) return [];
	const fields = own.properties.filter(({ displayOptions: { show = {} } = {} }) =>
		['resource', 'operation'].every((key) => show[key] === undefined || show[key].includes(parameters[key] as string)),
	);
	const options = fields.flatMap((field) => (field.name === 'options' ? (field.options ?? []) : []));
	const known = new Set([...fields, ...options].map((field) => field.name));
	const given = [...Object.keys(parameters), ...Object.keys((parameters.options ?? {}) as INodeParameters)];
	return given.filter((key) => !known.has(key) && !ADDED_BY_N8N.includes(key)).map((key) => `${name}: ${key}`);
}

const base = dirname(require.resolve('n8n-nodes-base/package.json'));
const descriptions = JSON.parse(readFileSync(join(base, 'dist', 'types', 'nodes.json'), 'utf8')) as Array<{
	name: string;
	version: number | number[];
}>;

function versionsOf({ type }: INode): number[] {
	return descriptions.filter(({ name }) => `n8n-nodes-base.${name}` === type).flatMap(({ version }) => version);
}
