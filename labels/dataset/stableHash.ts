/**
 * A number from 0 up to (not including) 1 that depends on nothing but the text: FNV-1a over its UTF-16 code units, then
 * the finaliser of MurmurHash3, so that similar texts are far apart. Never change it: splits of datasets rest on it.
 */
export function stableHash(text: string): number {
	let hash = 0x811c9dc5;
	for (let index = 0; index < text.length; index++) {
		hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
	}
	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}

/** Eight hexadecimal digits that tell texts apart, for names. */
export function shortHash(text: string): string {
	return Math.floor(stableHash(text) * 0x1_0000_0000)
		.toString(16)
		.padStart(8, '0');
}
