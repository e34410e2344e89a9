/** The file in chunks of the given lengths, again and again. */
export async function* inChunks(file: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
	for (let start = 0, index = 0; start < file.length; index++) {
		const length = lengths[index % lengths.length] ?? 1;
		yield file.subarray(start, start + length);
		start += length;
	}
}
