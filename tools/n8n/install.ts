import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { CACHE } from '../paths';
import { run } from '../processes';

export const N8N_VERSION = '2.40.5';

/** Outside of the checkout, so that it is installed once: 2.8 GB. */
const FOLDER = join(CACHE, `n8n-${N8N_VERSION}`);
const DONE = join(FOLDER, 'installed');
/** Of this n8n on Linux; for the progress only. */
const PACKAGES = 1_925;
/** Milliseconds between two lines about the same step. */
const INTERVAL = 5_000;

/** Node's own binary comes first: what n8n builds and runs must be for this Node and no other on the machine. */
const NODE_FOLDER = dirname(process.execPath);
const ENVIRONMENT = {
	...process.env,
	PATH: `${NODE_FOLDER}${delimiter}${process.env.PATH ?? ''}`,
	npm_config_nodedir: dirname(NODE_FOLDER),
};

type Progress = (line: string) => void;

/**
 * Installs a whole n8n from npm, if it is not there yet: some minutes, once on a machine.
 *
 * @returns The file that starts it with Node.
 */
export async function installN8n(progress: Progress): Promise<string> {
	const entry = join(FOLDER, 'node_modules', 'n8n', 'bin', 'n8n');
	if (existsSync(DONE)) return entry;
	await mkdir(FOLDER, { recursive: true });
	await writeFile(join(FOLDER, 'package.json'), '{ "private": true }\n');
	progress(`installing n8n ${N8N_VERSION} into ${FOLDER} (2.8 GB, some minutes, once)`);
	progress('step 1 of 2: downloading its packages');
	// Without scripts: those of native modules that this check does not use fail on machines without their libraries.
	const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=http'];
	await npm(['install', ...flags, `n8n@${N8N_VERSION}`], FOLDER, downloaded(progress));
	progress('step 2 of 2: preparing its database module (downloaded, or else compiled: a minute)');
	await npm(['run', 'install'], join(FOLDER, 'node_modules', 'sqlite3'), compiled(progress));
	await writeFile(DONE, '');
	return entry;
}

async function npm(args: readonly string[], cwd: string, onLine: (line: string) => void): Promise<void> {
	await run('npm', args, { cwd, environment: ENVIRONMENT, onLine });
}

/** Counts what npm says that it has fetched: first the description of each package, then the package itself. */
function downloaded(progress: Progress): (line: string) => void {
	const report = atIntervals(progress);
	let descriptions = 0;
	let packages = 0;
	return (line) => {
		if (!/\bhttp fetch\b/.test(line)) return;
		if (/\.tgz\b/.test(line)) packages += 1;
		else descriptions += 1;
		report(
			packages === 0
				? `looked up ${descriptions} of about ${PACKAGES} packages`
				: `downloaded ${packages} of about ${PACKAGES} packages`,
		);
	};
}

/** Passes on which file the compiler is at, so that a minute without a download looks like work. */
function compiled(progress: Progress): (line: string) => void {
	const report = atIntervals(progress);
	let count = 0;
	return (line) => {
		const file = /^\s*(?:CC|CXX|SOLINK_MODULE|AR)\S*\s+(\S+)/.exec(line)?.[1];
		if (file !== undefined) report(`compiling, file ${++count}: ${file.split('/').at(-1)}`);
	};
}

function atIntervals(progress: Progress): Progress {
	let last = 0;
	return (line) => {
		if (performance.now() - last < INTERVAL) return;
		last = performance.now();
		progress(`  ${line}`);
	};
}
