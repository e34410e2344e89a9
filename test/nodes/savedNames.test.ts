import { readFileSync } from 'node:fs';
import { brokenPromises, PROMISED, savedNames, type SavedNames } from '@datagym/tools/release/savedNames';

const promised = JSON.parse(readFileSync(PROMISED, 'utf8')) as Record<string, SavedNames>;

describe('A workflow that was saved with an earlier release', () => {
	test('finds every node, operation, field, choice and default again', () => {
		expect(brokenPromises(promised, savedNames())).toEqual([]);
	});

	test('is promised the names of both nodes and the credential', () => {
		expect(Object.keys(promised)).toEqual(expect.arrayContaining(['dataGym 1', 'dataGymTrigger 1', 'dataGymApi 1']));
		expect(promised['dataGym 1']).toMatchObject({
			resource: { choices: expect.arrayContaining(['image', 'prediction']) },
			'image/operation': { choices: expect.arrayContaining(['upload']) },
			'image/upload/options.fileName': { type: 'string', default: '' },
			'labelConfig/upload/inputMode=form/entriesForm.entry.entryKey': { type: 'string' },
			'prediction/import/format=plainBoxes/boxForm=corners/boxFields': { default: 'xmin, ymin, xmax, ymax' },
		});
	});
});

describe('The check of saved names', () => {
	const before = {
		'node 1': {
			operation: { type: 'options', default: 'get', choices: ['get', 'set'] },
			name: { type: 'string', default: '' },
		},
	};

	test.each([
		['a node', {}, 'node 1 is gone'],
		['a field', { 'node 1': { operation: before['node 1'].operation } }, 'node 1: name is gone'],
		[
			'a choice',
			{ 'node 1': { ...before['node 1'], operation: { type: 'options', default: 'get', choices: ['get'] } } },
			'node 1: operation has no choice "set" any more',
		],
		[
			'a type',
			{ 'node 1': { ...before['node 1'], name: { type: 'json', default: '' } } },
			'node 1: name was string and is json',
		],
		[
			'a default',
			{ 'node 1': { ...before['node 1'], name: { type: 'string', default: 'x' } } },
			'node 1: name began with "" and begins with "x"',
		],
	])('notices that %s has changed', (_, now, fault) => {
		expect(brokenPromises(before, now)).toEqual([fault]);
	});

	test('allows that a field is shown for more choices than before, not for fewer', () => {
		const shownFor = (formats: string) => ({
			'node 1': { [`format=${formats}/image`]: { type: 'string', default: '' } },
		});
		expect(brokenPromises(shownFor('a|b'), shownFor('a|b|c'))).toEqual([]);
		expect(brokenPromises(shownFor('a|b'), shownFor('a|c'))).toEqual(['node 1: format=a|b/image is gone']);
	});

	test('allows new nodes, fields and choices', () => {
		const now = {
			'node 1': {
				...before['node 1'],
				operation: { type: 'options', default: 'get', choices: ['delete', 'get', 'set'] },
				new: { type: 'string', default: '' },
			},
			'node 2': {},
		};
		expect(brokenPromises(before, now)).toEqual([]);
	});
});
