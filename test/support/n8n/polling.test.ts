/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { startEngine, type ActiveWorkflow, type Engine, type MemoryKind } from './lentEngine';
import { serve, type LocalServer } from '../httpServer';
import { chain, node, set } from '../workflow';

let engine: Engine;
let server: LocalServer;
let titles: string[];
let status: number;

beforeAll(async () => {
	engine = await startEngine({ packages: [] });
	server = await serve((_request, response) => {
		response.writeHead(status, { 'content-type': 'application/xml' }).end(feedOf(titles));
	});
});

beforeEach(() => {
	titles = ['first'];
	status = 200;
});

afterAll(async () => {
	await engine.stop();
	await server.close();
});

/** One entry a minute of the year 2100: n8n's trigger only gives out what is newer than the activation. */
function feedOf(entries: string[]): string {
	const items = entries.map((title, minute) => {
		const published = new Date(Date.UTC(2100, 0, 1, 0, minute)).toUTCString();
		return `<item><title>${title}</title><pubDate>${published}</pubDate></item>`;
	});
	return `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>${items.join('')}</channel></rss>`;
}

function reader() {
	const pollTimes = { item: [{ mode: 'everyMinute' }] };
	const trigger = node('Feed', 'n8n-nodes-base.rssFeedReadTrigger', { feedUrl: server.url, pollTimes });
	return chain(trigger, set('read', '={{ $json.title }}'));
}

/** The titles that each execution has read. */
function readBy({ runs }: ActiveWorkflow): unknown[] {
	return runs.map((run) => run.itemsOf('Set read').map(({ json }) => json.read));
}

describe.each<MemoryKind>(['static data', 'durable cursors'])('with its memory in %s', (memory) => {
	test('runs for what is new at activation and at each tick, once', async () => {
		const active = await engine.activate(reader(), { memory });
		await active.tick();
		titles.push('second', 'third');
		await active.tick();
		await active.tick();
		expect(readBy(active)).toEqual([['first'], ['second', 'third']]);
		await active.deactivate();
	});

	test('goes on where it was after a restart', async () => {
		const before = await engine.activate(reader(), { memory });
		titles.push('second');
		await before.kill();
		const after = await engine.activate(reader(), { memory, saved: before.saved });
		await after.tick();
		expect(readBy(before)).toEqual([['first']]);
		expect(readBy(after)).toEqual([['second']]);
		await after.deactivate();
	});

	test('keeps the error of a poll that failed, and what it knew', async () => {
		const active = await engine.activate(reader(), { memory });
		const { saved } = active;
		status = 500;
		await active.tick();
		expect(active.errors.map(({ message }) => message)).toEqual([expect.stringContaining('500')]);
		expect(active.saved).toEqual(saved);
		await active.deactivate();
	});
});

test('is not activated when its first poll fails', async () => {
	status = 500;
	await expect(engine.activate(reader())).rejects.toThrow('There was a problem activating the workflow');
});

test('is registered with a cron of its own', async () => {
	const active = await engine.activate(reader());
	expect(engine.log.text).toContain('Registered cron');
	await active.deactivate();
});

test('shows a recent item in the editor, and remembers nothing of it', async () => {
	const run = await engine.runWorkflow(reader());
	expect(run.itemsOf('Feed')).toMatchObject([{ json: { title: 'first' } }]);
	expect(run.staticData).toEqual({ 'node:Feed': {} });
});

test('can be polled once, for a look at what the trigger finds and would remember', async () => {
	const first = await engine.pollOnce(reader());
	expect(first.items).toMatchObject([{ json: { title: 'first' } }]);
	const again = await engine.pollOnce({ ...reader(), staticData: JSON.parse(first.staticData) });
	expect(again).toEqual({ items: null, staticData: first.staticData });
});
