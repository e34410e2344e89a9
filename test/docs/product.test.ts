import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { INodeProperties, INodeType } from 'n8n-workflow';
import { EXAMPLES } from '@datagym/tools/examples/workflows';
import { listTexts, readText, ROOT } from './markdown';

const readme = readText('README.md');
const { DataGym } = createRequire(__filename)(join(ROOT, 'index.js')) as Record<'DataGym', new () => INodeType>;
const { properties } = new DataGym().description;

const namesOf = ({ options = [] }: INodeProperties) => options.map(({ name }) => name);

describe('The README', () => {
	test('begins with the page that a preview makes and the five nodes', () => {
		const pictures = [...readme.matchAll(/docs\/images\/(\w+)\.png/g)].map(([, name]) => name);
		expect(pictures.slice(0, 2)).toEqual(['preview', 'workflow']);
	});

	test('knows how many examples there are', () => {
		expect(Number(/There are \[(\d+) examples\]/.exec(readme)?.[1])).toBe(EXAMPLES.length);
	});

	test('lists each operation of each resource', () => {
		const resources = properties.find(({ name }) => name === 'resource')?.options ?? [];
		for (const resource of resources) {
			const value = 'value' in resource ? resource.value : '';
			const own = properties.find(
				({ name, displayOptions }) => name === 'operation' && displayOptions?.show?.resource?.[0] === value,
			);
			const [row = ''] = readme.split('\n').filter((line) => line.startsWith(`| ${resource.name} | `));
			const listed = row.replace(/¹/g, '').split('|')[2]?.split(/[,(]/) ?? [];
			const missing = namesOf(own!).filter((name) => !listed.some((each) => each.trim() === name));
			expect([resource.name, missing]).toEqual([resource.name, []]);
		}
	});
});

describe('The index of the documentation', () => {
	const index = readText('docs/README.md');

	test('has each page', () => {
		const pages = listTexts('docs/*.md').map((page) => page.replace('docs/', ''));
		expect(pages.filter((page) => page !== 'README.md' && !index.includes(`](${page}`))).toEqual([]);
	});

	test('has each example, of which each has a test', () => {
		expect(EXAMPLES.filter((name) => !index.includes(`](../examples/${name}.json)`))).toEqual([]);
	});
});
