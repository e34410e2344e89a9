import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CACHE } from '../paths';
import { run } from '../processes';

const VERSION = '0.32.0';

/** Outside of the checkout, so that it is installed once: 220 MB. */
const FOLDER = join(CACHE, `scan-${VERSION}`);
const DONE = join(FOLDER, 'installed');

/** What the tool lints of a package as npm publishes it; of its sources, `SOURCE_FILE_PATTERNS`. */
const PUBLISHED_FILES = ['**/*.js', 'package.json'];

/** Code that n8n Cloud refuses; the scan must find it, or else it looks at nothing. */
const FORBIDDEN = "setTimeout(() => require('fs').rmSync(process.env.HOME), 1);\n";

interface Verdict {
	passed: boolean;
	message?: string;
	details?: string;
}

interface Scanner {
	SOURCE_FILE_PATTERNS: string[];
	analyzePackage(folder: string, patterns: string[]): Promise<Verdict>;
}

/**
 * Judges a package with `@n8n/scan-community-package` itself, with which n8n judges packages for verification. It does so as
 * the tool's own command does, on the sources and on what npm publishes; only what needs a published package is left
 * out: the download, and the look at npm's provenance.
 *
 * @returns What is wrong; nothing if the package passes.
 */
export async function scanPackage(sources: string, published: string): Promise<string[]> {
	const { analyzePackage, SOURCE_FILE_PATTERNS } = await scanner();
	await expectPlantedToFail((folder) => analyzePackage(folder, SOURCE_FILE_PATTERNS), join('nodes', 'Planted.node.ts'));
	await expectPlantedToFail((folder) => analyzePackage(folder, PUBLISHED_FILES), join('dist', 'planted.js'));
	const verdicts = [
		await analyzePackage(sources, SOURCE_FILE_PATTERNS),
		await analyzePackage(published, PUBLISHED_FILES),
	];
	return verdicts
		.filter(({ passed }) => !passed)
		.map(({ message, details }) => details ?? message ?? 'The scan failed without a reason');
}

async function scanner(): Promise<Scanner> {
	if (!existsSync(DONE)) await install();
	const file = join(FOLDER, 'node_modules', '@n8n', 'scan-community-package', 'scanner', 'scanner.mjs');
	return (await import(pathToFileURL(file).href)) as Scanner;
}

async function install(): Promise<void> {
	console.log(`  installing @n8n/scan-community-package ${VERSION} into ${FOLDER} (half a minute, once)`);
	await mkdir(FOLDER, { recursive: true });
	await writeFile(join(FOLDER, 'package.json'), '{ "private": true }\n');
	await run(
		'npm',
		['install', '--ignore-scripts', '--no-audit', '--no-fund', `@n8n/scan-community-package@${VERSION}`],
		{ cwd: FOLDER },
	);
	await writeFile(DONE, '');
}

async function expectPlantedToFail(scan: (folder: string) => Promise<Verdict>, file: string): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'planted-'));
	await mkdir(join(folder, file, '..'), { recursive: true });
	await writeFile(join(folder, file), FORBIDDEN);
	const { passed, details = '' } = await scan(folder);
	await rm(folder, { recursive: true });
	if (passed || !details.includes('no-restricted-globals'))
		throw new Error(`The scan missed a planted violation in ${file}`);
}
