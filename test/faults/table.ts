import { FAULTS, type Fault } from './faults';
import type { Verdict } from './judge';
import type { Cell } from './trials';

const SIGNS: Readonly<Record<Verdict, string>> = {
	done: '✓',
	'done after retry': '↻',
	told: '!',
	unseen: '~',
	wrong: '✗',
};
const ORDER = Object.keys(SIGNS) as Verdict[];

const LEGEND = `| sign | what it means |
| --- | --- |
| ✓ | done once, the output is right |
| ↻ | done once, the output is right, after a second request or a look at the server |
| ! | told: an error (or a warning in the output) with its remedy, which says so if something was done or may have been done |
| ~ | cannot be seen: a file that is cut or much too long, in an answer that HTTP calls whole |
| ✗ | wrong: done twice, lost without a word, hanging, a raw error, or the token in sight |`;

/** Operations in rows, faults in columns, in a table for each group of faults. */
export function tablesOf(cells: readonly Cell[]): string {
	const groups = [...new Set(FAULTS.map(({ group }) => group))];
	return [LEGEND, ...groups.map((group) => tableOf(group, cells))].join('\n\n');
}

function tableOf(group: Fault['group'], cells: readonly Cell[]): string {
	const tried = new Set(cells.map(({ fault }) => fault));
	const faults = FAULTS.filter((fault) => fault.group === group && tried.has(fault.name));
	const operations = [...new Set(cells.map(({ operation }) => operation))];
	const rows = operations.map((operation) => [
		operation,
		...faults.map(({ name }) => signsOf(cells.filter((cell) => cell.operation === operation && cell.fault === name))),
	]);
	const lines = [['operation', ...faults.map(({ name }) => name)], ['---', ...faults.map(() => ':-:')], ...rows];
	return `## ${group}\n\n${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}`;
}

/** Several, if the operation sends several requests that fare differently. */
function signsOf(cells: readonly Cell[]): string {
	const verdicts = new Set(cells.map(({ judgment }) => judgment.verdict));
	return ORDER.filter((verdict) => verdicts.has(verdict))
		.map((verdict) => SIGNS[verdict])
		.join(' ');
}
