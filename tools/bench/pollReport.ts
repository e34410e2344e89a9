import type { CaseName, Measured } from './pollCase';
import { machine, writeSection } from './results';

export interface Row extends Measured {
	/** Finished tasks of the project. */
	readonly size: number;
	readonly name: CaseName;
	readonly requests: number;
}

const WITHOUT_MEMORY: readonly CaseName[] = ['empty project', 'list alone', 'naive export'];
export function describe({ size, name, time, requests, items, peakMemory }: Row): string {
	return `${whole(size)} finished, ${name}: ${whole(time)} ms, ${requests} requests, ${whole(items)} items, ${whole(peakMemory)} MiB`;
}

/** Puts the poll's section into the results, in place of an earlier one. */
export async function writeReport(rows: readonly Row[]): Promise<void> {
	await writeSection('poll', [
		'## The trigger’s polls',
		'',
		machine(),
		...READING,
		'',
		...table(rows),
		'',
		...ratios(rows),
	]);
}

const READING = [
	'The server is the emulator, in a process of its own on the same machine; each case runs in a fresh process. “List alone” fetches and parses the two lists that `completed` needs, outside of n8n. “Empty project” is a poll that finds two empty lists: what n8n itself spends on a poll, mostly on decrypting the credential for each request. “Naive export” is the HTTP Request node with the export, without finding out what is new in it. The emulator’s export is linear; the real server’s grows with the square of the project (82 s for 1,000 images, contract, section 10).',
];

function table(rows: readonly Row[]): string[] {
	return [
		'| Finished tasks | Case | Time (ms) | Processor (ms) | Requests | Items | Static data (bytes) | Peak memory (MiB) | Heap kept (MiB) |',
		'|---:|---|---:|---:|---:|---:|---:|---:|---:|',
		...rows.map(
			({ size, name, time, processor, requests, items, staticData, peakMemory, keptHeap }) =>
				`| ${[whole(size), name, whole(time), whole(processor), requests, whole(items), WITHOUT_MEMORY.includes(name) ? '' : whole(staticData.length), whole(peakMemory), keptHeap.toFixed(1)].join(' | ')} |`,
		),
	];
}

function ratios(rows: readonly Row[]): string[] {
	return [...new Set(rows.map(({ size }) => size))].map((size) => {
		const of = (name: CaseName) => rows.find((row) => row.size === size && row.name === name);
		const [idle, list, empty] = [of('idle poll'), of('list alone'), of('empty project')];
		if (idle === undefined || list === undefined || empty === undefined) return '';
		const times = (of: (row: Row) => number) =>
			`${(of(idle) / of(list)).toFixed(2)} times (without n8n’s own share ${((of(idle) - of(empty)) / of(list)).toFixed(2)} times)`;
		return `- ${whole(size)} finished tasks: ${(idle.staticData.length / size).toFixed(2)} bytes of static data each. An idle poll takes ${times(({ time }) => time)} as long as the lists alone, and ${times(({ processor }) => processor)} the processor time.`;
	});
}

function whole(number: number): string {
	return Math.round(number).toLocaleString('en-US');
}
