import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import axios, { isAxiosError } from 'axios';
import type { Metafile } from 'esbuild';
import { bundledPackages } from './thirdParty';
import { ROOT } from '../paths';

/** Of npm's bulk advisory endpoint, which `npm audit` asks, too. */
interface Advisory {
	id: number;
	title: string;
	severity: string;
	url: string;
	vulnerable_versions: string;
}

type Versions = Record<string, string[]>;

/** Known to be vulnerable: a registry that does not tell so cannot be believed about the others. */
const KNOWN_BAD: Versions = { lodash: ['4.17.4'] };

/** What users get is the bundles, so the libraries in them are what is audited; `npm audit --omit=dev` would see none of them. */
async function main(): Promise<void> {
	const metafile = JSON.parse(await readFile(join(ROOT, 'out', 'bundle.json'), 'utf8')) as Metafile;
	const packages = await bundledPackages(metafile);
	console.log(`In the bundles: ${packages.map(({ name, version }) => `${name} ${version}`).join(', ')}`);
	const answer = await askRegistry({
		...KNOWN_BAD,
		...Object.fromEntries(packages.map(({ name, version }) => [name, [version]])),
	});
	if (typeof answer === 'string') return notChecked(answer);
	if (Object.keys(KNOWN_BAD).some((name) => (answer[name] ?? []).length === 0))
		return notChecked('the registry does not know even old advisories');
	const advisories = packages.flatMap(({ name, version }) =>
		(answer[name] ?? []).map(
			(advisory) => `${name} ${version}: ${advisory.severity}: ${advisory.title} (${advisory.url})`,
		),
	);
	for (const line of advisories) console.log(`  FAIL  ${line}`);
	if (advisories.length > 0) process.exitCode = 1;
	else console.log(`  ok    no advisory for any of the ${packages.length} libraries`);
}

/** @returns advisories by package, or why there are none to be had. */
async function askRegistry(versions: Versions): Promise<Record<string, Advisory[]> | string> {
	const registry = execFileSync('npm', ['config', 'get', 'registry'], {
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	}).trim();
	const endpoint = new URL('-/npm/v1/security/advisories/bulk', registry.endsWith('/') ? registry : `${registry}/`);
	try {
		const { data } = await axios.post<Record<string, Advisory[]>>(endpoint.href, versions, { timeout: 30_000 });
		return data;
	} catch (error) {
		if (isAxiosError(error) && error.response) return `${endpoint.href} answers with HTTP ${error.response.status}`;
		return `${endpoint.href} cannot be reached: ${(error as Error).message}`;
	}
}

/** With `--strict`, as before a release, not knowing is a failure. */
function notChecked(reason: string): void {
	console.log(
		`  NOT CHECKED  ${reason}. Nothing is known about these libraries; run it where the registry has advisories.`,
	);
	if (process.argv.includes('--strict')) process.exitCode = 1;
}

void main();
