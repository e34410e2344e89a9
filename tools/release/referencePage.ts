import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { Operation } from '@datagym/nodes/DataGym/runner/operation';
import { resources } from '@datagym/nodes/DataGym/resources';
import { fields as triggerFields } from '@datagym/nodes/DataGymTrigger/fields';
import { nodeNetwork } from '@datagym/shared/network';
import { schemaPath, TRIGGER, type Schema } from './outputSchema';
import { ROOT } from '../paths';

export const REFERENCE_PAGE = join(ROOT, 'docs', 'reference.md');

const HEAD = `# Reference

All operations of the DataGym node, and the DataGym Trigger: their fields, their options, and the fields of the items they return. Written by
\`npm run release -- reference\` from the nodes' descriptions and [output schemas](#output); do not edit it by hand.

*Words in italics* are names in n8n's editor.

## Output

n8n's editor shows the output fields of an operation before its first execution, so that you can drag them into the next node; those of a trigger it shows after a
test event. The tables list the fields of the default output: where *Output* has several choices, the other choices return other fields, and options can add some. An item
may lack fields that the server does not tell, and a field without a value is \`null\`.

*Network* is among the options of each operation: it sets limits for this node other than those of the credential.
`;

/** Of the fields that every operation has, said once at the top. */
const NETWORK = nodeNetwork.name;

const TYPES: Partial<Record<INodeProperties['type'], string>> = {
	boolean: 'on or off',
	collection: 'collection',
	fixedCollection: 'collection',
	json: 'JSON',
	multiOptions: 'several choices',
	options: 'choice',
	resourceLocator: 'picker',
	string: 'text',
};

/** The page as it should be: a section for each resource, and in it one for each operation. */
export function referencePage(): string {
	const servers = serversByOperation(readFileSync(join(ROOT, 'docs', 'versions.md'), 'utf8'));
	const sections = resources.map(({ name, description, value, operations }) =>
		[
			`## ${name}\n\n${sentence(description)}`,
			...operations.map((operation) =>
				[
					`### ${name}: ${operation.name}`,
					sentence(operation.description),
					...(servers(name, operation.name) ?? []),
					...fieldTables(operation),
					outputTable(`${value}.${operation.value}`),
				].join('\n\n'),
			),
		].join('\n\n'),
	);
	const options = triggerFields.find(({ name }) => name === 'options');
	const trigger = [
		'## DataGym Trigger',
		'Starts a workflow when something is new in DataGym: see [trigger](trigger.md).',
		fieldTable(
			'Field',
			triggerFields.filter((field) => field !== options),
		),
		fieldTable('Option', ownOptions(optionsIn(options))),
		outputTable(TRIGGER),
	].join('\n\n');
	return `${[HEAD.trimEnd(), ...sections, trigger].join('\n\n')}\n`;
}

function fieldTables({ fields, options = [] }: Operation): string[] {
	const sorted = [...options].sort((a, b) => a.displayName.localeCompare(b.displayName));
	return [
		...(fields.length === 0 ? [] : [fieldTable('Field', fields)]),
		...(sorted.length === 0 ? [] : [fieldTable('Option', sorted)]),
	];
}

function fieldTable(title: string, fields: readonly INodeProperties[]): string {
	const rows = fields.flatMap((field) => {
		if (field.type === 'notice') return [];
		const condition = conditionOf(field, fields);
		return [
			`| *${field.displayName}* | ${TYPES[field.type] ?? field.type} | ${defaultOf(field)} | ${condition}${meaningOf(field)} |`,
		];
	});
	return [`| ${title} | Type | Default | Meaning |`, '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** When a field is shown, in the words of the fields that it depends on. */
function conditionOf({ displayOptions }: INodeProperties, siblings: readonly INodeProperties[]): string {
	const conditions = Object.entries(displayOptions?.show ?? {}).flatMap(([name, values = []]) => {
		const other = siblings.find((field) => field.name === name);
		if (other === undefined) return [];
		const choices = values.map((value) => nameOfChoice(other, value));
		return [`*${other.displayName}*: ${choices.join(' or ')}`];
	});
	return conditions.length === 0 ? '' : `(${conditions.join('; ')}) `;
}

function defaultOf(field: INodeProperties): string {
	const { default: value, type, required } = field;
	const none = required === true ? 'required' : '–';
	if (type === 'resourceLocator') return none;
	if (value === '' || (Array.isArray(value) && value.length === 0)) return none;
	if (Array.isArray(value)) return value.map((each) => nameOfChoice(field, each)).join(', ');
	if (typeof value === 'object') return none;
	return nameOfChoice(field, value);
}

function nameOfChoice(field: INodeProperties, value: unknown): string {
	if (typeof value === 'boolean') return value ? 'on' : 'off';
	const choice = choicesOf(field).find((option) => option.value === value);
	return choice === undefined ? `\`${cell(String(value))}\`` : `*${cell(choice.name)}*`;
}

/** The description, and the choices or the fields inside. */
function meaningOf(field: INodeProperties): string {
	const inner = innerFields(field);
	const choices = choicesOf(field);
	return [
		field.description === undefined ? '' : sentence(cell(linked(field.description))),
		choices.length === 0 ? '' : `Choices: ${choices.map(choiceText).join('; ')}.`,
		inner.length === 0 ? '' : `Fields: ${inner.map(({ displayName }) => `*${cell(displayName)}*`).join(', ')}.`,
	]
		.filter((text) => text !== '')
		.join(' ');
}

const choiceText = ({ name, description }: INodePropertyOptions) =>
	`*${cell(name)}*${description === undefined ? '' : ` (${cell(linked(description)).replace(/\.$/, '')})`}`;

function choicesOf({ type, options = [] }: INodeProperties): readonly INodePropertyOptions[] {
	if (type !== 'options' && type !== 'multiOptions') return [];
	return options.flatMap((option) => ('value' in option ? [option] : []));
}

function innerFields({ options = [] }: INodeProperties): readonly INodeProperties[] {
	return options.flatMap((option) => ('values' in option ? option.values : 'type' in option ? [option] : []));
}

const optionsIn = (collection: INodeProperties | undefined) =>
	collection === undefined ? [] : innerFields(collection);
const ownOptions = (options: readonly INodeProperties[]) => options.filter(({ name }) => name !== NETWORK);

/** The fields of an item, and of the objects and lists in it. */
function outputTable(name: string): string {
	const schema = JSON.parse(readFileSync(join(ROOT, 'nodes', schemaPath(name)), 'utf8')) as Schema;
	const rows = Object.entries(schema.properties ?? {}).map(
		([key, field]) => `| \`${key}\` | ${typeName(field)} | ${innerNames(field)} |`,
	);
	return ['| Output | Type | Fields in it |', '| --- | --- | --- |', ...rows].join('\n');
}

function typeName({ type, items }: Schema): string {
	const [first = '', ...others] = Array.isArray(type) ? (type as readonly string[]) : [type as string];
	const names = [first, ...others].filter((each) => each !== 'null').map((each) => (each === 'string' ? 'text' : each));
	if (first === 'array') return items === undefined ? 'list' : `list of ${typeName(items)}`;
	return names.length === 0 ? 'empty' : names.join(' or ');
}

function innerNames({ properties, items }: Schema): string {
	const inner = properties ?? items?.properties ?? {};
	return Object.keys(inner)
		.map((key) => `\`${key}\``)
		.join(', ');
}

/** What the table of versions says, for operations that not every kind of server has as a whole. */
function serversByOperation(page: string): (resource: string, operation: string) => string[] | undefined {
	const lines = page.split('\n').filter((line) => line.startsWith('| '));
	const rows = lines.map((line) => line.split(' | ').map((part) => part.replace(/^\| | \|$/g, '').trim()));
	const [, ...kinds] = rows.find(([first]) => first === 'Operation') ?? [];
	return (resource, operation) => {
		const row = rows.find(([what = '']) => namesIn(what, resource).includes(operation)) ?? rows.find(isAbout(resource));
		if (row === undefined || row.slice(1).every((answer) => answer === 'yes')) return [];
		const answers = kinds.map((kind, index) => `${kind}: ${row[index + 1] ?? ''}`);
		return [`**Servers** (see [versions](versions.md#what-each-server-can-do)): ${answers.join('. ')}.`];
	};
}

/** `*Project*: *Get*, *Get Many*` names two operations. */
function namesIn(what: string, resource: string): readonly string[] {
	const [about = '', names = ''] = what.replaceAll('*', '').split(': ');
	return about === resource ? names.split(', ') : [];
}

const isAbout =
	(resource: string) =>
	([what = '']: readonly string[]) =>
		namesIn(what, resource).includes('all');

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

const linked = (text: string) => text.replace(/<a href="([^"]+)"[^>]*>([^<]*)<\/a>/g, '[$2]($1)');

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replace(/\s+/g, ' ').trim();
