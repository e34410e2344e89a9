import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../paths';

interface Command {
	readonly file: string;
	readonly does: string;
	/** Whether it looks at what would be published. */
	readonly needsBuild?: boolean;
}

/** The commands of `npm run release -- <command>`. */
const COMMANDS: Readonly<Record<string, Command>> = {
	names: {
		file: 'savedNames.ts',
		does: 'records the names that workflows save; with --check, fails if some are not recorded',
		needsBuild: true,
	},
	messages: { file: 'messagesTable.ts', does: 'writes all messages into docs/troubleshooting.md' },
	comparison: {
		file: 'comparisonTable.ts',
		does: "writes the nodes' figures beside n8n's own into docs/comparison.md; fails if ours are worse, with --check only that",
		needsBuild: true,
	},
	formats: { file: 'formatsTable.ts', does: 'writes all formats into docs/formats.md' },
	schemas: {
		file: 'outputSchemas.ts',
		does: "writes the schemas of the operations' output, which n8n's editor shows before the first execution",
		needsBuild: true,
	},
	reference: { file: 'reference.ts', does: 'writes all operations and their fields into docs/reference.md' },
	lock: { file: 'completeLock.ts', does: "adds other platforms' packages to package-lock.json after npm install" },
	package: { file: 'checkPackage.ts', does: 'packs as npm does, and checks what is in it', needsBuild: true },
	secrets: { file: 'secretScan.ts', does: 'looks for secrets in the sources and in all earlier commits' },
	audit: { file: 'audit.ts', does: 'asks for advisories on the libraries in the bundles', needsBuild: true },
	check: {
		file: 'checkRelease.ts',
		does: 'checks that tag, version, changelog, and saved names agree',
		needsBuild: true,
	},
};

const [name = '', ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (command === undefined) {
	const width = Math.max(...Object.keys(COMMANDS).map(({ length }) => length));
	console.log('npm run release -- <command>\n');
	for (const [each, { does }] of Object.entries(COMMANDS)) console.log(`  ${each.padEnd(width)}  ${does}`);
	process.exit(name === '' ? 0 : 1);
}

function runNode(...parameters: readonly string[]): void {
	const { status } = spawnSync(process.execPath, parameters, { cwd: ROOT, stdio: 'inherit' });
	if (status !== 0) process.exit(status ?? 1);
}

if (command.needsBuild === true) runNode(join(ROOT, 'node_modules', 'gulp', 'bin', 'gulp.js'), 'build', '--silent');
if (name === 'check') runNode('--import', 'tsx', join(__dirname, 'savedNames.ts'), '--check');
runNode('--import', 'tsx', join(__dirname, command.file), ...args);
