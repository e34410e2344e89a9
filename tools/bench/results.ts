import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import coreOfN8n from 'n8n-core/package.json';

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
