import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { releaseFaults } from './release';
import { ROOT } from '../sample/sample';

/** What a tag must fit before it is published; the tag is in `RELEASE_TAG`, as `.github/workflows/release.yml` sets it. */
async function main(): Promise<void> {
	const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
	const changelog = await readFile(join(ROOT, 'CHANGELOG.md'), 'utf8');
	const faults = releaseFaults({ tag: process.env.RELEASE_TAG ?? '', version, changelog });
	for (const fault of faults) console.log(`  FAIL  ${fault}`);
	if (faults.length === 0) console.log(`  ok    ${version} can be released`);
	process.exitCode = faults.length === 0 ? 0 : 1;
}

void main();
