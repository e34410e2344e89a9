import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../paths';

export interface Release {
	/** As git has it, `v0.1.0`. */
	tag: string;
	/** In package.json. */
	version: string;
	/** The whole CHANGELOG.md. */
	changelog: string;
}

/** Of SemVer 2.0.0, without build metadata, which npm does not tell apart. */
const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$/;

/** What speaks against publishing, a sentence each. */
export function releaseFaults({ tag, version, changelog }: Release): string[] {
	if (!VERSION.test(version)) return [`The version “${version}” in package.json is no semantic version.`];
	const heading = new RegExp(`^## \\[?${version.replace(/[.]/g, '\\.')}\\]?(.*)$`, 'm').exec(changelog);
	return [
		...(tag === `v${version}`
			? []
			: [`The tag is “${tag}”, but package.json says ${version}: it must be v${version}.`]),
		...(heading === null ? [`CHANGELOG.md has no section ${version}.`] : datedFaults(version, heading[1] ?? '')),
	];
}

function datedFaults(version: string, rest: string): string[] {
	return / \d{4}-\d{2}-\d{2}\s*$/.test(rest)
		? []
		: [`The section ${version} of CHANGELOG.md has no date: “## ${version} - 2026-11-30”.`];
}

/** What a tag must fit before it is published; the tag is in `RELEASE_TAG`, as `.github/workflows/release.yml` sets it. */
async function main(): Promise<void> {
	const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
	const changelog = await readFile(join(ROOT, 'CHANGELOG.md'), 'utf8');
	const faults = releaseFaults({ tag: process.env.RELEASE_TAG ?? '', version, changelog });
	for (const fault of faults) console.log(`  FAIL  ${fault}`);
	if (faults.length === 0) console.log(`  ok    ${version} can be released`);
	process.exitCode = faults.length === 0 ? 0 : 1;
}

if (require.main === module) void main();
