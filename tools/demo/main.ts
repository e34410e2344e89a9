import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { OWNER } from '../n8n/client';
import { startDemo, type Demo } from './start';
import { run, timedOutput } from '../processes';
import { N8N_VERSION } from '../n8n/install';
import { ROOT } from '../paths';

/** `npm run n8n`: n8n's editor with this package, an emulator and the examples, until it is interrupted. */
const { values: flags } = parseArgs({
	options: {
		port: { type: 'string', default: '5678' },
		/** Begins anew, without what was done in the editor before. */
		fresh: { type: 'boolean', default: false },
		/** Opens the editor in the usual browser. */
		open: { type: 'boolean', default: false },
		folder: { type: 'string', default: join(ROOT, 'out', 'n8n') },
	},
});

const progress = timedOutput();

async function main(): Promise<void> {
	const stopped = interrupted();
	if (flags.fresh) await rm(flags.folder, { recursive: true, force: true });
	progress('building the package');
	await run('npx', ['--no-install', 'gulp', 'build'], { cwd: ROOT });
	const starting = startDemo({ folder: flags.folder, port: Number(flags.port), progress });
	const demo = await Promise.race([starting, stopped]);
	if (typeof demo === 'string') process.exit(0);
	tell(demo);
	if (flags.open) open(demo.n8n.url);
	const why = await Promise.race([stopped, demo.n8n.ended().then((code) => `n8n has ended by itself (${code})`)]);
	progress(`${why}: stopping n8n and the emulator`);
	const log = join(flags.folder, 'n8n.log');
	await writeFile(log, demo.n8n.printed);
	await demo.close();
	progress(`stopped. What n8n printed is in ${relative(process.cwd(), log)}.`);
	process.exit(why.startsWith('n8n') ? 1 : 0);
}

/** Resolves with the reason when somebody wants this to end, or the process that started it is gone. */
async function interrupted(): Promise<string> {
	const parent = process.ppid;
	return await new Promise((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal));
		setInterval(() => process.ppid !== parent && resolve('the command that started this has ended'), 500).unref();
	});
}

function tell({ n8n, emulator, examples }: Demo): void {
	console.log(`
  n8n ${N8N_VERSION} with the DataGym nodes:  ${n8n.url}
  Sign in with  ${OWNER.email}  and  ${OWNER.password}  (a demo for this machine only)

  Workflows:  ${examples.map(({ workflow }) => workflow.name).join('\n              ')}
  DataGym:    an emulator on ${emulator.url}, token ${emulator.token}; the credential “DataGym account” has it

  What you do is kept in ${relative(process.cwd(), flags.folder)} for the next start; --fresh begins anew. Ctrl-C stops it.
`);
}

function open(url: string): void {
	const [command, ...args] = { darwin: ['open'], win32: ['cmd', '/c', 'start'] }[process.platform as string] ?? [
		'xdg-open',
	];
	spawn(command!, [...args, url], { stdio: 'ignore', detached: true })
		.on('error', () => console.error('No browser could be opened.'))
		.unref();
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exit(1);
});
