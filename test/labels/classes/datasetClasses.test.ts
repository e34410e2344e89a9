import fc from 'fast-check';
import { datasetClasses, readClassMapping } from '@datagym/labels/classes/datasetClasses';
import { hostileJson, classKey } from '../arbitraries';
import { FLEET_CLASSES } from '../build';

describe('the classes of a dataset', () => {
	test('are the geometry classes of the configuration, nested ones too, numbered by key', () => {
		const classes = datasetClasses(FLEET_CLASSES);
		expect(classes.names).toEqual(['car', 'lamp', 'lane', 'plate', 'road', 'sky']);
		expect(classes.classOf('plate')).toEqual({ name: 'plate', id: 3 });
		expect(classes.classOf('weather')).toBe('unknown-class');
	});

	test('can be renamed, merged and left out', () => {
		const classes = datasetClasses(FLEET_CLASSES, {
			names: { car: 'vehicle', road: 'ground', lane: 'ground' },
			exclude: ['sky', 'plate'],
		});
		expect(classes.names).toEqual(['vehicle', 'lamp', 'ground']);
		expect(classes.classOf('road')).toEqual(classes.classOf('lane'));
		expect(classes.classOf('sky')).toBe('excluded');
	});

	test('are those of the types that a format has classes of, if it does not have all', () => {
		const classes = datasetClasses(FLEET_CLASSES, { types: ['rectangle', 'polygon'], exclude: ['lamp'] });
		expect(classes.names).toEqual(['car', 'plate', 'road']);
		expect(classes.classOf('lane')).toBe('geometry-type');
		expect(classes.classOf('lamp')).toBe('excluded');
		expect(classes.classOf('weather')).toBe('unknown-class');
	});

	test('keep the numbers of a saved mapping and add new ones behind', () => {
		const saved = { lamp: 0, truck: 2 };
		const classes = datasetClasses(FLEET_CLASSES, { saved });
		expect(classes.names).toEqual(['lamp', 'unused_1', 'truck', 'car', 'lane', 'plate', 'road', 'sky']);
		expect(classes.mapping).toMatchObject(saved);
		expect(datasetClasses([...FLEET_CLASSES].reverse(), { saved: classes.mapping }).mapping).toEqual(classes.mapping);
	});

	test('begin at 0 without a saved mapping, and are one for a key that stands in several places', () => {
		const classOf = (key: string, number: number) => ({ key, name: key, type: 'polygon' as const, number });
		const classes = datasetClasses([classOf('b', 1), classOf('a', 0), classOf('b', 1)]);
		expect(classes.names).toEqual(['a', 'b']);
		expect(classes.mapping).toEqual({ a: 0, b: 1 });
		expect(datasetClasses([]).names).toEqual([]);
	});

	test('that are excluded have no number, unless an earlier export has given it', () => {
		const classes = datasetClasses(FLEET_CLASSES, { exclude: ['car'], saved: { car: 0 } });
		expect(classes.classOf('car')).toBe('excluded');
		expect(classes.names).toEqual(['car', 'lamp', 'lane', 'plate', 'road', 'sky']);
		expect(datasetClasses(FLEET_CLASSES, { exclude: ['car'] }).mapping).not.toHaveProperty('car');
	});

	test('may have names that JavaScript knows', () => {
		const names = { car: '__proto__', lamp: 'constructor' };
		const { mapping } = datasetClasses(FLEET_CLASSES, { names, exclude: ['lane', 'plate', 'road', 'sky'] });
		expect(JSON.stringify(mapping)).toBe('{"__proto__":0,"constructor":1}');
	});

	test('never change a number, whatever is added to the configuration', () => {
		const keys = fc.uniqueArray(classKey, { maxLength: 8 });
		fc.assert(
			fc.property(keys, keys, (before, added) => {
				const classOf = (key: string) => ({ key, name: key, type: 'point' as const, number: 0 });
				const first = datasetClasses(before.map(classOf));
				const second = datasetClasses([...added, ...before].map(classOf), { saved: first.mapping });
				for (const key of before) expect(second.classOf(key)).toEqual(first.classOf(key));
				expect(new Set(second.names).size).toBe(second.names.length);
			}),
		);
	});
});

describe('a saved class mapping', () => {
	test('is taken when it numbers each class once', () => {
		expect(readClassMapping({ car: 0, van: 3 })).toEqual({ mapping: { car: 0, van: 3 }, problems: [] });
	});

	test('is taken with class IDs up to 9,999', () => {
		expect(readClassMapping({ car: 9_999 }).problems).toEqual([]);
		expect(readClassMapping({ car: 10_000 }).problems).toHaveLength(1);
		expect(readClassMapping({}).mapping).toEqual({});
	});

	test('has its problems named by class, with the remedy, and is not taken then', () => {
		expect(readClassMapping({ car: -1, van: 3, bus: 3 })).toEqual({
			problems: [
				expect.stringMatching(/"car".* whole number from 0 to 9999, but got -1\. Change it\.$/),
				expect.stringMatching(/"bus" and "van".* same class ID 3\. Change one of them\.$/),
			],
		});
		expect(readClassMapping('car')).toEqual({ problems: [expect.stringMatching(/must be an object.*"car".*Enter /)] });
	});

	test.each<[unknown, number]>([
		[null, 1],
		[{ car: '1' }, 1],
		[{ car: 0.5 }, 1],
		[{ car: Number.NaN }, 1],
		[[], 1],
		[{ car: -1, van: 0.5, bus: '1' }, 3],
		[{ car: 1, van: 1 }, 1],
		[{ car: 4_000_000_000 }, 1],
	])('%j has its problems reported', (value, count) => {
		expect(readClassMapping(value).problems).toHaveLength(count);
	});

	test('never crashes the reader', () => {
		fc.assert(
			fc.property(hostileJson(['car', '__proto__']), (value) =>
				expect(readClassMapping(value)).toHaveProperty('problems'),
			),
		);
	});
});
