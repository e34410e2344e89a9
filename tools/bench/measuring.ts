import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import coreOfN8n from 'n8n-core/package.json';

/** What tells a benchmark's file that it is to run one case. */
const CASE = 'case';

/** The last node of each workflow. */
export const LAST = 'Last';

/** Starts a script of this folder in a process of its own. */
export function start(script: string, ...args: string[]): ChildProcess {
	return fork(join(__dirname, script), args, {
		execArgv: ['--import', 'tsx', '--expose-gc', '--max-old-space-size=6000'],
	});
}

/** The next message of a process, after a command if one is given. */
export async function ask<Answer>(process: ChildProcess, command?: object | string): Promise<Answer> {
	return await new Promise<Answer>((resolve, reject) => {
		const failed = () => reject(new Error('The process has ended without an answer'));
		process.once('exit', failed);
		process.once('message', (answer) => {
			process.off('exit', failed);
			resolve(answer as Answer);
		});
		if (command !== undefined) process.send(command);
	});
}

/** What a script answers to one order, which it need not wait for to load, in a process of its own that ends with it. Throws what it could not do. */
export async function askOnce<Answer extends object>(script: string, order: object | Promise<object>): Promise<Answer> {
	const process = start(script, CASE);
	const answer = await ask<Answer | { error: string }>(process, await order);
	if (process.exitCode === null && process.signalCode === null) await once(process, 'exit');
	if ('error' in answer) throw new Error(`${script}: ${answer.error}`);
	return answer;
}

/** Runs a benchmark's file in its part: as the benchmark, or, started by `askOnce`, as one of its cases. */
export function runBenchmark<Order>(main: () => Promise<void>, work: (order: Order) => Promise<object>): void {
	if (process.argv[2] === CASE) answerOnce(work);
	else void main();
}

/** In a script that `askOnce` starts: answers the one order and ends. */
export function answerOnce<Order>(work: (order: Order) => Promise<object>): void {
	process.once('message', (order: Order) => {
		void work(order)
			.catch((error: unknown) => ({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }))
			.then((answer) => process.send?.(answer, () => process.disconnect?.()));
	});
}

const MEBIBYTE = 2 ** 20;

/** What one run of something costs this process. */
export interface Cost {
	readonly milliseconds: number;
	/** Of all threads on a processor, which other programs on the machine disturb less. */
	readonly processorMilliseconds: number;
	/** By how much resident memory grew at most, sampled, beyond what the process took before. */
	readonly grownMebibytes: number;
}

/** Runs the work once, after what can be collected has been. */
export async function measureCost<Result>(work: () => Promise<Result>): Promise<Cost & { readonly result: Result }> {
	globalThis.gc?.();
	globalThis.gc?.();
	const before = process.memoryUsage.rss();
	let most = before;
	const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 10);
	const used = process.cpuUsage();
	const begun = performance.now();
	const result = await work().finally(() => clearInterval(watch));
	const milliseconds = performance.now() - begun;
	const { user, system } = process.cpuUsage(used);
	most = Math.max(most, process.memoryUsage.rss());
	return {
		result,
		milliseconds,
		processorMilliseconds: (user + system) / 1000,
		grownMebibytes: (most - before) / MEBIBYTE,
	};
}

/** What was measured in rounds, by name: the runs of one round stand beside each other, since the machine was as busy for all of them. */
export class Runs<Measured> {
	private readonly runs = new Map<string, Measured[]>();

	note(name: string, measured: Measured): void {
		this.runs.set(name, [...this.of(name), measured]);
	}

	of(name: string): readonly Measured[] {
		return this.runs.get(name) ?? [];
	}

	/** NaN if there are none. */
	median(name: string, value: (measured: Measured) => number): number {
		return median(this.of(name).map(value));
	}

	/** Median of the ratios of the rounds that have both. */
	ratio(name: string, other: string, value: (measured: Measured) => number): number {
		const others = this.of(other);
		return median(
			this.of(name).flatMap((measured, round) =>
				others[round] === undefined ? [] : [value(measured) / value(others[round])],
			),
		);
	}
}

export function median(numbers: readonly number[]): number {
	const sorted = [...numbers].sort((a, b) => a - b);
	return ((sorted[(sorted.length - 1) >> 1] ?? NaN) + (sorted[sorted.length >> 1] ?? NaN)) / 2;
}

const FILE = join(__dirname, 'RESULTS.md');

/** Puts a benchmark's section into the results, in place of its earlier one. */
export async function writeSection(name: string, lines: readonly string[]): Promise<void> {
	const text = await readFile(FILE, 'utf8').catch(() => '# Measurements\n');
	const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
	const section = [begin, ...lines, end].join('\n');
	const from = text.indexOf(begin);
	const to = text.indexOf(end);
	const whole =
		from < 0 || to < from
			? `${text.trimEnd()}\n\n${section}\n`
			: text.slice(0, from) + section + text.slice(to + end.length);
	await writeFile(FILE, whole);
}

/** What the figures of a section were measured on. */
export function machine(): string {
	const [processor] = cpus();
	const memory = Math.round(totalmem() / 2 ** 30);
	const day = new Date().toISOString().slice(0, 10);
	return `${processor?.model ?? 'Unknown processor'}, ${cpus().length} cores, ${memory} GiB, Node.js ${process.version}, n8n-core ${coreOfN8n.version}, ${day}; load average of the last five minutes ${loadavg()[1]?.toFixed(1)}.`;
}

/** One line of a section about an aim of the project. */
export function verdict(aim: string, measured: string, isMet: boolean): string {
	return `- ${isMet ? 'Met' : '**Missed**'}: ${aim}. Measured: ${measured}.`;
}
