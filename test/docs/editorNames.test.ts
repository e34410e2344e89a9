import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ICredentialType, INodeProperties, INodeType } from 'n8n-workflow';
import { readText, ROOT } from './markdown';

/** Pages that set names of the editor in italics, and say so. */
const PAGES = [
	'exporting-for-training',
	'getting-started',
	'labels-as-items',
	'predictions',
	'security',
	'troubleshooting',
	'uploading',
	'versions',
];

/** Names of n8n itself, and the pages' own note. */
const OF_N8N = [
	'Aggregate',
	'Always Output Data',
	'Array: contains',
	'Body Content Type',
	'By ID',
	'Combine',
	'Continue',
	'Execute Once',
	'Fuzzy Compare',
	'Include Response Headers and Status',
	'Input Data Field Name',
	'Never Error',
	'On Error',
	'Response',
	'Response Format',
	'Words in italics',
];

const classes = createRequire(__filename)(join(ROOT, 'index.js')) as Record<
	string,
	new () => INodeType | ICredentialType
>;
const properties = Object.values(classes).flatMap((Type) => {
	const type = new Type();
	return 'description' in type ? type.description.properties : type.properties;
});

function namesOf(fields: readonly INodeProperties[]): string[] {
	return fields.flatMap(({ displayName, options = [] }) => [
		displayName,
		...options.flatMap((option) =>
			'values' in option ? namesOf(option.values) : 'type' in option ? namesOf([option]) : [option.name],
		),
	]);
}

/** “Resource: Operation” */
const operations = properties
	.filter(({ name }) => name === 'operation')
	.flatMap(({ displayOptions, options = [] }) => {
		const value = displayOptions?.show?.resource?.[0];
		const resource = properties
			.find(({ name }) => name === 'resource')
			?.options?.find((option) => 'value' in option && option.value === value)?.name;
		return options.map(({ name }) => `${resource}: ${name}`);
	});

const credentialNames = Object.values(classes)
	.map((Type) => new Type())
	.flatMap((type) => ('description' in type ? [] : [type.displayName]));

const known = new Set([...namesOf(properties), ...operations, ...credentialNames, ...OF_N8N]);

test.each(PAGES)('docs/%s.md names what the editor shows', (page) => {
	const text =
		readText(`docs/${page}.md`)
			.replace(/^( *)```[\s\S]*?^\1```/gm, '')
			.replace(/`[^`\n]*`/g, '')
			.split('<!-- messages')[0] ?? '';
	const italic = [...text.replace(/\*\*/g, '').matchAll(/(?<![*\w])\*([A-Z][^*\n]*)\*(?![*\w])/g)].map(
		([, name = '']) => name,
	);
	expect(italic.length).toBeGreaterThan(5);
	expect([...new Set(italic)].filter((name) => !known.has(name))).toEqual([]);
});
