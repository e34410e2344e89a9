import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './paths';

/** The tests in n8n's editor; with `--pictures`, they also renew the pictures in docs/images. */
const args = process.argv.slice(2);
const { status } = spawnSync(
	process.execPath,
	[
		join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'),
		'--config',
		join(ROOT, 'jest.editor.config.js'),
		...args.filter((arg) => arg !== '--pictures'),
	],
	{
		cwd: ROOT,
		stdio: 'inherit',
		env: { ...process.env, ...(args.includes('--pictures') && { RENEW_PICTURES: '1' }) },
	},
);
process.exitCode = status ?? 1;
