import fc from 'fast-check';
import { flattenLabelConfig, type LabelConfigProblem } from '@datagym/labels/classes/labelClass';
import { checkLabelConfig } from '@datagym/labels/classes/labelConfig';
import { readServerLabelConfig } from '@datagym/labels/classes/serverLabelConfig';
import { hostileJson } from '../arbitraries';
import config192 from '../fixtures/config-192.json';
import recorded from '../fixtures/configs.json';

const ENTRY = { entryKey: 'car', entryValue: 'Car', type: 'rectangle' };
const FREETEXT = { entryKey: 'note', entryValue: 'Note', type: 'freetext', maxLength: 5 };

function problemsOf(value: unknown): LabelConfigProblem[] {
	const check = checkLabelConfig(value);
	return check.ok ? [] : check.problems;
}

function pathsOf(value: unknown): string[] {
	return problemsOf(value).map(({ path }) => path);
}

describe('a label configuration', () => {
	test.each(
		recorded
			// Refused for what was there before, not for what was sent.
			.filter(
				({ key, status }) =>
					!['ex_notfound', 'ex_forbidden', 'ex_gen_config_not_cleared'].includes(key ?? '') && status !== 0,
			)
			.map(({ recording, name, body, status }) => ({ recording, name, body, accepted: status === 200 })),
	)('is judged as the server judged recording $recording ($name)', ({ body, accepted }) => {
		expect(checkLabelConfig(body).ok).toBe(accepted);
	});

	test('comes back typed, with types in lower case and without what only answers hold', () => {
		const check = checkLabelConfig([
			{
				...ENTRY,
				type: 'RectANGLE',
				id: '1',
				lcEntryParentId: null,
				timestamp: 3,
				color: null,
				shortcut: 1,
				maxLength: null,
				options: {},
				required: false,
			},
		]);
		expect(check).toEqual({
			ok: true,
			entries: [
				{ entryKey: 'car', entryValue: 'Car', type: 'rectangle', shortcut: '1', required: false, children: [] },
			],
		});
	});

	test('reports all problems at once, each with its path and a remedy', () => {
		const problems = problemsOf([
			{ ...ENTRY, entryKey: 'point', entryValue: 'V/1', shortcut: '12' },
			{ ...ENTRY, children: [FREETEXT, { entryKey: 'a.b', entryValue: 'X', type: 'radio', foo: 1 }] },
		]);
		expect(problems.map(({ path }) => path)).toEqual([
			'[0].entryKey',
			'[0].entryValue',
			'[0].shortcut',
			'[1].children[1].foo',
			'[1].children[1].type',
			'[1].children[1].entryKey',
		]);
		for (const { message } of problems) expect(message).toMatch(/^["A-Z].*[.!]$/);
		expect(problems[0]?.message).toBe('"point" is a reserved word in DataGym. Choose another key, such as "point_1".');
	});

	test.each<[string, unknown, string[]]>([
		['is a list', { entries: [] }, ['']],
		['holds objects', ['car'], ['[0]']],
		['has keys', [{ ...ENTRY, entryKey: '' }], ['[0].entryKey']],
		['has keys that are texts', [{ ...ENTRY, entryKey: 5 }], ['[0].entryKey']],
		['has keys of at most 56 characters', [{ ...ENTRY, entryKey: 'k'.repeat(57) }], ['[0].entryKey']],
		['takes keys of 56 characters', [{ ...ENTRY, entryKey: 'k'.repeat(56) }], []],
		['takes blanks, _ and - in keys', [{ ...ENTRY, entryKey: 'a b_c-9' }], []],
		['has no other characters in keys', [{ ...ENTRY, entryKey: 'größe' }], ['[0].entryKey']],
		['has no reserved key', [{ ...ENTRY, entryKey: 'lcentryselectvalue' }], ['[0].entryKey']],
		['may use a reserved word in another case', [{ ...ENTRY, entryKey: 'Point' }], []],
		['has displayed names', [{ ...ENTRY, entryValue: null }], ['[0].entryValue']],
		['takes umlauts and signs in names', [{ ...ENTRY, entryValue: 'Größe (ça) #1?!' }], []],
		['has names of at most 56 characters', [{ ...ENTRY, entryValue: 'v'.repeat(57) }], ['[0].entryValue']],
		['has a type', [{ ...ENTRY, type: undefined }], ['[0].type']],
		['has a type that DataGym knows', [{ ...ENTRY, type: 'bounding_box' }], ['[0].type']],
		['has colors that are texts', [{ ...ENTRY, color: 5 }], ['[0].color']],
		['has shortcuts of one digit', [{ ...ENTRY, shortcut: 'a' }], ['[0].shortcut']],
		[
			'uses a shortcut once, at any depth',
			[{ ...ENTRY, shortcut: '1', children: [{ entryKey: 'p', entryValue: 'P', type: 'point', shortcut: '1' }] }],
			['[0].children[0].shortcut'],
		],
		['uses a key once among the roots', [ENTRY, ENTRY], ['[1].entryKey']],
		[
			"uses a key once in a root's tree",
			[{ ...ENTRY, children: [{ ...FREETEXT, entryKey: 'car' }] }],
			['[0].children[0].entryKey'],
		],
		[
			"may repeat a key in another root's tree",
			[
				{ ...ENTRY, children: [FREETEXT] },
				{ ...ENTRY, entryKey: 'van', children: [FREETEXT] },
			],
			[],
		],
		['has options as an object', [{ ...ENTRY, type: 'select', options: ['red'] }], ['[0].options']],
		['has options with names', [{ ...ENTRY, type: 'select', options: { red: 1 } }], ['[0].options.red']],
		['takes a select without options', [{ ...ENTRY, type: 'select' }], []],
		[
			'takes any option key',
			[{ ...ENTRY, type: 'checklist', options: { 'a.b/c': 'A', '': 'B', ['__proto__']: 'C' } }],
			[],
		],
		['has a longest length for freetexts', [{ ...FREETEXT, maxLength: undefined }], ['[0].maxLength']],
		['has a longest length from 1', [{ ...FREETEXT, maxLength: 0 }], ['[0].maxLength']],
		['has a longest length up to 255', [{ ...FREETEXT, maxLength: 256 }], ['[0].maxLength']],
		['has a whole longest length', [{ ...FREETEXT, maxLength: 1.5 }], ['[0].maxLength']],
		['checks a longest length of other types, too', [{ ...ENTRY, maxLength: 300 }], ['[0].maxLength']],
		['has required as true or false', [{ ...ENTRY, required: 'yes' }], ['[0].required']],
		['has children as a list', [{ ...ENTRY, children: null }], ['[0].children']],
		['has no unknown fields', [{ ...ENTRY, colour: 'red' }], ['[0].colour']],
		['has no geometry in a classification', [{ ...FREETEXT, children: [ENTRY] }], ['[0].children[0].type']],
		[
			'has no geometry in a segmentation',
			[{ ...ENTRY, type: 'image_segmentation', children: [{ ...ENTRY, entryKey: 'b' }] }],
			['[0].children[0].type'],
		],
		[
			'takes a segmentation in a geometry',
			[{ ...ENTRY, children: [{ ...ENTRY, entryKey: 'b', type: 'image_segmentation' }] }],
			[],
		],
	])('%s', (_rule, value, paths) => {
		expect(pathsOf(value)).toEqual(paths);
	});

	test('nests geometries one level and everything four levels deep', () => {
		const nest = (types: string[]): object[] => {
			const [type, ...rest] = types;
			return type === undefined
				? []
				: [{ entryKey: `k${rest.length}`, entryValue: 'V', type, maxLength: 5, children: nest(rest) }];
		};
		expect(pathsOf(nest(['point', 'point', 'freetext', 'freetext']))).toEqual([]);
		expect(pathsOf(nest(['point', 'point', 'point']))).toEqual(['[0].children[0].children[0].type']);
		expect(pathsOf(nest(['point', 'freetext', 'freetext', 'freetext', 'freetext']))).toEqual([
			'[0].children[0].children[0].children[0].children',
		]);
	});

	test('is checked without a crash, whatever it is', () => {
		const keys = [
			'entryKey',
			'entryValue',
			'type',
			'children',
			'options',
			'shortcut',
			'maxLength',
			'required',
			'color',
			'entries',
		];
		fc.assert(
			fc.property(hostileJson(keys), (value) => {
				expect(checkLabelConfig(value)).toHaveProperty('ok');
				expect(checkLabelConfig([value])).toHaveProperty('ok');
				expect(readServerLabelConfig({ entries: [value] })).toHaveProperty('classes');
			}),
		);
	});
});

describe("the server's label configuration", () => {
	test('can be uploaded again and asks the same', () => {
		const read = readServerLabelConfig(config192.answer);
		const sent = checkLabelConfig(config192.upload);
		expect(read.problems).toEqual([]);
		expect(checkLabelConfig(read.entries)).toEqual({ ok: true, entries: read.entries });
		expect(sent.ok && flattenLabelConfig(sent.entries)).toEqual(read.classes);
	});

	test('tells what it could not read and keeps the rest', () => {
		const { entries, problems } = readServerLabelConfig({
			entries: [{ entryKey: 'a', type: 'POINT' }, { entryKey: 'b', type: 'SPHERE' }, 5],
		});
		expect(entries).toEqual([{ entryKey: 'a', entryValue: 'a', type: 'point', children: [] }]);
		expect(problems.map(({ path }) => path)).toEqual(['entries[1]', 'entries[2]']);
	});
});

describe('label classes', () => {
	test('have the same numbers in whatever order the server returns the entries', () => {
		const { entries, classes } = readServerLabelConfig(config192.answer);
		expect(flattenLabelConfig([...entries].reverse())).toEqual(classes);
		expect(
			classes.filter(({ parents }) => parents?.length === 0).map(({ key, type, number }) => [key, type, number]),
		).toEqual([
			['car', 'rectangle', 0],
			['lamp', 'point', 1],
			['lane', 'line', 2],
			['remark', 'freetext', 3],
			['road', 'polygon', 4],
			['sky', 'segmentation', 5],
			['tags', 'checklist', 4],
			['van', 'rectangle', 6],
			['weather', 'select', 6],
		]);
	});

	test('know their parents, options and limits', () => {
		const { classes } = readServerLabelConfig(config192.answer);
		expect(classes.find(({ key }) => key === 'note')).toEqual({
			key: 'note',
			name: 'Note',
			type: 'freetext',
			number: 2,
			parents: ['car', 'damage'],
			required: false,
			maxLength: 40,
		});
		expect(classes.find(({ key }) => key === 'color')).toMatchObject({
			options: ['blue', 'red'],
			required: true,
			parents: ['car'],
		});
	});
});
