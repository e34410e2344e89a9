/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import type { IDataObject } from 'n8n-workflow';
import { ROOT } from '@datagym/tools/paths';
import { schemaPath, TRIGGER, type Schema } from '@datagym/tools/release/outputSchema';
import { startEngine } from '../support/n8n/lentEngine';
import { realOutputs } from '../support/realOutputs';
import { OPERATION_NAMES } from '../support/sampleParameters';

/** What `npm run release -- schemas` writes for n8n. */

const NODES = join(ROOT, 'nodes');
const NAMES = [...OPERATION_NAMES, TRIGGER];
/** Running all operations on all kinds of servers takes a busy machine minutes. */
const LONG = 900_000;

/** Keys and answers in the projects that the outputs are of. */
const TEST_DATA = ['car', 'van', 'sky', 'ship', 'weather', 'red', 'blue', 'firm', 'person', 'sun', 'rain', 'owner'];

const textOf = (name: string) => readFileSync(join(NODES, schemaPath(name)), 'utf8');
const schemaIn = (name: string) => JSON.parse(textOf(name)) as Schema;

/** The fields of an object and of all in it; those of the elements of a list are `list[].field`. */
function declared(schema: Schema, path = ''): string[] {
	const fields = Object.entries(schema.properties ?? {}).flatMap(([key, field]) => [
		`${path}.${key}`,
		...declared(field, `${path}.${key}`),
	]);
	return schema.items === undefined ? fields : [...fields, ...declared(schema.items, `${path}[]`)];
}

/** The same of a value. What stands in a field that is declared as an object alone has data as its keys. */
function occurring(value: unknown, schema: Schema | undefined, path = ''): string[] {
	if (Array.isArray(value)) return value.flatMap((element) => occurring(element, schema?.items, `${path}[]`));
	if (typeof value !== 'object' || value === null) return [];
	if (schema?.type === 'object' && schema.properties === undefined) return [];
	return Object.entries(value).flatMap(([key, field]) => [
		`${path}.${key}`,
		...occurring(field, schema?.properties?.[key], `${path}.${key}`),
	]);
}

describe('The output schemas (if not: npm run release -- schemas)', () => {
	test.each(NAMES)('have a file for %s, in the form of those of n8n', (name) => {
		const file = JSON.parse(textOf(name)) as Record<string, unknown>;
		expect(file).toEqual({ type: 'object', properties: expect.any(Object), version: 1 });
		expect(Object.keys(file.properties as object)).not.toEqual([]);
	});

	test('are of operations that there are', () => {
		const files = readdirSync(NODES, { recursive: true, encoding: 'utf8' }).filter(
			(file) => file.includes('__schema__') && file.endsWith('.json'),
		);
		expect(files.sort()).toEqual(NAMES.map(schemaPath).sort());
	});

	test('are in the built package, where n8n looks for them', () => {
		const missing = NAMES.map(schemaPath).filter((path) => !existsSync(join(ROOT, 'dist', 'nodes', path)));
		expect(missing).toEqual([]);
	});

	test('hold no value and no name of test data', () => {
		const keys = new Set(NAMES.flatMap((name) => declared(schemaIn(name))).map((path) => path.replace(/^.*\./, '')));
		expect(TEST_DATA.filter((word) => keys.has(word))).toEqual([]);
		expect([...keys].filter((key) => !/^[a-zA-Z0-9_]+$/.test(key))).toEqual([]);
	});
});

describe('Real output', () => {
	let outputs: ReadonlyMap<string, readonly IDataObject[]>;
	beforeAll(async () => {
		outputs = await realOutputs(await startEngine());
	}, LONG);

	test.each(NAMES)('of %s is as its schema says', (name) => {
		const isValid = new Ajv({ strict: false, allErrors: true }).compile(schemaIn(name));
		const faults = (outputs.get(name) ?? []).flatMap((item) =>
			isValid(item) ? [] : (isValid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`),
		);
		expect(faults).toEqual([]);
	});

	test.each(NAMES)('of %s has all fields that are declared, and no others', (name) => {
		const schema = schemaIn(name);
		const found = new Set((outputs.get(name) ?? []).flatMap((item) => occurring(item, schema)));
		expect([...found].sort()).toEqual(declared(schema).sort());
	});
});
