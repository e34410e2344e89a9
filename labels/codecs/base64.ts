/** Divisible by three, so that no piece but the last one is padded, and below the number of arguments that a function takes. */
const PIECE_BYTES = 24_576;

/** The bytes as text in base64, in pieces that together are one text. */
export function* base64Of(bytes: Uint8Array): Generator<string> {
	for (let start = 0; start < bytes.length; start += PIECE_BYTES)
		yield btoa(String.fromCharCode(...bytes.subarray(start, start + PIECE_BYTES)));
}
