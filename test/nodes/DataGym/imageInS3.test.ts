/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { byId, openHarness, outputOf, type Harness } from '../../support/datagym';
import { serve } from '../../support/httpServer';
import { jpeg } from '../../support/images';

let harness: Harness;
let photo: Buffer;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	photo = await jpeg();
});
afterAll(async () => await harness.close());

describe('Image: Download of media in S3', () => {
	const linkTo = (url: string) =>
		harness.server.onRequest(({ path }) =>
			path.endsWith('/in-s3')
				? { status: 200, body: url, headers: { 'Content-Type': 'text/plain;charset=UTF-8' } }
				: undefined,
		);
	const download = async () => await harness.run('image', 'download', { imageId: byId('in-s3') });
	afterEach(() => harness.server.onRequest(undefined));

	test('follows the signed link, without the token', async () => {
		const seen: string[] = [];
		const storage = await serve((request, response) => {
			seen.push(JSON.stringify([request.url, request.headers]));
			response.writeHead(200, { 'Content-Type': 'image/jpeg', 'Content-Length': photo.length }).end(photo);
		});
		linkTo(`${storage.url}/bucket/photo.jpg?X-Amz-Signature=abc`);
		const [out] = outputOf(await download());
		await storage.close();
		expect(await harness.engine.readBinary(out!)).toEqual(photo);
		expect(seen).toHaveLength(1);
		expect(seen[0]).toContain('X-Amz-Signature=abc');
		expect(seen[0]).not.toContain(harness.server.token);
	});

	test('says that the storage refuses, without the signature', async () => {
		const storage = await serve((_, response) => response.writeHead(403).end('<Error/>'));
		linkTo(`${storage.url}/bucket/photo.jpg?X-Amz-Signature=abc`);
		const { error } = await download();
		await storage.close();
		expect(error?.message).toMatch(/^The file is stored at 127\.0\.0\.1:\d+, which responded with HTTP 403$/);
		expect(JSON.stringify(error)).not.toContain('X-Amz');
	});

	test('says that a text which is no link is no picture', async () => {
		linkTo('Please log in');
		expect((await download()).error?.message).toBe('The response is not from DataGym: it is text instead of an image');
	});
});
