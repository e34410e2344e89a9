import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { INodeProperties, INodeType } from 'n8n-workflow';
import { ROOT } from '@datagym/tools/paths';

/** Issue 18: JSON fields without red marks in an untouched node, with examples, also inside Options. */

const classes = createRequire(__filename)(join(ROOT, 'index.js')) as Record<string, new () => Partial<INodeType>>;

const fields = Object.values(classes).flatMap((Type) => {
	const { description } = new Type();
	return description?.properties.flatMap((field) => fieldsIn(field, description.name)) ?? [];
});

function fieldsIn(field: INodeProperties, parent: string): Array<readonly [place: string, field: INodeProperties]> {
	const { operation, resource } = field.displayOptions?.show ?? {};
	const place = [parent, resource, operation, field.displayName].filter((part) => part !== undefined).join('/');
	const inside = (field.options ?? []).flatMap((option) =>
		'values' in option ? option.values : 'type' in option ? [option] : [],
	);
	return [[place, field], ...inside.flatMap((each) => fieldsIn(each, place))];
}

const jsonFields = fields.filter(([, { type }]) => type === 'json');

test('there are JSON fields, also inside Options', () => {
	expect(jsonFields.length).toBeGreaterThan(8);
	expect(jsonFields.some(([place]) => place.includes('/Options/'))).toBe(true);
});

// n8n's editor marks a text that is not JSON, and an empty one, with a red line.
test.each(jsonFields)('%s begins with an expression or with JSON', (_, { default: value }) => {
	expect(typeof value).toBe('string');
	const text = String(value);
	if (!text.startsWith('=')) expect(() => JSON.parse(text) as unknown).not.toThrow();
});

// n8n's editor for JSON shows no placeholder.
test.each(jsonFields)('%s shows an example, if its default is none', (_, { default: value, hint }) => {
	if (value === '[]' || value === '{}') expect(hint).toMatch(/^e\.g\. ./);
});

test('the form of Label Configuration has Type, Key and Label first', () => {
	const [entry] = fields.flatMap(([, { name, options = [] }]) => (name === 'entriesForm' ? options : []));
	const names = entry !== undefined && 'values' in entry ? entry.values.map(({ displayName }) => displayName) : [];
	expect(names).toEqual([
		'Type',
		'Key',
		'Label',
		'Color',
		'Options',
		'Required',
		'Max Length',
		'Parent Key',
		'Shortcut',
	]);
});
