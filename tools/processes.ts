import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';

export interface RunOptions {
	cwd?: string;
	environment?: NodeJS.ProcessEnv;
	/** Gets each line while the command runs. */
	onLine?: (line: string) => void;
}

/** Runs a command and returns what it printed. Throws the last of it when the command fails. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
	const { cwd, environment, onLine } = options;
	const child = spawn(command, args, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
	const end = () => void child.kill();
	process.once('exit', end);
	let output = '';
	let errors = '';
	child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
	child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
	if (onLine) for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', onLine);
	const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
	process.off('exit', end);
	if (code !== 0)
		throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${(errors + output).slice(-3_000)}`);
	return output;
}

const RUNNING = new Set<ChildProcess>();
process.on('exit', () => RUNNING.forEach(killGroup));

/** How long a server may take to end in good order; n8n allows itself 30 seconds. */
const STOP = 35_000;

/** A server in a process of its own, with all that it printed. It ends with this process at the latest. */
export class Background {
	readonly lines: string[] = [];
	private readonly exit: Promise<unknown>;

	private constructor(
		readonly name: string,
		private readonly child: ChildProcess,
	) {
		RUNNING.add(child);
		this.exit = once(child, 'exit').finally(() => {
			killGroup(child);
			RUNNING.delete(child);
		});
		for (const stream of [child.stdout, child.stderr]) {
			if (stream) createInterface(stream).on('line', (line) => this.lines.push(line));
		}
	}

	/** The process gets a group of its own, so that what it starts ends with it, and Ctrl-C reaches only this process. */
	static start(name: string, command: string, args: readonly string[], options: SpawnOptions = {}): Background {
		return new Background(
			name,
			spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true }),
		);
	}

	get isRunning(): boolean {
		return this.child.exitCode === null && this.child.signalCode === null;
	}

	/** Waits until it accepts connections on a port of this machine. */
	async listens(port: number, milliseconds = 30_000): Promise<void> {
		await this.until(`listens on port ${port}`, milliseconds, async () => await accepts(port));
	}

	/** The last lines that it printed. */
	get lastLines(): string {
		return this.lines.slice(-30).join('\n');
	}

	get pid(): number | undefined {
		return this.child.pid;
	}

	/** Its memory, in MiB: what it has now, and the most that it ever had. */
	async memory(): Promise<{ now: number; peak: number }> {
		const status = await readFile(`/proc/${this.child.pid}/status`, 'utf8');
		const mebibytes = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
		return { now: mebibytes('VmRSS'), peak: mebibytes('VmHWM') };
	}

	/** Resolves with the exit code when it has ended, whoever ended it. */
	async ended(): Promise<number | null> {
		await this.exit;
		return this.child.exitCode;
	}

	/** SIGKILL ends it without a warning, SIGTERM in good order, if that does not take too long. */
	async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
		if (this.isRunning) this.child.kill(signal);
		await Promise.race([this.exit, pause(STOP)]);
		killGroup(this.child);
		await this.exit;
	}

	/** Waits until the server is as wanted; fails as soon as it has ended. */
	async until(what: string, milliseconds: number, isSo: () => boolean | Promise<boolean>): Promise<void> {
		await until(`${this.name} ${what}`, milliseconds, async () => {
			if (!this.isRunning) throw new Error(`${this.name} has ended`);
			return await isSo();
		}).catch((error: Error) => {
			throw new Error(`${error.message}\n${this.lastLines}`);
		});
	}
}

/** The process with all that it has started, such as n8n's task runners. */
function killGroup({ pid }: ChildProcess): void {
	if (pid === undefined) return;
	try {
		process.kill(-pid, 'SIGKILL');
	} catch {
		// All of them have ended already.
	}
}

/** For commands without anything of their own to tidy up: an interrupt then ends them in order, and with them what they started. */
export function exitOnSignals(): void {
	for (const [signal, code] of [
		['SIGINT', 130],
		['SIGTERM', 143],
	] as const)
		process.once(signal, () => process.exit(code));
}

/** Asks again and again until the answer is yes. Throws when it is still no after `milliseconds`. */
export async function until(what: string, milliseconds: number, isSo: () => boolean | Promise<boolean>): Promise<void> {
	for (const end = Date.now() + milliseconds; !(await isSo()); await pause(250)) {
		if (Date.now() > end) throw new Error(`Waited in vain for this: ${what}`);
	}
}

export async function pause(milliseconds: number): Promise<void> {
	await new Promise((done) => setTimeout(done, milliseconds));
}

/** Whether a promise is kept. */
export async function succeeds(attempt: Promise<unknown>): Promise<boolean> {
	return await attempt.then(
		() => true,
		() => false,
	);
}

async function accepts(port: number): Promise<boolean> {
	const socket = connect({ port, host: '127.0.0.1' });
	const isAccepted = await succeeds(once(socket, 'connect'));
	socket.destroy();
	return isAccepted;
}

/** A port of this machine on which nothing listens. */
export async function freePort(): Promise<number> {
	const port = await tryPort(0);
	if (port === undefined) throw new Error('This machine has no free port.');
	return port;
}

/** The wanted port, or another one where something listens on it already. */
export async function portOr(wanted: number): Promise<number> {
	return (await tryPort(wanted)) ?? (await freePort());
}

async function tryPort(wanted: number): Promise<number | undefined> {
	const server = createServer().listen(wanted, '127.0.0.1');
	try {
		await once(server, 'listening');
	} catch {
		return undefined;
	}
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

/** Prints lines with the seconds since the first of them was asked for. */
export function timedOutput(): (line: string) => void {
	const begun = performance.now();
	return (line) => console.log(`${((performance.now() - begun) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
}

/** Runs the main function of a command: an error is printed without its stack, and the command fails. */
export function runMain(main: () => Promise<void>): void {
	main().catch((error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	});
}
