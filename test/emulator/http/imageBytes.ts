import sharp from 'sharp';
import { invalidData, ruleBroken, type ApiError } from '../errors';

export const ACCEPTED_TYPES = ['image/jpeg', 'image/png'] as const;

const SIGNATURES: Array<[type: string, bytes: number[]]> = [
	['image/jpeg', [0xff, 0xd8, 0xff]],
	['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
	['image/gif', [0x47, 0x49, 0x46, 0x38]],
	['image/bmp', [0x42, 0x4d]],
	['image/tiff', [0x49, 0x49, 0x2a, 0x00]],
	['image/tiff', [0x4d, 0x4d, 0x00, 0x2a]],
	['application/pdf', [0x25, 0x50, 0x44, 0x46]],
	['application/zip', [0x50, 0x4b, 0x03, 0x04]],
];

/** The type by content alone; name and declared type do not matter [077]. The words are those of the recordings [082-085, 159]. */
export function sniffType(bytes: Buffer): string {
	const known = SIGNATURES.find(([, signature]) => signature.every((byte, at) => bytes[at] === byte));
	if (known) return known[0];
	if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return 'image/webp';
	if (bytes.length === 0 || !looksLikeText(bytes.subarray(0, 512))) return 'application/octet-stream';
	return /^\s*<(!doctype html|html|head|body)/i.test(bytes.toString('latin1', 0, 128)) ? 'text/html' : 'text/plain';
}

function looksLikeText(bytes: Buffer): boolean {
	return bytes.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

/** Width and height in pixels from the header, which may belong to a truncated file [086]; undefined when there is none [087]. */
export async function imageSize(bytes: Buffer): Promise<{ width: number; height: number } | undefined> {
	try {
		const { width, height } = await sharp(bytes, { failOn: 'none' }).metadata();
		return { width, height };
	} catch {
		return undefined;
	}
}

/** Decoded and encoded anew, as the server hands on linked images: other bytes than the original [153, 154]. */
async function reencode(bytes: Buffer, type: string): Promise<Buffer> {
	const image = sharp(bytes, { failOn: 'none' });
	return await (type === 'image/png' ? image.png() : image.jpeg({ quality: 75 })).toBuffer();
}

export type RemoteImage =
	| { kind: 'image'; type: string; bytes: Buffer }
	/** The link is at fault: the medium becomes invalid [156, 158-160]. */
	| { kind: 'invalid'; error: ApiError }
	/** Nobody answered: a fault of the moment [157]. */
	| { kind: 'unreachable'; error: ApiError };

export const badType = (type: string): ApiError =>
	invalidData('data', 'ex_val_bin_mime', [type, '[image/jpeg, image/jpg, image/png]']);

/** Fetches a linked image now, as every download of a SHAREABLE_LINK medium does (docs/contract.md#linked-images). */
export async function fetchLink(url: string): Promise<RemoteImage> {
	const invalid: RemoteImage = { kind: 'invalid', error: invalidData('data', 'Invalid image url', [url]) };
	if (!/^https?:/i.test(url)) return invalid;
	let bytes: Buffer;
	try {
		const response = await fetch(url);
		// Java calls these two a file that is not found; every other error is one of reading it (MediaServiceImpl).
		if (response.status === 404 || response.status === 410) return invalid;
		if (!response.ok) return { kind: 'unreachable', error: ruleBroken('file_stream') };
		bytes = Buffer.from(await response.arrayBuffer());
	} catch (error) {
		return hasCode(error, ['ENOTFOUND', 'EAI_AGAIN'])
			? invalid
			: { kind: 'unreachable', error: ruleBroken('file_stream') };
	}
	const type = sniffType(bytes);
	if (!ACCEPTED_TYPES.some((accepted) => accepted === type)) return { kind: 'invalid', error: badType(type) };
	return { kind: 'image', type, bytes: await reencode(bytes, type) };
}

/** Node's fetch wraps the cause; errors of other realms (jest's) are no `instanceof Error`. */
function hasCode(error: unknown, codes: string[]): boolean {
	const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
	return typeof cause === 'object' && cause !== null && 'code' in cause && codes.includes(String(cause.code));
}
