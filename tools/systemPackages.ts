import { spawn } from 'node:child_process';
import { access, constants, glob } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** What a Debian package brings that shows it is there: a command in the PATH, or a file anywhere that a pattern finds. */
const SIGNS: Readonly<Record<string, { command: string } | { pattern: string }>> = {
	chromium: { command: 'chromium' },
	'redis-server': { command: 'redis-server' },
	postgresql: { pattern: '/usr/lib/postgresql/*/bin/initdb' },
};

const ENVIRONMENT = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };

/** Another apt-get may run at the same time. */
const WAIT = ['-o', 'DPkg::Lock::Timeout=300'];

/**
 * Sees to it that packages of the distribution are there, and installs those that are missing.
 *
 * @throws Error that says what to install by hand, where this process may not.
 */
export async function ensureSystemPackages(
	names: string[],
	progress: (line: string) => void = console.log,
): Promise<void> {
	const missing = await findMissing(names);
	if (missing.length === 0) return;
	const root = await rootCommand(missing);
	progress(`installing with apt-get: ${missing.join(', ')}`);
	await apt([...root, 'apt-get', ...WAIT, 'update', '-q'], progress);
	await apt([...root, 'apt-get', ...WAIT, 'install', '-q', '-y', '--no-install-recommends', ...missing], progress);
	const stillMissing = await findMissing(missing);
	if (stillMissing.length > 0)
		throw new Error(`apt-get installed ${stillMissing.join(', ')}, but not what should come with it.`);
}

async function findMissing(names: string[]): Promise<string[]> {
	const found = await Promise.all(names.map(findSystemFile));
	return names.filter((_, index) => found[index] === undefined);
}

/** The path of the command or file that a known package brings. */
export async function findSystemFile(name: string): Promise<string | undefined> {
	const sign = SIGNS[name];
	if (!sign)
		throw new Error(`${name} is not among the packages that this script knows: ${Object.keys(SIGNS).join(', ')}.`);
	if ('command' in sign) return await findCommand(sign.command);
	for await (const path of glob(sign.pattern)) return path;
	return undefined;
}

async function findCommand(command: string): Promise<string | undefined> {
	for (const folder of (process.env.PATH ?? '').split(delimiter)) {
		const path = join(folder, command);
		if (folder !== '' && (await isExecutable(path))) return path;
	}
	return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
	return await access(path, constants.X_OK).then(
		() => true,
		() => false,
	);
}

/** What to put before a command that only root may run. */
async function rootCommand(missing: string[]): Promise<string[]> {
	const remedy = `Install it by hand: sudo apt-get install ${missing.join(' ')}`;
	if ((await findCommand('apt-get')) === undefined)
		throw new Error(`Missing on this machine, which has no apt-get: ${missing.join(', ')}.`);
	if (process.getuid?.() === 0) return [];
	if ((await findCommand('sudo')) === undefined || (await execute(['sudo', '-n', 'true'])).code !== 0) {
		throw new Error(`Missing on this machine: ${missing.join(', ')}. ${remedy}`);
	}
	return ['sudo', '-n', '--preserve-env=DEBIAN_FRONTEND'];
}

async function apt(command: string[], progress: (line: string) => void): Promise<void> {
	const { code, output } = await execute(command, (line) => {
		if (/^(Need to get|Setting up|Fetched) /.test(line)) progress(`  ${line}`);
	});
	if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${output.slice(-2_000)}`);
}

async function execute(
	[command = '', ...args]: string[],
	onLine: (line: string) => void = () => undefined,
): Promise<{ code: number | null; output: string }> {
	const child = spawn(command, args, { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
	let output = '';
	let rest = '';
	const take = (chunk: Buffer) => {
		output += chunk.toString();
		const lines = (rest + chunk.toString()).split('\n');
		rest = lines.pop() ?? '';
		lines.forEach(onLine);
	};
	child.stdout.on('data', take);
	child.stderr.on('data', take);
	const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
	return { code, output };
}
