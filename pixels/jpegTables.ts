/** Where each coefficient of the zigzag order lies in its block, row by row (ITU-T T.81, A.3.6). */
export const ZIGZAG = Uint8Array.from([
	0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
	55, 62, 63,
]);

/** Steps of quantization at quality 50, in zigzag order (T.81, tables K.1 and K.2). */
const LUMINANCE = fromHex(
	'100b0c0e0c0a100e0d0e1211101318281a181616183123251d283a333d3c3933383740485c4e404457453738506d51575f626768673e4d71797064785c656763',
);
const CHROMINANCE = fromHex(`1112121815182f1a1a2f63423842${'63'.repeat(50)}`);

/** Number of codes of each length from 1 to 16, and their values (T.81, tables K.3 to K.6). */
const DC_LUMINANCE = fromHex('00010501010101010100000000000000000102030405060708090a0b');
const DC_CHROMINANCE = fromHex('00030101010101010101010000000000000102030405060708090a0b');
const AC_LUMINANCE = fromHex(
	'0002010303020403050504040000017d01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa',
);
const AC_CHROMINANCE = fromHex(
	'00020102040403040705040400010277000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa',
);

/** What one kind of component is encoded with. */
export interface JpegTables {
	/** Steps of quantization in zigzag order. */
	readonly steps: Uint8Array;
	/** As a file holds them. */
	readonly dc: Uint8Array;
	readonly ac: Uint8Array;
}

/** The tables of T.81's annex K, scaled to a quality of 1 to 100 as libjpeg does (jcparam.c, `jpeg_quality_scaling`). */
export function tablesFor(quality: number): { luminance: JpegTables; chrominance: JpegTables } {
	const bounded = Math.min(100, Math.max(1, Math.round(quality)));
	const percent = bounded < 50 ? Math.floor(5000 / bounded) : 200 - bounded * 2;
	const scaled = (steps: Uint8Array) =>
		Uint8Array.from(steps, (step) => Math.min(255, Math.max(1, Math.floor((step * percent + 50) / 100))));
	return {
		luminance: { steps: scaled(LUMINANCE), dc: DC_LUMINANCE, ac: AC_LUMINANCE },
		chrominance: { steps: scaled(CHROMINANCE), dc: DC_CHROMINANCE, ac: AC_CHROMINANCE },
	};
}

/** By value: the code, and its length in bits (T.81, C.2). */
export interface HuffmanCodes {
	readonly codes: Uint16Array;
	readonly lengths: Uint8Array;
}

export function huffmanCodes(table: Uint8Array): HuffmanCodes {
	const codes = new Uint16Array(256);
	const lengths = new Uint8Array(256);
	let code = 0;
	let next = 16;
	for (let length = 1; length <= 16; length++) {
		for (let count = table[length - 1] ?? 0; count > 0; count--) {
			const value = table[next++] ?? 0;
			codes[value] = code++;
			lengths[value] = length;
		}
		code <<= 1;
	}
	return { codes, lengths };
}

function fromHex(text: string): Uint8Array {
	return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
		Number.parseInt(text.slice(index * 2, index * 2 + 2), 16),
	);
}
