/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { byId, openHarness, outputOf, type Harness } from '../../support/datagym';
import { serve } from '../../support/httpServer';
import { jpeg } from '../../support/images';
import { addMedium } from '../../emulator/store/media';
import type { MediaSourceType } from '../../emulator/store/model';

let harness: Harness;
let photo: Buffer;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	photo = await jpeg();
});
afterAll(async () => await harness.close());

describe('Image: Download of media in S3', () => {
	/** An image that the server's lists say is there, and what it answers for it. */
	const linkTo = (url: string, sourceType: MediaSourceType = 'AWS_S3') => {
		const { dataset } = harness.server.seed.project({ name: 'Stored', datasetName: 'Stored' });
		const { id } = addMedium(harness.server.store, dataset!, { name: 'photo.jpg', sourceType });
		harness.server.onRequest(({ path }) =>
			path.endsWith(`/media/${id}`)
				? { status: 200, body: url, headers: { 'Content-Type': 'text/plain;charset=UTF-8' } }
				: undefined,
		);
		return async (credential = harness.credential) =>
			await harness.run(
				'image',
				'download',
				{ imageId: byId(id), options: { network: { settings: { retryFor: 0 } } } },
				{ credential },
			);
	};
	afterEach(() => harness.server.onRequest(undefined));

	test('follows the signed link, without the token', async () => {
		const seen: string[] = [];
		const storage = await serve((request, response) => {
			seen.push(JSON.stringify([request.url, request.headers]));
			response.writeHead(200, { 'Content-Type': 'image/jpeg', 'Content-Length': photo.length }).end(photo);
		});
		const download = linkTo(`${storage.url}/bucket/photo.jpg?X-Amz-Signature=abc`);
		const [out] = outputOf(await download());
		await storage.close();
		expect(await harness.engine.readBinary(out!)).toEqual(photo);
		expect(seen).toHaveLength(1);
		expect(seen[0]).toContain('X-Amz-Signature=abc');
		expect(seen[0]).not.toContain(harness.server.token);
	});

	test('says that the storage refuses, without the signature', async () => {
		const storage = await serve((_, response) => response.writeHead(403).end('<Error/>'));
		const download = linkTo(`${storage.url}/bucket/photo.jpg?X-Amz-Signature=abc`);
		const { error } = await download();
		await storage.close();
		expect(error?.message).toMatch(/^The file is stored at 127\.0\.0\.1:\d+, which responded with HTTP 403$/);
		expect(JSON.stringify(error)).not.toContain('X-Amz');
	});

	test('says that a text which is no link is no picture', async () => {
		const download = linkTo('Please log in');
		expect((await download()).error?.message).toBe('The response is not from DataGym: it is text instead of an image');
	});

	test.each(['LOCAL', 'SHAREABLE_LINK'] as const)(
		'follows no text for an image whose record says %s',
		async (source) => {
			const asked: string[] = [];
			const other = await serve((request, response) => {
				asked.push(String(request.url));
				response.writeHead(200, { 'Content-Type': 'image/jpeg' }).end(photo);
			});
			const { error } = await linkTo(`${other.url}/bucket/photo.jpg`, source)();
			await other.close();
			expect(error?.message).toBeTruthy();
			expect(asked).toEqual([]);
		},
	);

	test('follows no redirect of the storage', async () => {
		const asked: string[] = [];
		const storage = await serve((request, response) => {
			asked.push(String(request.url));
			response.writeHead(302, { Location: '/elsewhere.jpg' }).end();
		});
		const { error } = await linkTo(`${storage.url}/bucket/photo.jpg`)();
		await storage.close();
		expect(error?.message).toContain('HTTP 302');
		expect(asked).toEqual(['/bucket/photo.jpg']);
	});

	test.each([
		'file:///etc/passwd',
		'ftp://example.com/a.jpg',
		'http://169.254.169.254/latest/meta-data/',
		'http://2852039166/latest/meta-data/',
	])('asks nothing of %s', async (url) => {
		expect((await linkTo(url)()).error?.message).toMatch(/^The response links to .*, which was not asked$/);
	});
});
