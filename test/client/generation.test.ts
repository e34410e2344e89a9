import { DataGymApi } from '@datagym/client';
import { failure, fakeServer, type Reply } from './fakeServer';

afterEach(() => jest.restoreAllMocks());

/** As the server's framework answers where it knows no address, and as DataGym answers where there is no object. */
const NO_ADDRESS: Reply = { status: 404, body: '{"status":404,"error":"Not Found"}' };
const NO_OBJECT: Reply = { status: 404, body: '{"key":"ex_notfound","params":["Media","id","0"]}' };

describe('The generation of a server', () => {
	test.each([
		['media', 'DataGym knows no such image', NO_OBJECT],
		['image', 'the server knows no such address', NO_ADDRESS],
	])('is %s if %s', async (generation, _why, reply) => {
		const { transport } = fakeServer([reply]);
		expect(await new DataGymApi(transport).generation()).toBe(generation);
	});

	test('is asked for once', async () => {
		const { transport, requests } = fakeServer([NO_OBJECT]);
		await new DataGymApi(transport).generation();
		await new DataGymApi(transport).generation();
		expect(requests).toHaveLength(1);
	});

	test('is not asked for if the credential names it', async () => {
		const { transport, requests } = fakeServer([NO_OBJECT]);
		expect(await new DataGymApi(transport, 'image').generation()).toBe('image');
		expect(requests).toHaveLength(0);
	});

	test('is asked for again if the server did not tell it', async () => {
		const { transport } = fakeServer([{ status: 401, body: '{"key":"ex_unauthorized"}' }, NO_ADDRESS]);
		const api = new DataGymApi(transport);
		expect((await failure(api.generation())).key).toBe('ex_unauthorized');
		expect(await api.generation()).toBe('image');
	});
});

describe('What only later servers have', () => {
	const getTasks = async (reply: Reply) =>
		await failure(new DataGymApi(fakeServer([reply]).transport).getTasks('p', 'COMPLETED'));

	test('is told as missing where the server knows no such address', async () => {
		expect((await getTasks(NO_ADDRESS)).message).toBe('This DataGym server has no tasks');
	});

	test.each<Reply>([NO_OBJECT, { status: 401, body: '{"key":"ex_unauthorized"}' }, { status: 405 }])(
		'is not told as missing after %j',
		async (reply) => expect((await getTasks(reply)).message).not.toContain('has no tasks'),
	);
});
