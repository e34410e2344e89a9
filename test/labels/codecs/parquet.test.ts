import fc from 'fast-check';
import { writeParquet } from '@datagym/labels/codecs/parquet';
import { readParquetTable } from '@datagym/test/support/parquetTable';

const number = fc.double({ noNaN: true }).map((each) => each + 0);
const integer = fc.maxSafeNat();
const row = fc.record({
	name: fc.string({ unit: 'grapheme' }),
	boxes: fc.array(fc.array(number, { maxLength: 4 }), { maxLength: 40 }),
	ids: fc.array(integer, { maxLength: 300 }),
});

test('A table as Parquet has the values of each row, empty lists and empty texts too', () => {
	fc.assert(
		fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
			const file = writeParquet(
				[
					{ name: 'name', type: 'text', lists: 0, values: rows.map(({ name }) => name) },
					{
						name: 'all',
						fields: [
							{ name: 'boxes', type: 'double', lists: 2, values: rows.map(({ boxes }) => boxes) },
							{ name: 'ids', type: 'integer', lists: 1, values: rows.map(({ ids }) => ids) },
						],
					},
				],
				rows.length,
			);
			expect(readParquetTable(file)).toEqual(rows.map(({ name, boxes, ids }) => ({ name, all: { boxes, ids } })));
		}),
	);
});

test('A table as Parquet holds many rows of lists of different lengths', () => {
	const values = Array.from({ length: 5000 }, (_, row) => Array.from({ length: row % 3 }, (__, index) => row + index));
	const names = values.map((list) => list.map((each) => `name ${each}`));
	const file = writeParquet(
		[
			{ name: 'values', type: 'integer', lists: 1, values },
			{ name: 'names', type: 'text', lists: 1, values: names },
		],
		values.length,
	);
	expect(readParquetTable(file)).toEqual(values.map((each, row) => ({ values: each, names: names[row] })));
});

test('The schema of a table as Parquet is the same whatever its values are', () => {
	// The footer's schema ends where the number of rows begins; sizes and offsets follow.
	const schemaOf = (boxes: number[][]) => {
		const file = Buffer.from(writeParquet([{ name: 'boxes', type: 'double', lists: 1, values: boxes }], boxes.length));
		const footer = file.subarray(file.length - 8 - file.readInt32LE(file.length - 8));
		return footer.subarray(0, footer.indexOf('element') + 'element'.length).toString('hex');
	};
	expect(new Set([[[]], [[1]], [[0.5, 2], []], [[-1e300]]].map(schemaOf)).size).toBe(1);
});
