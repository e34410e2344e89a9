import { linkObstacle } from '@datagym/client/linkRules';

// The promise: docs/security.md#links.

const HOSTED = 'https://app.datagym.ai';
const PUBLIC = 'https://93.184.216.34';
const NAMED = 'https://datagym.example.com';
const PRIVATE = 'http://10.1.2.3:8080';
const LOCAL = 'http://localhost:8080';

const obstacle = (url: string, baseUrl: string, origin: 'task' | 'field' | 'answer', from?: string) =>
	linkObstacle(new URL(url), baseUrl, origin, from === undefined ? undefined : new URL(from));

describe('an address that a link leads to', () => {
	test.each(['https://images.example.com/a.jpg', 'http://8.8.8.8/a.jpg', 'https://[2001:db8::1]/a.jpg'])(
		'%s may be asked, whoever names it',
		(url) => {
			for (const baseUrl of [HOSTED, NAMED, PRIVATE, LOCAL])
				for (const origin of ['task', 'field', 'answer'] as const)
					expect(obstacle(url, baseUrl, origin)).toBeUndefined();
		},
	);

	test.each(['file:///etc/passwd', 'ftp://example.com/a.jpg', 'gopher://10.1.2.3/', 'data:image/png;base64,AA'])(
		'%s is never read',
		(url) => {
			for (const origin of ['task', 'field', 'answer'] as const) expect(obstacle(url, PRIVATE, origin)).toBe('scheme');
		},
	);

	test.each([
		'http://169.254.169.254/latest/meta-data/',
		'http://2852039166/',
		'http://0xa9fea9fe/',
		'http://0251.0376.0251.0376/',
		'http://[::ffff:169.254.169.254]/',
		'http://[64:ff9b::a9fe:a9fe]/',
		'http://[fe80::1]/',
		'http://0.0.0.0/',
		'http://[::]/',
		'http://224.0.0.1/',
		'http://metadata.google.internal/computeMetadata/v1/',
		'http://METADATA.google.internal./',
		'http://[fd00:ec2:0::254]/latest/meta-data/',
		'http://100.100.100.200/latest/meta-data/',
		'http://192.0.0.192/latest/',
	])('%s holds no pictures, and is never asked', (url) => {
		for (const baseUrl of [HOSTED, NAMED, PRIVATE, LOCAL])
			for (const origin of ['task', 'field', 'answer'] as const) expect(obstacle(url, baseUrl, origin)).toBe('private');
	});

	const inside = [
		'http://10.0.0.5/a.jpg',
		'http://192.168.1.9/a.jpg',
		'http://172.31.0.1/a.jpg',
		'http://[fd12::1]/a.jpg',
		'http://[fec0::1]/a.jpg',
		'http://nas/a.jpg',
		'http://minio.local/a.jpg',
	];
	test.each(inside)('%s in a task is asked, unless DataGym is on the Internet', (url) => {
		for (const baseUrl of [NAMED, PRIVATE, LOCAL, 'http://datagym:8080'])
			expect(obstacle(url, baseUrl, 'task')).toBeUndefined();
		for (const baseUrl of [HOSTED, PUBLIC]) expect(obstacle(url, baseUrl, 'task')).toBe('private');
	});

	test.each(inside)('%s in an answer is asked only if DataGym itself has such an address', (url) => {
		for (const baseUrl of [PRIVATE, LOCAL, 'http://datagym:8080'])
			expect(obstacle(url, baseUrl, 'answer')).toBeUndefined();
		for (const baseUrl of [HOSTED, PUBLIC, NAMED]) expect(obstacle(url, baseUrl, 'answer')).toBe('private');
	});

	test.each([
		'http://127.0.0.1/a.jpg',
		'http://localhost./a.jpg',
		'http://[::1]/a.jpg',
		'http://2130706433/',
		'http://[::ffff:7f00:1]/',
	])('%s is another machine for DataGym than for n8n, unless both are there', (url) => {
		for (const origin of ['task', 'answer'] as const) {
			expect(obstacle(url, LOCAL, origin)).toBeUndefined();
			for (const baseUrl of [HOSTED, NAMED, PRIVATE]) expect(obstacle(url, baseUrl, origin)).toBe('private');
		}
		expect(obstacle(url, NAMED, 'field')).toBeUndefined();
	});

	test("DataGym's own host may be asked", () => {
		for (const host of ['http://10.1.2.3', 'http://127.0.0.1', 'http://nas'])
			expect(obstacle(`${host}:9000/a.jpg`, `${host}:8080`, 'answer')).toBeUndefined();
	});

	test('a redirect leads into the network only from within it', () => {
		for (const origin of ['task', 'field'] as const) {
			expect(obstacle('http://10.0.0.5/a.jpg', NAMED, origin, 'https://short.example.com/x')).toBe('private');
			expect(obstacle('http://127.0.0.1/a.jpg', NAMED, origin, 'http://10.0.0.4/a.jpg')).toBe('private');
			expect(obstacle('http://10.0.0.5/a.jpg', NAMED, origin, 'http://10.0.0.4/a.jpg')).toBeUndefined();
			expect(obstacle('https://cdn.example.com/a.jpg', NAMED, origin, 'http://10.0.0.4/a.jpg')).toBeUndefined();
		}
	});
});
