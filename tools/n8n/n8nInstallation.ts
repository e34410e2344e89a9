import { spawn } from 'node:child_process';
import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

export const N8N_VERSION = '2.40.5';

/** Outside of the checkout, so that it is installed once: 2.8 GB. */
const FOLDER = join(homedir(), '.cache', 'n8n-nodes-datagym', `n8n-${N8N_VERSION}`);
const DONE = join(FOLDER, 'installed');
const LIFE_SIGN = 5_000;

/** Node's own binary comes first: what n8n builds and runs must be for this Node and no other on the machine. */
const NODE_FOLDER = dirname(process.execPath);
const ENVIRONMENT = {
	...process.env,
	PATH: `${NODE_FOLDER}${delimiter}${process.env.PATH ?? ''}`,
	npm_config_nodedir: dirname(NODE_FOLDER),
};

/**
 * Installs a whole n8n from npm, if it is not there yet.
 *
 * @returns The file that starts it with Node.
 */
export async function installN8n(progress: (line: string) => void): Promise<string> {
	const entry = join(FOLDER, 'node_modules', 'n8n', 'bin', 'n8n');
	if (await isThere(DONE)) return entry;
	await mkdir(FOLDER, { recursive: true });
	await writeFile(join(FOLDER, 'package.json'), '{ "private": true }\n');
	progress(`installing n8n ${N8N_VERSION} into ${FOLDER} (2.8 GB, some minutes, once)`);
	// Without scripts: those of native modules that this check does not use fail on machines without their libraries.
	await withLifeSigns(
		progress,
		async () =>
			await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `n8n@${N8N_VERSION}`], FOLDER),
	);
	progress('preparing its database module (downloaded, or else compiled: a minute)');
	await withLifeSigns(
		progress,
		async () => await run('npm', ['run', 'install'], join(FOLDER, 'node_modules', 'sqlite3')),
	);
	await writeFile(DONE, '');
	return entry;
}

/** npm says nothing for minutes; what it has unpacked so far shows that it works. */
async function withLifeSigns<T>(progress: (line: string) => void, work: () => Promise<T>): Promise<T> {
	const timer = setInterval(
		() =>
			void countPackages().then((count) =>
				progress(`  … ${count === 0 ? 'downloading' : `${count} packages are there`}`),
			),
		LIFE_SIGN,
	);
	try {
		return await work();
	} finally {
		clearInterval(timer);
	}
}

async function countPackages(): Promise<number> {
	return await readdir(join(FOLDER, 'node_modules')).then(
		(names) => names.length,
		() => 0,
	);
}

async function isThere(path: string): Promise<boolean> {
	return await access(path).then(
		() => true,
		() => false,
	);
}

/** Runs a command and returns what it printed; a failure holds the last of it. */
export async function run(
	command: string,
	args: string[],
	cwd: string,
	environment: NodeJS.ProcessEnv = ENVIRONMENT,
): Promise<string> {
	const child = spawn(command, args, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
	const end = () => void child.kill();
	process.once('exit', end);
	let output = '';
	let errors = '';
	child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
	child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
	const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
	process.off('exit', end);
	if (code !== 0)
		throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${(errors + output).slice(-3_000)}`);
	return output;
}
