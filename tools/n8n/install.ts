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
/** Milliseconds. */
const INTERVAL = 5_000;
const LONGEST_SILENCE = 30_000;

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
	await npm(['install', ...flags, `n8n@${N8N_VERSION}`], FOLDER, progress, countDownloads());
	progress('step 2 of 2: preparing its database module (downloaded, or else compiled: a minute)');
	await npm(['run', 'install'], join(FOLDER, 'node_modules', 'sqlite3'), progress, compiledFile);
	await writeFile(DONE, '');
	return entry;
}

/** Tells every few seconds what npm is at, if that has changed, and every half minute in any case. */
async function npm(
	args: readonly string[],
	cwd: string,
	progress: Progress,
	statusAfter: (line: string) => string | undefined,
): Promise<void> {
	let [status, told, silent] = ['starting', '', 0];
	const timer = setInterval(() => {
		silent += INTERVAL;
		if (status === told && silent < LONGEST_SILENCE) return;
		progress(`  ${status === told ? 'still ' : ''}${status}`);
		[told, silent] = [status, 0];
	}, INTERVAL);
	try {
		const onLine = (line: string) => (status = statusAfter(line) ?? status);
		await run('npm', args, { cwd, environment: ENVIRONMENT, onLine });
	} finally {
		clearInterval(timer);
	}
}

/** Counts what npm says that it has, fetched or from its cache: first the description of each package, then the package itself. */
export function countDownloads(): (line: string) => string | undefined {
	const [descriptions, packages] = [new Set<string>(), new Set<string>()];
	return (line) => {
		const url = /\bhttp (?:fetch|cache)\b.*?(https?:\/\/\S+)/.exec(line)?.[1];
		if (url === undefined) return undefined;
		(url.endsWith('.tgz') ? packages : descriptions).add(url);
		if (packages.size === 0) return `looking up packages: ${descriptions.size} so far`;
		return packages.size < PACKAGES
			? `downloading packages: ${packages.size} of about ${PACKAGES}`
			: 'unpacking the last packages';
	};
}

/** The file that the compiler is at. */
export function compiledFile(line: string): string | undefined {
	const file = /^\s*(?:CC|CXX|SOLINK_MODULE|AR)\S*\s+(\S+)/.exec(line)?.[1];
	return file && `compiling ${file.split('/').at(-1)}`;
}
