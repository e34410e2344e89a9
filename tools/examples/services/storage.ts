import { httpClient } from '@datagym/test/support/httpClient';
import { Background } from '../../processes';

/** Any key is accepted. */
const KEYS = { accessKeyId: 'example', secretAccessKey: 'example-secret' };

/** An S3-compatible server with empty buckets. */
export interface ObjectStorage {
	url: string;
	/** What an n8n credential of the type `s3` holds. */
	credential: Record<string, string | boolean>;
	/** @param storageClass such as `GLACIER`, from which a file cannot be downloaded before it is restored. */
	put(bucket: string, key: string, bytes: Uint8Array, storageClass?: string): Promise<void>;
	get(bucket: string, key: string): Promise<Uint8Array>;
	keys(bucket: string): Promise<string[]>;
	close(): Promise<void>;
}

export async function startStorage(python: string, port: number, buckets: readonly string[]): Promise<ObjectStorage> {
	const server = Background.start('The storage', python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)]);
	await server.listens(port);
	const url = `http://127.0.0.1:${port}`;
	const headers = { Authorization: AUTHORIZATION, 'Content-Type': 'application/octet-stream' };
	const client = httpClient({ baseURL: url, headers });
	for (const bucket of buckets) await client.put(`/${bucket}`);
	return {
		url,
		credential: { endpoint: url, region: 'us-east-1', ...KEYS, forcePathStyle: true, ignoreSSLIssues: false },
		async put(bucket, key, bytes, storageClass = 'STANDARD') {
			const { buffer, byteOffset, byteLength } = bytes;
			await client.put(`/${bucket}/${encodeURI(key)}`, Buffer.from(buffer, byteOffset, byteLength), {
				headers: { 'x-amz-storage-class': storageClass },
			});
		},
		get: async (bucket, key) => {
			const path = `/${bucket}/${encodeURI(key)}`;
			return (await client.get<Buffer>(path, { responseType: 'arraybuffer' })).data;
		},
		async keys(bucket) {
			const { data: list } = await client.get<string>(`/${bucket}`, { params: { 'list-type': 2 } });
			return [...list.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key ?? '');
		},
		close: async () => await server.end('SIGKILL'),
	};
}

/** The server refuses who is not signed in, but checks no signature. */
const AUTHORIZATION = `AWS4-HMAC-SHA256 Credential=${KEYS.accessKeyId}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=unchecked`;
