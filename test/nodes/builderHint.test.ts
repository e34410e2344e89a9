import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { INodeProperties, INodeTypeDescription } from 'n8n-workflow';
import { DataGym } from '@datagym/nodes/DataGym/DataGym.node';
import { resources } from '@datagym/nodes/DataGym/resources';
import { DataGymTrigger } from '@datagym/nodes/DataGymTrigger/DataGymTrigger.node';

const base = dirname(require.resolve('n8n-nodes-base/package.json'));
const ofN8n = Object.keys(JSON.parse(readFileSync(join(base, 'dist', 'known', 'nodes.json'), 'utf8')) as object);
const descriptions = [new DataGym(), new DataGymTrigger()].map(({ description }) => description);
const known = [
	...ofN8n.map((name) => `n8n-nodes-base.${name}`),
	...descriptions.map(({ name }) => `n8n-nodes-datagym.${name}`),
];
const operations = resources.flatMap(({ name, operations: all }) =>
	all.map((operation) => `${name}: ${operation.name}`),
);

const namesOf = (fields: readonly INodeProperties[]): string[] =>
	fields.flatMap(({ displayName, options = [] }) => [
		displayName,
		...options.flatMap((option) => ('name' in option && !('values' in option) ? [option.name] : [])),
	]);

/** What they say with names of the editor: "set X to Y". */
const settings = ({ builderHint: { searchHint = '' } = {} }: INodeTypeDescription) =>
	[...searchHint.matchAll(/\b[Ss]et ([A-Z]\w+(?: [A-Z]\w+)*) to ([A-Z]\w+(?: (?:[A-Z]\w*|per))*)/g)].flatMap(
		([, field = '', choice = '']) => [field, choice],
	);

describe.each(descriptions)('The builder hint of $name', (description) => {
	const { searchHint = '', relatedNodes = [] } = description.builderHint ?? {};

	test('is short enough to stand in a list of nodes', () => {
		expect(searchHint.length).toBeGreaterThan(100);
		// The longest of n8n's own nodes have more than a thousand.
		expect(searchHint.length).toBeLessThan(700);
		expect(relatedNodes.filter(({ relationHint }) => relationHint.length > 100)).toEqual([]);
	});

	test('relates nodes that there are', () => {
		expect(relatedNodes.map(({ nodeType }) => nodeType).filter((type) => !known.includes(type))).toEqual([]);
	});

	test('names operations, fields and choices that there are', () => {
		const text = [searchHint, ...relatedNodes.map(({ relationHint }) => relationHint)].join(' ');
		const named =
			text.match(/\b(?:Image|Prediction|Label Configuration|Export|Dataset): [A-Z]\w+(?: [A-Z]\w+)*/g) ?? [];
		expect(named.filter((name) => !operations.includes(name))).toEqual([]);
		const names = namesOf(description.properties);
		expect(settings(description).length).toBeGreaterThan(0);
		expect(settings(description).filter((name) => !names.includes(name))).toEqual([]);
	});
});
