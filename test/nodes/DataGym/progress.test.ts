import type { Logger } from 'n8n-workflow';
import { withProgress } from '@datagym/nodes/DataGym/runner/progress';

const lines: string[] = [];
const write = (line: string) => void lines.push(line);
const logger: Logger = { info: write, error: write, warn: write, debug: write };

beforeEach(() => {
	lines.length = 0;
	jest.useFakeTimers();
});
afterEach(() => jest.useRealTimers());

test('a long wait shows in the log every half minute, with how far it is', async () => {
	let count = 0;
	let finish: (value: string) => void = () => undefined;
	const done = withProgress(
		{ logger },
		() => `${count} of 9 tasks are read`,
		new Promise<string>((resolve) => (finish = resolve)),
	);
	await jest.advanceTimersByTimeAsync(30_000);
	count = 4;
	await jest.advanceTimersByTimeAsync(30_000);
	finish('all');
	expect(await done).toBe('all');
	await jest.advanceTimersByTimeAsync(120_000);
	expect(lines).toEqual([
		'DataGym: 0 of 9 tasks are read (30 seconds so far)',
		'DataGym: 4 of 9 tasks are read (60 seconds so far)',
	]);
});

test('work that fails is not told as alive any more', async () => {
	await expect(withProgress({ logger }, () => 'waiting', Promise.reject(new Error('cut')))).rejects.toThrow('cut');
	await jest.advanceTimersByTimeAsync(60_000);
	expect(lines).toEqual([]);
	expect(jest.getTimerCount()).toBe(0);
});
