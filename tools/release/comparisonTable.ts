import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../paths';
import { worse } from './comparisonBars';
import { ACTIONS, CUT_AT, figuresOf, TRIGGERS, type Figures } from './comparison';

const PAGE = join(ROOT, 'docs', 'comparison.md');
const BEGIN = '<!-- comparison: written by npm run release -- comparison -->';
const END = '<!-- end of comparison -->';

const ROWS: ReadonlyArray<readonly [what: string, figure: keyof Figures, unit: string]> = [
	['Operations', 'operations', ''],
	['Fields in an operation, median', 'fieldsMedian', ''],
	['Most fields in an operation', 'fieldsMost', ''],
	['Fields with a description or a hint', 'described', '%'],
	['Words in a description, median', 'words', ''],
	['Words in a description, average', 'wordsMean', ''],
	['Longest description, characters', 'longest', ''],
	[`Descriptions of more than ${CUT_AT} characters`, 'cut', '%'],
	['Fields for something by ID that offer a list', 'pickers', '%'],
	['Operations with an output schema', 'schemas', '%'],
	['Fields with a hint or an example', 'hints', '%'],
	['Errors that say what to do', 'remedies', '%'],
	['Errors in all', 'errors', ''],
	['Other words under which it is found', 'aliases', ''],
	['Documentation linked', 'docs', ''],
];

function table(figures: readonly Figures[]): string[] {
	const cell = (value: string | number, unit: string) =>
		typeof value !== 'number' ? value : Number.isNaN(value) ? '–' : `${value}${unit}`;
	return [
		`| | ${figures.map(({ name }) => name).join(' | ')} |`,
		`| --- |${figures.map(() => ' ---: |').join('')}`,
		...ROWS.map(([what, figure, unit]) => `| ${what} | ${figures.map((one) => cell(one[figure], unit)).join(' | ')} |`),
	];
}

async function main(): Promise<void> {
	const [actions, triggers] = [ACTIONS.map(figuresOf), TRIGGERS.map(figuresOf)];
	if (!process.argv.includes('--check')) await writeTables(actions, triggers);
	const problems = [...worse(actions), ...worse(triggers)];
	if (problems.length > 0) throw new Error(`Worse than nodes that n8n ships:\n${problems.join('\n')}`);
	console.log('Nowhere worse than the nodes that n8n ships');
}

async function writeTables(...nodes: ReadonlyArray<readonly Figures[]>): Promise<void> {
	const page = await readFile(PAGE, 'utf8');
	const section = [BEGIN, '', ...nodes.flatMap((figures) => [...table(figures), '']), END].join('\n');
	await writeFile(PAGE, page.slice(0, page.indexOf(BEGIN)) + section + page.slice(page.indexOf(END) + END.length));
	console.log('Figures written into docs/comparison.md');
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
