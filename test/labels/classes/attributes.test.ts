import fc from 'fast-check';
import { attributesOf, classificationsOf } from '@datagym/labels/classes/attributes';
import { DEEPEST_LEVEL, type Classifications } from '@datagym/labels/model';
import { hostileJson } from '../arbitraries';
import { answers } from '../build';

/** The example of the type's comment. */
const ATTRIBUTES = { color: 'red', damage: ['dent', 'scratch'], 'damage/note': 'left door' };
const CLASSIFICATIONS: Classifications = {
	color: { values: ['red'], children: {} },
	damage: { values: ['dent', 'scratch'], children: { note: { values: ['left door'], children: {} } } },
};

describe('classifications as attributes', () => {
	test('are a text for one value, a list for several, and a path for those below others', () => {
		expect(attributesOf(CLASSIFICATIONS)).toEqual(ATTRIBUTES);
	});

	test('skip those without a value, not those below them', () => {
		expect(
			attributesOf({ color: { values: [], children: {} }, damage: { values: [], children: answers({ note: ['x'] }) } }),
		).toEqual({ 'damage/note': 'x' });
	});

	test('are nothing when none has a value', () => {
		expect(attributesOf({})).toBeUndefined();
		expect(attributesOf({ color: { values: [], children: answers({ shade: [] }) } })).toBeUndefined();
	});

	test('keep a value that is empty, and keys that JavaScript knows', () => {
		const odd = JSON.parse('{"__proto__": "a", "constructor": "b", "note": ""}') as Record<string, string>;
		const classifications = classificationsOf(odd);
		expect(Object.keys(classifications).sort()).toEqual(['__proto__', 'constructor', 'note']);
		expect(JSON.stringify(attributesOf(classifications))).toBe(JSON.stringify(odd));
	});
});

describe('attributes as classifications', () => {
	test('are the inverse', () => {
		expect(classificationsOf(ATTRIBUTES)).toEqual(CLASSIFICATIONS);
	});

	test('are the inverse in whatever order they come', () => {
		expect(classificationsOf(Object.fromEntries(Object.entries(ATTRIBUTES).reverse()))).toEqual(CLASSIFICATIONS);
	});

	test('have numbers and booleans as texts, and skip other values', () => {
		expect(
			classificationsOf({ count: 3, isNew: false, tags: ['a', 1, true, null, {}], none: null, inner: {}, empty: [] }),
		).toEqual(answers({ count: ['3'], isNew: ['false'], tags: ['a', '1', 'true'] }));
	});

	test.each([[undefined], [null], ['color'], [7], [['color', 'red']]])('of %j are none', (value) =>
		expect(classificationsOf(value)).toEqual({}),
	);

	test('place what is below a classification without a value, too', () => {
		expect(classificationsOf({ 'a/b/c': 'x' })).toEqual({
			a: { values: [], children: { b: { values: [], children: answers({ c: ['x'] }) } } },
		});
	});

	test('take a path for a name when it is deeper than anything is nested', () => {
		const path = (levels: number) => Array.from({ length: levels }, (_, level) => `k${level}`).join('/');
		const [deepest, deeper] = [path(DEEPEST_LEVEL), path(DEEPEST_LEVEL + 1)];
		expect(Object.keys(classificationsOf({ [deepest]: 'x' }))).toEqual(['k0']);
		expect(classificationsOf({ [deeper]: 'x' })).toEqual(answers({ [deeper]: ['x'] }));
	});

	test('never crash the reader, and come back the same', () => {
		fc.assert(
			fc.property(hostileJson(['color', 'a/b', '__proto__']), (value) => {
				const classifications = classificationsOf(value);
				expect(classificationsOf(attributesOf(classifications))).toEqual(classifications);
			}),
		);
	});
});
