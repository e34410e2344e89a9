import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE, ROOT } from './paths';

/** The pinned versions are those of this Python or newer. */
const PYTHONS = ['python3.11', 'python3.12', 'python3.13', 'python3'];

/**
 * The Python interpreter of an environment with exactly these packages. It is made when the requirements are new (a minute
 * or less) in the user's cache, outside of the checkout, and used again after that.
 *
 * @param name what the environment is for; the first part of its folder's name.
 * @param requirementsFile with all packages pinned: nothing that is not in it is installed.
 * @throws Error when there is no Python or no package index.
 */
export async function pythonEnvironment(name: string, requirementsFile: string): Promise<string> {
	const hash = createHash('sha256')
		.update(await readFile(requirementsFile))
		.digest('hex')
		.slice(0, 12);
	const folder = join(CACHE, `${name}-${hash}`);
	const python = join(folder, 'bin', 'python');
	if (!existsSync(python)) await makeEnvironment(folder, requirementsFile);
	return python;
}

/** The Python interpreter of the format readers' own environment (about a minute to make, 1 GB). */
export async function readersPython(): Promise<string> {
	return await pythonEnvironment('readers', join(ROOT, 'test', 'readers', 'requirements.txt'));
}

/** The environment gets its place only when it is complete, so that an interrupted run leaves nothing that looks whole. */
async function makeEnvironment(folder: string, requirementsFile: string): Promise<void> {
	const base = PYTHONS.find(
		(python) => spawnSync(python, ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 11))']).status === 0,
	);
	if (base === undefined)
		throw new Error(
			'This needs Python 3.11 or newer with its module venv. Install it, on Debian with: apt-get install python3-venv.',
		);
	const unfinished = `${folder}.unfinished-${process.pid}`;
	console.log(`Making a Python environment in ${folder} …`);
	try {
		await mkdir(join(folder, '..'), { recursive: true });
		run(base, ['-m', 'venv', unfinished]);
		run(join(unfinished, 'bin', 'python'), [
			'-m',
			'pip',
			'install',
			'--quiet',
			'--disable-pip-version-check',
			'--no-deps',
			'--only-binary=:all:',
			'-r',
			requirementsFile,
		]);
		await rename(unfinished, folder).catch((error: unknown) => {
			// Another process was faster.
			if (!existsSync(folder)) throw error;
		});
	} finally {
		await rm(unfinished, { recursive: true, force: true });
	}
}

function run(command: string, parameters: readonly string[]): void {
	const { status, error } = spawnSync(command, parameters, { stdio: 'inherit' });
	if (status !== 0)
		throw new Error(
			`${command} ${parameters.join(' ')} ${error?.message ?? `ended with ${status}`}. See its output above.`,
		);
}
