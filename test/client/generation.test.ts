import * as fc from 'fast-check';
import { DataGymApi, isDataGymError, type Generation, type HttpRequest } from '@datagym/client';
import { failure, fakeServer, type Reply } from './fakeServer';

afterEach(() => jest.restoreAllMocks());

/** As the server's framework answers where it knows no address, and as DataGym answers where there is no object. */
const NO_ADDRESS: Reply = {
	status: 404,
	body: '{"timestamp":1,"status":404,"error":"Not Found","path":"/api/v1/media/0"}',
};
const NO_OBJECT: Reply = { status: 404, body: '{"key":"ex_notfound","params":["Media","id","0"]}' };
const UNAUTHORIZED: Reply = { status: 401, body: '{"key":"ex_unauthorized"}' };

const isAt = ({ url }: HttpRequest, name: string) => url.includes(`/api/v1/${name}/`);

/** What a healthy server of each kind answers (docs/contract.md#the-api-of-2020). */
const HEALTHY: Readonly<Record<Exclude<Generation, 'open-core'>, (request: HttpRequest) => Reply>> = {
	media: (request) => (isAt(request, 'media') || isAt(request, 'task') ? NO_OBJECT : NO_ADDRESS),
	image: (request) => (isAt(request, 'image') ? NO_OBJECT : NO_ADDRESS),
};

/** What stands before a server, or a server that is starting, may answer in its place. */
const FAILURES: readonly Reply[] = [
	{ status: 404, body: '<html><body>404 page not found</body></html>' },
	{ status: 404, body: '404 page not found' },
	{ status: 404 },
	{ status: 404, body: '{"message":"no Route matched with those values"}' },
	NO_ADDRESS,
	{ status: 200, body: '<!DOCTYPE html><title>Log in</title>' },
	{ status: 200, body: '[]' },
	{ status: 200 },
	{ status: 301, headers: { location: 'https://elsewhere.test' } },
	UNAUTHORIZED,
	{ status: 403, body: '{"key":"ex_forbidden"}' },
	{ status: 500, body: '{"key":"ex_system"}' },
	{ status: 429, headers: { 'retry-after': '0' } },
	...[400, 405, 500, 502, 503, 504, 511].map((status): Reply => ({ status, body: '<h1>Sorry</h1>' })),
	...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND'].map((code): Reply => ({ code })),
	{ body: '{"id":', breaks: 'ECONNRESET' },
];

describe('The generation of a server', () => {
	test.each(['media', 'image'] as const)('%s is told by DataGym itself', async (generation) => {
		const { transport } = fakeServer(HEALTHY[generation]);
		expect(await DataGymApi.over(transport).generation()).toBe(generation);
	});

	test('is what a healthy server says, after any failures', async () => {
		const kind = fc.constantFrom('media', 'image');
		const failures = fc.array(fc.constantFrom(...FAILURES), { maxLength: 12 });
		const options = fc.record({ retryFor: fc.constantFrom(0, 2_000, 90_000), isUnattended: fc.boolean() });
		await fc.assert(
			fc.asyncProperty(kind, failures, options, async (generation, before, patience) => {
				const left = [...before];
				const { transport } = fakeServer((request) => left.shift() ?? HEALTHY[generation](request), patience);
				const api = DataGymApi.over(transport);
				// Each failure that is thrown has taken one answer at least.
				for (let tries = 0; tries <= before.length; tries++) {
					const found = await api.generation().catch((error: unknown) => error);
					if (isDataGymError(found)) continue;
					expect(found).toBe(generation);
					break;
				}
				expect(await api.generation()).toBe(generation);
			}),
			{ numRuns: 400 },
		);
	});

	test('is waited for while a proxy has a page of its own', async () => {
		const left = [FAILURES[0]!, FAILURES[0]!, FAILURES[0]!];
		const { transport } = fakeServer((request) => left.shift() ?? HEALTHY.media(request));
		expect(await DataGymApi.over(transport).generation()).toBe('media');
	});

	test('is asked for once', async () => {
		const { transport, requests } = fakeServer([NO_OBJECT]);
		await DataGymApi.over(transport).generation();
		await DataGymApi.over(transport).generation();
		expect(requests).toHaveLength(1);
	});

	test('is not asked for if the credential names it', async () => {
		const { transport, requests } = fakeServer([NO_OBJECT]);
		expect(await DataGymApi.over(transport, 'image').generation()).toBe('image');
		expect(requests).toHaveLength(0);
	});

	test('is asked for again if the server did not tell it', async () => {
		const left = [UNAUTHORIZED];
		const { transport } = fakeServer((request) => left.shift() ?? HEALTHY.image(request));
		const api = DataGymApi.over(transport);
		expect((await failure(api.generation())).key).toBe('ex_unauthorized');
		expect(await api.generation()).toBe('image');
	});
});

describe('What only later servers have', () => {
	const getTasks = async (replies: Parameters<typeof fakeServer>[0]) =>
		await failure(DataGymApi.over(fakeServer(replies, { retryFor: 0 }).transport).tasks.list('p', 'COMPLETED'));

	test('is told as missing where the server knows no such address', async () => {
		expect((await getTasks(HEALTHY.image)).message).toBe('This DataGym server has no tasks');
	});

	test('is told as missing on a server of today that was built without it', async () => {
		const { transport } = fakeServer(HEALTHY.media);
		const error = await failure(DataGymApi.over(transport).exports.videoTask('t'));
		expect(error.message).toBe('This DataGym server has no videos');
	});

	const failing = FAILURES.filter(({ body }) => body !== '[]');

	test.each<Reply>([NO_OBJECT, UNAUTHORIZED, { status: 405 }, ...failing])(
		'is not told as missing after %j',
		async (reply) => expect((await getTasks([reply])).message).not.toContain('has no'),
	);

	test.each(failing.filter((reply) => reply !== NO_ADDRESS))(
		'is not told as missing after %j, though DataGym answers at other addresses',
		async (reply) => {
			const error = await getTasks((request) => (isAt(request, 'task') ? reply : HEALTHY.image(request)));
			expect(error.message).not.toContain('has no');
		},
	);
});
