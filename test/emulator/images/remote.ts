import { invalidData, ruleBroken, type ApiError } from '../errors';
import { ACCEPTED_TYPES, reencode, sniffType } from './sniff';

export type RemoteImage =
	| { kind: 'image'; type: string; bytes: Buffer }
	/** The link is at fault: the medium becomes invalid [156, 158-160]. */
	| { kind: 'invalid'; error: ApiError }
	/** Nobody answered: a fault of the moment [157]. */
	| { kind: 'unreachable'; error: ApiError };

export const badType = (type: string): ApiError =>
	invalidData('data', 'ex_val_bin_mime', [type, '[image/jpeg, image/jpg, image/png]']);

/** Fetches a linked image now, as every download of a SHAREABLE_LINK medium does (contract, section 4). */
export async function fetchLink(url: string): Promise<RemoteImage> {
	const invalid: RemoteImage = { kind: 'invalid', error: invalidData('data', 'Invalid image url', [url]) };
	if (!/^https?:/i.test(url)) return invalid;
	let bytes: Buffer;
	try {
		const response = await fetch(url);
		if (!response.ok) return invalid;
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
