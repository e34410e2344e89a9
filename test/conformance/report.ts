import type { Generation } from '@datagym/client';
import { NOT_DOCUMENTED, type Finding, type Verdict } from './scenario';
import type { Conformance } from './suite';

const rowsOf = ([first]: readonly Conformance[]): readonly Finding[] => first?.findings ?? [];

const verdictOf = ({ findings }: Conformance, { area, title }: Finding): string =>
	findings.find((finding) => finding.area === area && finding.title === title)?.verdict ?? '';

/** The tables for a terminal: what the server supports, each scenario, and what differs. */
export function textReport(results: readonly Conformance[]): string {
	const rows = rowsOf(results);
	const width = Math.max(...rows.map(({ title }) => title.length));
	const line = (title: string, cells: readonly string[]) =>
		`  ${title.padEnd(width)}  ${cells.map((cell) => cell.padEnd(8)).join(' ')}`.trimEnd();
	const supported = summary(results).map(([title, ...cells]) => line(title, cells));
	const scenarios = rows.flatMap((row, index) => [
		...(rows[index - 1]?.area === row.area ? [] : [`\n${row.area}`]),
		line(
			row.title,
			results.map((result) => verdictOf(result, row)),
		),
	]);
	return [
		heading(results),
		'\nThe server supports',
		...supported,
		...scenarios,
		'',
		...notes(results).map((note) => `- ${note}`),
	].join('\n');
}

/** The tables for the documentation. */
export function markdownReport(results: readonly Conformance[]): string {
	const names = results.map(({ server }) => server.name);
	const table = (heads: readonly string[], rows: ReadonlyArray<readonly string[]>) =>
		[heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
	const scenarios = rowsOf(results).map((row) => [
		row.area,
		row.title,
		linkTo(row.source),
		...results.map((result) => verdictOf(result, row)),
	]);
	return `${table(['The server supports', ...names], summary(results))}\n\n${table(['Area', 'What', 'Contract', ...names], scenarios)}`;
}

function heading(results: readonly Conformance[]): string {
	return results.map(({ server }, index) => `Column ${index + 1}: ${server.name}, ${server.url}`).join('\n');
}

/** The generation, and for each area whether all, some or nothing of it is there. */
function summary(results: readonly Conformance[]): ReadonlyArray<[string, ...string[]]> {
	const areas = [...new Set(rowsOf(results).map(({ area }) => area))].filter(
		(area) => area !== 'Connection' && area !== 'Clean-up',
	);
	return [
		['API generation', ...results.map(({ generation }) => GENERATIONS[generation])],
		...areas.map((area): [string, ...string[]] => [
			area,
			...results.map(({ findings }) => together(findings.filter((finding) => finding.area === area))),
		]),
	];
}

function together(findings: readonly Finding[]): string {
	const worst = (['failed', 'not run', 'differs'] as const).find((verdict) =>
		findings.some((finding) => finding.verdict === verdict),
	);
	if (worst !== undefined) return worst;
	const count = findings.filter(({ verdict }) => verdict === 'yes').length;
	return count === findings.length ? 'yes' : count === 0 ? 'no' : 'partly';
}

const GENERATIONS: Readonly<Record<Generation, string>> = { media: '0.29', image: '2020', 'open-core': 'open core' };

const WORDS: Readonly<Record<Verdict, string>> = {
	yes: 'is there',
	no: 'is not there',
	differs: 'DIFFERS',
	failed: 'FAILED',
	'not run': 'was not run',
};

function notes(results: readonly Conformance[]): readonly string[] {
	return results.flatMap(({ server, findings, leftovers }) => [
		...findings.flatMap(({ area, title, verdict, notes: texts }) => {
			const told = texts.filter((text) => text !== NOT_DOCUMENTED);
			return told.length === 0 ? [] : [`${server.name}: ${area}, "${title}" ${WORDS[verdict]}: ${told.join('; ')}`];
		}),
		...(findings.some(({ notes: texts }) => texts.includes(NOT_DOCUMENTED))
			? [`${server.name}: what else is missing is ${NOT_DOCUMENTED}`]
			: []),
		...leftovers.map((what) => `${server.name}: left behind is ${what}, which the API cannot delete`),
	]);
}

/** `docs/contract.md#projects [171]` as a link of a page in docs. */
const linkTo = (source: string): string =>
	source.replace(/^docs\/(contract\.md#([\w-]+))/, (_, address: string, anchor: string) => `[${anchor}](${address})`);
