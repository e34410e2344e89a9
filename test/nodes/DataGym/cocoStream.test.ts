import fc from 'fast-check';
import { readCoco, readCocoInSteps } from '@datagym/labels/formats/cocoReader';
import { atOnce } from '@datagym/labels/steps/steps';
import { cocoIn, mayBeLargeCoco } from '@datagym/nodes/DataGym/prediction/answers/cocoStream';

/** A COCO file that is read piece by piece says what it says when it is read as a whole. */

const bytes = (text: string) => new TextEncoder().encode(text);

function* cut(whole: Uint8Array, length: number) {
	for (let start = 0; start < whole.length; start += length) yield whole.subarray(start, start + length);
}

/** Numbers as tools write them, texts among them, and such that are nowhere in the lists. */
const id = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom('1', 'a', '', 1.5, null));
const number = fc.oneof(fc.integer({ min: -3, max: 30 }), fc.double({ min: 0, max: 30, noNaN: true }));
const bbox = fc.oneof(fc.tuple(number, number, number, number), fc.constantFrom(null, [1, 2, 3], 'box'));
const corners = ([x, y, width, height]: readonly number[]) =>
	[x!, y!, x! + width!, y!, x! + width!, y! + height!, x!, y! + height!] as const;
const boxWithCorners = fc
	.tuple(number, number, number, number)
	.map((box) => ({ bbox: box, segmentation: [corners(box)] }));
const annotation = fc.oneof(
	fc.record({ id, image_id: id, category_id: id, bbox }, { requiredKeys: ['image_id'] }),
	fc
		.tuple(
			fc.record({
				id: fc.integer({ min: 1, max: 9 }),
				image_id: fc.integer({ min: 0, max: 2 }),
				category_id: fc.integer({ min: 0, max: 2 }),
			}),
			fc.oneof(boxWithCorners, fc.record({ bbox })),
			fc.record(
				{
					score: fc.constantFrom(0.5, null),
					segmentation: fc.constantFrom([], null, [[0, 0, 5, 0, 5, 5]], [[0, 0, 5]], 'x'),
					keypoints: fc.constantFrom([1, 1, 2], []),
					attributes: fc.constantFrom({}, { color: 'red' }),
					parent_id: fc.integer({ min: 1, max: 9 }),
				},
				{ requiredKeys: [] },
			),
		)
		.map(([base, box, more]) => ({ ...base, ...box, ...more })),
	fc.constantFrom(null, 'x', []),
);
const image = fc.record({ id, file_name: fc.constantFrom('a.jpg', 'ü.jpg'), width: number }, { requiredKeys: ['id'] });
const category = fc.record(
	{ id, name: fc.constantFrom('car', 'pers"on', ''), keypoints: fc.constantFrom(['nose'], 'x') },
	{ requiredKeys: ['id', 'name'] },
);
const lists = fc.record({
	info: fc.jsonValue(),
	images: fc.array(image, { maxLength: 6 }),
	annotations: fc.array(annotation, { maxLength: 12 }),
	categories: fc.array(category, { maxLength: 4 }),
});

test('gives the same images, labels and problems, in whichever order its lists come and however its bytes are cut', async () => {
	const orders = fc.shuffledSubarray(['info', 'images', 'annotations', 'categories'] as const, { minLength: 4 });
	await fc.assert(
		fc.asyncProperty(lists, orders, fc.integer({ min: 1, max: 200 }), async (content, order, length) => {
			const file = Object.fromEntries(order.map((key) => [key, content[key]]));
			const text = JSON.stringify(file);
			const taken = await cocoIn(cut(bytes(text), length));
			expect(taken).toBeDefined();
			expect(atOnce(readCocoInSteps(taken))).toEqual(readCoco(JSON.parse(text)));
		}),
		{ numRuns: 150 },
	);
});

test('has each label once, also if it is read twice', async () => {
	const file = {
		annotations: [{ id: 1, image_id: 7, category_id: 3, bbox: [1, 2, 3, 4], score: 0.5 }],
		categories: [
			{ id: 9, name: 'dog' },
			{ id: 3, name: 'cat' },
		],
		images: [{ id: 7, file_name: 'a.jpg' }],
	};
	const taken = await cocoIn([bytes(JSON.stringify(file))]);
	const label = { className: 'cat', geometry: { type: 'rectangle', x: 1, y: 2, width: 3, height: 4 }, score: 0.5 };
	for (let time = 0; time < 2; time++) {
		const { images, problems } = readCoco(taken);
		expect(problems).toEqual([]);
		expect(images).toMatchObject([{ imageName: 'a.jpg', objects: [label] }]);
	}
});

test.each([
	'{"images": [], "annotations": []}',
	'{"data": {"images": [], "annotations": [], "categories": []}}',
	'{"images": {}, "annotations": [], "categories": []}',
	'{"\\u0069mages": [{"id": 1}], "annotations": [], "categories": []}',
	'{"images": [{"id": 1}, "annotations": [], "categories": []}',
	'{"images": [{"id": tru}], "annotations": [], "categories": []}',
	'{"images": [], "annotations": [], "categories": []',
	'[]',
])('leaves %s to whoever reads it as a whole', async (text) => {
	expect(await cocoIn(cut(bytes(text), 7))).toBeUndefined();
});

test('is looked for in large files that begin as an object only', () => {
	const large = 2 ** 30;
	expect(mayBeLargeCoco(bytes(' \n{"info"'), large)).toBe(true);
	expect(mayBeLargeCoco(bytes('{"info"'), undefined)).toBe(true);
	expect(mayBeLargeCoco(bytes('{"info"'), 1000)).toBe(false);
	expect(mayBeLargeCoco(bytes('[{"image_id"'), large)).toBe(false);
	expect(mayBeLargeCoco(new Uint8Array(), large)).toBe(false);
});
