import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

const STARTS_WITHIN = 30_000;

export interface ServerProcess {
	/** Ends the process; its data in memory go with it. */
	close(): Promise<void>;
}

/** Starts a server of another language and waits until it accepts connections. Throws what it printed when it does not. */
export async function startProcess(
	command: string,
	parameters: readonly string[],
	port: number,
): Promise<ServerProcess> {
	const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
	let printed = '';
	for (const stream of [child.stdout, child.stderr])
		stream.on('data', (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-4000)));
	const close = async () => {
		process.off('exit', kill);
		if (child.exitCode !== null || child.signalCode !== null) return;
		kill();
		await once(child, 'exit');
	};
	const kill = () => child.kill('SIGKILL');
	process.once('exit', kill);
	for (const end = Date.now() + STARTS_WITHIN; !(await accepts(port)); ) {
		if (child.exitCode === null && Date.now() < end) continue;
		await close();
		throw new Error(`${command} ${parameters.join(' ')} does not answer on port ${port}. It printed:\n${printed}`);
	}
	return { close };
}

async function accepts(port: number): Promise<boolean> {
	const socket = connect({ port, host: '127.0.0.1' });
	const answer = await Promise.race([
		once(socket, 'connect').then(() => true),
		once(socket, 'error').then(() => false),
	]).catch(() => false);
	socket.destroy();
	if (!answer) await new Promise((done) => setTimeout(done, 100));
	return answer;
}
