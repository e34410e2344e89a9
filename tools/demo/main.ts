import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { OWNER } from '../n8n/client';
import { N8N_VERSION } from '../n8n/install';
import { ROOT } from '../paths';
import { run, timedOutput } from '../processes';
import { HELP, readCommandLine, type CommandLine } from './commandLine';
import { startEmulatedServer, type DemoServer } from './dataGym';
import { NEEDS } from './needs';
import { meetServer } from './ownServer';
import { startDemo, type Demo } from './start';

/** `npm run n8n`: n8n's editor with this package, a DataGym server and the examples, until it is interrupted. */
const progress = timedOutput();

async function main(): Promise<void> {
	const commandLine = readCommandLine(process.argv.slice(2), process.env);
	if (commandLine === undefined) return console.log(HELP);
	const stopped = interrupted();
	const started = await Promise.race([start(commandLine), stopped]);
	if (typeof started === 'string') process.exit(0);
	const { demo, introduction } = started;
	tell(commandLine, demo, introduction);
	if (commandLine.open) open(demo.n8n.url);
	const why = await Promise.race([stopped, demo.n8n.ended().then((code) => `n8n has ended by itself (${code})`)]);
	progress(`${why}: stopping`);
	const log = join(commandLine.folder, 'n8n.log');
	await writeFile(log, demo.n8n.printed);
	await demo.close();
	progress(`stopped. What n8n printed is in ${relative(process.cwd(), log)}.`);
	process.exit(why.startsWith('n8n') ? 1 : 0);
}

async function start({ server: own, port, fresh, folder }: CommandLine) {
	const known = own && (await meetServer(own));
	if (known) progress(known.introduction);
	if (fresh) await rm(folder, { recursive: true, force: true });
	progress('building the package');
	await run('npx', ['--no-install', 'gulp', 'build'], { cwd: ROOT });
	const server = known ?? (await startEmulatedServer(join(folder, 'emulator')));
	const demo = await startDemo({ server, folder, port, progress });
	return { demo, introduction: known?.introduction ?? introduceEmulator(server.account) };
}

const introduceEmulator = ({ baseUrl, token }: DemoServer['account']) =>
	`an emulator on ${String(baseUrl)}, token ${String(token)}`;

/** Resolves with the reason when somebody wants this to end, or the process that started it is gone. */
async function interrupted(): Promise<string> {
	const parent = process.ppid;
	return await new Promise((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal));
		setInterval(() => process.ppid !== parent && resolve('the command that started this has ended'), 500).unref();
	});
}

function tell({ server, folder }: CommandLine, { n8n, examples }: Demo, introduction: string): void {
	const lines = examples.map(({ name, workflow }) =>
		server === undefined ? workflow.name : `${workflow.name}\n                ${NEEDS[name]}`,
	);
	console.log(`
  n8n ${N8N_VERSION} with the DataGym nodes:  ${n8n.url}
  Sign in with  ${OWNER.email}  and  ${OWNER.password}  (a demo for this machine only)

  DataGym:    ${introduction}; the credential “DataGym account” has it
  Workflows:  ${lines.join('\n              ')}
${server === undefined ? '' : '\n  Nothing was changed on your server. Running a workflow does what is said below its name.\n'}
  What you do is kept in ${relative(process.cwd(), folder)} for the next start; --fresh begins anew. Ctrl-C stops it.
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
