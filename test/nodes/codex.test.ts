import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { faultOf } from '../docs/markdown';

interface Codex {
	node: string;
	nodeVersion: string;
	codexVersion: string;
	categories: string[];
	alias?: string[];
	resources: Partial<Record<string, { url: string }[]>>;
}

const OWN = join(__dirname, '..', '..', 'nodes');
const OF_N8N = join(dirname(require.resolve('n8n-nodes-base/package.json')), 'dist', 'nodes');

const read = (folder: string) =>
	readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.node.json'))
		.map((file) => ({ file, codex: JSON.parse(readFileSync(join(folder, file), 'utf8')) as Codex }));

const n8nCodices = read(OF_N8N).map(({ codex }) => codex);
const n8nCategories = new Set(n8nCodices.flatMap(({ categories }) => categories));

/** The search of n8n's node panel, as far as a node's position does not matter: the letters in their order, in the name or one alias. */
const isFound = (search: string, { alias = [] }: Codex, displayName: string) =>
	[displayName, ...alias].some((text) =>
		new RegExp([...search].map((letter) => letter.replace(/\W/, '\\$&')).join('.*'), 'i').test(text),
	);

describe.each(read(OWN))('The codex of $file', ({ file, codex }) => {
	test('has the fields that those of n8n have', () => {
		const known = new Set(n8nCodices.flatMap((one) => Object.keys(one)));
		expect(Object.keys(codex).filter((key) => !known.has(key))).toEqual([]);
		expect(codex).toMatchObject({ nodeVersion: '1.0', codexVersion: '1.0' });
		expect(codex.node).toBe(`n8n-nodes-datagym.${file.includes('Trigger') ? 'dataGymTrigger' : 'dataGym'}`);
	});

	test('has categories of n8n, and not AI', () => {
		expect(codex.categories.filter((category) => !n8nCategories.has(category))).toEqual([]);
		// n8n 2.40 leaves nodes of this category out of the search, unless they are root nodes of an AI chain.
		expect(codex.categories).not.toContain('AI');
	});

	test('leads to documentation that is there', () => {
		const { primaryDocumentation = [], credentialDocumentation = [] } = codex.resources;
		expect(primaryDocumentation).toHaveLength(1);
		expect(credentialDocumentation).toHaveLength(1);
		expect([...primaryDocumentation, ...credentialDocumentation].map(({ url }) => faultOf(url, file))).toEqual([
			undefined,
			undefined,
		]);
	});

	test.each([
		'datagym',
		'labeling',
		'labeling',
		'annotation',
		'computer vision',
		'dataset',
		'machine learning',
		'active learning',
	])('is found by "%s"', (search) => {
		expect(isFound(search, codex, file.includes('Trigger') ? 'DataGym Trigger' : 'DataGym')).toBe(true);
	});

	test('is not found by what it is not', () => {
		expect(['invoice', 'calendar', 'spreadsheet'].filter((search) => isFound(search, codex, 'DataGym'))).toEqual([]);
	});
});

test.each([
	'yolo',
	'coco',
	'cvat',
	'pascal voc',
	'bounding box',
	'segmentation',
	'object detection',
	'predictions',
	'model evaluation',
	'duplicate images',
	'annotator agreement',
])('The DataGym node is found by "%s"', (search) => {
	const codex = read(OWN).find(({ file }) => file.endsWith('DataGym.node.json'))?.codex;
	expect(codex !== undefined && isFound(search, codex, 'DataGym')).toBe(true);
});
