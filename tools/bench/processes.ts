import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Starts a script of this folder in a process of its own. */
export function start(script: string, ...args: string[]): ChildProcess {
	return fork(join(__dirname, script), args, {
		execArgv: ['--import', 'tsx', '--expose-gc', '--max-old-space-size=6000'],
	});
}

/** The next message of a process, after a command if one is given. */
export async function ask<Answer>(process: ChildProcess, command?: object | string): Promise<Answer> {
	return await new Promise<Answer>((resolve, reject) => {
		const failed = () => reject(new Error('The process has ended without an answer'));
		process.once('exit', failed);
		process.once('message', (answer) => {
			process.off('exit', failed);
			resolve(answer as Answer);
		});
		if (command !== undefined) process.send(command);
	});
}

/** What a script answers to one order, which it need not wait for to load, in a process of its own that ends with it. Throws what it could not do. */
export async function askOnce<Answer extends object>(script: string, order: object | Promise<object>): Promise<Answer> {
	const process = start(script);
	const answer = await ask<Answer | { error: string }>(process, await order);
	if (process.exitCode === null && process.signalCode === null) await once(process, 'exit');
	if ('error' in answer) throw new Error(`${script}: ${answer.error}`);
	return answer;
}

/** In such a script: answers the one order and ends. */
export function answerOnce<Order>(work: (order: Order) => Promise<object>): void {
	process.once('message', (order: Order) => {
		void work(order)
			.catch((error: unknown) => ({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }))
			.then((answer) => process.send?.(answer, () => process.disconnect?.()));
	});
}
