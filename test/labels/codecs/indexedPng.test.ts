import { unzlibSync } from 'fflate';
import { writeIndexedPng } from '@datagym/labels/codecs/indexedPng';

/** Type, data and checksum of each chunk, as the PNG specification (W3C, 5.3) has them. */
function chunksOf(png: Uint8Array) {
	const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
	const chunks = [];
	for (let position = 8; position < png.length; ) {
		const length = view.getUint32(position);
		chunks.push({
			type: Buffer.from(png.subarray(position + 4, position + 8)).toString('latin1'),
			data: png.slice(position + 8, position + 8 + length),
			crc: view.getUint32(position + 8 + length),
		});
		position += 12 + length;
	}
	return chunks;
}

describe('an indexed PNG', () => {
	const png = writeIndexedPng(3, 2, Uint8Array.of(0, 1, 2, 2, 1, 0), Uint8Array.of(0, 0, 0, 255, 0, 0, 0, 255, 0));
	const [header, palette, pixels, end] = chunksOf(png);

	test('has a header of 8 bits a pixel and indexed color', () => {
		expect(header).toMatchObject({ type: 'IHDR', data: Uint8Array.of(0, 0, 0, 3, 0, 0, 0, 2, 8, 3, 0, 0, 0) });
		expect(palette).toMatchObject({ type: 'PLTE', data: Uint8Array.of(0, 0, 0, 255, 0, 0, 0, 255, 0) });
	});

	test('has its pixels row by row, each after the number of its filter', () => {
		expect(unzlibSync(pixels?.data ?? new Uint8Array())).toEqual(Uint8Array.of(0, 0, 1, 2, 0, 2, 1, 0));
	});

	test('has the checksum that every PNG ends with', () => {
		expect(end).toEqual({ type: 'IEND', data: new Uint8Array(), crc: 0xae426082 });
	});
});
