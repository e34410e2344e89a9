import fc from 'fast-check';
import { CompactJson } from '@datagym/labels/store/compactJson';

// What is promised: a value is read back exactly as it was, keys in their order.

const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.uuid(), fc.constantFrom('car', 'tree', '__proto__', '\ud800'));
const numbers = fc.oneof(
	fc.double(),
	fc.integer(),
	fc.constantFrom(-0, 0, 16383, 16384, 0x7fffffff, 0x80000000, -0x80000000, -0x80000001, 2 ** 53),
);
const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
	value: fc.oneof(
		{ maxDepth: 4, withCrossShrink: true },
		fc.constantFrom(null, true, false, undefined),
		numbers,
		texts,
		fc.array(tie('value'), { maxLength: 20 }),
		fc.array(fc.tuple(texts, tie('value')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
	),
}));

function readBack(all: readonly unknown[]): unknown[] {
	const json = new CompactJson();
	const written = all.map((value) => json.write(value).slice());
	return written.map((bytes) => json.read(bytes, 0));
}

test('any JSON is read back as it was', () => {
	fc.assert(
		fc.property(fc.array(values, { maxLength: 8 }), (all) => {
			const read = readBack(all);
			expect(read).toStrictEqual(all);
			expect(JSON.stringify(read)).toBe(JSON.stringify(all));
		}),
	);
});

test('a value is read from the middle of other bytes', () => {
	const json = new CompactJson();
	const bytes = json.write({ points: [1.5, -2, 300000] }).slice();
	const among = new Uint8Array(bytes.length + 20).fill(0xff);
	among.set(bytes, 7);
	expect(json.read(among.subarray(3), 4)).toEqual({ points: [1.5, -2, 300000] });
});

test('more kinds of objects and more texts than tables take are read back as they were', () => {
	const rare = Array.from({ length: 6000 }, (_, index) => ({
		[`key ${index}`]: `text ${index}`,
		[`${index % 7}`]: index,
	}));
	const twice = [...rare, ...rare, ...Array.from({ length: 20_000 }, (_, index) => `other ${index % 10_000}`)];
	expect(readBack(twice)).toEqual(twice);
});

test('texts, lists and values of any length are read back as they were', () => {
	const long = ['x', 'ÿ', 'Ā', '🚗'].map((character) => character.repeat(70_000));
	const all = [...long, Array.from({ length: 40_000 }, (_, index) => index / 3), Array.from({ length: 16 }, () => [])];
	expect(readBack(all)).toEqual(all);
});

test('an image with fifteen boxes takes less than four hundred bytes', () => {
	const json = new CompactJson();
	const imageOf = (image: number) => ({
		status: 'completed',
		labeler: `Labeler ${image % 12}`,
		objects: Array.from({ length: 15 }, (_, index) => ({
			className: ['car', 'truck', 'person'][(image + index) % 3],
			geometry: { type: 'rectangle', x: (image * 31) % 1500, y: index * 40, width: 20 + index, height: 300 },
			classifications: { occluded: { values: ['no'], children: {} } },
			children: [],
		})),
		classifications: {},
	});
	const lengths = Array.from({ length: 100 }, (_, image) => json.write(imageOf(image)).length);
	expect(Math.max(...lengths.slice(50))).toBeLessThan(400);
});
