import { readFile, rm, writeFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT } from '../paths';

/** What benchmarks of one run have measured, for a table over several of them. */
const FILE = join(ROOT, 'out', 'bench', 'figures.json');

type Figures = Readonly<Record<string, number>>;

export async function forgetFigures(): Promise<void> {
	await rm(FILE, { force: true });
}

export async function readFigures(): Promise<Figures> {
	const text = await readFile(FILE, 'utf8').catch(() => '{}');
	return JSON.parse(text) as Figures;
}

/** To be called by one benchmark at a time. */
export async function noteFigures(figures: Figures): Promise<void> {
	const all = { ...(await readFigures()), ...figures };
	await mkdir(dirname(FILE), { recursive: true });
	await writeFile(FILE, JSON.stringify(all, undefined, '\t'));
}
