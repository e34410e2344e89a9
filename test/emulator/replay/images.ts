import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import type { Recording } from './recording';

/** Pictures that stand for those of the recordings, of which only length, hash and size are known. */
export interface Substitutes {
	bySha(sha256: string): Buffer | undefined;
	/** The one JPEG that the recordings hold whole: 200 x 100 pixels, 3921 bytes [110]. */
	small: Buffer;
}

export async function makeSubstitutes(recordings: Recording[]): Promise<Substitutes> {
	const whole = recordings.find((recording) => recording.name === 'media-file-expect-100')?.request.bodyBase64 ?? '';
	const small = Buffer.from(whole, 'base64');
	const large = await jpeg(640, 480);
	const parts = [
		Buffer.from('--B\r\nContent-Disposition: form-data; name="file"; filename="multi.jpg"\r\n\r\n'),
		small,
		Buffer.from('\r\n--B--\r\n'),
	];
	const prefixes: Array<[string, Buffer]> = [
		['b4e3addb', large],
		['c09feebb', await jpeg(320, 240)],
		['b35f9e81', large.subarray(0, 2000)],
		['4a071150', Buffer.concat(parts)],
		['0ca9dada', small],
	];
	return { small, bySha: (sha256) => prefixes.find(([prefix]) => sha256.startsWith(prefix))?.[1] };
}

/** Noise, for a plain picture would be too short to be cut at 2000 bytes. */
async function jpeg(width: number, height: number): Promise<Buffer> {
	const noise = Uint8Array.from({ length: width * height * 3 }, (_none, at) => (at * 7919) % 251);
	return await sharp(noise, { raw: { width, height, channels: 3 } })
		.jpeg({ quality: 60 })
		.toBuffer();
}

export function sha256(bytes: Buffer): string {
	return createHash('sha256').update(bytes).digest('hex');
}

/** The image server that the recorded URLs point at. */
export async function startImageServer(gif: Buffer): Promise<{ port: number; close(): void }> {
	const [photo, drawing] = [
		await jpeg(320, 240),
		await sharp({ create: { width: 64, height: 48, channels: 3, background: '#1e90ff' } })
			.png()
			.toBuffer(),
	];
	const pages: Record<string, [type: string, body: Buffer]> = {
		'/ok1.jpg': ['image/jpeg', photo],
		'/ok2.png': ['image/png', drawing],
		'/page.jpg': ['text/html', Buffer.from('<html><body>not an image</body></html>')],
		'/fake.jpg': ['image/jpeg', gif],
		'/linked.jpg': ['image/jpeg', photo],
		'/linked2.jpg': ['image/jpeg', photo],
		'/anim.gif': ['image/gif', gif],
	};
	const server = http.createServer((request, response) => {
		const page = pages[request.url ?? ''];
		response.writeHead(page ? 200 : 404, { 'Content-Type': page?.[0] ?? 'text/plain' }).end(page?.[1] ?? 'not here');
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}
