import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '@datagym/tools/paths';
import type { Figures } from '@datagym/tools/release/comparison';
import { worse } from '@datagym/tools/release/comparisonBars';

const run = promisify(execFile);
const PROGRAM = join(ROOT, 'tools', 'release', 'comparisonTable.ts');

const FIGURES: Figures = {
	name: 'Other',
	operations: 10,
	fieldsMedian: 2,
	fieldsMost: 5,
	described: 70,
	words: 9,
	wordsMean: 10,
	longest: 200,
	cut: 10,
	pickers: 80,
	schemas: 50,
	hints: 30,
	remedies: 40,
	errors: 10,
	aliases: 0,
	documented: 2,
	docs: 'node, credential',
};

const others = (figure: keyof Figures, values: readonly number[]) =>
	values.map((value): Figures => ({ ...FIGURES, [figure]: value }));

describe('The comparison with nodes that n8n ships', () => {
	test('finds no figure in which ours are worse', async () => {
		// n8n's nodes import modules that Jest cannot require.
		const { stdout } = await run(process.execPath, ['--import', 'tsx', PROGRAM, '--check'], { cwd: ROOT });
		expect(stdout).toContain('Nowhere worse');
	});

	test('has nothing to say of equal nodes', () => {
		expect(worse([{ ...FIGURES, name: 'DataGym' }, FIGURES, FIGURES])).toEqual([]);
	});

	test.each([
		['a figure that is better when smaller', 'words', 9, [7, 8, 9, 10], ['8.5']],
		['the same at the median', 'words', 8, [7, 8, 8, 10], []],
		['a figure that is better when larger', 'hints', 33, [41, 35, 13, 33], ['34']],
		['the same at the median', 'hints', 34, [41, 35, 13, 33], []],
		['what may exceed the median, not the worst', 'fieldsMost', 7, [4, 5, 7, 6], []],
		['what exceeds the worst', 'fieldsMost', 8, [4, 5, 7, 6], ['7']],
		['documentation that is not linked', 'documented', 1, [2, 2, 2, 2], ['2']],
		['a figure that some do not have', 'remedies', 39, [NaN, 0, 40, 41], ['40']],
		['a figure that none has', 'remedies', 0, [NaN, NaN], []],
	] as const)('names %s: %s %d beside %j', (_, figure, value, values, bars) => {
		const found = worse([{ ...FIGURES, name: 'DataGym', [figure]: value }, ...others(figure, values)]);
		expect(found).toEqual(bars.map((bar) => expect.stringMatching(`^DataGym: ${figure} is ${value}, .* is ${bar}$`)));
	});
});
