import { comparableKey, findKey, KeyMap, sameKey } from '@datagym/labels/classes/classKey';
import { datasetClasses } from '@datagym/labels/classes/datasetClasses';
import { checkLabelConfig } from '@datagym/labels/classes/labelConfig';
import type { LabelClass } from '@datagym/labels/model';
import { nameKey } from '@datagym/client';

/** docs/contract.md#configuration-entries and #import-targets: stored in lower case, `Car` and `car ` find `car`. */
test.each([
	['Car', 'car', true],
	['car ', 'CAR', true],
	[' car', 'car', false],
	['traffic light', 'Traffic Light', true],
	['traffic_light', 'Traffic Light', false],
])('takes "%s" and "%s" for one class: %s', (a, b, isSame) => {
	expect(sameKey(a, b)).toBe(isSame);
	expect(comparableKey(a) === comparableKey(b)).toBe(isSame);
});

test('finds the same spelling first', () => {
	expect(findKey(['CAR', 'Car', 'car'], 'car')).toBe('car');
	expect(findKey(['CAR', 'Car'], 'car')).toBe('CAR');
	expect(findKey(['van'], 'car')).toBeUndefined();
	const map = KeyMap.of({ CAR: 1, Car: 2 });
	expect([map.get('Car'), map.get('car'), map.get('van')]).toEqual([2, 1, undefined]);
	expect(KeyMap.of({ x: 1 }).get('constructor')).toBeUndefined();
});

const label = (key: string, number: number): LabelClass => ({ key, name: key, type: 'rectangle', number, parents: [] });

test('a dataset finds its classes, new names and excluded classes in any case', () => {
	const classes = datasetClasses([label('bus', 0), label('car', 1), label('van', 2)], {
		names: { Car: 'vehicle' },
		exclude: ['VAN'],
	});
	expect(classes.names).toEqual(['bus', 'vehicle']);
	expect(classes.classOf('CAR')).toEqual({ name: 'vehicle', id: 1 });
	expect(classes.classOf('Van')).toBe('excluded');
});

test('a saved class ID belongs to its class in any case, and keeps its spelling', () => {
	const classes = datasetClasses([label('bus', 0), label('car', 1)], { saved: { Car: 0, BUS: 1, bus: 2 } });
	expect(classes.mapping).toEqual({ Car: 0, BUS: 1, bus: 2 });
	expect([classes.classOf('car'), classes.classOf('bus')]).toEqual([
		{ name: 'Car', id: 0 },
		{ name: 'bus', id: 2 },
	]);
	// A name that the user gives is meant as it is written.
	expect(datasetClasses([label('car', 0)], { names: { car: 'VAN' }, saved: { van: 0 } }).names).toEqual(['van', 'VAN']);
});

describe('a label configuration', () => {
	const entry = (entryKey: string, more: object = {}) => ({ entryKey, entryValue: 'x', type: 'rectangle', ...more });
	const select = (options: object) => [entry('a', { type: 'select', options })];
	const messages = (entries: unknown) => {
		const check = checkLabelConfig(entries, nameKey);
		return check.ok ? [] : check.problems.map(({ path, message }) => `${path}: ${message}`);
	};

	test.each([
		[[entry('Car'), entry('car')], '[1].entryKey', '"car" is the same as "Car" at [0].entryKey'],
		[[entry('car', { children: [entry('CAR')] })], '[0].children[0].entryKey', '"CAR" is the same as "car"'],
		[[entry('car'), entry('car ')], '[1].entryKey', '"car " is the same as "car"'],
		[[entry('a', { color: 'x'.repeat(256) })], '[0].color', 'The color has 256 characters. Shorten it to at most 255.'],
		[select({ b: 'x'.repeat(256) }), '[0].options.b', 'The display name of an option has 256 characters'],
		[select({ ['b'.repeat(256)]: 'x' }), '[0].options.bbb', 'The key of an option has 256 characters'],
		[select({ Red: 'a', red: 'b' }), '[0].options.red', 'takes the options "Red" and "red" for one'],
		[select({ cafe: 'a', café: 'b' }), '[0].options.café', 'takes the options "cafe" and "café" for one'],
	])('%j is refused at %s', (entries, path, message) => {
		const [first, ...others] = messages(entries);
		expect(first).toContain(path);
		expect(first).toContain(message);
		expect(others).toEqual([]);
	});

	test('may hold texts of 255 characters, and the same key below different roots', () => {
		const children = [entry('color', { type: 'select', options: { ['o'.repeat(255)]: '😀'.repeat(255) } })];
		expect(messages([entry('car', { color: '😀'.repeat(255), children }), entry('van', { children })])).toEqual([]);
	});
});
