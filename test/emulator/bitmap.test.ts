import { Bitmap } from './export/bitmap';

const ring = (...corners: Array<[number, number]>) => corners.map(([x, y]) => ({ id: '', x, y }));
const square = (from: number, to: number) => ring([from, from], [to, from], [to, to], [from, to]);
const rows = (picture: Bitmap) =>
	Array.from({ length: picture.height }, (_none, row) =>
		[...picture.pixels.subarray(row * picture.width, (row + 1) * picture.width)]
			.map((pixel) => (pixel ? '#' : '.'))
			.join(''),
	);

describe('a bitmap', () => {
	it('paints an outline with its edges and leaves out the holes', () => {
		const picture = new Bitmap(7, 7);
		picture.paint([[square(0, 6), square(2, 4)]]);
		expect(rows(picture)).toEqual(['#######', '#######', '##...##', '##...##', '##...##', '#######', '#######']);
	});

	it('merges the segmentations of a class', () => {
		const picture = new Bitmap(5, 2);
		picture.paint([[ring([0, 0], [1, 0], [1, 1], [0, 1])], [ring([3, 0], [4, 0], [4, 1], [3, 1])]]);
		expect(rows(picture)).toEqual(['##.##', '##.##']);
	});

	it('cuts off what lies outside the image', () => {
		const picture = new Bitmap(3, 2);
		picture.paint([[square(-5, 50)]]);
		expect(rows(picture)).toEqual(['###', '###']);
	});

	it('is an 8-bit BMP with rows padded to four bytes', () => {
		const file = new Bitmap(5, 3).encode();
		expect(file.toString('latin1', 0, 2)).toBe('BM');
		expect(file).toHaveLength(1078 + 8 * 3);
		expect([file.readInt32LE(18), file.readInt32LE(22), file.readUInt16LE(28)]).toEqual([5, 3, 8]);
	});
});
