import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findSecrets, type Finding } from './secrets';
import { ROOT } from '../paths';

/** Findings that are none, each with the reason. One that nothing needs any more fails the scan. */
const HARMLESS: ReadonlyArray<{ path: RegExp; text: RegExp; reason: string }> = [
	{
		path: /^test\/fixtures\/contract\/(ui-)?recordings\.jsonl$/,
		text: /Token 0{8}-/,
		reason: 'a token of zeros, with which the contract shows a refusal',
	},
	{
		path: /^test\/(engine-harness|support\/n8n\/engine|credentials\/DataGymApi|nodes\/DataGym\/security)\.test\.ts$/,
		text: /(secret-token|proxy-secret)-/,
		reason: 'made up, to be looked for where it must not be',
	},
	{
		path: /^test\/client\/(secrets|token)\.test\.ts$/,
		text: /(5f2b9c1d-7444-4|7444ab91-0c3f-4)c0e-9d3a/,
		reason: 'made up, in the form of a token',
	},
	{
		path: /^test\/emulator\/replay\/uiRecording\.ts$/,
		text: /30f8d88a-cfb4-4f1c/,
		reason: 'the token of the server that was recorded, which no longer exists',
	},
	{
		path: /^test\/client\/baseUrl\.test\.ts$/,
		text: /https:\/\/user:password@e/,
		reason: 'an address that the credential must refuse',
	},
	{
		path: /^test\/credentials\/openCore\.test\.ts$/,
		text: /'(old-token-77aa41|proxy-secret-9c1d)'/,
		reason: 'made up, to be looked for where it must not be',
	},
	{
		path: /^test\/tools\/demo\.test\.ts$/,
		text: /'7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d'/,
		reason: 'the example of a token in docs/getting-started.md, to be looked for where it must not be',
	},
];

interface Text {
	where: string;
	path: string;
	content: string;
}

/** Looks through every text that is or would be committed, and what earlier commits have added. `check:package` searches the published package. */
function main(): void {
	const texts = [...present(), ...past()];
	const needed = new Set<unknown>();
	const isHarmless = (path: string, { text }: Finding) => {
		const entry = HARMLESS.find((candidate) => candidate.path.test(path) && candidate.text.test(text));
		needed.add(entry);
		return entry !== undefined;
	};
	const found = texts.flatMap(({ where, path, content }) =>
		findSecrets(content)
			.filter((finding) => !isHarmless(path, finding))
			.map(({ rule, line, text }) => `${where}:${line} ${rule}: ${text.slice(0, 24)}…`),
	);
	const idle = HARMLESS.filter((entry) => !needed.has(entry)).map(
		({ path, reason }) => `nothing in ${path.source} is “${reason}” any more: take it out of the list`,
	);
	for (const line of [...found, ...idle]) console.log(`  FAIL  ${line}`);
	if (found.length > 0)
		console.log(
			'If it is no secret, name it with the reason in tools/release/secretScan.ts. If it is one, revoke it first: git remembers it.',
		);
	if (found.length + idle.length === 0)
		console.log(
			`  ok    no secret in ${texts.length} texts, of now and of earlier commits; ${HARMLESS.length} kinds of harmless findings`,
		);
	process.exitCode = found.length + idle.length === 0 ? 0 : 1;
}

function present(): Text[] {
	const paths = git('ls-files', '-z', '--cached', '--others', '--exclude-standard').split('\0');
	return paths.filter((path) => path !== '').flatMap(readText);
}

/** Nothing for a file with a zero byte, a deleted one, or a link to a folder. */
function readText(path: string): Text[] {
	try {
		const bytes = readFileSync(join(ROOT, path));
		return bytes.includes(0) ? [] : [{ where: path, path, content: bytes.toString('utf8') }];
	} catch {
		return [];
	}
}

/** The lines that each commit has added to each text; a shallow clone knows few commits. */
function past(): Text[] {
	const commits = git('log', '--patch', '--unified=0', '--no-color', '--no-ext-diff', '--format=%x00%h').split('\0');
	return commits.flatMap((commit) => {
		const [hash = '', ...files] = commit.split(/^diff --git .*$/m);
		return files.map((file) => {
			const path = /^\+\+\+ b\/(.*)$/m.exec(file)?.[1] ?? '';
			const added = file.split('\n').filter((line) => line.startsWith('+') && !line.startsWith('+++ '));
			return { where: `${hash.trim()} ${path}`, path, content: added.map((line) => line.slice(1)).join('\n') };
		});
	});
}

function git(...args: string[]): string {
	return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 29 });
}

main();
