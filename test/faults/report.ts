import { tablesOf } from './table';
import type { FaultedKind } from './operation';
import type { Findings } from './worker';

interface Header {
	readonly seed: number;
	readonly kind: FaultedKind;
	/** Which writes the tables anew. */
	readonly command: string;
}

const TITLES: Readonly<Record<FaultedKind, string>> = {
	current: 'What happens when things break',
	'open-core': 'What happens when things break, with the open core',
};

const head = (kind: FaultedKind, command: string) => `# ${TITLES[kind]}

Written by \`${command}\`. A proxy stands between the nodes, which run in n8n's own engine, and a DataGym server (the
emulator). It breaks one request of an operation, and if the operation sends several kinds of requests, each of them in turn.
Afterwards the test looks into the server at what was really done. "After the work" means that the server has done it and
only its answer is lost.`;

/** The tables for people, and all that is wrong. */
export function reportOf(
	findings: Findings,
	{ seed, kind, command }: Header,
): { readonly text: string; readonly mistakes: readonly string[] } {
	const { cells, fuzz, batches, hasLeaked } = findings;
	const wrong = cells
		.filter(({ judgment }) => judgment.verdict === 'wrong')
		.map(({ operation, fault, kind, judgment }) => `${operation}, ${fault}, ${kind}: ${judgment.why}`);
	const mistakes = [
		...wrong,
		...fuzz.mistakes,
		...batches.flatMap(({ name, onError, mistakes: own }) =>
			own.slice(0, 20).map((mistake) => `${name} (${onError}): ${mistake}`),
		),
		...(hasLeaked ? ["A token stands in n8n's log or went to another host"] : []),
	];
	const text = [
		head(kind, command),
		tablesOf(cells),
		...(batches.length > 0 ? [batchesOf(findings, seed)] : []),
		fuzzOf(findings),
	].join('\n\n');
	return { text: `${text}\n`, mistakes };
}

function batchesOf({ batches }: Findings, seed: number): string {
	const rows = batches.map(
		({ name, onError, retryFor, items, failed, mistakes }) =>
			`| ${name} | ${onError} | ${retryFor} s | ${items} | ${failed > 0 ? 'some' : 'none'} | ${mistakes.length === 0 ? 'yes' : 'no'} |`,
	);
	return `## Many items

Requests are broken at random, in all of the ways above that neither last nor take long (seed ${seed}): 5 of 100 uploads, 20 of 100
requests of the others. Of each item it is checked that what is called done is done once, and that what is marked as failed
is not done or says that nobody knows. A second run without faults must complete all of them without doubling any.

| operation | on error | Retry For | items | failed in the first run | right |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}`;
}

function fuzzOf({ fuzz: { answers, mistakes } }: Findings): string {
	return `## Hostile answers

${answers} answers with one thing wrong (other types, huge numbers, deep nesting, keys such as \`__proto__\`): ${mistakes.length === 0 ? 'none' : mistakes.length} of them made a node
crash with an error of JavaScript, hang or show the token.`;
}
