import { join } from 'node:path';
import { exitOnSignals, run, runMain, timedOutput } from '../processes';
import { installN8n } from './install';

/** The checks in a whole n8n, each a command of its own; the longest first. They mostly wait: for n8n to start, and for its minutes to pass. */
const CHECKS = ['trigger', 'predictions', 'evaluation', 'versions', 'installations', 'agent', 'sideBySide'];
const AT_ONCE = 2;

/** Runs the named checks, or all, some at a time: `npm run test:n8n -- trigger agent`. */
async function main(): Promise<void> {
	const names = process.argv.slice(2);
	const unknown = names.find((name) => !CHECKS.includes(name));
	if (unknown !== undefined) throw new Error(`There is no check "${unknown}": ${CHECKS.join(', ')}`);
	const progress = timedOutput();
	await installN8n(progress);
	const waiting = [...(names.length === 0 ? CHECKS : names)];
	const failed: string[] = [];
	const workThrough = async () => {
		for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
			const prefix = name;
			await check(name, (line) => progress(`${prefix}: ${line}`)).catch((error: unknown) => {
				progress(`${prefix}: failed\n${error instanceof Error ? error.message : String(error)}`);
				failed.push(prefix);
			});
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, workThrough));
	if (failed.length > 0) throw new Error(`Failed: ${failed.join(', ')}`);
}

async function check(name: string, onLine: (line: string) => void): Promise<void> {
	await run(process.execPath, ['--import', 'tsx', join(__dirname, `${name}.ts`)], {
		environment: process.env,
		onLine,
	});
}

exitOnSignals();
runMain(main);
