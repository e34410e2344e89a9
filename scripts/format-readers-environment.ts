import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './sample';

const REQUIREMENTS = join(ROOT, 'test', 'readers', 'requirements.txt');
/** The pinned versions are those of this Python or newer. */
const PYTHONS = ['python3.11', 'python3.12', 'python3.13', 'python3'];

/**
 * The Python interpreter of the readers' own environment. It is made when the requirements are new (about a minute, 1 GB)
 * in the user's cache, outside of the checkout, and used again after that. Throws when there is no Python or no package index.
 */
export async function readersPython(): Promise<string> {
	const requirements = await readFile(REQUIREMENTS);
	const hash = createHash('sha256').update(requirements).digest('hex').slice(0, 12);
	const folder = join(homedir(), '.cache', 'n8n-nodes-datagym', `readers-${hash}`);
	const python = join(folder, 'bin', 'python');
	if (!existsSync(python)) await makeEnvironment(folder);
	return python;
}

/** The environment gets its place only when it is complete, so that an interrupted run leaves nothing that looks whole. */
async function makeEnvironment(folder: string): Promise<void> {
	const base = PYTHONS.find((python) => spawnSync(python, ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 11))']).status === 0);
	if (base === undefined) throw new Error('The format readers need Python 3.11 or newer with its module venv. Install it, on Debian with: apt-get install python3-venv.');
	const unfinished = `${folder}.unfinished-${process.pid}`;
	console.log(`Making the readers' environment in ${folder} …`);
	try {
		await mkdir(join(folder, '..'), { recursive: true });
		run(base, ['-m', 'venv', unfinished]);
		run(join(unfinished, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:', '-r', REQUIREMENTS]);
		await rename(unfinished, folder);
	} finally {
		await rm(unfinished, { recursive: true, force: true });
	}
}

function run(command: string, parameters: readonly string[]): void {
	const { status, error } = spawnSync(command, parameters, { stdio: 'inherit' });
	if (status !== 0) throw new Error(`${command} ${parameters.join(' ')} ${error?.message ?? `ended with ${status}`}. See its output above.`);
}
