import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { until } from '../n8n/until';

const RUNNING = new Set<ChildProcess>();
process.on('exit', () => RUNNING.forEach(killGroup));

/** A server in a process of its own, with all that it printed. */
export class Background {
	readonly lines: string[] = [];
	private readonly ended: Promise<unknown>;

	private constructor(
		readonly name: string,
		private readonly child: ChildProcess,
	) {
		RUNNING.add(child);
		this.ended = once(child, 'exit').finally(() => {
			killGroup(child);
			RUNNING.delete(child);
		});
		for (const stream of [child.stdout, child.stderr]) {
			if (stream) createInterface(stream).on('line', (line) => this.lines.push(line));
		}
	}

	static start(name: string, command: string, args: readonly string[], options: SpawnOptions): Background {
		return new Background(
			name,
			spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true }),
		);
	}

	get isRunning(): boolean {
		return this.child.exitCode === null && this.child.signalCode === null;
	}

	/** The most memory that it ever had, in MiB. */
	async peakMemory(): Promise<number> {
		const status = await readFile(`/proc/${this.child.pid}/status`, 'utf8');
		return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024);
	}

	/** SIGKILL ends it without a warning, SIGTERM in good order. */
	async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
		if (this.isRunning) this.child.kill(signal);
		await this.ended;
	}

	/** Waits until the server is as wanted; fails as soon as it has ended. */
	async until(what: string, milliseconds: number, isSo: () => boolean | Promise<boolean>): Promise<void> {
		await until(`${this.name}: ${what}`, milliseconds, async () => {
			if (!this.isRunning) throw new Error(`${this.name} has ended:\n${this.lines.slice(-30).join('\n')}`);
			return await isSo();
		}).catch((error: Error) => {
			throw new Error(`${error.message}\n${this.lines.slice(-30).join('\n')}`);
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
