import type { IExecuteFunctions } from 'n8n-workflow';
import { DataGymApi } from '@datagym/client';
import type { TransportOptions } from '@datagym/client/transport';
import { Run } from '@datagym/nodes/DataGym/runner/runContext';
import { failure, fakeServer, type Reply } from '../../client/fakeServer';

afterEach(() => jest.restoreAllMocks());

const ITEMS = Array.from({ length: 120 }, (_, index) => index);
const LIST: Reply = { body: '[{"id":"1","name":"Fleet","labelConfigurationId":"2"}]' };
const NOT_ASKED = {} as IExecuteFunctions;

/** A server that answers otherwise for some milliseconds, counted from the first request. */
function badServer(bad: Reply, milliseconds: number, options: Partial<TransportOptions> = {}) {
	let since: number | undefined;
	const server = fakeServer(() => {
		since ??= server.clock.now;
		return server.clock.now < since + milliseconds ? bad : LIST;
	}, options);
	const run = new Run(NOT_ASKED, DataGymApi.over(server.transport, 'media'));
	const projects = async () => await run.share('projects', async ({ api }) => await api.projects.list());
	return { ...server, run, projects };
}

/** What a proxy in trouble may do. */
const BAD: readonly Reply[] = [
	{ code: 'ECONNREFUSED' },
	{ code: 'ECONNRESET' },
	{ status: 404, body: '404 page not found' },
	...[429, 500, 502, 503, 504, 511, 520].map((status): Reply => ({ status, body: '<h1>Sorry</h1>' })),
	{ body: '<!DOCTYPE html><title>Under maintenance</title>' },
	{ body: '' },
	{ body: '[{"id":' },
	{ body: '[{"id":', breaks: 'ECONNRESET' },
	{ body: '{}' },
];

describe('A list that all items share', () => {
	test.each(BAD)('outlives a bad second at its first request (%j), with somebody before the screen', async (bad) => {
		const { projects } = badServer(bad, 1500, { isUnattended: false });
		const found = await Promise.all(ITEMS.map(projects));
		expect(found.map(([project]) => project?.name)).toEqual(ITEMS.map(() => 'Fleet'));
	});

	test('is asked for once', async () => {
		const { projects, requests } = badServer(LIST, 0);
		await Promise.all(ITEMS.map(projects));
		expect(requests).toHaveLength(1);
	});

	test('fails in the end, and those who come later have one try each, until it is there', async () => {
		const { projects, requests, waits, clock } = badServer({ status: 502 }, 200_000, { retryFor: 20_000 });
		const first = await Promise.allSettled(ITEMS.map(projects));
		expect(first.every(({ status }) => status === 'rejected')).toBe(true);
		const [asked, waited] = [requests.length, waits.length];
		for (let count = 0; count < 5; count++) await failure(projects());
		expect(requests).toHaveLength(asked + 5);
		expect(waits).toHaveLength(waited);
		clock.now += 200_000;
		await Promise.all(ITEMS.map(projects));
		expect(requests).toHaveLength(asked + 6);
	});

	test.each<Reply>([
		{ status: 401, body: '{"key":"ex_unauthorized"}' },
		{ status: 404, body: '{"key":"ex_notfound","params":["Project","id","1"]}' },
		{ status: 500, body: '{"key":"ex_system"}' },
	])('is not asked for again after %j, which DataGym itself has said', async (refusal) => {
		const { projects, requests } = badServer(refusal, 1e9);
		for (let count = 0; count < 5; count++) await failure(projects());
		expect(requests).toHaveLength(1);
	});

	test('is not tried again if the user wants that for nothing', async () => {
		const { projects, requests } = badServer({ status: 502 }, 1e9, { retryFor: 0 });
		await failure(projects());
		expect(requests).toHaveLength(1);
	});

	test('is soon told as wrong if it stays so, with somebody before the screen', async () => {
		const { projects, waits } = badServer({ body: '<html>Log in</html>' }, 1e9, { isUnattended: false });
		expect((await failure(projects())).message).toContain('web page');
		expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThan(30_000);
	});

	test('is one thing, and what must not be done twice another', async () => {
		const { run } = badServer(LIST, 0);
		const work = jest.fn(async () => await Promise.reject(new Error('lost')));
		for (let count = 0; count < 3; count++) await expect(run.once('create', work)).rejects.toThrow('lost');
		expect(work).toHaveBeenCalledTimes(1);
	});
});
